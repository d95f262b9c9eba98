"""What Prometheus reads at /metrics, right across all workers where PROMETHEUS_MULTIPROC_DIR is set (docker/gunicorn.conf.py does)."""

import os

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

from schemas.article import Article

SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)

REQUESTS = Counter("events_http_requests", "Requests answered", ("route", "method", "status"))
LATENCY = Histogram("events_http_request_seconds", "From the request's headers to the end of its answer", ("route",), buckets=SECONDS)
WAITED = Histogram("events_queue_seconds", "Wait of an article for the model", buckets=SECONDS)
WORKED = Histogram("events_model_seconds", "Work of the model on an article", buckets=SECONDS)
WAITING = Gauge("events_queue_length", "Articles that wait for the model", multiprocess_mode="livesum")
STREAMS = Gauge("events_streams", "Batches and streams being answered", multiprocess_mode="livesum")
DOCUMENTS = Counter("events_documents", "Articles answered, by language", ("language",))
FAILED = Counter("events_document_problems", "Articles answered with a problem, by its kind", ("kind",))
CHARACTERS = Counter("events_characters", "Characters read")
WINDOWS = Counter("events_windows", "Windows of tokens read by the encoder")
FOUND = Counter("events_found", "Events given", ("type", "status", "language"))
MODEL = Gauge("events_model_info", "1 for the model that answers", ("name", "version"), multiprocess_mode="livemax")


def language_label(language: str | None, known: tuple[str, ...]) -> str:
    """A label of few values: the model's languages, `other`, or `unknown`."""
    return "unknown" if language is None else language if language in known else "other"


def count_document(article: Article, answer: dict, windows: int, known: tuple[str, ...]) -> None:
    """Count one article's answer."""
    language = language_label(answer["language"], known)
    DOCUMENTS.labels(language).inc()
    CHARACTERS.inc(len(article.text))
    WINDOWS.inc(windows)
    for event in answer["events"]:
        FOUND.labels(event["type"], event["status"], language).inc()


def exposition() -> tuple[bytes, str]:
    """The metrics of all workers as text, and its content type."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry), CONTENT_TYPE_LATEST
