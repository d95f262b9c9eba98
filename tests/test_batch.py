"""Many articles in one request: the same answers as one by one, in whatever way and order they are sent."""

import json
import random
import tracemalloc

import pytest

from service.body import lines
from service.settings import Settings
from tests.conftest import make_app
from tests.stub import connect, server

DOCUMENTS = [
    {"id": "a", "text": "Treffen in Wien", "published_at": "2024-03-06"},
    {"id": "b", "text": "Ein Abkommen 🙂", "types": ["agreement"]},
    {"id": "c"},
    {"id": "d", "text": "Gipfel", "min_confidence": 7},
    {"text": "ohne Kennung"},
    {"id": "e", "text": "fail"},
    7,
]
LINES = {"Content-Type": "application/x-ndjson"}


def without_request_id(result: dict) -> dict:
    if "problem" in result:
        result["problem"].pop("request_id")
    return result


def one_by_one(client, documents) -> list[dict]:
    found = []
    for fields in documents:
        answer = client.post("/v1/events", json=fields)
        body = answer.get_json()
        id_ = fields.get("id") if isinstance(fields, dict) else None
        found.append(without_request_id(body if answer.status_code == 200 else {"id": id_, "problem": body}))
    return found


def as_batch(client, documents) -> list[dict]:
    answer = client.post("/v1/events/batch", json={"documents": documents})
    assert answer.status_code == 200
    return [without_request_id(result) for result in answer.get_json()["results"]]


def as_lines(client, documents, end="\n") -> list[dict]:
    data = end.join(json.dumps(fields) for fields in documents)
    answer = client.post("/v1/events/batch", data=data, headers=LINES)
    assert answer.mimetype == "application/x-ndjson"
    return [without_request_id(json.loads(line)) for line in answer.text.splitlines()]


@pytest.mark.parametrize("way", [as_batch, as_lines])
def test_batch_is_what_one_by_one_gives(client, way):
    assert way(client, DOCUMENTS) == one_by_one(client, DOCUMENTS)


@pytest.mark.parametrize("seed", range(3))
def test_order_changes_no_answer(client, seed):
    order = random.Random(seed).sample(range(len(DOCUMENTS)), len(DOCUMENTS))
    expected = one_by_one(client, DOCUMENTS)
    for way in (as_batch, as_lines):
        assert way(client, [DOCUMENTS[i] for i in order]) == [expected[i] for i in order]


def test_real_model_batch_is_what_one_by_one_gives(engine):
    texts = ["Die Minister trafen sich am Montag in Wien.", "Berlin und Paris unterzeichneten ein Abkommen.", "Es regnet."]
    documents = [{"id": str(i), "text": text, "published_at": "2024-03-06"} for i, text in enumerate(texts * 2)]
    client = make_app(engine=engine).test_client()
    expected = one_by_one(client, documents)
    assert as_batch(client, documents) == as_lines(client, documents) == expected
    assert as_lines(client, documents[::-1]) == expected[::-1]


def test_blank_lines_and_windows_line_ends(client):
    assert len(as_lines(client, DOCUMENTS, end="\r\n\r\n")) == len(DOCUMENTS)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"not json", 400),
        (b'{"text": "a", "text": "b"}', 400),
        (b'{"text": "\xff"}', 400),
        (b'{"text": NaN}', 400),
        (b"[" * 50_000, 400),
        (b'{"id": "\\ud800", "text": ""}', 422),
        (b'{"text": "' + b"x" * 2_100_000 + b'"}', 413),
    ],
)
def test_a_bad_line_harms_no_other(client, line, status):
    good = b'{"id": "g", "text": "Treffen"}'
    answer = client.post("/v1/events/batch", data=b"\n".join([good, line, good]), headers=LINES)
    first, bad, last = (json.loads(row) for row in answer.text.splitlines())
    assert first == last
    assert bad["problem"]["status"] == status
    assert bad["problem"]["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    "body", [[], {}, {"documents": {}}, {"documents": []}, {"documents": [{"text": "a"}], "x": 1}, {"documents": [{"text": "a"}] * 4}]
)
def test_a_batch_that_is_none(body):
    answer = make_app(Settings(max_documents=3)).test_client().post("/v1/events/batch", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_media_type_and_size(client):
    assert client.post("/v1/events/batch", data=b"x", content_type="text/plain").status_code == 415
    assert client.post("/v1/events/batch", data=b" " * (16 * 1024 * 1024 + 1), content_type="application/json").status_code == 413
    assert client.post("/v1/events/batch?x=1", data=b"x", headers=LINES).status_code == 422


def test_a_fault_of_one_document_is_told_and_logged_without_its_text(client, caplog):
    result = as_batch(client, [{"id": "x", "text": "fail"}])[0]
    assert (result["id"], result["problem"]["status"]) == ("x", 500)
    assert "canary" not in str(result) + caplog.text


def test_lines_are_cut_right_wherever_the_pieces_end():
    data = b"ab\n\ncdef\n0123456789\nlast"
    for size in range(1, len(data) + 1):
        pieces = [data[i : i + size] for i in range(0, len(data), size)]
        assert list(lines(iter(pieces), 8)) == [b"ab", b"", b"cdef", None, b"last"]


def test_a_stream_gives_its_place_back():
    client = make_app(Settings(streams=1)).test_client()
    for _ in range(3):
        answer = client.post("/v1/events/batch", data=b'{"text": "a"}', headers=LINES)
        assert answer.status_code == 200
        answer.close()


def test_a_line_without_end_is_never_held_whole():
    tracemalloc.start()
    try:
        assert list(lines((b"x" * 65536 for _ in range(1000)), 100_000)) == [None]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


class Rows:
    """A body of so many lines, each made when it is read."""

    line = json.dumps({"text": "x" * 50_000}).encode() + b"\n"

    def __init__(self, left: int):
        self.left = left

    def read(self, size=-1):
        self.left -= 1
        return self.line if self.left >= 0 else b""


def test_a_stream_is_answered_in_bounded_memory(client):
    def peak(rows: int) -> int:
        environ = {"wsgi.input": Rows(rows), "wsgi.input_terminated": True}
        tracemalloc.start()
        try:
            answer = client.post("/v1/events/batch", headers=LINES | {"Transfer-Encoding": "chunked"}, environ_overrides=environ)
            assert sum(1 for _ in answer.response) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(2)
    assert peak(400) < 2 * peak(20)


def test_each_line_is_answered_before_the_next_is_sent(tmp_path):
    """Under gunicorn, over a socket: a short line must not wait until more has come."""
    with server(tmp_path / "log", WORKERS=1) as address:
        with connect(address) as connection:
            head = "POST /v1/events/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
            connection.sendall(head.encode())
            answers = connection.makefile("rb")
            for number in range(5):
                line = json.dumps({"id": str(number), "text": "Treffen"}).encode() + b"\n"
                connection.sendall(b"%x\r\n%s\r\n" % (len(line), line))
                while not (row := answers.readline()).startswith(b'{"id"'):
                    assert row
                assert json.loads(row)["id"] == str(number)
            connection.sendall(b"0\r\n\r\n")
            while (row := answers.readline()) != b"0\r\n":
                assert row
