"""A client of the event-extraction service: one file, the standard library alone, to copy beside your code (Python 3.10 or later).

    from events_client import Client

    for event in Client("http://localhost:8000").events("Wien - …", published_at="2024-03-06").events:
        print(event.type, event.status, [p.name for p in event.participants])

A call changes nothing at the service, so what fails only for now (429, 503, a broken connection) is tried again.
"""

import functools
import http.client
import json
import time
import types
import typing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, is_dataclass
from datetime import date
from itertools import count, islice
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Span:
    """A half-open range of Unicode code points, as Python's strings have them: `article[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Participant:
    name: str
    type: str
    title: str | None
    country: str | None
    confidence: float
    mentions: list[Span]


@dataclass(frozen=True)
class Place:
    name: str
    kind: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    geonames_id: int | None
    confidence: float
    mentions: list[Span]


@dataclass(frozen=True)
class Date:
    value: str | None
    start: date | None
    end: date | None
    basis: str | None
    reason: str | None
    confidence: float
    mentions: list[Span]


@dataclass(frozen=True)
class Event:
    id: str
    type: str
    form: str
    status: str
    confidence: float
    triggers: list[Span]
    participants: list[Participant]
    places: list[Place]
    dates: list[Date]
    topic: Span | None
    instrument: Span | None
    evidence: list[Span]
    during: str | None


@dataclass(frozen=True)
class ModelName:
    name: str
    version: str


@dataclass(frozen=True)
class Events:
    """The answer to one article."""

    id: str | None
    language: str | None
    published_at: date | None
    characters_read: int
    events: list[Event]
    model: ModelName
    warnings: list[str]


class Problem(Exception):
    """What the service says is wrong (RFC 9457): raised for a call, given in place of `Events` for one document of many.

    `type` is `urn:problem:` and the kind, `errors` a list of {"field", "reason"}, `id` the document's own.
    """

    def __init__(self, body: dict, id: str | None = None, retry_after: float | None = None):
        super().__init__(body.get("detail") or body.get("title") or "")
        self.type, self.title, self.status = body.get("type", "about:blank"), body.get("title", ""), body.get("status", 0)
        self.detail, self.request_id, self.errors = body.get("detail", ""), body.get("request_id", ""), body.get("errors", [])
        self.id, self.retry_after = id, retry_after


_annotations = functools.cache(typing.get_type_hints)


def _make(kind: typing.Any, value: typing.Any) -> typing.Any:
    """JSON as the annotation `kind` says; fields that this file does not know yet are passed over."""
    if value is None:
        return None
    if is_dataclass(kind):
        return kind(**{name: _make(inner, value[name]) for name, inner in _annotations(kind).items()})
    if isinstance(kind, types.UnionType):
        return _make(next(k for k in typing.get_args(kind) if k is not types.NoneType), value)
    if typing.get_origin(kind) is list:
        return [_make(typing.get_args(kind)[0], one) for one in value]
    return date.fromisoformat(value) if kind is date else value


def _problem(response: http.client.HTTPResponse) -> Problem:
    """The problem in a response that is none of the expected; a proxy may have sent it, in words of its own."""
    content, wait = response.read(), response.headers.get("Retry-After", "")
    is_problem = response.headers.get_content_type() == "application/problem+json"
    body = json.loads(content) if is_problem else {"title": response.reason, "status": response.status}
    return Problem(body, retry_after=float(wait) if wait.isdigit() else None)


def _passes(error: Exception) -> bool:
    """Whether trying again may help; not after a timeout: the work would be doubled where there is too much already."""
    return error.status in (429, 503) if isinstance(error, Problem) else not isinstance(error, TimeoutError)


FAILURES = (Problem, OSError, http.client.HTTPException)


class Client:
    """The service at an address. Every call raises Problem, or OSError or HTTPException where the connection fails.

    `key` is an API key, where the service asks for one; `timeout` the seconds that a document may take; `attempts` how often a call
    is tried, with the wait that the service asks for in between, at most `longest_wait` seconds. May be shared by threads.
    """

    def __init__(
        self,
        address: str = "http://localhost:8000",
        key: str | None = None,
        timeout: float = 90,
        attempts: int = 5,
        longest_wait: float = 60,
    ):
        self.address, self.timeout, self.attempts, self.longest_wait = urlsplit(address.rstrip("/")), timeout, attempts, longest_wait
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def events(self, text: str, **options) -> Events:
        """The events of one article; options are the request's other fields, such as `published_at` (a date or ISO 8601)."""
        return _make(Events, self._call("POST", "/v1/events", {"text": text} | options))

    def batch(self, documents: list[dict]) -> list[Events | Problem]:
        """The answers to up to 256 articles (the service's MAX_DOCUMENTS), in order; an invalid one has a problem in its place."""
        answer = self._call("POST", "/v1/events/batch", {"documents": documents}, self.timeout * len(documents))
        return [Problem(one["problem"], one["id"]) if "problem" in one else _make(Events, one) for one in answer["results"]]

    def many(self, documents: Iterable[dict], size: int = 8, parallel: int = 2) -> Iterator[Events | Problem]:
        """The answers to any number of articles, in order and in bounded memory: `parallel` batches of `size` at a time.

        Not the service's stream of lines: a batch that fails can be sent again, and several keep all of the service's workers busy.
        """
        rest, waiting = iter(documents), deque()
        pool = ThreadPoolExecutor(parallel)
        try:
            while group := list(islice(rest, size)):
                waiting.append(pool.submit(self.batch, group))
                if len(waiting) > parallel:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def model(self) -> dict:
        """The model that answers: name, version, languages, types, scores."""
        return self._call("GET", "/v1/model")

    def _wait(self, error: Exception, attempt: int) -> None:
        """Wait as long as the error asks for; raises it where trying again does not help or has not helped."""
        if attempt >= self.attempts or not _passes(error):
            raise error
        time.sleep(min(getattr(error, "retry_after", None) or 0.5 * 2**attempt, self.longest_wait))

    def _call(self, method: str, path: str, fields: dict | None = None, timeout: float | None = None) -> dict:
        body = None if fields is None else json.dumps(fields, default=str).encode()
        kind = http.client.HTTPSConnection if self.address.scheme == "https" else http.client.HTTPConnection
        for attempt in count(1):
            connection = kind(self.address.hostname, self.address.port, timeout=timeout or self.timeout)
            try:
                connection.request(method, self.address.path + path, body, self.headers | {"Content-Type": "application/json"})
                response = connection.getresponse()
                if response.status != 200:
                    raise _problem(response)
                return json.loads(response.read())
            except FAILURES as error:
                self._wait(error, attempt)
            finally:
                connection.close()
