"""The service's own gunicorn configuration, without the check of a model that the fake engine does not need."""

from pathlib import Path

_path = Path("docker/gunicorn.conf.py")
exec(compile(_path.read_text(encoding="utf-8"), str(_path), "exec"))


def on_starting(server):
    clean_metrics()  # noqa: F821
