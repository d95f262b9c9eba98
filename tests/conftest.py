"""Shared fixtures: a fake engine for the HTTP layer, the real model for the rest, the shared data where it is there."""

import os
import re
from pathlib import Path

import pytest

from schemas.article import Article
from service import create_app
from service.settings import Settings

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


@pytest.fixture
def client():
    return make_app().test_client()


@pytest.fixture(scope="session")
def engine():
    """The real model, built once into the cache."""
    from service.engine import load_engine
    from service.model import build
    from service.settings import from_environment

    settings = from_environment()
    return load_engine(build(settings), threads=os.cpu_count() or 1)


@pytest.fixture(scope="session")
def shared():
    """The folder with the seed article and the real news; tests that need it are skipped where it is missing."""
    if not (SHARED / "seed").is_dir():
        pytest.skip(f"no shared data at {SHARED}")
    return SHARED
