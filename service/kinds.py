"""What a place's name tells by its words: its kind, the whole that it is a part of, the capital that it means."""

from service.tables import word_pattern

PATTERNS = {kind: word_pattern(kind) for kind in ("building", "region")}
COMPASS, CAPITALS, TOWN = word_pattern("compass"), word_pattern("capital"), word_pattern("town")
LONGEST = 200  # code points that are looked at


def kind_of_name(name: str) -> str | None:
    """`building` or `region` where the name's words say so, else None: `Konsul-Hackfeld-Haus` is a building."""
    return next((kind for kind, pattern in PATTERNS.items() if pattern.search(name[:LONGEST])), None)


def without_compass(name: str) -> str | None:
    """The whole that a name speaks of a part of: `Ostukraine` → `Ukraine`; None where it has no such word."""
    found = COMPASS.match(name[:LONGEST])
    if not found or found.end() >= len(name):
        return None
    return name[found.end() : found.end() + 1].upper() + name[found.end() + 1 :]


def without_town(name: str) -> str | None:
    """A name without its word for town: `Gaza-Stadt` → `Gaza`; None where it has none."""
    found = TOWN.search(name[:LONGEST])
    return name[: found.start()] if found and found.start() else None


def means_capital(name: str) -> bool:
    """Whether a phrase speaks of a capital without its name: `belarussische Hauptstadt`."""
    return bool(CAPITALS.search(name[:LONGEST]))
