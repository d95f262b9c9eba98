"""Well-known bodies: which have no country, which belong to one state, and which names stand for one body."""

from dataclasses import dataclass
from functools import lru_cache

from service.fold import fold
from service.inflect import stem
from service.tables import read_table


@dataclass(frozen=True)
class Body:
    """A body of the table: `id` is the same for all its names, `country` the state that it belongs to, None between states."""

    id: str
    country: str | None


@lru_cache(maxsize=1)
def _bodies() -> dict[str, Body]:
    found: dict[str, Body] = {}
    for country, names in read_table("organizations.tsv"):
        every = names.split("|")
        for name in every:
            found.setdefault(fold(name), Body(name if country else every[0], country or None))
    return found


@lru_cache(maxsize=1)
def _bent() -> dict[str, Body]:
    """Bodies by the stems of their names of several words, as German bends them."""
    return {stem(key, "de"): body for key, body in _bodies().items() if " " in key or len(key) > 7}


@lru_cache(maxsize=20_000)
def find_body(name: str, language: str) -> Body | None:
    """The body of this name, in German in any case form; acronyms count only where they stand in capitals."""
    key = fold(name)
    if not key or (len(key) <= 3 and not name.replace(".", "").isupper()):
        return None
    found = _bodies().get(key)
    if found is None and language == "de":
        found = _bodies().get(key.removesuffix("s")) or _bent().get(stem(key, "de"))
    return found
