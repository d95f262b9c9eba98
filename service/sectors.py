"""What an actor is a part of: its sector, by the words of its office or name, and whether it stands between states."""

from functools import lru_cache

from service.offices import BETWEEN_STATES, NATIONAL
from service.organizations import find_body
from service.tables import read_table, word_pattern

LONGEST = 200  # code points of a name or an office that are looked at
OF_STATES = ("GOV", "COP", "SPY", "JUD", "LEG", "MIL")


@lru_cache(maxsize=1)
def _patterns() -> dict:
    return {name: word_pattern(name, table="sectors.tsv") for name in dict.fromkeys(row[0] for row in read_table("sectors.tsv"))}


def sector_of(participant: dict) -> str | None:
    """The sector of a participant of the response, a primary code of the PLOVER manual; None for states and where no word tells it.

    A person's words are those of the office, anybody else's the name.
    """
    if participant["type"] == "country":
        return None
    words = ((participant["title"] or "") if participant["type"] == "person" else participant["name"])[:LONGEST]
    found = next((name for name, pattern in _patterns().items() if pattern.search(words)), None)
    # "Präsident" alone is a state's only where a state is known
    return "GOV" if found is None and participant["country"] and NATIONAL.search(words) else found


def between_states(participant: dict, language: str | None) -> bool:
    """Whether a participant without a country is a body of several states, or holds an office of one: `Nato`, `UN-Generalsekretär`."""
    if participant["country"]:
        return False
    if participant["type"] == "person":
        return bool(BETWEEN_STATES.search((participant["title"] or "")[:LONGEST]))
    body = find_body(participant["name"], language or "")
    return body is not None and body.country is None
