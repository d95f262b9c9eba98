"""A full disk, a truncated file, a port that is taken: clear words on standard error, no stack trace, an exit code."""

import socket
import subprocess
from pathlib import Path

import pytest

from service import model
from tests.conftest import run_python
from tests.stub import free_port

STUBBED = "import sys\nfrom service import __main__ as cli\nfrom tests.stub import load\n"
BULK = STUBBED + "cli.build = lambda *a: None\ncli.load_model = lambda folder, precision, threads: load(threads)\nsys.exit(cli.main())"


def told(done: subprocess.CompletedProcess, *words: str) -> None:
    assert done.returncode
    assert "Traceback" not in done.stderr, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def gunicorn(folder: Path, **environment) -> subprocess.CompletedProcess:
    command = ["-m", "gunicorn", "--config", "docker/gunicorn.conf.py", "service:create_app()"]
    return run_python(*command, **{"HOST": "127.0.0.1", "MODEL_DIR": str(folder), "PORT": str(free_port())} | environment)


def test_a_truncated_model_file(model_folder):
    (model_folder / "encoder.safetensors").write_text("cont")
    told(gunicorn(model_folder), "error: ", "encoder.safetensors has 4 bytes", "truncated")


def test_a_port_that_is_taken(model_folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told(gunicorn(model_folder, PORT=str(port)), "error: ", f"PORT={port}", "in use")


def test_an_address_that_is_none(model_folder):
    told(gunicorn(model_folder, HOST="nowhere.invalid"), "error: ", "HOST=nowhere.invalid")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="wants /dev/full")
def test_bulk_on_a_full_disk(tmp_path):
    (tmp_path / "in").write_text('{"text": "Treffen"}\n')
    told(run_python("-c", BULK, "bulk", str(tmp_path / "in"), "/dev/full", "--processes", "1"), "error: the disk is full")


def test_a_model_that_can_not_be_written(tmp_path):
    """A limit on the size of files stands for the full disk: both fail in the same place."""
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000000, 1000000))\n"
    code = f"import sys\nsys.argv = ['service', 'build']\n{limit}from service.__main__ import main\nsys.exit(main())"
    told(run_python("-c", code, CACHE_DIR=str(tmp_path)), "error: ", "can't be written", str(tmp_path))
    assert not list(tmp_path.glob("model*"))


def test_a_damaged_manifest_is_no_ready_model(model_folder):
    (model_folder / model.MANIFEST).write_text('{"sou')
    assert model._source(model_folder) is None
    told(gunicorn(model_folder), "error: ", "holds no ready model")
