"""README.md tells the truth: its examples run, its answer is the model's."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

from schemas.article import Article
from service import __main__ as cli
from service.parse import check_article
from tests import stub
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.M | re.S)
ARTICLES = '{"id": "a", "text": "Treffen in Wien"}\n{"id": "b", "text": "Ein Abkommen", "published_at": "2024-03-06"}\n'


def blocks(language: str, word: str) -> list[str]:
    """The code blocks of a language that hold a word; at least one, or the test would prove nothing."""
    found = [code for kind, code in BLOCKS if kind == language and word in code]
    assert found
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with stub.server(tmp_path_factory.mktemp("readme") / "log", WORKERS=1) as address:
        yield address.removeprefix("http://")


def run(command: list[str], folder, **environment) -> str:
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def need(program: str) -> None:
    if not shutil.which(program):
        pytest.skip(f"no {program} here")


@pytest.mark.parametrize("code", blocks("sh", "curl"))
def test_curl(address, tmp_path, code):
    need("curl")
    (tmp_path / "articles.jsonl").write_text(ARTICLES)
    told = run(["bash", "-euc", code.replace("localhost:8000", address)], tmp_path)
    answers = [json.loads(line) for line in told.splitlines()]
    assert [a["events"][0]["type"] for a in answers] == ["meeting"] * len(answers)
    assert answers


def test_python(address, tmp_path):
    for code in blocks("python", "events_client"):
        told = run([sys.executable, "-c", code.replace("localhost:8000", address)], tmp_path, PYTHONPATH=str(ROOT / "client"))
        meeting, good, bad = told.splitlines()
        assert (meeting, good) == ("meeting occurred [] []", "a 1")
        assert bad.startswith("b text: Must hold 1 to 100,000 characters.")


def test_javascript(address, tmp_path):
    need("node")
    for code in blocks("js", "fetch"):
        (tmp_path / "example.mjs").write_text(code.replace("localhost:8000", address))
        assert run(["node", "example.mjs"], tmp_path) == "meeting Die\n"


def test_javascript_problem(address, tmp_path):
    need("node")
    (tmp_path / "example.mjs").write_text(blocks("js", "fetch")[0].replace("localhost:8000", address).replace("2024-03-06", "gestern"))
    done = subprocess.run(["node", "example.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode
    assert "published_at: " in done.stderr


@pytest.mark.parametrize("line", [row for code in blocks("sh", "-m service") for row in code.splitlines()])
def test_command_line(monkeypatch, tmp_path, capfd, line):
    command = shlex.split(line, comments=True)
    assert command[:3] == [".venv/bin/python", "-m", "service"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "article.txt").write_text("Treffen in Wien")
    (tmp_path / "articles.jsonl").write_text(ARTICLES)
    monkeypatch.setattr(sys, "argv", ["service", *command[3:]])
    monkeypatch.setattr(cli, "_ready_engine", lambda settings: stub.SlowEngine())
    monkeypatch.setattr(cli, "build", lambda *folders: None)
    monkeypatch.setattr(cli, "load_model", stub.load_model)
    assert cli.main() == 0
    out = capfd.readouterr().out or (tmp_path / "events.jsonl").read_text()
    assert ('"@context": "https://schema.org"' if "jsonld" in command else '"events"') in out


def shown(given, told) -> bool:
    """Whether an answer holds what the README shows of it: a part of the fields, confidences aside."""
    if isinstance(told, dict):
        return all(shown(given[name], value) for name, value in told.items() if name not in ("…", "confidence"))
    if isinstance(told, list):
        return len(given) >= len(told) and all(shown(one, other) for one, other in zip(given, told))
    return given == told


def test_the_answer_is_the_models(engine):
    sent = json.loads(re.search(r"-d '(\{.*?\})'", blocks("sh", "curl")[0], flags=re.S)[1])
    told = json.loads(blocks("jsonc", "events")[0])
    article: Article = check_article(sent)
    assert shown(engine.answer(article), told)
