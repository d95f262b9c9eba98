"""The request's body, read piece by piece as it comes in, within limits of size and time."""

import time
from collections.abc import Iterator

from flask import request
from gunicorn.http.errors import ParseException

from service.problems import Problem

PIECE = 64 * 1024  # bytes


def pieces() -> Iterator[bytes]:
    """The body of the request as it arrives; raises Problem where it stops coming.

    gunicorn's `wsgi.input` gives nothing before it holds 1,024 bytes, so that a caller who waits for the answer to a short line
    before sending the next would wait for ever. Its reader below gives a byte as soon as one is there, and the rest from its buffer.
    """
    stream = request.environ["wsgi.input"]
    reader = getattr(stream, "reader", None)
    came = 0
    try:
        while piece := request.stream.read(PIECE) if reader is None else reader.read(1):
            if reader is not None and (held := (reader.buf if hasattr(reader, "buf") else reader.unreader.buf).tell()):
                piece += reader.read(held)
            came += len(piece)
            yield piece
    except TimeoutError:
        give_up()
        raise Problem("body-timeout", "The body stopped coming.") from None
    except (OSError, ParseException):
        give_up()
        raise Problem("bad-request", "The body broke off, or its chunks are malformed.") from None
    if came < (request.content_length or 0):  # else the first half of an article would be answered as if it were all
        give_up()
        raise Problem("bad-request", "The body is shorter than Content-Length says.")


def give_up() -> None:
    """Let gunicorn close the connection after the answer: where the next request would start on it is unknown."""
    stream = request.environ["wsgi.input"]
    if hasattr(stream, "failed"):
        stream.failed = True


def check_length() -> None:
    """Refuse a request that says of no body at all; raises Problem."""
    if request.content_length is None and "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        raise Problem("length-required", "Give Content-Length, or send the body chunked.")


def read(limit: int, deadline: float) -> bytes:
    """The whole body, at most `limit` bytes, by `deadline` (monotonic seconds); raises Problem."""
    check_length()
    if (request.content_length or 0) > limit:
        raise Problem("too-large", f"The body may hold {limit:,} bytes.")
    body = bytearray()
    for piece in pieces():
        body += piece
        if len(body) > limit:
            raise Problem("too-large", f"The body may hold {limit:,} bytes.")
        if time.monotonic() > deadline:
            give_up()
            raise Problem("body-timeout", "The body came too slowly.")
    return bytes(body)


def lines(incoming: Iterator[bytes], limit: int) -> Iterator[bytes | None]:
    """The lines of a body without their ends; None stands for one over `limit` bytes, which is skipped and never held whole."""
    held, too_long = bytearray(), False
    for piece in incoming:
        *ended, rest = piece.split(b"\n")
        for part in ended:
            held += part
            yield None if too_long or len(held) > limit else bytes(held)
            held, too_long = bytearray(), False
        held += rest
        if len(held) > limit:
            held, too_long = bytearray(), True
    if held or too_long:
        yield None if too_long else bytes(held)
