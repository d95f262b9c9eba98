"""The real model, end to end: offsets, scores above a floor, the command line, the server."""

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from schemas.article import Article
from schemas.ontology import ONTOLOGY
from tests.conftest import ROOT
from training.calibrate import outcomes
from training.evaluate import read_all, read_gold, write_predictions
from training.score import accuracy, f1, score_document, total

NEWS = (
    "Wien (dpa) - Die Außenminister von Österreich und Ungarn, Lena Hofer und Gábor Szalai, haben sich am Montag in Wien zu Gesprächen "
    "über die Bahnstrecke getroffen. Sie unterzeichneten ein Abkommen über den Ausbau."
)
FLOOR_EVENT = {"de": 0.75, "en": 0.75}
FLOOR = {"event": 0.7, "arguments": 0.6, "frame": 0.2}
FLOOR_STATUS = 0.75


def test_an_article_has_events(engine):
    answer = engine.answer(Article(NEWS, "a1", datetime.date(2024, 3, 6)))
    assert answer["language"] == "de"
    assert answer["characters_read"] == len(NEWS)
    assert {e["type"] for e in answer["events"]} == {"meeting", "agreement"}
    meeting = next(e for e in answer["events"] if e["type"] == "meeting")
    assert {"Lena Hofer", "Gábor Szalai"} <= {p["name"] for p in meeting["participants"]}


def test_filters(engine):
    every = engine.answer(Article(NEWS))["events"]
    assert engine.answer(Article(NEWS, types=["meeting"]))["events"] == [e for e in every if e["type"] == "meeting"]
    assert engine.answer(Article(NEWS, statuses=["denied"]))["events"] == [e for e in every if e["status"] == "denied"]
    assert engine.answer(Article(NEWS, min_confidence=1.0))["events"] == [e for e in every if e["confidence"] == 1.0]


def test_other_languages_are_warned_of(engine):
    assert any("'sv'" in w for w in engine.answer(Article("Ministrarna möttes i Lund.", language="sv"))["warnings"])


def test_long_articles_are_read_to_their_end(engine):
    filler = "Der Regen hielt den ganzen Tag über an, und die Straßen blieben leer. " * 150
    text = filler + NEWS
    events = engine.answer(Article(text, language="de"))["events"]
    assert any(t["start"] >= len(filler) for e in events for t in e["triggers"])


def test_score_on_unseen_articles_stays_above_the_floor(engine):
    found = outcomes(read_all(engine.reader, read_gold("test")), engine.reader.thresholds, engine.calibration, ONTOLOGY)
    for language, least in FLOOR_EVENT.items():
        assert f1(total([o for o in found if o.language == language]), "event") >= least, language
    for name, least in FLOOR.items():
        assert f1(total(found), name) >= least, name
    assert accuracy(total(found), "status") >= FLOOR_STATUS


def test_seed_article(engine, shared):
    text = (shared / "seed" / "article.de.txt").read_text(encoding="utf-8")
    gold = json.loads((shared / "seed" / "gold.json").read_text(encoding="utf-8"))
    answer = engine.answer(Article(text, published_at=datetime.date(2023, 8, 1)))
    judged = score_document({"text": text, "language": "de", "events": gold["events"]}, answer["events"]).events
    assert sum(right for _, right in judged) >= 5
    assert sum(not right for _, right in judged) <= 1


def test_own_scores_agree_with_the_shared_scorer(engine, shared, tmp_path):
    documents = read_gold(str(shared / "dev" / "de.jsonl"))[:10]
    reads = read_all(engine.reader, documents)
    (tmp_path / "gold").write_text("".join(json.dumps(r) + "\n" for r in documents))
    write_predictions(reads, engine.reader.thresholds, engine.calibration, tmp_path / "found")
    command = [sys.executable, str(shared / "score" / "score.py"), str(tmp_path / "gold"), str(tmp_path / "found"), "--json"]
    theirs = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    ours = total(outcomes(reads, engine.reader.thresholds, engine.calibration, ONTOLOGY))
    for name in ("event", "arguments", "frame"):
        assert f1(ours, name) == pytest.approx(theirs[name]["f1"], abs=1e-3)
    assert accuracy(ours, "status") == theirs["status"]["accuracy"]
    assert theirs["spans"]["wrong"] == 0


def run(*args, **kwargs):
    return subprocess.run([sys.executable, "-m", "service", *args], cwd=ROOT, capture_output=True, check=False, **kwargs)


def test_extract_command(engine, tmp_path):
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    done = run("extract", str(tmp_path / "a.txt"), "--published-at", "2024-03-06", "--language", "de")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == engine.answer(Article(NEWS, "a.txt", datetime.date(2024, 3, 6), "de"))
    assert run("extract", str(tmp_path / "bad.txt")).returncode == 1


def test_bulk_command_keeps_order_and_loses_no_line(engine, tmp_path):
    lines = [
        json.dumps({"id": "1", "text": NEWS}),
        "{broken",
        json.dumps({"id": "3", "text": ""}),
        "[]",
        json.dumps({"id": "5", "text": "Hallo."}),
    ]
    (tmp_path / "in").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("bulk", str(tmp_path / "in"), str(tmp_path / "out"))
    assert done.returncode == 1
    rows = [json.loads(line) for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()]
    assert [r["id"] for r in rows] == ["1", None, "3", None, "5"]
    assert [r["problem"]["status"] if "problem" in r else 200 for r in rows] == [200, 400, 422, 422, 200]
    assert rows[0] == engine.answer(Article(NEWS, "1"))


@pytest.fixture
def server(engine):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "HOST": "127.0.0.1", "WORKERS": "2"}
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(url + "/health/ready", timeout=5)
            break
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, process.stdout.read().decode()
            time.sleep(0.5)
    yield process, url
    process.kill()
    process.stdout.close()
    process.wait()


def post(url, text):
    """The answer to an article, asked again while the worker that took it is still loading."""
    body = json.dumps({"text": text, "published_at": "2024-03-06"}).encode()
    request = urllib.request.Request(url + "/v1/events", body, {"Content-Type": "application/json"})
    for _ in range(120):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(0.5)
    raise TimeoutError("not ready within a minute")


def test_the_server_answers_and_stops_gracefully(engine, server):
    process, url = server
    answers = [post(url, NEWS) for _ in range(6)]
    assert all(a == engine.answer(Article(NEWS, published_at=datetime.date(2024, 3, 6))) for a in answers)
    with urllib.request.urlopen(url + "/v1/model", timeout=10) as answer:
        assert {"name", "version", "languages", "types", "thresholds", "scores"} <= set(json.loads(answer.read()))
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) == 0
    assert "Außenminister" not in process.stdout.read().decode()


def test_the_server_refuses_a_damaged_model(tmp_path):
    code = "from gunicorn.app.wsgiapp import run; run()"
    arguments = ["--config", "docker/gunicorn.conf.py", "service:create_app()"]
    environment = os.environ | {"MODEL_DIR": str(tmp_path), "PORT": "1"}
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode != 0
    assert b"holds no ready model" in done.stderr
