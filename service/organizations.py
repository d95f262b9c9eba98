"""Well-known bodies: which have no country, which belong to one state, and which names stand for one body."""

from dataclasses import dataclass
from functools import lru_cache

from service.fold import fold
from service.gazetteer import read_table


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


def find_body(name: str, language: str) -> Body | None:
    """The body of this name, in German in any case form; acronyms count only where they stand in capitals."""
    key = fold(name)
    if not key or (len(key) <= 3 and not name.replace(".", "").isupper()):
        return None
    forms = [key]
    if language == "de":
        forms += [key.removesuffix("es"), key.removesuffix("s"), key.removesuffix("s") + "es", key + "s", key + "r"]
        forms += [" ".join(w[:-1] if w.endswith("en") or w.endswith("er") else w for w in key.split())]
        forms += [" ".join(w[:-1] if w.endswith(("en", "es")) and i == 0 else w for i, w in enumerate(key.removesuffix("s").split()))]
    return next((_bodies()[form] for form in forms if form in _bodies()), None)
