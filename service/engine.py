"""Articles → answers: the one way that data flows, from a checked request to a checked response."""

import datetime
import logging
import threading
from pathlib import Path

from schemas.article import Article
from service.during import link_meetings
from service.encode import window_starts
from service.extract import Reader, find_events
from service.formats import checked
from service.languages import detect_language
from service.model import ModelInfo, load
from service.normalise import Calibration, normalise

log = logging.getLogger(__name__)


class Engine:
    """A loaded model that answers articles, one at a time: torch gains nothing from two passes on one core."""

    def __init__(self, reader: Reader, info: ModelInfo):
        self.reader, self.info = reader, info
        self.calibration = Calibration(**{name: tuple(values) for name, values in info.calibration.items()})
        self.lock = threading.Lock()

    def windows(self, text: str) -> int:
        """How many windows of tokens the encoder reads of a text; for the metrics."""
        return len(window_starts(len(self.reader.tokenizer.encode(text, add_special_tokens=False).ids)))

    def answer(self, article: Article) -> dict:
        """The response to one article, validated against its schema; raises InvalidResponse."""
        language = article.language or detect_language(article.text)
        with self.lock:
            found, named = find_events(self.reader, article.text)
        every = normalise(article.text, found, language or "", article.published_at, self.calibration, named)
        events = [e for e in every if wanted(e, article)]
        link_meetings(article.text, events)
        return checked(
            {
                "id": article.id,
                "language": language,
                "published_at": article.published_at and article.published_at.isoformat(),
                "characters_read": len(article.text),
                "events": events,
                "model": {"name": self.info.name, "version": self.info.version},
                "warnings": warnings(language, article, events, self.info),
            }
        )


def wanted(event: dict, article: Article) -> bool:
    """Whether the request's filters let an event through."""
    return (
        (article.types is None or event["type"] in article.types)
        and (article.statuses is None or event["status"] in article.statuses)
        and event["confidence"] >= article.min_confidence
    )


def warnings(language: str | None, article: Article, events: list[dict], info: ModelInfo) -> list[str]:
    """What a caller should know about the answer."""
    found = []
    if language not in info.languages:
        name = f"language {language!r}" if language else "the text's language"
        found.append(f"The model was not trained on {name}; it was trained on {', '.join(info.languages)}.")
    if article.published_at is None and any(date["value"] is None for event in events for date in event["dates"]):
        found.append("Without published_at, relative dates have no value.")
    return found


def load_engine(folder: Path, threads: int = 1, precision: str = "fp32") -> Engine:
    """Load a ready model folder and let it answer once, so that the first caller does not wait; raises ModelError."""
    import torch

    torch.set_num_threads(threads)
    engine = Engine(*load(folder, precision))
    engine.answer(Article("Die Minister trafen sich am Montag in Wien.", published_at=datetime.date(2024, 1, 2), language="de"))
    log.info("model ready: %s %s", engine.info.name, engine.info.version)
    return engine
