"""gunicorn's threaded worker, mended: callers who send slowly or do not hang up stop nobody else; a stop loses no caller."""

import re
import selectors
import socket
import time
from contextlib import suppress
from functools import partial

from gunicorn.workers.gthread import TConn, ThreadWorker

LINGER = 1.0  # seconds in which the caller may hang up first, so that the end of the answer is not lost
DRAIN = 65536  # bytes that may still come in
LAST = 2.0  # seconds in which a head may still come in full when the worker stops
HEAD_MOST = 32768  # bytes of a request's head
HEAD_END = re.compile(rb"\n\r?\n")
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


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
    except OSError:  # the time is over, or the caller has broken off
        pass
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RD)  # gunicorn's own wait then ends at once


def peek(sock: socket.socket) -> bytes:
    """What has come in and was not read yet, at most HEAD_MOST bytes; empty also where the caller has gone."""
    try:
        return sock.recv(HEAD_MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return b""


class Worker(ThreadWorker):
    """Takes a thread only for a request whose head has come, waits for callers to hang up in that thread, loses no caller when it stops.

    gunicorn 27.0.1 reads a head in a thread however slowly it comes, so that as many slow callers as there are threads kept everybody
    else out; and it waits for callers to hang up (`close_graceful`, up to 2 s for each) in the one thread that accepts connections: five
    who left their connections open kept everybody else waiting for 10 s.
    """

    def enqueue_req(self, conn: TConn):
        if self.cfg.is_ssl or (conn.parser and conn.parser.unreader.buf.getvalue()):
            super().enqueue_req(conn)
            return
        seen, until = getattr(conn, "head", (-1, 0.0))
        came = peek(conn.sock)
        if seen < len(came) < HEAD_MOST and not HEAD_END.search(came):
            self.hold(conn, len(came), until)
            return
        # whole, or too large, or no more than before: the caller has hung up
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        conn.head = (-1, 0.0)
        conn.too_large = len(came) == HEAD_MOST and not HEAD_END.search(came)
        super().enqueue_req(conn)

    def hold(self, conn: TConn, came: int, until: float) -> None:
        """Wait, without a thread, for more of a head than the bytes that came; its time runs from its begin."""
        conn.timeout = until or time.monotonic() + (self.wsgi.extensions["settings"].idle_timeout if self.alive else LAST)
        conn.head = (came, conn.timeout)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, came + 1)
        conn.sock.setblocking(False)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn):
        kept = self.refuse(conn) if getattr(conn, "too_large", False) else super().handle(conn)
        if kept is False:
            hang_up(conn.sock)
        return kept

    def refuse(self, conn: TConn) -> bool:
        """Answer a head that is too large; the connection is not kept."""
        conn.sock.settimeout(LINGER)
        with suppress(OSError):
            conn.sock.sendall(TOO_LARGE)
        return False

    def set_accept_enabled(self, enabled):
        """On a stop, take in the callers whom the kernel has let in already, then let it refuse more.

        gunicorn keeps listening without accepting until the last answer has gone and then resets all who called meanwhile.
        """
        super().set_accept_enabled(enabled)
        if not self.alive:
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout, time.monotonic() + LAST)
            for listener in self.sockets:
                taken = -1
                while taken < self.nr_conns:
                    taken = self.nr_conns
                    self.accept(listener)
                listener.close()
