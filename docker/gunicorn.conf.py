"""gunicorn's configuration, from the service's own settings.

Measured on two cores (8 x 128 tokens): one process with two torch threads reads 1,936 tokens a second, two processes with one
thread each 2,544, two with two each 1,172. So: a worker for each core, one torch thread in each. Each worker loads the model
itself (a process that forks after torch has run threads can hang) and maps the same files, whose pages the workers share.
"""

import os
import shutil
import socket
import tempfile
from pathlib import Path

from service.model import ModelError, verify
from service.settings import SettingError, from_environment

try:
    _settings = from_environment()
except SettingError as error:
    raise SystemExit(f"error: {error}") from None

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"  # IPv6 in brackets
workers = _settings.workers or os.cpu_count() or 1
worker_class = "service.worker.Worker"  # gthread, mended
threads = _settings.threads
timeout = 60  # a liveness check of the worker, not a request's deadline
graceful_timeout = 30
keepalive = 5
preload_app = False
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True  # gunicorn would open it under $HOME, which a read-only root forbids
loglevel = _settings.log_level
accesslog = "-"
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(D)sus %({x-request-id}o)s'  # no query string: it may quote an article

# The workers' metrics meet in files of this folder. prometheus_client looks for it when it is imported, in each worker.
METRICS_SPACE = 16 * 1024 * 1024  # bytes
_own_metrics = "PROMETHEUS_MULTIPROC_DIR" not in os.environ
if _own_metrics:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="events-metrics-")
_metrics = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])


def on_starting(server):
    """Refuse to start on a missing, truncated or foreign model folder; begin with empty metrics."""
    try:
        verify(_settings.model_dir)
    except ModelError as error:
        raise SystemExit(f"error: {error}") from None
    check_port()
    clean_metrics()
    import_engine()


def import_engine():
    """Import what the workers need, once: they share its memory, and one that takes a dead one's place is ready in a third of the time.

    Nothing is run: torch starts its threads when it first works, and a process that forks after that can hang.
    """
    import service.engine  # noqa: F401


def check_port():
    """Refuse to start where the port is taken; gunicorn would try for five seconds and then speak of a connection."""
    if {"GUNICORN_FD", "LISTEN_FDS"} & set(os.environ):
        return  # the socket is handed in
    family = socket.AF_INET6 if ":" in _settings.host else socket.AF_INET
    try:
        socket.create_server((_settings.host, _settings.port), family=family).close()
    except OSError as error:
        raise SystemExit(f"error: HOST={_settings.host} PORT={_settings.port}: {error.strerror}; set another or end what uses it") from None


def clean_metrics():
    """An empty folder for the metrics: files of an earlier start would be added to this one's."""
    _metrics.mkdir(parents=True, exist_ok=True)
    for path in _metrics.glob("*.db"):
        path.unlink()
    if (free := shutil.disk_usage(_metrics).free) < METRICS_SPACE:  # the files are mapped: a full disk would end a worker without a word
        raise SystemExit(f"error: the disk of PROMETHEUS_MULTIPROC_DIR={_metrics} is full: {free:,} bytes free, {METRICS_SPACE:,} wanted")


def post_worker_init(worker):
    """A worker that takes a dead one's place lets callers in once its model answers: the others serve meanwhile."""
    if worker.age > workers:
        worker.wsgi.extensions["engine"].__self__.thread.join(timeout - 10)
        worker.log.info("worker %s is ready", worker.pid)


def child_exit(server, worker):
    """Take a dead worker's gauges away; what it counted stays."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    """Leave no folder behind that was made here."""
    if _own_metrics:
        shutil.rmtree(_metrics, ignore_errors=True)
