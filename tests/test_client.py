"""The Python client: its types are the schemas', it tries again what fails only for now, and answers come in order."""

import ast
import dataclasses
import datetime
import json
import socket
import sys
import threading
import time
import typing

import pytest
from marshmallow import fields

from client import events_client
from client.events_client import Client, Events, Problem
from schemas import examples
from schemas.events import EventsSchema
from schemas.problem import ProblemSchema
from tests.conftest import ROOT
from tests.stub import server

KINDS = {fields.String: str, fields.Float: float, fields.Integer: int, fields.Date: datetime.date}
KEY = "a-key-of-these-tests"


def annotation(field: fields.Field):
    """The annotation that says what a field of a schema holds."""
    if isinstance(field, fields.List):
        kind = list[annotation(field.inner)]
    elif isinstance(field, fields.Nested):
        name = type(field.schema).__name__.removesuffix("Schema")
        kind = getattr(events_client, name)
        same_as(kind, field.schema)
    else:
        kind = KINDS[type(field)]
    return kind | None if field.allow_none else kind


def same_as(kind: type, schema) -> None:
    assert typing.get_type_hints(kind) == {name: annotation(field) for name, field in schema.fields.items()}


def test_types_are_those_of_the_schemas():
    same_as(Events, EventsSchema())
    told = vars(Problem(examples.PROBLEM)).keys()
    assert ProblemSchema().fields.keys() <= told


def test_nothing_is_lost_and_new_fields_are_passed_over():
    found = events_client._make(Events, examples.EVENTS | {"new": 1})
    assert json.loads(json.dumps(dataclasses.asdict(found), default=str)) == examples.EVENTS


def test_it_needs_the_standard_library_alone():
    tree = ast.parse((ROOT / "client" / "events_client.py").read_text(encoding="utf-8"))
    plain = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    found = plain | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "http.client" in found
    assert {name.split(".")[0] for name in found} <= sys.stdlib_module_names


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with server(tmp_path_factory.mktemp("client") / "log", WORKERS=2, API_KEYS=KEY) as address:
        yield address


def test_one_article(address):
    found = Client(address, KEY).events("Treffen in Wien", id="a", published_at=datetime.date(2024, 3, 6), types=["meeting"])
    assert (found.id, found.published_at) == ("a", datetime.date(2024, 3, 6))
    assert found.events[0].triggers[0].text == "Treffen"


def test_a_problem_is_raised_with_all_that_the_service_says(address):
    with pytest.raises(Problem, match="min_confidence") as caught:
        Client(address, KEY).events("Treffen", min_confidence=7)
    assert (caught.value.status, caught.value.type) == (422, "urn:problem:invalid-field")
    assert caught.value.errors[0]["field"] == "min_confidence"
    assert caught.value.request_id
    with pytest.raises(Problem, match="key") as caught:
        Client(address).model()
    assert caught.value.status == 401


def test_many_come_in_order_with_their_problems(address):
    documents = [{"id": str(i), "text": "" if i == 13 else f"slow {i % 3} Treffen"} for i in range(50)]
    found = list(Client(address, KEY).many(iter(documents), size=4, parallel=3))
    assert [one.id for one in found] == [str(i) for i in range(50)]
    assert [one.status for one in found if isinstance(one, Problem)] == [422]


def test_many_reads_no_further_than_needed(address):
    taken = []
    found = Client(address, KEY).many(({"text": f"Treffen {taken.append(i)}"} for i in range(1000)), size=2, parallel=2)
    next(found)
    assert len(taken) <= 6
    found.close()


def script(*answers: bytes):
    """The address of a server that gives these answers, one a connection, and the list of when it was asked."""
    listening, asked = socket.create_server(("127.0.0.1", 0)), []

    def serve():
        for answer in answers:
            connection, _ = listening.accept()
            with connection:
                asked.append(time.monotonic())
                connection.recv(65536)
                connection.sendall(answer)
        listening.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}", asked


def answer(status: int, body: dict, *headers: str, kind: str = "application/problem+json") -> bytes:
    content = json.dumps(body).encode()
    head = "\r\n".join([f"HTTP/1.1 {status} Some", f"Content-Type: {kind}", f"Content-Length: {len(content)}", *headers])
    return head.encode() + b"\r\n\r\n" + content


BUSY = answer(503, {"status": 503, "detail": "busy"}, "Retry-After: 1")
GOOD = answer(200, {"name": "model"}, kind="application/json")


def test_what_fails_for_now_is_tried_again_after_the_wait_that_is_asked_for():
    address, asked = script(BUSY, answer(429, {"status": 429}, "Retry-After: 1"), GOOD)
    assert Client(address).model() == {"name": "model"}
    assert all(0.9 < b - a < 20 for a, b in zip(asked, asked[1:]))
    assert len(asked) == 3


def test_a_broken_connection_is_tried_again():
    address, asked = script(b"", GOOD[:-3], GOOD)
    assert Client(address, longest_wait=0.01).model() == {"name": "model"}
    assert len(asked) == 3


def test_it_gives_up_after_so_many_attempts():
    address, asked = script(*[BUSY] * 3)
    with pytest.raises(Problem, match="busy"):
        Client(address, attempts=3, longest_wait=0.01).model()
    assert len(asked) == 3


@pytest.mark.parametrize("status", [400, 422, 500, 504])
def test_other_problems_are_not_tried_again(status):
    address, asked = script(answer(status, {"error": "in a proxy's words"}, kind="text/html"), GOOD)
    with pytest.raises(Problem) as caught:
        Client(address).model()
    assert (caught.value.status, len(asked)) == (status, 1)
