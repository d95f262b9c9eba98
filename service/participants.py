"""Participants of a text → name, type and country, by the gazetteers and by the words around them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from service.countries import Named, countries_in, name_code
from service.gazetteer import candidates, capital
from service.link import Entity
from service.offices import BETWEEN_STATES, BODY, GOVERNMENT, LOCAL, NATIONAL, OFFICE, POPE, STATE_OWNED, TITLES
from service.organizations import find_body
from service.places import NEAR, Context

BEFORE = 70  # code points before a name in which its office and country stand
AFTER = 60
STOP = regex.compile(r"[.;:!?\n。；！？,，(\[]\s|\n|[;。！？]|,")  # an office stands on this side of it
SENTENCE = regex.compile(r"[.!?。！？]\s|\n")
LEAST, MARGIN = 0.5, 0.1  # votes that a state needs, and before the next, where the text names none beside an office
PRESIDENTS = ("präsident", "president", "président")
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


def _said(text: str, entity: Entity, others: Sequence[tuple[int, int]], language: str) -> Named | None:
    """The country that the text gives a participant in its name, its title or beside it."""
    first = entity.mentions[0]
    if entity.type == "person":
        title = entity.title or ""
        if POPE.search(f"{text[max(0, first.start - 12) : first.end]}|{title}"):
            return Named(0, 0, "VA", True)
        inside = list(countries_in(title, language))
        if inside and not BETWEEN_STATES.search(title):
            return Named(0, 0, inside[0].code, True)
        before = _around(text, first.start, first.end)[0]
        if BETWEEN_STATES.search(title) or (BETWEEN_STATES.search(before) and not countries_in(before, language)):
            return None
        if OFFICE.search(first.text) and (inside := list(countries_in(first.text, language))):
            return Named(first.start + inside[0].start, first.start + inside[0].end, inside[0].code, True)
        return _country_beside(text, entity, others, language)
    if BETWEEN_STATES.search(entity.name):
        return None
    if BODY.search(entity.name) or GOVERNMENT.search(entity.name):
        found = {n.code for m in entity.mentions for n in countries_in(m.text, language)}
        if len(found) == 1:
            return Named(0, 0, found.pop(), True)
        return _country_beside(text, entity, others, language)
    if STATE_OWNED.search(_around(text, first.start, first.end)[0]):
        return _country_beside(text, entity, others, language)
    return None


def _meant(entity: Entity, before: str) -> bool:
    """Whether an office or a body is of a state as a whole, so that the state that the text is about is meant."""
    if entity.type == "person":
        title = entity.title or ""
        beside = before.rstrip().casefold().endswith(title.casefold())
        if title.casefold().startswith(PRESIDENTS) and not beside:
            return False  # of a club, perhaps, that stands between
        return bool(NATIONAL.search(title)) and not BETWEEN_STATES.search(f"{before} {title}") and not LOCAL.search(title)
    if BETWEEN_STATES.search(entity.name) or LOCAL.search(entity.name):
        return False
    return bool(BODY.search(entity.name) or GOVERNMENT.search(entity.name))


def _votes(named: Sequence[tuple[int, int, str]], actors: Counter, context: Context) -> Counter:
    """What speaks for each state to be the one that a text is about: the actors, and the countries named for nobody else."""
    votes: Counter = Counter()
    for _, _, code in named:
        votes[code] += 1.5 / len(named)
    for code, times in actors.items():
        votes[code] += 0.5 * times
    for code in context.countries:
        votes[code] += 0.5 * context.share(code)
    for code in context.home[:1]:
        votes[code] += 0.4
    return votes


def _state_in_question(entity: Entity, named: Sequence[tuple[int, int, str]], votes: Counter) -> str | None:
    """The state whose office this most likely is, where the text names none beside it; None where none is ahead."""
    first = entity.mentions[0]
    near = {code for start, end, code in named if start - NEAR <= first.end and first.start <= end + NEAR}
    ranked = (votes + Counter({code: 0.4 / len(near) for code in near})).most_common(2)
    sure = ranked and ranked[0][1] >= LEAST and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= MARGIN)
    return ranked[0][0] if sure else None


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
    """The type, put right where the tables know better: a state is a country, a body between states an organization."""
    body = find_body(entity.name, language)
    if entity.type == "country" and body and not body.country:
        return "organization"
    if entity.type == "organization" and all(name_code(m.text, language) for m in entity.mentions):
        return "country"
    return entity.type


def normalise_participants(text: str, entities: Sequence[Entity], context: Context, language: str) -> list[Participant]:
    """Every participant of a text, in the order given: first what the text says of each, then, for the offices of states, what is left."""
    spans = {(m.start, m.end): number for number, e in enumerate(entities) for m in e.mentions}
    kinds = [true_type(e, language) for e in entities]
    countries: list[str | None] = []
    claimed: set[tuple[int, int]] = set()
    for number, entity in enumerate(entities):
        body = find_body(entity.name, language)
        found = None
        if kinds[number] == "country":
            codes = (state_of(m, language) for m in (entity.name, *(m.text for m in entity.mentions)))
            found = next((code for code in codes if code), None)
        elif kinds[number] == "organization" and body:
            found = body.country
        if found is None and kinds[number] != "group" and not (body and not body.country):
            others = [span for span, owner in spans.items() if owner != number and kinds[owner] == "person"]
            if said := _said(text, entity, others, language):
                found = said.code
                claimed.add((said.start, said.end))
            elif kinds[number] == "organization":
                names = [m.text for m in entity.mentions if " " in m.text]
                found = next((code for m in names if (code := _seat_country(m, language))), None)
        countries.append(found)
    actors = Counter(code for kind, code in zip(kinds, countries) if kind == "country" and code)
    free = [one for one in context.around if one[:2] not in claimed]
    votes = _votes(free, actors, context)
    for number, entity in enumerate(entities):
        body = find_body(entity.name, language)
        if countries[number] is None and kinds[number] in ("person", "organization", "country") and not body:
            before = _around(text, entity.mentions[0].start, entity.mentions[0].end)[0]
            if _meant(entity, before):
                countries[number] = _state_in_question(entity, free, votes)
    return [Participant(base_name(e, language), kind, code) for e, kind, code in zip(entities, kinds, countries)]


def same_participant(one: Participant, other: Participant, language: str) -> bool:
    """Whether two participants are one: a state and its capital, the names of one body."""
    if one.type != other.type:
        return False
    if one.type == "country":
        return one.country is not None and one.country == other.country
    a, b = find_body(one.name, language), find_body(other.name, language)
    return one.type == "organization" and a is not None and b is not None and a.id == b.id
