"""The HTTP layer: every bad input is a 4xx problem that names the field."""

import gzip
import re
import threading

import pytest

from service import create_app
from service.settings import Settings
from tests.conftest import ROOT, FakeEngine, run_python

JSON = {"Content-Type": "application/json"}


def problem(response, status, field=None):
    """Check the shape that every problem has; returns its body."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = response.get_json()
    assert {"type", "title", "status", "detail", "request_id"} <= set(body)
    assert body["status"] == status
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert "Traceback" not in response.text
    if field:
        assert field in [e["field"] for e in body["errors"]]
    return body


def test_json_article(client):
    answer = client.post("/v1/events", json={"text": "Hallo", "id": "a1", "published_at": "2024-01-02T10:00:00+02:00"})
    assert answer.status_code == 200
    assert answer.get_json()["id"] == "a1"


def test_plain_article(client):
    url = "/v1/events?id=a2&published_at=2024-01-02&types=meeting,agreement&min_confidence=0.5"
    answer = client.post(url, data="Grüße 🙂".encode(), content_type="text/plain; charset=utf-8")
    body = answer.get_json()
    assert (body["id"], body["published_at"], body["characters_read"]) == ("a2", "2024-01-02", 7)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n\t"}, "text"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"text": "a", "txet": "b"}, "txet"),
        ({"text": "a", "published_at": "gestern"}, "published_at"),
        ({"text": "a", "published_at": "2024-02-31"}, "published_at"),
        ({"text": "a", "published_at": 20240101}, "published_at"),
        ({"text": "a", "language": "deutsch"}, "language"),
        ({"text": "a", "language": "de\n"}, "language"),
        ({"text": "a", "types": "meeting"}, "types"),
        ({"text": "a", "types": ["wedding"]}, "types[0]"),
        ({"text": "a", "statuses": ["occurred", 3]}, "statuses[1]"),
        ({"text": "a", "min_confidence": 1.5}, "min_confidence"),
        ({"text": "a", "min_confidence": "much"}, "min_confidence"),
        ({"text": "a", "min_confidence": True}, "min_confidence"),
        ({"text": "a", "min_confidence": "0.5"}, "min_confidence"),
        ({"text": "a", "id": 7}, "id"),
        ({"text": "a", "id": "x" * 300}, "id"),
    ],
)
def test_invalid_field_is_named(client, fields, field):
    problem(client.post("/v1/events", json=fields), 422, field)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"7"])
def test_body_that_is_no_object(client, body):
    problem(client.post("/v1/events", data=body, headers=JSON), 422, "(body)")


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"not json",
        b'{"text": NaN}',
        b'{"text": "a", "min_confidence": Infinity}',
        b'{"text": "a", "text": "b"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"text": "a", "min_confidence": ' + b"9" * 5000 + b"}",
        b'{"text": "\xff"}',
    ],
)
def test_body_that_is_not_json(client, body):
    problem(client.post("/v1/events", data=body, headers=JSON), 400)


def test_lone_surrogate(client):
    problem(client.post("/v1/events", data=b'{"text": "a \\ud800 b"}', headers=JSON), 422, "text")
    problem(client.post("/v1/events", data=b'{"text": "a", "\\ud800": 1}', headers=JSON), 422)


def test_infinite_number(client):
    problem(client.post("/v1/events", data=b'{"text": "a", "min_confidence": 1e999}', headers=JSON), 422, "min_confidence")


@pytest.mark.parametrize(
    "kind", ["application/xml", "multipart/form-data", "text/plain; charset=latin-1", "application/json; charset=utf-16"]
)
def test_content_type(client, kind):
    problem(client.post("/v1/events", data=b"x", content_type=kind), 415)


def test_no_content_type(client):
    problem(client.post("/v1/events", data=b"x"), 415)


def test_plain_text_problems(client):
    problem(client.post("/v1/events", data=b"\xff\xfe", content_type="text/plain"), 400)
    problem(client.post("/v1/events", content_length=0, content_type="text/plain"), 422, "text")
    problem(client.post("/v1/events?colour=red", data=b"a", content_type="text/plain"), 422, "colour")
    problem(client.post("/v1/events?id=1&id=2", data=b"a", content_type="text/plain"), 422, "id")
    problem(client.post("/v1/events?id=1", json={"text": "a"}), 422, "id")


def test_too_large(client):
    problem(client.post("/v1/events", data=b"x" * (2 * 1024 * 1024 + 1), content_type="text/plain"), 413)


def test_unknown_address_and_method(client):
    problem(client.get("/nothing"), 404)
    answer = client.get("/v1/events")
    problem(answer, 405)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("address", ["/v1/model?x=1", "/health/live?x=1", "/metrics?x=1", "/openapi.json?x=1", "/docs?x=1"])
def test_unknown_query_parameter(client, address):
    problem(client.get(address), 422, "x")


def test_no_length(client):
    problem(client.post("/v1/events", content_length=0, content_type="application/json"), 400)
    problem(client.open("/v1/events", method="POST", content_type="application/json"), 411)


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_content_encoding(client, coding):
    problem(client.post("/v1/events", data=b"x", headers=JSON | {"Content-Encoding": coding}), 415)


def test_answers_are_compressed_on_demand(client):
    plain = client.get("/openapi.json")
    packed = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_server_timing_names_the_parts(client):
    timing = client.post("/v1/events", json={"text": "a"}).headers["Server-Timing"]
    assert re.fullmatch(r"queue;dur=[\d.]+, model;dur=[\d.]+, total;dur=[\d.]+", timing)


def test_request_id_is_kept_where_sane(client):
    assert client.get("/health/live", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    assert client.get("/health/live", headers={"X-Request-ID": "a b"}).headers["X-Request-ID"] != "a b"


def test_a_fault_tells_neither_caller_nor_log_the_text(client, caplog):
    body = problem(client.post("/v1/events", json={"text": "fail"}), 500)
    assert "canary" not in str(body) + caplog.text
    assert body["request_id"] in caplog.text


def test_not_ready_until_the_model_is_loaded():
    gate = threading.Event()
    app = create_app(Settings(), load=lambda settings: gate.wait(10) and FakeEngine())
    client = app.test_client()
    assert client.get("/health/live").status_code == 200
    for answer in (client.get("/health/ready"), client.post("/v1/events", json={"text": "a"}), client.get("/v1/model")):
        problem(answer, 503)
        assert answer.headers["Retry-After"]
    gate.set()
    app.extensions["engine"].__self__.thread.join()
    assert client.get("/health/ready").status_code == 200


def test_a_model_that_cannot_be_loaded_is_never_ready():
    def fail(settings):
        raise OSError("truncated")

    app = create_app(Settings(), load=fail)
    app.extensions["engine"].__self__.thread.join()
    problem(app.test_client().get("/health/ready"), 503)


def test_what_speaks_http_imports_no_torch():
    code = "import sys, service.api, service.batch, service.openapi, service.access; sys.exit('torch' in sys.modules)"
    assert run_python("-c", code).returncode == 0


@pytest.mark.parametrize(
    "module", ["words", "encode", "network", "extract", "decode", "link", "dates/*", "places", "sentences", "normalise"]
)
def test_what_reads_and_decodes_knows_no_flask(module):
    files = list((ROOT / "service").glob(f"{module}.py"))
    assert files
    assert not [f.name for f in files if "flask" in f.read_text(encoding="utf-8")]
