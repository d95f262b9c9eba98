"""Places of a text → what and where they are, by the gazetteer and by what else the text speaks of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.countries import countries_in
from service.fold import fold
from service.gazetteer import Place, candidates, capital
from service.kinds import kind_of_name, means_capital, without_compass

NEAR = 60  # code points around a mention in which a country speaks for it
GIANT = 8.8  # weight from which on a place is meant unless its region says otherwise
SHARE = 0.3  # share of the text's countries from which on a country speaks fully for its places
CLEAR = 0.4  # share from which on a place that no list has is taken to lie there
FAR = 500  # code points within which the nearest place tells where one lies that no list has
SMALL = 5.5  # weight under which a name made of common words is no town's
LARGE = 6.5  # weight from which on a place tells of its country, if no other of that name comes near


@dataclass(frozen=True)
class PlaceName:
    """A place as a text names it: its fullest name and where its mentions start and end (code points)."""

    name: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Context:
    """What a text tells about where it plays.

    `countries` counts what speaks for a country, `areas` the first-order regions named, `around` are the countries named in the text
    as (start, end, code).
    """

    countries: Counter
    areas: frozenset[str]
    around: tuple[tuple[int, int, str], ...]

    def share(self, country: str | None) -> float:
        """The part of all that speaks for countries that speaks for this one, 0 to 1."""
        return self.countries[country] / total if country and (total := self.countries.total()) else 0.0

    def near(self, spans: Sequence[tuple[int, int]], reach: int) -> dict[str, int]:
        """Countries named within `reach` of some spans → the distance in code points; those inside the spans are left out."""
        found: dict[str, int] = {}
        for start, end in spans:
            for first, last, code in self.around:
                if last <= start or first >= end:
                    distance = start - last if last <= start else first - end
                    if distance <= reach:
                        found[code] = min(found.get(code, reach), distance)
        return found


def read_context(text: str, names: Sequence[PlaceName], language: str) -> Context:
    """What speaks for where a text plays: countries named anywhere in it, towns and regions that can be but one."""
    named = countries_in(text, language)
    countries: Counter = Counter()
    for code in {n.code for n in named}:
        countries[code] += min(3, sum(n.code == code for n in named))
    areas = set()
    around = [(n.start, n.end, n.code) for n in named]
    for one in names:
        found = _known(one.name, language)
        if not found or found[0].kind == "country" or not found[0].country:
            continue
        first, others = found[0], [p for p in found[1:] if p.country != found[0].country]
        if not others or first.weight - others[0].weight > 1.0:
            countries[first.country] += 1 if first.weight < LARGE else 2
            around += [(*span, first.country) for span in one.spans]
            if first.kind == "region" and first.area:
                areas.add(first.area)
    return Context(countries, frozenset(areas), tuple(around))


def _score(place: Place, context: Context, near: dict[str, int]) -> float:
    """How well a candidate fits, on the scale of its weight."""
    score = place.weight + (0.5 if place.own else 0.0)
    score += 2.5 * min(1.0, context.share(place.country) / SHARE)
    if place.country in near:
        score += 1.5 if place.weight < GIANT else 0.5
    if place.kind == "city" and place.area in context.areas:
        score += 4.5
    return score


def _known(name: str, language: str) -> tuple[Place, ...]:
    """What the gazetteer has of a name; names made of common words (`Rathaus`) are no small towns'."""
    found = candidates(name, language)
    return tuple(p for p in found if p.weight >= SMALL or p.kind != "city") if found and kind_of_name(name, language) else found


def _part(name: str, language: str) -> Place | None:
    """A part of a known place by its compass word: `Ostukraine`, `northern Iraq`; or the capital that a phrase means."""
    if rest := without_compass(name):
        whole = next((p for p in candidates(rest, language) if p.kind in ("country", "region") and p.weight >= LARGE), None)
        if whole:
            return Place(name, "region", whole.country, None, None, None, 0.0)
    inside = {n.code for n in countries_in(name, language)}
    if len(inside) == 1:
        code = inside.pop()
        seat = capital(code) if means_capital(name) else None
        return seat or Place(name, kind_of_name(name, language), code, None, None, None, 0.0)
    return None


def _guess(name: PlaceName, context: Context, language: str) -> Place:
    """What its surroundings tell of a place that no list has: the country alone named near by, else the text's, else the nearest."""
    near = context.near(name.spans, NEAR)
    country = next(iter(near)) if len(near) == 1 else None
    if country is None:
        likely = max(context.countries, key=lambda c: context.countries[c], default=None)
        country = likely if context.share(likely) >= CLEAR else None
    if country is None and (around := context.near(name.spans, FAR)):
        country = min(around, key=around.get)
    return Place(name.name, kind_of_name(name.name, language), country, None, None, None, 0.0)


def resolve(name: PlaceName, context: Context, language: str) -> Place:
    """The place that a name stands for; where no list has it, what its words and its surroundings tell, all else None."""
    if found := _known(name.name, language):
        near = context.near(name.spans, NEAR)
        return max(found, key=lambda p: _score(p, context, near))
    if not fold(name.name):
        return Place(name.name, None, None, None, None, None, 0.0)
    return _part(name.name, language) or _guess(name, context, language)


def find_place(name: str, language: str) -> Place | None:
    """What the gazetteer knows of a name without any text around it; None where it knows nothing."""
    if not candidates(name, language):
        return None
    return resolve(PlaceName(name, ()), Context(Counter(), frozenset(), ()), language)
