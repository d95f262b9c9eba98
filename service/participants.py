"""Participants of a text → name, type and country, by the gazetteers and by the words around them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from service.countries import Named, countries_in, name_code
from service.fold import fold
from service.gazetteer import candidates, capital
from service.link import Entity
from service.offices import BETWEEN_STATES, BODY, GOVERNMENT, OFFICE, STATE_OWNED, TITLES
from service.organizations import find_body
from service.places import Context, likely_country

BEFORE = 70  # code points before a name in which its office and country stand
AFTER = 60
STOP = regex.compile(r"[.;:!?\n。；！？,，(\[]\s|\n|[;。！？]|,")  # an office stands on this side of it
SENTENCE = regex.compile(r"[.!?。！？]\s|\n")
MOST_MENTIONS = 3  # first mentions that are looked at


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
    if stops := list(STOP.finditer(before)):
        before = before[stops[-1].end() :]
    after = text[end : end + AFTER]
    if found := SENTENCE.search(after):
        after = after[: found.start()]
    return before, after


def _country_beside(text: str, entity: Entity, others: Sequence[tuple[int, int]], language: str) -> str | None:
    """The country that stands with a person's or a body's first mentions: as an adjective or genitive before, in an apposition after."""
    for mention in entity.mentions[:MOST_MENTIONS]:
        before, after = _around(text, mention.start, mention.end)
        offset = mention.start - len(before)
        named: list[Named] = [n for n in countries_in(before, language)]
        if named:
            last = named[-1]
            gap = before[last.end :]
            crossed = any(offset + last.end <= a and b <= mention.start for a, b in others)
            office = OFFICE.search(before[last.start :]) or BODY.search(mention.text)
            if not crossed and ((last.adjective and len(gap.split()) <= 4) or (office and len(gap.split()) <= 6)):
                return last.code
        if after[:2].strip() in (",", "(", "，", "（", "–", "-") or after[:1] == "(":
            clause = after.lstrip(" ,(，（–-")
            clause = clause[: found.start()] if (found := regex.search(r"[,)，）]", clause)) else clause
            named = list(countries_in(clause, language))
            if named and (OFFICE.search(clause) or named[0].adjective or after.lstrip().startswith(("(", "（"))):
                return named[0].code
    return None


def _person_country(text: str, entity: Entity, others: Sequence[tuple[int, int]], context: Context, language: str) -> str | None:
    title = entity.title or ""
    inside = [n.code for n in countries_in(title, language)]
    if inside and not BETWEEN_STATES.search(title):
        return inside[0]
    before = _around(text, entity.mentions[0].start, entity.mentions[0].end)[0]
    if BETWEEN_STATES.search(title) or (BETWEEN_STATES.search(before) and not countries_in(before, language)):
        return None
    if code := _country_beside(text, entity, others, language):
        return code
    if OFFICE.search(title) or (not title and OFFICE.search(before)):
        return likely_country([(m.start, m.end) for m in entity.mentions], context)
    return None


def _body_country(text: str, entity: Entity, others: Sequence[tuple[int, int]], context: Context, language: str) -> str | None:
    if body := find_body(entity.name, language):
        return body.country
    if BETWEEN_STATES.search(entity.name):
        return None
    if BODY.search(entity.name):
        inside = {n.code for m in entity.mentions for n in countries_in(m.text, language)}
        if len(inside) == 1:
            return inside.pop()
        if code := _country_beside(text, entity, others, language):
            return code
        return likely_country([(m.start, m.end) for m in entity.mentions], context)
    if code := next((_seat_country(m.text, language) for m in entity.mentions if " " in m.text or len(entity.mentions) == 1), None):
        return code
    first = entity.mentions[0]
    if STATE_OWNED.search(_around(text, first.start, first.end)[0]):
        return _country_beside(text, entity, others, language) or likely_country([(first.start, first.end)], context)
    return None


def base_name(entity: Entity, language: str) -> str:
    """The fullest name without title; a genitive s goes where another mention, or the gazetteer, shows the name without it."""
    name = TITLES.sub("", entity.name)
    if language in ("de", "en") and name.endswith("s") and len(name) > 4:
        bare = name.removesuffix("s").removesuffix("'").removesuffix("’")
        others = {m.text for m in entity.mentions}
        last = bare.split()[-1] if bare.split() else bare
        if any(other == bare or other.split()[-1:] == [last] for other in others if other.split()):
            return bare
        if entity.type == "country" and name_code(bare, language) and name_code(bare, language) == name_code(name, language):
            return bare
    return name


def participant(text: str, entity: Entity, others: Sequence[tuple[int, int]], context: Context, language: str) -> Participant:
    """One participant; `others` are the ranges of the other entities' mentions."""
    name, kind = base_name(entity, language), entity.type
    body = find_body(name, language)
    if kind == "country" and body and not body.country:
        kind = "organization"
    if kind == "organization" and name_code(name, language) and all(name_code(m.text, language) for m in entity.mentions):
        kind = "country"
    if kind == "country":
        country = next((code for m in (entity.name, *(m.text for m in entity.mentions)) if (code := state_of(m, language))), None)
        if country is None and GOVERNMENT.search(entity.name):
            country = _country_beside(text, entity, others, language) or likely_country([(m.start, m.end) for m in entity.mentions], context)
    elif kind == "person":
        country = _person_country(text, entity, others, context, language)
    elif kind == "organization":
        country = _body_country(text, entity, others, context, language)
    else:
        country = None
    return Participant(name, kind, country)


def normalise_participants(text: str, entities: Sequence[Entity], context: Context, language: str) -> list[Participant]:
    """Every participant of a text, in the order given."""
    spans = [(m.start, m.end) for e in entities for m in e.mentions]
    return [participant(text, e, [s for s in spans if s not in {(m.start, m.end) for m in e.mentions}], context, language) for e in entities]
