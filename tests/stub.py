"""The service under gunicorn over the fake engine, for tests that need real sockets and processes.

The article `slow N` takes N hundredths of a second; `crash` ends its worker.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from service import create_app
from tests.conftest import ROOT, FakeEngine


class SlowEngine(FakeEngine):
    def answer(self, article):
        first, _, rest = article.text.partition(" ")
        if first == "slow":
            time.sleep(int(rest.split()[0]) / 100)
        if first == "crash":
            os._exit(9)
        return super().answer(article)


def load(threads: int) -> SlowEngine:
    return SlowEngine()


def load_model(folder: Path, precision: str, threads: int) -> SlowEngine:
    return SlowEngine()


def app():
    return create_app(load=lambda settings: SlowEngine())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(address: str, data: bytes | None = None, **headers) -> tuple[int, dict, bytes]:
    """Status, headers and body of a call."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if data is not None:
        named.setdefault("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, named), timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def connect(address: str) -> socket.socket:
    """A connection to a running service."""
    return socket.create_connection(address.removeprefix("http://").split(":"), timeout=20)


def until(condition, seconds: float = 20, told: str = "it never came") -> None:
    """Wait for another thread or process; a condition that never comes fails the test."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, told
        time.sleep(0.01)


@contextlib.contextmanager
def process(log: Path, real: bool = False, **settings):
    """The address and the process of a running service, ready, its log in a file; `real` reads with the model, else the fake engine."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k != "PROMETHEUS_MULTIPROC_DIR"}
    environment |= {"HOST": "127.0.0.1", "PORT": str(port), "OMP_NUM_THREADS": "1"} | {k: str(v) for k, v in settings.items()}
    stubbed = ["gunicorn", "--config", "tests/gunicorn.conf.py", "tests.stub:app()"]
    command = [sys.executable, "-m", *(("service", "serve") if real else stubbed)]
    with log.open("wb") as file, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file) as running:
        host = environment["HOST"]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

        def ready() -> bool:
            assert running.poll() is None, log.read_text()
            with contextlib.suppress(OSError):
                return call(address + "/health/ready")[0] == 200
            return False

        try:
            until(ready, 120, "not ready within two minutes")
            yield address, running
        finally:
            running.terminate()
            running.wait(60)


@contextlib.contextmanager
def server(log: Path, **settings):
    """The address of a running service over the fake engine, ready; its log goes to a file."""
    with process(log, **settings) as (address, _):
        yield address
