"""Under gunicorn, over a socket: what is no proper request is answered with a problem too, and never logged with its words."""

import json
import re
import socket

import pytest

from tests.stub import call, connect, server, until

CANARY = "canary-text"
HEAD = b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("protocol") / "log"


@pytest.fixture(scope="module")
def address(log):
    with server(log, WORKERS=1) as address:
        yield address


def send(address: str, raw: bytes, last: bool = False) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body of the answer to raw bytes; `last` shuts the way to the server behind them."""
    with connect(address) as connection:
        connection.sendall(raw)
        if last:
            connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb")
        status = int(answer.readline().split()[1])
        headers = {}
        while row := answer.readline().strip():
            name, _, value = row.decode().partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, answer.read(int(headers["content-length"]))


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (f"{CANARY}\r\n\r\n".encode(), 400),
        (f"{CANARY} trifft Kollegen in Wien\r\n\r\n".encode(), 400),
        (b"GET /health/live HTTP/9.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\ncanary-text sagt: ja\r\n\r\n", 400),
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: canary-text\r\n\r\n", 400),
        (HEAD + b"Content-Length: canary-text\r\n\r\n", 400),
        (HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: canary-text\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\ncanary-text\r\n0\r\n\r\n", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcanary-text\r\n0\r\n\r\n", 400),
        (b"GET /health/live?canary-text=" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 9000 + b"\r\n\r\n", 431),
    ],
)
def test_what_is_no_request_is_answered_with_a_problem(address, log, raw, status):
    found, headers, body = send(address, raw)
    assert found == status
    assert headers["content-type"] == "application/problem+json"
    problem = json.loads(body)
    assert {"type", "title", "status", "detail", "request_id"} <= set(problem)
    assert problem["status"] == status
    assert problem["request_id"] == headers["x-request-id"]
    until(lambda: problem["request_id"] in log.read_text())  # it is written when the answer has been sent
    assert CANARY not in log.read_text() + body.decode()
    assert call(address + "/health/live")[0] == 200


def test_text_behind_a_length_that_is_too_short_is_not_logged(address, log):
    """The rest of the article then stands where the next request should begin."""
    status, _, _ = send(address, HEAD + f"Content-Length: 7\r\n\r\nTreffen {CANARY} in Wien\r\n\r\n".encode())
    assert status == 200
    assert call(address + "/health/live")[0] == 200
    assert CANARY not in log.read_text()


def test_a_body_shorter_than_its_length_is_refused(address):
    """Else the first half of an article would be answered as if it were all."""
    status, _, body = send(address, HEAD + b"Content-Length: 100\r\n\r\nTreffen", last=True)
    assert status == 400
    assert "Content-Length" in json.loads(body)["detail"]


def test_an_address_with_a_slash_too_many_is_none(address):
    for path in ("/v1//model", "/v1/model/"):
        status, headers, _ = call(address + path)
        assert status == 404
        assert headers["Content-Type"] == "application/problem+json"


def test_a_query_that_is_no_utf_8_is_refused(address):
    status, _, body = call(address + "/v1/events?id=%FF", b"Treffen", Content_Type="text/plain")
    assert (status, json.loads(body)["type"]) == (400, "urn:problem:not-utf-8")


def test_it_listens_on_ipv6(tmp_path):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with server(tmp_path / "log", WORKERS=1, HOST="::1") as address:
        assert re.fullmatch(r"http://\[::1\]:\d+", address)
        assert call(address + "/health/live")[0] == 200
