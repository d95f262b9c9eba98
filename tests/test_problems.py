"""Every kind of error has the same shape, whoever finds out: a route, Flask, a limit, or the server before the application."""

import json
import time

import pytest
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine

from schemas.problem import ProblemSchema
from service import create_app
from service.problems import PROBLEMS
from service.settings import Settings
from service.worker import answer_bytes, unreadable
from tests.conftest import FakeEngine, make_app

KEY = "a-key-of-these-tests"
JSON = "application/json"


class Slow(FakeEngine):
    def answer(self, article):
        time.sleep(1.3)
        return super().answer(article)


class Broken:
    """A body whose reading fails."""

    def __init__(self, error: Exception):
        self.error = error

    def read(self, size=-1):
        raise self.error


def post(client, body: bytes = b'{"text": "Treffen"}', kind: str = JSON, **options):
    return client.post("/v1/events", data=body, content_type=kind, **options)


def broken(error: Exception):
    environ = {"wsgi.input": Broken(error), "wsgi.input_terminated": True}
    headers = {"Transfer-Encoding": "chunked"}
    return make_app().test_client().post("/v1/events", content_type=JSON, headers=headers, environ_overrides=environ)


def too_many():
    client = make_app(Settings(rate_limit="1/hour")).test_client()
    post(client)
    return post(client)


def overloaded():
    app = make_app()
    app.extensions["gate"].most["place"] = 0
    return post(app.test_client())


def before_the_application(error: Exception):
    """The server's own answer, as the test client would give it."""
    head, _, body = answer_bytes(unreadable(error), "an-id").partition(b"\r\n\r\n")
    first, *rows = head.decode().split("\r\n")
    return make_app().response_class(body, int(first.split()[1]), dict(row.split(": ", 1) for row in rows))


CALLS = {
    "not-json": lambda: post(make_app().test_client(), b"{"),
    "not-utf-8": lambda: post(make_app().test_client(), b"\xff"),
    "bad-request": lambda: broken(OSError()),
    "unauthorized": lambda: post(make_app(Settings(api_keys=KEY)).test_client()),
    "forbidden": lambda: post(make_app(Settings(api_keys=KEY)).test_client(), headers={"X-API-Key": "another"}),
    "not-found": lambda: make_app().test_client().get("/nothing"),
    "method-not-allowed": lambda: make_app().test_client().delete("/v1/events"),
    "body-timeout": lambda: broken(TimeoutError()),
    "length-required": lambda: make_app().test_client().open("/v1/events", method="POST", content_type=JSON),
    "too-large": lambda: post(make_app().test_client(), b" " * (2 * 1024 * 1024 + 1)),
    "address-too-long": lambda: before_the_application(LimitRequestLine(2, 1)),
    "unsupported-media-type": lambda: post(make_app().test_client(), kind="text/html"),
    "invalid-field": lambda: post(make_app().test_client(), b"{}"),
    "too-many-requests": too_many,
    "headers-too-large": lambda: before_the_application(LimitRequestHeaders("limit")),
    "internal": lambda: post(make_app().test_client(), b'{"text": "fail"}'),
    "not-ready": lambda: post(create_app(Settings(), load=lambda settings: time.sleep(20)).test_client()),
    "overloaded": overloaded,
    "deadline-passed": lambda: post(make_app(Settings(deadline=1), Slow()).test_client()),
}


def test_every_kind_is_tried():
    assert set(CALLS) == set(PROBLEMS) - {"client-gone"}  # nobody is there to read that one


@pytest.mark.parametrize("kind", CALLS)
def test_every_problem_has_one_shape(kind):
    answer = CALLS[kind]()
    status, title = PROBLEMS[kind]
    body = json.loads(answer.get_data())
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not ProblemSchema().validate(body)
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "request_id"}
    assert (body["type"], body["title"], body["status"]) == (f"urn:problem:{kind}", title, status)
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert ("errors" in body) is (kind == "invalid-field")
    assert ("Retry-After" in answer.headers) is (status in (429, 503))
