"""The tables in `data/`, all of own making, and the names of states."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import regex

DATA = Path(__file__).parent / "data"
LANGUAGES = ("de", "en", "fr", "es", "it", "pt", "nl", "pl", "tr", "ru", "uk", "ar", "fa", "zh", "zh_Hant")


def read_table(name: str, head: bool = False) -> Iterator[list[str]]:
    """The rows of a table in `data/` without its comments, and without its head unless that is asked for."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    yield from rows[0 if head else 1 :]


def word_pattern(name: str, flags: int = regex.IGNORECASE, table: str = "words.tsv") -> regex.Pattern:
    """The pattern that a list of a table comes to: any of its rows."""
    return regex.compile("|".join(f"(?:{words})" for key, words in read_table(table) if key == name), flags)


@lru_cache(maxsize=1)
def country_names() -> dict[str, list[tuple[str, str]]]:
    """ISO 3166-1 alpha-2 code → its names as (language, name): CLDR's and those in common use, which have no language."""
    from babel import Locale
    from pycountry import countries

    known = {c.alpha_2 for c in countries} | {"XK"}
    found: dict[str, list[tuple[str, str]]] = {code: [] for code in sorted(known)}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in known:
                found[code].append((language[:2], name))
    for code, names in read_table("countries.tsv"):
        found[code] += [("", name) for name in names.split("|")]
    return found


@lru_cache(maxsize=4)
def weights(name: str) -> dict[str, float]:
    """The learned weights of one choice: feature → weight."""
    return {feature: float(weight) for choice, feature, weight in read_table("weights.tsv") if choice == name}


def weighted(name: str, features: dict[str, float]) -> float:
    """The score of features by the learned weights of one choice; those without a weight count for nothing."""
    known = weights(name)
    return sum(known.get(feature, 0.0) * value for feature, value in features.items())
