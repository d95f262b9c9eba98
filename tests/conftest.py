"""Shared fixtures: a fake engine for the HTTP layer, the real model for the rest, the shared data where it is there."""

import os
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
    """Answers without a model, so that the HTTP layer is tested alone."""

    info = FakeInfo()

    def answer(self, article: Article) -> dict:
        if article.text == "fail":
            raise RuntimeError("canary-text")
        return {"id": article.id, "characters_read": len(article.text), "events": []}


@pytest.fixture
def client():
    app = create_app(Settings(), load=lambda settings: FakeEngine())
    app.extensions["engine"].__self__.thread.join()
    return app.test_client()


@pytest.fixture(scope="session")
def engine():
    """The real model, built once into the cache."""
    from service.engine import load_engine
    from service.model import build
    from service.settings import from_environment

    settings = from_environment()
    return load_engine(build(settings.base_model, settings.cache_dir, settings.model_dir), threads=os.cpu_count() or 1)


@pytest.fixture(scope="session")
def shared():
    """The folder with the seed article and the real news; tests that need it are skipped where it is missing."""
    if not (SHARED / "seed").is_dir():
        pytest.skip(f"no shared data at {SHARED}")
    return SHARED
