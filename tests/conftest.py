"""Shared fixtures: a fake engine for the HTTP layer, the real model for the rest, the shared data where it is there."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.article import Article
from service import create_app, model
from service.base import build_base, sha256
from service.settings import Settings, from_environment

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("SHARED_DIR", ROOT.parent / "shared"))


class FakeInfo:
    name, version, base, languages, thresholds, scores = "fake", "0", "none", ("de",), {}, {}


class FakeEngine:
    """Answers without a model, so that the HTTP layer is tested alone: one meeting, at the text's first word."""

    info = FakeInfo()

    def windows(self, text: str) -> int:
        return 1 + len(text) // 2000

    def answer(self, article: Article) -> dict:
        if article.text == "fail":
            raise RuntimeError("canary-text")
        word = re.search(r"\S+", article.text)
        span = {"text": word[0], "start": word.start(), "end": word.end()}
        lists = {name: [] for name in ("participants", "places", "dates")}
        event = {"id": "e1", "type": "meeting", "form": "talks", "status": "occurred", "confidence": 0.9, "triggers": [span]}
        event |= lists | {"topic": None, "instrument": None, "evidence": [span], "during": None}
        return {
            "id": article.id,
            "language": article.language or "de",
            "published_at": article.published_at and article.published_at.isoformat(),
            "characters_read": len(article.text),
            "events": [event] if article.types is None or "meeting" in article.types else [],
            "model": {"name": "fake", "version": "0"},
            "warnings": [],
        }


def make_app(settings: Settings | None = None, engine=None):
    """The application over a fake engine, ready."""
    app = create_app(settings or Settings(), load=lambda _: engine or FakeEngine())
    app.extensions["engine"].__self__.thread.join()
    return app


def run_python(*command, **environment) -> subprocess.CompletedProcess:
    """What a Python process with these arguments comes to, in the repository's folder; its output is text."""
    arguments = [sys.executable, *map(str, command)]
    return subprocess.run(arguments, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False)


def spans_of(event: dict) -> Iterator[tuple[str, dict]]:
    """Every span that an event of the response gives, with what it is: trigger, evidence or a role."""
    yield from (("trigger", span) for span in event["triggers"])
    yield from (("evidence", span) for span in event["evidence"])
    yield from ((role, span) for role in ("participants", "places", "dates") for one in event[role] for span in one["mentions"])
    yield from ((role, event[role]) for role in ("topic", "instrument") if event[role])


@pytest.fixture
def client():
    return make_app().test_client()


@pytest.fixture(scope="session")
def engine():
    """The real model, built once into the cache."""
    from service.engine import load_engine

    return load_engine(model.build(from_environment()), threads=os.cpu_count() or 1)


@pytest.fixture(scope="session")
def base() -> Path:
    """The folder of the pretrained encoder, built once into the cache."""
    settings = from_environment()
    return build_base(settings.base_model, settings.cache_dir)


@pytest.fixture
def model_folder(tmp_path) -> Path:
    """A model folder that looks whole; nothing reads it further."""
    ready = tmp_path / "ready"
    ready.mkdir()
    for name in model.FILES:
        (ready / name).write_text(f"content of {name}")
    files = {n: {"bytes": (ready / n).stat().st_size, "sha256": sha256(ready / n)} for n in model.FILES}
    (ready / model.MANIFEST).write_text(json.dumps({"files": files}))
    return ready


@pytest.fixture(scope="session")
def shared():
    """The folder with the seed article and the real news; tests that need it are skipped where it is missing."""
    if not (SHARED / "seed").is_dir():
        pytest.skip(f"no shared data at {SHARED}")
    return SHARED
