"""gunicorn's threaded worker, mended: a caller who does not hang up stops nobody else, and who has called before a stop is answered."""

import socket
import time

from gunicorn.workers.gthread import TConn, ThreadWorker

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
