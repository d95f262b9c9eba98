"""The offline gazetteer: names in any of the corpus's languages and forms → the places that they may stand for.

The file is built once (`gazetteer_build`) and lies in the ready model folder; processes share it through the page cache.
"""

import os
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from service.fold import fold, trigrams
from service.gazetteer_build import NAME, NOT_LATIN, build_gazetteer, capital_key
from service.inflect import SLAVIC, base_forms, stems, transliterated
from service.settings import from_environment

CERTAIN = 6.5  # weight from which on a name is taken as it stands, not as another's case
QUERY = """SELECT p.name, kind, country, latitude, longitude, geonames_id, weight, area, fame, own
           FROM name n JOIN place p ON p.id = n.place WHERE key = ? ORDER BY weight DESC, p.id LIMIT 60"""
SPELLINGS = "SELECT country, odds FROM spelling WHERE trigram = ?"


@dataclass(frozen=True)
class Place:
    """A place that the gazetteer knows.

    Coordinates are in degrees: a town's own, for countries and regions the middle of their towns. `weight` tells how likely a place
    is meant where nothing else is known: the logarithms of its people and of the number of its names. `area` is GeoNames' code of
    the first-order region that it lies in or is (`US.TX`), `fame` the logarithm of the number of a town's names alone, `own` says whether
    it was found by its main name.
    """

    name: str
    kind: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    geonames_id: int | None
    weight: float
    area: str | None = None
    fame: float = 0.0
    own: bool = True


@lru_cache(maxsize=1)
def location() -> Path:
    """Where the gazetteer lies: in the ready model folder, else in the cache, made there where it is missing."""
    settings = from_environment()
    ready = settings.model_dir / NAME
    return ready if ready.is_file() else build_gazetteer(settings.cache_dir)


@lru_cache(maxsize=1)
def _open(process: int) -> sqlite3.Connection:
    # one connection a process, never carried over a fork; SQLite itself lets threads take turns
    return sqlite3.connect(f"file:{location()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _find(key: str) -> list[Place]:
    rows = _open(os.getpid()).execute(QUERY, (key,)).fetchall()
    return [Place(*row[:9], own=bool(row[9])) for row in rows]


@lru_cache(maxsize=50_000)
def _odds(trigram: str) -> dict[str, float]:
    return dict(_open(os.getpid()).execute(SPELLINGS, (trigram,)))


@lru_cache(maxsize=20_000)
def spelling(name: str) -> dict[str, float]:
    """How much a name is written like the towns of each country: country → mean log odds of its trigrams against all countries.

    Trigrams that no country's towns have say nothing.
    """
    runs = trigrams(name)
    known = [odds for run in runs if (odds := _odds(run))]
    return {country: sum(odds.get(country, lacking) for odds in known) / len(runs) for country, lacking in _odds("").items()}


@lru_cache(maxsize=20_000)
def candidates(name: str, language: str) -> tuple[Place, ...]:
    """The places that a name in a text of this language may stand for, the largest first: by its forms, else by its stem."""
    seen: dict[tuple, Place] = {}
    for key in dict.fromkeys(base_forms(name, language)):
        for place in _find(key):
            seen.setdefault((place.kind, place.country, place.geonames_id, place.name), place)
    # names that bend: an exact name of a small town is often another one's case
    if not seen or (language in SLAVIC and max(p.weight for p in seen.values()) < CERTAIN):
        for key in stems(name, language):
            bent = "pl" if language == "pl" or key[:1] >= NOT_LATIN else "de"
            for place in _find(f"{bent}~{key}"):
                seen.setdefault((place.kind, place.country, place.geonames_id, place.name), place)
            if any(p.weight >= CERTAIN for p in seen.values()):
                break
    if not seen and language == "de":
        seen = {(n, place): place for n, key in enumerate(transliterated(name)) for place in _find(key)}
    return tuple(sorted(seen.values(), key=lambda p: -p.weight))


def is_name(name: str) -> bool:
    """Whether this is some place's main name."""
    return any(place.own for place in _find(fold(name)))


def capital(code: str) -> Place | None:
    """The capital of a country."""
    return next(iter(_find(capital_key(code))), None)
