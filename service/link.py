"""Mentions → entities: which names stand for the same participant, place or date."""

import unicodedata
from dataclasses import dataclass

import regex

from schemas.ontology import ONTOLOGY

NAME_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")


@dataclass(frozen=True)
class Mention:
    """A typed span of the text; `first` and `last` are its words, `logit` the model's score that it is one."""

    type: str
    text: str
    start: int
    end: int
    first: int
    last: int
    logit: float


@dataclass(frozen=True)
class Entity:
    """Mentions of one thing, in text order; `name` is the fullest of them."""

    type: str
    name: str
    mentions: tuple[Mention, ...]
    indices: tuple[int, ...]  # of the mentions in the list that was linked


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name without case and accents, a genitive s dropped: `Lukaschenkos` → `('lukaschenko',)`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return tuple(w[:-1] if len(w) > 4 and w.endswith("s") else w for w in NAME_WORD.findall(plain))


def acronym_of(short: str, long: str) -> bool:
    """Whether `short` is made of the initials of `long`: `GDL` of `Gewerkschaft Deutscher Lokführer`."""
    if not (2 <= len(short) <= 8 and short.isupper() and short.isalpha()):
        return False
    words = [w for w in NAME_WORD.findall(long) if w[0].isupper()]
    return len(words) > 1 and "".join(w[0] for w in words) == short


def same_name(kind: str, one: str, other: str) -> bool:
    """Whether two names of one kind can stand for the same thing."""
    a, b = name_words(one), name_words(other)
    if not a or not b:
        return one == other
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if kind == "person":
        # a surname, a surname with particle, or a given name alone with the surname shared
        return len(short) < len(long) and (long[-len(short) :] == short or (len(short) == 1 and long[0] == short[0]))
    if kind in ("organization", "country"):
        if acronym_of(one, other) or acronym_of(other, one):
            return True
        return kind == "organization" and len(short) < len(long) and long[: len(short)] == short and len("".join(short)) > 5
    return False


def link(mentions: list[Mention]) -> list[Entity]:
    """Join mentions of one type whose names agree; a short name joins the last full one before it, else the first after.

    Topics, instruments and dates stay apart, save that equal surfaces of a date are one.
    """
    groups: list[list[int]] = []
    by_length = sorted(range(len(mentions)), key=lambda i: (-len(name_words(mentions[i].text)), mentions[i].start))
    for i in by_length:
        mention = mentions[i]
        role = ONTOLOGY.roles[mention.type]
        best = None
        for group in groups:
            head = mentions[group[0]]
            if head.type != mention.type or role in ONTOLOGY.single_roles:
                continue
            if same_name(mention.type, head.text, mention.text):
                distance = min((mention.start - mentions[j].start) % 10**9 for j in group)
                if best is None or distance < best[0]:
                    best = (distance, group)
        if best is None:
            groups.append([i])
        else:
            best[1].append(i)
    entities = []
    for group in groups:
        indices = tuple(sorted(group, key=lambda i: mentions[i].start))
        members = tuple(mentions[i] for i in indices)
        name = max((m.text for m in members), key=lambda t: (len(name_words(t)), -len(t)))
        entities.append(Entity(members[0].type, name, members, indices))
    return sorted(entities, key=lambda e: e.mentions[0].start)
