"""The command line: every line gets its answer, in order, over many processes and after a kill."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service import __main__ as command_line
from service import bulk
from service.bulk import BulkError
from tests.conftest import ROOT, run_python
from tests.stub import load

RUN = """
import sys
from service import bulk
from tests.stub import load
bulk.run(sys.argv[1], sys.argv[2], load, int(sys.argv[3]), sys.argv[4] == "resume")
"""


@pytest.fixture
def source(tmp_path) -> Path:
    """Forty lines: most of them good, one blank, some bad."""
    rows = [json.dumps({"id": f"d{i}", "text": f"slow {1 + i % 3} Treffen {i}", "column": 1}) for i in range(36)]
    rows[5:5] = ["", "not json", '{"id": "bad"}', '{"id": "odd", "text": "fail"}']
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(rows))  # the last line has no end
    return path


def answered(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_line_in_order_over_any_number_of_processes(source, tmp_path):
    outs = []
    for processes in (1, 2):
        outs.append(tmp_path / f"out{processes}")
        assert bulk.run(str(source), str(outs[-1]), load, processes, resume=False) == 3
    assert outs[0].read_bytes() == outs[1].read_bytes()
    found = answered(outs[0])
    assert [a["id"] for a in found] == [f"d{i}" for i in range(5)] + [None, "bad", "odd"] + [f"d{i}" for i in range(5, 36)]
    assert [a["problem"]["status"] for a in found if "problem" in a] == [400, 422, 500]


@pytest.mark.parametrize("processes", [1, 2])
def test_resume_after_a_kill(source, tmp_path, processes):
    whole, out = tmp_path / "whole", tmp_path / "out"
    bulk.run(str(source), str(whole), load, 1, resume=False)
    command = [sys.executable, "-c", RUN, str(source), str(out), str(processes)]
    with subprocess.Popen([*command, ""], cwd=ROOT, stderr=subprocess.DEVNULL) as running:
        end = time.monotonic() + 60
        while not out.exists() or out.read_bytes().count(b"\n") < 3:
            assert running.poll() is None
            assert time.monotonic() < end
            time.sleep(0.001)
        children = {int(p.parent.name) for p in Path("/proc").glob("[0-9]*/status") if _parent(p) == running.pid}
        running.kill()
    before = out.read_bytes()
    with out.open("ab") as file:
        file.write(b'{"id": "d5", "text": "torn')
    done = subprocess.run([*command, "resume"], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=True, timeout=120)
    assert out.read_bytes() == whole.read_bytes()
    assert 3 <= before.count(b"\n") < 39
    assert re.search(r"\d+ documents after \d+ that were there", done.stderr)
    while any(Path(f"/proc/{pid}").exists() for pid in children):  # no process outlives its parent
        assert time.monotonic() < end
        time.sleep(0.01)


def _parent(status: Path) -> int:
    try:
        return int(re.search(r"PPid:\s+(\d+)", status.read_text())[1])
    except OSError:
        return 0


def test_resume_with_nothing_left_and_with_nothing_there(source, tmp_path):
    out = tmp_path / "out"
    assert bulk.run(str(source), str(out), load, 1, resume=True) == 3
    first = out.read_bytes()
    assert bulk.run(str(source), str(out), load, 1, resume=True) == 0
    assert out.read_bytes() == first


def test_resume_refuses_what_does_not_belong_together(source, tmp_path):
    out = tmp_path / "out"
    for content, reason in (('{"id": "other"}\n', "another id"), ('{"id": "d0"}\n' * 100, "only 39")):
        out.write_text(content)
        with pytest.raises(BulkError, match=reason):
            bulk.run(str(source), str(out), load, 1, resume=True)
        assert out.read_text() == content
    with pytest.raises(BulkError, match="to be a file"):
        bulk.run(str(source), "-", load, 1, resume=True)
    with pytest.raises(BulkError, match="same file"):
        bulk.run(str(source), str(source), load, 1, resume=False)
    assert source.stat().st_size


def test_a_process_that_dies_is_told(tmp_path):
    (tmp_path / "in").write_text('{"text": "Treffen"}\n{"text": "crash"}\n')
    with pytest.raises(BulkError, match="--resume"):
        bulk.run(str(tmp_path / "in"), str(tmp_path / "out"), load, 2, resume=False)


def test_input_is_read_no_further_than_needed():
    taken = []

    def lines():
        for i in range(1000):
            taken.append(i)
            yield b'{"text": "Treffen"}'

    found = bulk.answers(lines(), load, 2)
    next(found)
    assert len(taken) <= 2 * bulk.AHEAD
    found.close()


@pytest.mark.parametrize("size", [(0, 0), (40, 100)])
def test_a_bar_on_a_terminal(source, tmp_path, size):
    """A terminal whose size nobody has set says 0."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, size)
    command = [sys.executable, "-c", RUN, str(source), str(tmp_path / "out"), "1", ""]
    with subprocess.Popen(command, cwd=ROOT, stderr=slave) as running:
        os.close(slave)
        told = b""
        try:
            while piece := os.read(master, 4096):
                told += piece
        except OSError:  # the other end is closed
            pass
    os.close(master)
    assert running.returncode == 0
    assert "39/39" in told.decode()


def test_lines_of_progress_where_there_is_no_terminal(monkeypatch, capsys):
    monkeypatch.setattr(bulk, "TOLD", 0)
    assert list(bulk.progress(({"id": str(i)} for i in range(3)), 5, 8)) == [{"id": str(i)} for i in range(3)]
    first, *more = capsys.readouterr().err.splitlines()
    assert first == "6 of 8 documents"
    assert all(re.fullmatch(r"[78] of 8 documents, [\d.e+]+ a second", row) for row in more)
    assert len(more) == 2


def cli(*arguments, **environment) -> subprocess.CompletedProcess:
    return run_python("-m", "service", *arguments, **environment)


@pytest.mark.parametrize("arguments", [["--help"], ["extract", "--help"], ["bulk", "--help"], ["serve", "--help"]])
def test_help_teaches(arguments):
    done = cli(*arguments)
    assert done.returncode == 0
    assert "exit codes:" in done.stdout or arguments[0] == "serve"
    assert "examples:" in done.stdout


@pytest.fixture
def main(monkeypatch, capsys):
    """The command line over the fake engine, in this process: exit code, standard output and error of a call."""
    monkeypatch.setattr(command_line, "_ready_engine", lambda settings: load(1))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["service", *map(str, arguments)])
        code = command_line.main()
        return code, *capsys.readouterr()

    return call


def test_extract_answers_the_good_files_and_names_the_others(main, tmp_path):
    for name, content in (("good", b"\xef\xbb\xbfTreffen in Wien"), ("empty", b""), ("binary", b"a\xff")):
        (tmp_path / name).write_bytes(content)
    code, out, err = main("extract", *(tmp_path / name for name in ("empty", "missing", "good", "binary")), tmp_path)
    assert code == 1
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["good"]
    assert json.loads(out)["characters_read"] == 15
    told = ("empty: text: Must hold", "missing", "binary: not UTF-8 (byte 1)", f"Is a directory: {tmp_path}")
    for row, words in zip(err.splitlines(), told, strict=True):
        assert words in row
        assert "Errno" not in row


@pytest.mark.parametrize(("option", "value"), [("--published-at", "gestern"), ("--language", "deutsch")])
def test_a_wrong_option_is_told_before_the_model_is_loaded(main, monkeypatch, option, value):
    monkeypatch.setattr(command_line, "_ready_engine", lambda settings: pytest.fail("it was loaded"))
    code, out, err = main("extract", "article.txt", option, value)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {option.strip('-').replace('-', '_')}: ")


def test_an_answer_is_given_before_its_picture_fails(main, tmp_path):
    (tmp_path / "article").write_text("Treffen")
    code, out, err = main("extract", tmp_path / "article", "--html", tmp_path / "none" / "a.html")
    assert code == 2
    assert json.loads(out)["id"] == "article"
    assert "No such file or directory" in err


def test_exit_codes():
    assert cli().returncode == 2
    assert cli("bulk", "a", "b", "--processes", "0").returncode == 2
    wrong = cli("settings", PORT="0")
    assert wrong.returncode == 2
    assert "PORT" in wrong.stderr
    assert "1 to 65535" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_settings_prints_the_table():
    assert "| `PORT` | `8000` | 1 to 65535 |" in cli("settings").stdout
