"""JSON Lines to JSON Lines on the command line: in order, over all cores, going on after a kill, never losing a line."""

import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from tqdm import tqdm

from service.formats import DEFAULT, convert
from service.parse import REQUEST, check_article, decode, document_id, parse_json
from service.problems import Problem, problem_body

log = logging.getLogger(__name__)
AHEAD = 4  # lines read ahead for each process: none waits for work, and memory stays bounded
TOLD = 10  # seconds between two lines of progress where standard error is no terminal

engine = None  # of this process, where it is one of several


class BulkError(RuntimeError):
    """The run can't go on; the message says what to do."""


def load_model(model_dir: Path, precision: str, threads: int):
    """The engine of a ready model folder; imports torch. Here and not in `__main__`, which a spawned process can't import."""
    from service.engine import load_engine

    return load_engine(model_dir, threads, precision)


def line_id(line: bytes) -> str | None:
    """The id in a line, as the answer to it gives it back."""
    try:
        return document_id(parse_json(decode(line)))
    except Problem:
        return None


def answer_line(engine, line: bytes, wanted: str = DEFAULT) -> dict:
    """The answer to one line, or its id and problem. Columns that are no article's fields are passed over: such files often have some."""
    try:
        fields = parse_json(decode(line))
        if isinstance(fields, dict):
            fields = {name: value for name, value in fields.items() if name in REQUEST.fields}
        return convert(engine.answer(check_article(fields)), wanted)
    except Problem as problem:
        return {"id": line_id(line), "problem": problem_body(problem, "")}
    except Exception as error:  # its message may hold the text
        log.error("a line could not be answered: %s", type(error).__name__)
        return {"id": line_id(line), "problem": problem_body(Problem("internal", "The line could not be answered."), "")}


def _start(load: Callable[[int], object]) -> None:
    """Make this process one that answers lines, and end it with its parent, however that ends."""
    global engine
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to handle
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    engine = load(1)


def _answer(line: bytes, wanted: str) -> dict:
    return answer_line(engine, line, wanted)


def answers(lines: Iterable[bytes], load: Callable[[int], object], processes: int, wanted: str = DEFAULT) -> Iterator[dict]:
    """The answers to lines, in order; `load` takes the number of torch threads. Raises BulkError where a process is ended from outside."""
    if processes == 1:
        one = load(os.cpu_count() or 1)
        for line in lines:
            yield answer_line(one, line, wanted)
        return
    # spawned, not forked: a process that forks after torch has run threads can hang
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _start, (load,))
    waiting: deque = deque()
    try:
        for line in lines:
            waiting.append(pool.submit(_answer, line, wanted))
            if len(waiting) >= AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise BulkError(
            "a process could not start or was ended, perhaps for want of memory: go on with --resume and fewer --processes"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def whole_lines(path: Path) -> tuple[int, bytes]:
    """How many whole lines a file has, and the last of them; cuts off a torn one that a kill has left behind."""
    if not path.exists():
        return 0, b""
    count, end, last = 0, 0, b""
    with path.open("r+b") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            count, end, last = count + 1, end + len(line), line
        file.truncate(end)
    return count, last


def skip(lines: Iterator[bytes], count: int, last_answer: bytes) -> Iterator[bytes]:
    """The lines after those that are answered already; raises BulkError where the answers belong to other lines."""
    line = b""
    for number in range(count):
        line = next(lines, b"")
        if not line:
            raise BulkError(f"OUT has {count} lines and IN only {number}: they do not belong together")
    last = json.loads(last_answer) if count else {}
    if count and last.get("id", last.get("identifier")) != line_id(line):
        raise BulkError(f"line {count} of OUT has another id than that of IN: they do not belong together")
    return lines


def progress(found: Iterable[dict], done: int, total: int | None) -> Iterator[dict]:
    """Pass answers on and tell on standard error how far they are: a bar on a terminal, else a line now and then."""
    if sys.stderr.isatty():
        known = all(os.get_terminal_size(sys.stderr.fileno()))
        size = {"dynamic_ncols": True} if known else {"ncols": 80, "nrows": 24}  # on a size of 0, which nobody has set, tqdm draws nothing
        yield from tqdm(found, initial=done, total=total, unit=" documents", **size)
        return
    began = told = time.monotonic()
    for number, answer in enumerate(found, 1):
        yield answer
        now = time.monotonic()
        if number == 1:
            began = now  # what came before was for the most part the model's loading
        if now - told >= TOLD:
            told = now
            of = f" of {total}" if total else ""
            rate = f", {(number - 1) / (now - began):.2g} a second" if number > 1 else ""
            print(f"{done + number}{of} documents{rate}", file=sys.stderr, flush=True)


def run(source: str, target: str, load: Callable[[int], object], processes: int, resume: bool, wanted: str = DEFAULT) -> int:
    """Answer the lines of `source` in `target` (`-` is a standard stream); blank lines have no answer. How many met a problem.

    Each answer is written and flushed whole, so that after a kill `resume` finds every one but the last, torn, in place.
    Raises OSError and BulkError.
    """
    if resume and target == "-":
        raise BulkError("--resume wants OUT to be a file")
    if "-" not in (source, target) and os.path.exists(target) and os.path.samefile(source, target):
        raise BulkError("IN and OUT are the same file")
    done, last = whole_lines(Path(target)) if resume else (0, b"")
    began, failed, new = time.monotonic(), 0, 0
    with (
        sys.stdin.buffer if source == "-" else open(source, "rb") as incoming,
        sys.stdout.buffer if target == "-" else open(target, "ab" if resume else "wb") as outgoing,
    ):
        total = None
        if source != "-" and incoming.seekable():
            total = sum(1 for line in incoming if line.strip())
            incoming.seek(0)
        lines = skip((line for line in incoming if line.strip()), done, last)
        for answer in progress(answers(lines, load, processes, wanted), done, total):
            outgoing.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            outgoing.flush()
            new += 1
            failed += "problem" in answer
    skipped = f" after {done} that were there" if done else ""
    print(f"{new} documents{skipped}, {failed} with a problem, {time.monotonic() - began:.1f} s", file=sys.stderr)
    return failed
