"""Benchmarks, as ratios where that tells more: machines are noisy, so what is compared runs turn by turn.

python -m training.bench
"""

import os
import statistics
import time

import torch

from schemas.article import Article
from service.engine import Engine, load_engine
from service.model import bf16_helps, build
from service.settings import from_environment
from service.words import split_words
from training import corpus

ROUNDS = 5


def seconds(engine: Engine, text: str) -> float:
    """How long one article takes."""
    began = time.perf_counter()
    engine.answer(Article(text, language="de"))
    return time.perf_counter() - began


def in_turn(runs: dict[str, tuple[Engine, int]], texts: list[str]) -> None:
    """Time articles with each of `runs`, an engine and its number of torch threads, in turn; the first is compared with the second."""
    print(f"{'characters':>10} {'words':>6} " + " ".join(f"{name:>9}" for name in runs) + f" {'ratio':>6}")
    for text in texts:
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, (engine, threads) in runs.items():
                torch.set_num_threads(threads)
                times[name].append(seconds(engine, text))
        one, other = (statistics.median(t) for t in times.values())
        print(f"{len(text):10} {len(split_words(text)):6} {one:8.3f}s {other:8.3f}s {one / other:6.2f}")


def main() -> None:
    """Articles of several lengths: one torch thread against one for each core, then fp32 against bf16 where the processor has it."""
    settings = from_environment()
    folder = build(settings)
    engine = load_engine(folder)
    news = "\n".join(d.text for d in corpus.read_split("test") if d.language == "de")
    texts = [news[:length] for length in (300, 1000, 3000, 10_000, 30_000)]
    cores = os.cpu_count() or 1
    in_turn({"1 thread": (engine, 1), f"{cores} threads": (engine, cores)}, texts)
    if bf16_helps():
        in_turn({"fp32": (engine, 1), "bf16": (load_engine(folder, precision="bf16"), 1)}, texts)
    else:
        print("this processor does not multiply bfloat16 in hardware")


if __name__ == "__main__":
    main()
