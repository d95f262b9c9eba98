"""gunicorn's threaded worker, mended: a caller who does not hang up stops nobody else, who has called before a stop is answered, and
what is no request gets a problem like every other error."""

import json
import socket
import time
import uuid

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

from service.problems import PROBLEMS, Problem, problem_body, where

LINGER = 1.0  # seconds in which the caller may hang up first, so that the end of the answer is not lost
DRAIN = 65536  # bytes that may still come in


def hang_up(sock: socket.socket) -> None:
    """Say that nothing more will be sent, and wait a while for the caller to hang up (RFC 9112, 9.6); never raises."""
    end = time.monotonic() + LINGER
    drained = 0
    try:
        sock.shutdown(socket.SHUT_WR)
        while drained < DRAIN and (left := end - time.monotonic()) > 0:
            sock.settimeout(left)
            if not (data := sock.recv(4096)):
                break
            drained += len(data)
        sock.shutdown(socket.SHUT_RD)  # gunicorn's own wait then ends at once
    except OSError:
        pass


def unreadable(error: Exception) -> Problem:
    """The problem for what gunicorn can't read as a request; its words are not repeated, they may be an article's."""
    if isinstance(error, LimitRequestLine):
        return Problem("address-too-long", "The request line is longer than the server reads: send the fields in a JSON body.")
    if isinstance(error, LimitRequestHeaders):
        return Problem("headers-too-large", "The request's headers are larger than the server reads.")
    if isinstance(error, ParseException):
        return Problem("bad-request", f"This is no HTTP request that the server can read ({type(error).__name__}).")
    return Problem("internal", "The request could not be answered; its id is in the log.")


def answer_bytes(problem: Problem, request_id: str) -> bytes:
    """A whole HTTP response with a problem, after which the connection ends."""
    body = json.dumps(problem_body(problem, request_id), ensure_ascii=False).encode()
    status, title = PROBLEMS[problem.kind]
    head = f"HTTP/1.1 {status} {title}\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}X-Request-ID: {request_id}\r\nX-Content-Type-Options: nosniff\r\n\r\n".encode("latin-1") + body


class Worker(ThreadWorker):
    """Waits for callers to hang up in the thread that served them, and loses no caller when it stops.

    gunicorn 27.0.1 does that (`close_graceful`, up to 2 s for each) in the one thread that accepts connections: five callers who
    left their connections open kept everybody else waiting for 10 s.
    """

    def handle(self, conn: TConn):
        kept = super().handle(conn)
        if kept is False:
            hang_up(conn.sock)
        return kept

    def handle_error(self, req, client, addr, exc):
        """Answer what never reached the application; gunicorn sends HTML and logs what it could not read, the text of an article too."""
        problem, request_id = unreadable(exc), uuid.uuid4().hex
        log = self.log.error if problem.kind == "internal" else self.log.warning
        log("request %s from %s failed: %s at %s", request_id, addr[0] if addr else "?", type(exc).__name__, where(exc))
        try:
            client.sendall(answer_bytes(problem, request_id))
        except OSError:
            self.log.debug("the caller of request %s has gone", request_id)

    def set_accept_enabled(self, enabled):
        """On a stop, take in the callers whom the kernel has let in already, then let it refuse more.

        gunicorn keeps listening without accepting until the last answer has gone and then resets all who called meanwhile.
        """
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                taken = -1
                while taken < self.nr_conns:
                    taken = self.nr_conns
                    self.accept(listener)
                listener.close()
