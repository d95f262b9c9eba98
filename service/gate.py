"""The way to the model of one worker process: a bounded queue, first come first served, one article at a time.

Two passes at a time on one core gain nothing, so one thread runs the model. Nothing is held back to fill a batch.
"""

import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from service.metrics import WAITING
from service.problems import Problem
from service.settings import Settings

RESERVED = 4  # threads that are never taken by articles, so that health and metrics answer under any load
GONE = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


def client_gone(environ: dict) -> Callable[[], bool]:
    """A function that says whether the caller has hung up; always False on a server that does not show its socket.

    A caller who has shut down its sending side counts as gone, as it does for most proxies.
    """
    socket = environ.get("gunicorn.socket")
    if socket is None:
        return lambda: False

    def gone() -> bool:
        try:
            poll = select.poll()
            poll.register(socket, GONE)
            return any(event & (GONE | select.POLLNVAL) for _, event in poll.poll(0))
        except (OSError, ValueError):
            return True

    return gone


@dataclass(eq=False)
class Place:
    """One request's place in the queue: how to see whether its caller has gone, and its article that waits or is read."""

    gone: Callable[[], bool]
    work: Future | None = None


def cancel(place: Place) -> bool:
    """Take back a place's article where it still waits; whether it did."""
    waited = place.work is not None and not place.work.cancelled() and place.work.cancel()
    if waited:
        WAITING.dec()
    return waited


@dataclass(frozen=True)
class Turn:
    """What an article's turn gave, with the seconds it waited and was worked on."""

    result: Any
    waited: float
    worked: float


class Gate:
    """Lets requests in up to the limits that the settings give, and their articles to the model in order."""

    def __init__(self, settings: Settings):
        self.most = {"request": settings.threads - RESERVED, "place": settings.queue + 1, "stream": settings.streams}
        self.now = {"request": 0, "stream": 0}
        self.places: set[Place] = set()
        self.pace = 0.5  # seconds an article takes, a running mean: for Retry-After
        self.lock = threading.Lock()
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="model")

    def _full(self, what: str) -> Problem:
        seconds = min(60, max(1, round(self.pace * self.most["place"])))
        return Problem("overloaded", f"The limit of {self.most[what]} {what}s at the same time is reached.", retry_after=seconds)

    @contextmanager
    def count(self, what: str):
        """Be one of the `what` ("request", "stream") for the block; raises Problem at once where there are too many."""
        with self.lock:
            if self.now[what] >= self.most[what]:
                raise self._full(what)
            self.now[what] += 1
        try:
            yield
        finally:
            with self.lock:
                self.now[what] -= 1

    @contextmanager
    def place(self, gone: Callable[[], bool]):
        """A place in the queue for the block; raises Problem at once where the queue is full of callers who are still there."""
        place = Place(gone)
        with self.lock:
            if len(self.places) >= self.most["place"] and not self._drop_gone():
                raise self._full("place")
            self.places.add(place)
        try:
            yield place
        finally:
            with self.lock:
                self.places.discard(place)

    def _drop_gone(self) -> bool:
        """Take waiting places from callers who have gone; whether there was one. Wants the lock."""
        dropped = [p for p in self.places if p.gone() and cancel(p)]
        self.places.difference_update(dropped)
        return bool(dropped)

    def run(self, place: Place, deadline: float, work: Callable[[], Any]) -> Turn:
        """Do `work` when its turn comes; raises Problem where the caller has gone or `deadline` (monotonic seconds) passes.

        Work that has begun can't be stopped: past the deadline its caller gets the 504 in time and its result is thrown away.
        """
        asked = time.monotonic()

        def turn() -> Turn:
            WAITING.dec()
            begun = time.monotonic()
            if place.gone():
                raise Problem("client-gone", "The caller has gone.")
            result = work()
            worked = time.monotonic() - begun
            self.pace += (worked - self.pace) / 16
            return Turn(result, begun - asked, worked)

        WAITING.inc()
        place.work = self.pool.submit(turn)
        try:
            return place.work.result(timeout=max(0.0, deadline - asked))
        except CancelledError:
            raise Problem("client-gone", "The caller has gone.") from None
        except TimeoutError:
            cancel(place)
            raise Problem("deadline-passed", "The time limit passed before the answer was there.") from None
