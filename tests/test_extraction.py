"""The real model, end to end: offsets, scores above a floor, the command line, the server."""

import datetime
import json
import signal

import pytest

from schemas.article import Article
from schemas.ontology import ONTOLOGY
from tests.conftest import run_python
from tests.stub import call, process, until
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
    theirs = json.loads(run_python(shared / "score" / "score.py", tmp_path / "gold", tmp_path / "found", "--json").stdout)
    ours = total(outcomes(reads, engine.reader.thresholds, engine.calibration, ONTOLOGY))
    for name in ("event", "arguments", "frame"):
        assert f1(ours, name) == pytest.approx(theirs[name]["f1"], abs=1e-3)
    assert accuracy(ours, "status") == theirs["status"]["accuracy"]
    assert theirs["spans"]["wrong"] == 0


def test_extract_command(engine, tmp_path):
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    done = run_python("-m", "service", "extract", tmp_path / "a.txt", "--published-at", "2024-03-06", "--language", "de")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == engine.answer(Article(NEWS, "a.txt", datetime.date(2024, 3, 6), "de"))
    assert run_python("-m", "service", "extract", tmp_path / "bad.txt").returncode == 1


def test_bulk_command_keeps_order_and_loses_no_line(engine, tmp_path):
    lines = [
        json.dumps({"id": "1", "text": NEWS}),
        "{broken",
        json.dumps({"id": "3", "text": ""}),
        "[]",
        json.dumps({"id": "5", "text": "Hallo."}),
    ]
    (tmp_path / "in").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run_python("-m", "service", "bulk", tmp_path / "in", tmp_path / "out")
    assert done.returncode == 1
    rows = [json.loads(line) for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()]
    assert [r["id"] for r in rows] == ["1", None, "3", None, "5"]
    assert [r["problem"]["status"] if "problem" in r else 200 for r in rows] == [200, 400, 422, 422, 200]
    assert rows[0] == engine.answer(Article(NEWS, "1"))


def test_the_server_answers_and_stops_gracefully(engine, tmp_path):
    log = tmp_path / "log"
    body = json.dumps({"text": NEWS, "published_at": "2024-03-06"}).encode()
    expected = engine.answer(Article(NEWS, published_at=datetime.date(2024, 3, 6)))
    with process(log, real=True, WORKERS=2) as (address, running):
        answers: list[dict] = []

        def six_answered() -> bool:
            status, _, answer = call(address + "/v1/events", body)
            assert status in (200, 503)  # of a worker that still loads
            answers.extend([json.loads(answer)] if status == 200 else [])
            return len(answers) == 6

        until(six_answered, 60, "not ready within a minute")
        assert answers == [expected] * 6
        assert {"name", "version", "languages", "types", "thresholds", "scores"} <= set(json.loads(call(address + "/v1/model")[2]))
        running.send_signal(signal.SIGTERM)
        assert running.wait(40) == 0
    assert "Außenminister" not in log.read_text()
