"""Participants of a text → name, type and country, by the gazetteers and by the words around them.

The country of a person or an organization, or none, is chosen by a weighted sum of features; `training/rank.py` learns the weights.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from service.countries import Named, countries_in, name_code
from service.fold import fold
from service.gazetteer import candidates, capital
from service.link import Entity
from service.offices import BETWEEN_STATES, BODY, GOVERNMENT, LOCAL, NATIONAL, OFFICE, POPE, SEVERAL, STATE_OWNED, TITLES
from service.organizations import find_body
from service.places import NEAR, Context, nearness, shares, surroundings
from service.tables import weighted

BEFORE = 70  # code points before a name in which its office and country stand
AFTER = 60
STOP = regex.compile(r"[.;:!?\n。；！？,，(\[]\s|\n|[;。！？]|,")  # an office stands on this side of it
SENTENCE = regex.compile(r"[.!?。！？]\s|\n")
PRESIDENTS = ("präsident", "president", "président")
MOST_MENTIONS = 3  # first mentions that are looked at
LONGEST = 200  # code points of a name or title that are looked at
LANGUAGE_ALONE = {"home", "second home"}  # features that say nothing of the text but its language: no reason to name a country
MOST_WORDS, WORD_PART = 6, 6  # of a title or a name, and the letters of their beginnings and ends, that tell the kind of office or body
STATEFUL = ("person", "organization")
PATTERNS = {"office": OFFICE, "national": NATIONAL, "local": LOCAL, "between states": BETWEEN_STATES}
PATTERNS |= {"body": BODY, "government": GOVERNMENT}


@dataclass(frozen=True)
class Participant:
    """What is known of a participant; `country` is an ISO 3166-1 alpha-2 code, None where the text does not say it."""

    name: str
    type: str
    country: str | None


def _seat_country(name: str, language: str) -> str | None:
    """The state that a capital or a seat (`Kreml`) stands for."""
    for place in candidates(name, language)[:5]:
        if place.kind == "building":
            return place.country
        if place.kind == "city" and place.country:
            seat = capital(place.country)
            return place.country if seat and seat.geonames_id == place.geonames_id else None
    return None


def state_of(name: str, language: str) -> str | None:
    """The state that a name stands for: its own name, its capital, its government's seat, `die iranische Regierung`."""
    if find_body(name, language) and not find_body(name, language).country:
        return None
    if code := name_code(name, language) or _seat_country(name, language):
        return code
    inside = {n.code for n in countries_in(name, language)}
    return inside.pop() if len(inside) == 1 else None


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The words before and after a mention that belong to it: up to a sentence's end or another clause."""
    before = text[max(0, start - BEFORE) : start]
    before = regex.sub(r"[,，]\s*$", " ", before)  # "his Russian counterpart, X"
    if stops := list(STOP.finditer(before)):
        before = before[stops[-1].end() :]
    after = text[end : end + AFTER]
    if found := SENTENCE.search(after):
        after = after[: found.start()]
    return before, after


def _country_beside(text: str, entity: Entity, others: Sequence[tuple[int, int]], language: str) -> Named | None:
    """The country that stands with a person's or a body's first mentions: as an adjective or genitive before, in an apposition after.

    Its place is where it stands in the text.
    """
    for mention in entity.mentions[:MOST_MENTIONS]:
        before, after = _around(text, mention.start, mention.end)
        offset = mention.start - len(before)
        named: list[Named] = [n for n in countries_in(before, language)]
        if named:
            last = named[-1]
            gap = before[last.end :]
            crossed = any(offset + last.end <= a and b <= mention.start for a, b in others)
            office = OFFICE.search(before) or BODY.search(mention.text)
            if not crossed and ((last.adjective and len(gap.split()) <= 4) or (office and len(gap.split()) <= 6)):
                return Named(offset + last.start, offset + last.end, last.code, last.adjective)
        if after[:2].strip() in (",", "(", "，", "（", "–", "-") or after[:1] == "(":
            clause = after.lstrip(" ,(，（–-")
            clause = clause[: found.start()] if (found := regex.search(r"[,)，）]", clause)) else clause
            named = list(countries_in(clause, language))
            if named and (OFFICE.search(clause) or named[0].adjective or after.lstrip().startswith(("(", "（"))):
                at = text.find(clause, mention.end)
                return Named(at + named[0].start, at + named[0].end, named[0].code, named[0].adjective)
    return None


def _said(text: str, entity: Entity, others: Sequence[tuple[int, int]], language: str) -> tuple[dict[str, set[str]], Named | None]:
    """How a text gives a participant a country: in its name, its title, words that stand for it, or beside it (and where)."""
    first = entity.mentions[0]
    before = _around(text, first.start, first.end)[0]
    found: dict[str, set[str]] = {}
    for how, words in (
        ("title", [entity.title or ""]),
        ("name", [m.text for m in entity.mentions[:MOST_MENTIONS]]),
        ("reference", list(entity.references)[:MOST_MENTIONS]),
    ):
        named = [n for w in words for n in countries_in(w[:LONGEST], language)]
        if how == "name" and entity.type == "organization" and not (BODY.search(entity.name) or GOVERNMENT.search(entity.name)):
            how = "name of no body"
        for n in named:
            found.setdefault(f"{how}, {'adjective' if n.adjective else 'name'}", set()).add(n.code)
    beside = _country_beside(text, entity, others, language)
    if beside:
        what = "adjective" if beside.adjective else "name"
        whose = "office" if OFFICE.search(entity.title or before) else "no office"
        whose = "state owned" if STATE_OWNED.search(before) else whose
        found[f"beside, {what}, {entity.type}, {whose}"] = {beside.code}
    return found, beside


def _kinds(text: str, entity: Entity, language: str) -> list[str]:
    """What the words say of the kind of office or body that a participant is; it tells whether it has a country at all."""
    before = _around(text, entity.mentions[0].start, entity.mentions[0].end)[0]
    body = find_body(entity.name, language)
    words = (entity.title or "") if entity.type == "person" else entity.name
    found = [entity.type]
    if entity.type == "person":
        found += ["with title" if words else "without title"]
        if words.casefold().startswith(PRESIDENTS) and not before.rstrip().casefold().endswith(words.casefold()):
            found.append("president elsewhere")  # of a club, perhaps, that stands between
    for kind, pattern in PATTERNS.items():
        if pattern.search(words[:LONGEST]):
            found.append(f"{entity.type}, {kind}")
    for word in fold(words[:LONGEST]).split()[:MOST_WORDS]:
        found += [f"{entity.type}, word {word[:WORD_PART]}-", f"{entity.type}, word -{word[-WORD_PART:]}"]
    if BETWEEN_STATES.search(before):
        found.append(f"{entity.type}, between states beside")
    if STATE_OWNED.search(before):
        found.append("state owned")
    if body:
        found.append("body of a state" if body.country else "body between states")
    return found


def claims(text: str, entities: Sequence[Entity], context: Context, language: str) -> list[dict[str | None, dict[str, float]]]:
    """For each entity, in the order given, the countries that it may belong to (None: to none that the text says) with their features."""
    kinds = [true_type(e, language) for e in entities]
    persons = [(m.start, m.end, number) for number, e in enumerate(entities) if e.type == "person" for m in e.mentions]
    said = []
    for number, entity in enumerate(entities):
        near = (entity.mentions[0].start - BEFORE, entity.mentions[:MOST_MENTIONS][-1].end + AFTER)
        others = [(a, b) for a, b, owner in persons if owner != number and near[0] <= a < near[1]]
        said.append(_said(text, entity, others, language) if entity.type in STATEFUL else ({}, None))
    claimed = {(beside.start, beside.end) for _, beside in said if beside}
    free = tuple(one for one in context.named if one[:2] not in claimed)
    free_shares = shares(free)
    actors = Counter(code for e, kind in zip(entities, kinds) if kind == "country" and (code := state_of(e.name, language)))
    everything = Counter(code for how, _ in said for codes in how.values() for code in codes)
    rows = []
    for entity, (how, _) in zip(entities, said, strict=True):
        of_others = everything - Counter(code for codes in how.values() for code in codes)
        spans = [(m.start, m.end) for m in entity.mentions[:MOST_MENTIONS]]
        found: dict[str | None, dict[str, float]] = {c: dict(f) for c, f in surroundings(spans, context).items()}
        for feature, codes in how.items():
            for code in codes:
                found.setdefault(code, {})[f"said: {feature}"] = 1.0
        body = find_body(entity.name, language)
        if body and body.country:
            found.setdefault(body.country, {})["its body"] = 1.0
        if entity.type == "organization":
            for code in {c for m in entity.mentions[:MOST_MENTIONS] if " " in m.text and (c := _seat_country(m.text, language))}:
                found.setdefault(code, {})["seat in its name"] = 1.0
        beside = nearness(free, spans, NEAR)
        found = {code: features for code, features in found.items() if features.keys() - LANGUAGE_ALONE}
        for code, features in found.items():
            features["free share"] = free_shares.get(code, 0.0)
            features["free near"] = beside.get(code, 0.0)
            features["said of others"] = of_others[code] / of_others.total() if of_others else 0.0
            features["actor"] = actors[code] / actors.total() if actors else 0.0
        found[None] = {f"none, {kind}": 1.0 for kind in _kinds(text, entity, language)}
        found[None] |= {f"none, though said: {feature}": 1.0 for feature, codes in how.items() if codes}
        rows.append(found)
    return rows


def base_name(entity: Entity, language: str) -> str:
    """The fullest name without title; a genitive s goes where another mention, or the gazetteer, shows the name without it."""
    name = TITLES.sub("", entity.name)
    if language in ("de", "en") and name.endswith("s") and len(name) > 4:
        bare = name.removesuffix("s").removesuffix("'").removesuffix("’")
        others = {m.text for m in entity.mentions}
        last = bare.split()[-1] if bare.split() else bare
        if any(other == bare or other.split()[-1:] == [last] for other in others if other.split()):
            return bare
        if entity.type == "country" and (code := name_code(bare, language, bent=False)) and code == name_code(name, language):
            return bare
    return name


def true_type(entity: Entity, language: str) -> str:
    """The type, put right where the tables know better: a state is a country, a body an organization, `beide Minister` a group."""
    names = [m.text for m in entity.mentions]
    body = find_body(entity.name, language)
    if entity.type == "country" and body and (not body.country or BODY.search(entity.name) or not state_of(entity.name, language)):
        return "organization"
    if entity.type in ("group", "person") and body and len(entity.name) > 2:
        return "organization"
    if entity.type in ("group", "organization") and all(name_code(name, language) for name in names):
        return "country"
    if entity.type in ("person", "organization") and all(SEVERAL.search(name[:LONGEST]) for name in names):
        return "group"
    return entity.type


def normalise_participants(text: str, entities: Sequence[Entity], context: Context, language: str) -> list[Participant]:
    """Every participant of a text, in the order given, each in the light of the others and of what the text speaks of."""
    found = []
    for entity, rows in zip(entities, claims(text, entities, context, language), strict=True):
        kind = true_type(entity, language)
        country = None
        if kind == "country":
            codes = (state_of(m, language) for m in (entity.name, *(m.text for m in entity.mentions)))
            country = next((code for code in codes if code), None)
        first = entity.mentions[0]
        if entity.type == "person" and POPE.search(f"{text[max(0, first.start - 12) : first.end]}|{entity.title or ''}"):
            country = "VA"
        elif country is None and (kind in STATEFUL or (kind == "country" and (BODY.search(entity.name) or GOVERNMENT.search(entity.name)))):
            country = max(rows, key=lambda code: (weighted("participant", rows[code]), code or ""))
        found.append(Participant(base_name(entity, language), kind, country))
    return found


def same_participant(one: Participant, other: Participant, language: str) -> bool:
    """Whether two participants are one: a state and its capital, the names of one body."""
    if one.type != other.type:
        return False
    if one.type == "country":
        return one.country is not None and one.country == other.country
    a, b = find_body(one.name, language), find_body(other.name, language)
    return one.type == "organization" and a is not None and b is not None and a.id == b.id
