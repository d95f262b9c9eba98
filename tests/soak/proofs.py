"""What the service promises under fault and load, each as a function that runs it, asserts it and returns its figures.

`real` reads with the model; without it a fake engine takes a fixed time, so that short versions run in the tests. The traffic goes to
127.0.0.1 alone and is bounded in count and time.
"""

import itertools
import json
import os
import random
import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.soak.traffic import JSON, Answer, Callers, article, ask, closed_loop, goodput, open_loop, percentile, statuses
from tests.stub import connect, process, until
from training import corpus

REFUSED = {"200", "429", "503"}
SENTENCES = (
    "Die Außenministerin traf am Montag in Wien ihren Kollegen aus Budapest zu Gesprächen über die Donaubrücke.",
    "Beide Seiten unterzeichneten eine Absichtserklärung, wie das Ministerium mitteilte.",
    "Der Bürgermeister eröffnete danach die Ausstellung im alten Rathaus.",
    "Ein Treffen der Verkehrsminister ist für den 12. April in Ljubljana geplant.",
)
CANARY = "Kanarienvogel-7f3a"


def articles(real: bool) -> itertools.cycle:
    """Bodies without end; itertools.cycle may be asked by many threads."""
    if not real:
        return itertools.cycle([article(f"slow 5 Treffen {i}") for i in range(10)])
    return itertools.cycle([article(" ".join(itertools.islice(itertools.cycle(SENTENCES), i, i + n))) for i in range(4) for n in (2, 4, 8)])


def sender(address: str, real: bool):
    """A function that sends the next article."""
    bodies = articles(real)
    return lambda: ask(address, body=next(bodies))


def workers(pid: int) -> list[int]:
    """The processes that a gunicorn has started, oldest first."""
    return sorted(int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split())


def healthy(address: str) -> Answer:
    """Ask for readiness, five times a second at most."""
    time.sleep(0.2)
    return ask(address, "/health/ready", headers={})


def overload(folder: Path, real: bool, seconds: float) -> dict:
    """Three times the capacity: every answer is 200, 429 or 503, those refused are so at once, and the goodput stays."""
    with process(folder / "overload.log", real, WORKERS=2, QUEUE=16) as (address, _):
        send = sender(address, real)
        closed_loop(8, min(seconds / 4, 10), send)  # warm
        peak = goodput(closed_loop(8, max(seconds / 2, 4), send), skip=0.5)
        with Callers(1, lambda: healthy(address)) as probe:
            answers = open_loop(3 * peak, seconds, send)
        kept = goodput(answers, skip=min(seconds / 4, 5))
    found = statuses(answers)
    refused = [a for a in answers if a.status in (429, 503)]
    figures = {
        "capacity, answers a second": round(peak, 2),
        "sent, a second": round(3 * peak, 2),
        "answers": dict(found),
        "goodput, % of capacity": round(100 * kept / peak, 1),
        "95 % refused within, ms": round(1000 * percentile(refused, 95), 1) if refused else None,
        "health, 95 % within and slowest, ms": tuple(round(1000 * percentile(probe.answers, p), 1) for p in (95, 100)),
    }
    assert set(statuses(probe.answers)) == {"200"}, figures
    assert percentile(probe.answers, 95) < 1, figures
    assert set(found) <= REFUSED, figures
    assert "503" in found, figures
    assert kept >= 0.95 * peak, figures
    return figures


def kill(folder: Path, real: bool, seconds: float) -> dict:
    """`kill -9` of a worker under load: only requests that it held fail, and its replacement serves within 10 s."""
    log = folder / "kill.log"
    callers = 6
    with process(log, real, WORKERS=2, QUEUE=16) as (address, running):
        with Callers(callers, sender(address, real), pause=0.2) as load:
            load.stopped.wait(seconds)
            killed = time.monotonic()
            os.kill(workers(running.pid)[0], signal.SIGKILL)
            until(lambda: "is ready" in log.read_text(), 10, "no new worker within 10 s")
            back = time.monotonic() - killed
            load.stopped.wait(seconds)
        assert len(workers(running.pid)) == 2
    failed = [a for a in load.answers if a.status != 200]
    figures = {
        "answers": dict(statuses(load.answers)),
        "requests that failed": len(failed),
        "failed though sent after the kill": sum(a.begun > killed + 0.1 for a in failed),
        "new worker ready after, s": round(back, 2),
    }
    assert len(failed) <= callers, figures
    assert not [a for a in failed if a.begun > killed + 0.1], figures
    return figures


def terminate(folder: Path, real: bool, seconds: float) -> dict:
    """SIGTERM under load: every request whose connection was taken is answered whole, later ones are refused, the exit code is 0."""
    with process(folder / "terminate.log", real, WORKERS=2, QUEUE=16) as (address, running):
        with Callers(8, sender(address, real), pause=0.05) as load:
            load.stopped.wait(seconds)
            told = time.monotonic()
            running.send_signal(signal.SIGTERM)
            code = running.wait(40)
            stopped = time.monotonic() - told
    found = statuses(load.answers)
    lost = [a for a in load.answers if not a.status and a.error != "ConnectionRefusedError"]
    figures = {
        "answers": dict(found),
        "in flight at the signal": sum(a.begun < told < a.ended for a in load.answers),
        "lost": len(lost),
        "stopped after, s": round(stopped, 2),
        "exit code": code,
    }
    assert not lost, figures
    assert set(found) <= {"200", "503", "ConnectionRefusedError"}, figures
    assert code == 0, figures
    assert stopped < 30, figures
    return figures


class SlowCallers:
    """Connections that send their request a byte at a time: half of them the head, half the body."""

    def __init__(self, address: str, number: int):
        head = "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
        self.connections = []
        for i in range(number):
            connection = connect(address)
            connection.sendall((head if i % 2 else head + "\r\n{").encode())
            self.connections.append(connection)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._drip, daemon=True)

    def _drip(self) -> None:
        while not self.stopped.wait(0.5):
            for i, connection in enumerate(self.connections):
                try:
                    connection.send(b"X" if i % 2 else b" ")
                except OSError:
                    pass  # given up by the service, as it may be

    def __enter__(self) -> "SlowCallers":
        self.thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.stopped.set()
        self.thread.join(20)
        for connection in self.connections:
            connection.close()


def slow(folder: Path, real: bool, seconds: float, number: int = 200) -> dict:
    """Slow callers by the hundred: others are answered as fast as without them."""
    with process(folder / "slow.log", real, WORKERS=2) as (address, _):
        send = sender(address, real)
        closed_loop(2, min(seconds, 5), send)
        alone = closed_loop(2, seconds, send)
        with SlowCallers(address, number):
            beside = closed_loop(2, seconds, send)
            health = [ask(address, "/health/ready", headers={}) for _ in range(20)]
    figures = {
        "slow callers": number,
        "answers": dict(statuses(beside)),
        "answers a second, alone and beside": (round(goodput(alone), 2), round(goodput(beside), 2)),
        "median ms, alone and beside": tuple(round(1000 * percentile(a, 50), 1) for a in (alone, beside)),
        "health, slowest ms": round(1000 * max(a.ended - a.begun for a in health), 1),
    }
    assert set(statuses(beside)) == {"200"}, figures
    assert set(statuses(health)) == {"200"}, figures
    assert goodput(beside) >= 0.8 * goodput(alone), figures
    return figures


def mixed(real: bool) -> list[tuple[str, bytes | None, dict]]:
    """Twenty kinds of requests, good and bad: address, body, headers."""
    text = {"Content-Type": "text/plain; charset=utf-8"}
    lines = {"Content-Type": "application/x-ndjson"}
    documents = [{"id": str(i), "text": SENTENCES[i]} for i in range(3)]
    long = " ".join(SENTENCES * (4 if real else 50))
    return [
        ("/v1/events", article(SENTENCES[0]), JSON),
        ("/v1/events", article(long), JSON),
        ("/v1/events?language=de&published_at=2024-03-06", SENTENCES[1].encode(), text),
        ("/v1/events/batch", json.dumps({"documents": [*documents, {"text": ""}]}).encode(), JSON),
        ("/v1/events/batch", b"\n".join(json.dumps(d).encode() for d in documents) + b"\nnot json\n", lines),
        ("/v1/events", b"{", JSON),
        ("/v1/events", b'{"text": "\xff"}', JSON),
        ("/v1/events", b'{"text": "\\ud800"}', JSON),
        ("/v1/events", b"[" * 50_000, JSON),
        ("/v1/events", json.dumps({"text": "x" * 100_001}).encode(), JSON),
        ("/v1/events", b"x", {"Content-Type": "application/xml"}),
        ("/v1/events?colour=red", b"x", text),
        ("/v1/events", None, {}),
        ("/nothing", None, {}),
        ("/health/live", None, {}),
        ("/health/ready", None, {"Accept-Encoding": "gzip"}),
        ("/v1/model", None, {}),
        ("/metrics", None, {}),
        ("/openapi.json", None, {"Accept-Encoding": "gzip"}),
        ("/docs", None, {}),
    ]


def memory_of(pids: list[int]) -> float:
    """Megabytes that processes hold, shared pages in parts (PSS)."""
    return sum(int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), flags=re.M)[1]) for pid in pids) / 1024


def memory(folder: Path, real: bool, requests: int, warm: int = 2000, most: float = 3.0) -> dict:
    """Mixed requests by the ten thousand: memory grows by at most `most` per cent after the first `warm`; none is a 5xx."""
    kinds = itertools.cycle(mixed(real))
    answers: list[Answer] = []
    lock = threading.Lock()

    def send(left: list[int], address: str) -> None:
        while True:
            with lock:
                if not left[0]:
                    return
                left[0] -= 1
            path, body, headers = next(kinds)
            found = ask(address, path, body, headers)
            answers.append(Answer(found.status, found.begun, found.ended, b"", found.error))

    def batch(count: int, address: str) -> None:
        left = [count]
        threads = [threading.Thread(target=send, args=(left, address)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with process(folder / "memory.log", real, WORKERS=2) as (address, running):
        batch(warm, address)
        before = memory_of(workers(running.pid))
        course = []
        begun = time.monotonic()
        for _ in range(10):
            batch((requests - warm) // 10, address)
            course.append(memory_of(workers(running.pid)))
        seconds = time.monotonic() - begun
    growth = 100 * (course[-1] / before - 1)
    figures = {
        "requests": len(answers),
        "answers": dict(sorted(statuses(answers).items())),
        "requests a second": round((requests - warm) / seconds, 1),
        "memory after the first, MB": round(before, 1),
        "memory on the way, MB": [round(m, 1) for m in course],
        "growth, %": round(growth, 2),
    }
    assert all(a.status and a.status < 500 for a in answers), figures
    assert growth <= most, figures
    return figures


def same(folder: Path, real: bool, number: int) -> dict:
    """Articles of the corpus give the same answers alone, as a JSON batch, as lines and in any order, whichever worker answers."""
    articles = [{"id": d.id, "text": d.text, "published_at": str(d.published_at)} for d in corpus.read_split("development")[:number]]
    shuffled = random.Random(0).sample(articles, len(articles))
    lines = {"Content-Type": "application/x-ndjson"}
    with process(folder / "same.log", real, WORKERS=2, DEADLINE=600) as (address, _), ThreadPoolExecutor(4) as pool:
        alone = list(pool.map(lambda a: ask(address, body=json.dumps(a).encode(), timeout=600), articles))
        assert set(statuses(alone)) == {"200"}, statuses(alone)
        expected = {a["id"]: json.loads(answer.body) for a, answer in zip(articles, alone)}
        ways = {}
        for order, documents in (("given", articles), ("shuffled", shuffled)):
            pieces = [documents[i : i + 20] for i in range(0, len(documents), 20)]
            batches = [ask(address, "/v1/events/batch", json.dumps({"documents": p}).encode(), timeout=1800) for p in pieces]
            ways["batch, " + order] = (documents, [result for b in batches for result in json.loads(b.body)["results"]])
            streams = [ask(address, "/v1/events/batch", "\n".join(map(json.dumps, p)).encode(), lines, timeout=1800) for p in pieces]
            ways["lines, " + order] = (documents, [json.loads(line) for s in streams for line in s.body.splitlines()])
    figures = {
        "articles": len(articles),
        "events": sum(len(answer["events"]) for answer in expected.values()),
        "answers that differ": {way: sum(expected[d["id"]] != x for d, x in zip(*pair, strict=True)) for way, pair in ways.items()},
    }
    assert figures["events"], figures
    assert not any(figures["answers that differ"].values()), figures
    return figures


def canary(folder: Path, real: bool) -> dict:
    """No part of an article is in the log at its most talkative, whatever becomes of the article."""
    log = folder / "canary.log"
    text = f"{CANARY} traf am Montag in Wien die Ministerin."
    bodies = [
        ("/v1/events", json.dumps({"text": text}), JSON),
        ("/v1/events", json.dumps({"text": text})[:-1], JSON),
        ("/v1/events", json.dumps({"text": text, CANARY: CANARY}), JSON),
        ("/v1/events", json.dumps({"text": text, "types": [CANARY], "language": CANARY, "published_at": CANARY}), JSON),
        ("/v1/events", json.dumps({"id": CANARY, "text": [text]}), JSON),
        ("/v1/events?" + CANARY + "=" + CANARY, text, {"Content-Type": "text/plain"}),
        ("/v1/events?text=" + CANARY, text, {"Content-Type": "text/plain; charset=" + CANARY}),
        ("/v1/events", text, {"Content-Type": "application/xml"}),
        ("/v1/events", text * 60_000, {"Content-Type": "text/plain"}),
        ("/v1/events/batch", json.dumps({"documents": [{"text": text}, {"text": ""}, {CANARY: 1}]}), JSON),
        ("/v1/events/batch", json.dumps({"text": text}) + "\n" + text + "\n", {"Content-Type": "application/x-ndjson"}),
    ]
    if not real:  # the fake engine fails, is too late or ends its process on demand
        words = ("fail " + CANARY, "slow 150 " + CANARY, "crash " + CANARY)
        bodies += [("/v1/events", json.dumps({"text": word}), JSON) for word in words]
    with process(log, real, WORKERS=2, LOG_LEVEL="debug", **({} if real else {"DEADLINE": 1})) as (address, _):
        answers = [ask(address, path, body.encode(), headers) for path, body, headers in bodies]
        with connect(address) as gone:  # hangs up in its body
            gone.sendall(f"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\n{text}".encode())
        last = ask(address, "/health/live", headers={"X-Request-ID": "the-last-one"})
        until(lambda: "the-last-one" in log.read_text(), 20, "the log misses the last request")
    assert last.status == 200
    written = log.read_text()
    figures = {"answers": dict(statuses(answers)), "bytes of log": len(written), "times in the log": written.count(CANARY)}
    assert CANARY not in written, figures
    return figures
