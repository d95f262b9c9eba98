"""Benchmarks, as ratios where that tells more: machines are noisy, so what is compared runs turn by turn.

python -m training.bench
"""

import os
import statistics
import time

import torch

from schemas.article import Article
from service.engine import Engine, load_engine
from service.model import build
from service.settings import from_environment
from service.words import split_words
from training import corpus

ROUNDS = 5


def seconds(engine: Engine, text: str) -> float:
    """How long one article takes."""
    began = time.perf_counter()
    engine.answer(Article(text, language="de"))
    return time.perf_counter() - began


def main() -> None:
    """Time articles of several lengths with one torch thread and with one for each core, in turn."""
    settings = from_environment()
    engine = load_engine(build(settings.base_model, settings.cache_dir, settings.model_dir))
    news = "\n".join(d.text for d in corpus.read_split("test") if d.language == "de")
    cores = os.cpu_count() or 1
    print(f"{'characters':>10} {'words':>6} {'1 thread':>9} {f'{cores} threads':>9} {'ratio':>6}")
    for length in (300, 1000, 3000, 10_000, 30_000):
        text = news[:length]
        times: dict[int, list[float]] = {1: [], cores: []}
        for _ in range(ROUNDS):
            for threads in times:
                torch.set_num_threads(threads)
                times[threads].append(seconds(engine, text))
        one, many = (statistics.median(times[t]) for t in (1, cores))
        print(f"{len(text):10} {len(split_words(text)):6} {one:8.3f}s {many:8.3f}s {one / many:6.2f}")


if __name__ == "__main__":
    main()
