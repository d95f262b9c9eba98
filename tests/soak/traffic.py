"""Callers: many at a time, each with its own connection for each request, to 127.0.0.1 alone; bounded in count and time."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What became of a request: its status, 0 where the connection broke, and the times (monotonic seconds) of its begin and end."""

    status: int
    begun: float
    ended: float
    body: bytes = b""
    error: str = ""


def ask(address: str, path: str = "/v1/events", body: bytes | None = None, headers: dict = JSON, timeout: float = 90) -> Answer:
    """One request over a connection of its own."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=timeout)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers | {"Connection": "close"})
        answer = connection.getresponse()
        return Answer(answer.status, begun, time.monotonic(), answer.read())
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, begun, time.monotonic(), b"", type(error).__name__)
    finally:
        connection.close()


class Callers:
    """`number` threads that send one request after the other, each waiting for its answer, until they are stopped."""

    def __init__(self, number: int, send: Callable[[], Answer], pause: float = 0.0):
        self.answers: list[Answer] = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(send, pause), daemon=True) for _ in range(number)]

    def _run(self, send: Callable[[], Answer], pause: float) -> None:
        while not self.stopped.is_set():
            answer = send()
            self.answers.append(answer)
            if answer.status != 200:
                self.stopped.wait(pause)

    def __enter__(self) -> "Callers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(120)


def closed_loop(number: int, seconds: float, send: Callable[[], Answer]) -> list[Answer]:
    """The answers to `number` callers over `seconds`."""
    with Callers(number, send) as callers:
        callers.stopped.wait(seconds)
    return callers.answers


def open_loop(rate: float, seconds: float, send: Callable[[], Answer]) -> list[Answer]:
    """The answers to `rate` requests a second, sent on time whether or not others were answered."""
    answers: list[Answer] = []
    threads = []
    begun = time.monotonic()
    for number in range(int(rate * seconds)):
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        threads.append(threading.Thread(target=lambda: answers.append(send()), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(120)
    return answers


def goodput(answers: list[Answer], skip: float = 0.0) -> float:
    """Answers with 200 a second, between `skip` seconds after the first request and the last request's begin."""
    first, last = min(a.begun for a in answers) + skip, max(a.begun for a in answers)
    return sum(a.status == 200 and first <= a.ended <= last for a in answers) / max(last - first, 0.001)


def statuses(answers: list[Answer]) -> Counter:
    """How often each status came; broken connections under their error's name."""
    return Counter(str(a.status) if a.status else a.error for a in answers)


def percentile(answers: list[Answer], percent: int) -> float:
    """Seconds within which so many per cent of the answers came."""
    return float(np.percentile([a.ended - a.begun for a in answers], percent))


def article(text: str) -> bytes:
    """An article's JSON."""
    return json.dumps({"text": text, "published_at": "2024-03-06"}).encode()
