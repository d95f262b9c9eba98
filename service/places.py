"""Places of a text → what and where they are, by the gazetteer and by what else the text speaks of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.countries import countries_in
from service.fold import fold
from service.gazetteer import Place, candidates, capital, is_name
from service.kinds import kind_of_name, means_capital, without_compass, without_town

NEAR = 60  # code points around a mention in which a country speaks for it
GIANT = 8.8  # weight from which on a place is meant unless its region says otherwise
SHARE = 0.3  # share of the text's countries from which on a country speaks fully for its places
LEAST, MARGIN = 0.8, 0.2  # votes that a country needs, and before the next, for a place that no list has
FAR = 500  # code points within which the nearest place tells where one lies that no list has
SMALL = 5.5  # weight under which a name made of common words is no town's
LARGE = 6.5  # weight from which on a place tells of its country, if no other of that name comes near
# where most articles of a language are written
HOME = {"de": ("DE", "AT", "CH"), "en": ("US", "GB"), "fr": ("FR",), "es": ("ES", "MX"), "it": ("IT",), "pt": ("BR", "PT")}
HOME |= {"nl": ("NL",), "pl": ("PL",), "tr": ("TR",), "ru": ("RU",), "uk": ("UA",), "fa": ("IR",), "zh": ("CN",)}


@dataclass(frozen=True)
class PlaceName:
    """A place as a text names it: its fullest name and where its mentions start and end (code points)."""

    name: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Context:
    """What a text tells about where it plays.

    `countries` counts what speaks for a country; `around` are the countries named and `places` those of the places that can be but
    one, as (start, end, code); `regions` are the first-order regions named and `town_regions` those of the towns, with the towns'
    names; `home` are the countries where the language is spoken first.
    """

    countries: Counter = field(default_factory=Counter)
    around: tuple[tuple[int, int, str], ...] = ()
    places: tuple[tuple[int, int, str], ...] = ()
    regions: frozenset[str] = frozenset()
    town_regions: frozenset[tuple[str, str]] = frozenset()
    home: tuple[str, ...] = ()

    def share(self, country: str | None) -> float:
        """The part of all that speaks for countries that speaks for this one, 0 to 1."""
        return self.countries[country] / total if country and (total := self.countries.total()) else 0.0

    def near(self, spans: Sequence[tuple[int, int]], reach: int) -> dict[str, int]:
        """Countries named within `reach` of some spans → the distance in code points; those inside the spans are left out."""
        return self._near(self.around + self.places, spans, reach)

    def near_places(self, spans: Sequence[tuple[int, int]], reach: int) -> list[str]:
        """The country of the place that is nearest to some spans, if one is within `reach`."""
        found = self._near(self.places, spans, reach)
        return [min(found, key=found.get)] if found else []

    def _near(self, named: Sequence[tuple[int, int, str]], spans: Sequence[tuple[int, int]], reach: int) -> dict[str, int]:
        found: dict[str, int] = {}
        for start, end in spans:
            for first, last, code in named:
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
    regions: set[str] = set()
    towns: set[tuple[str, str]] = set()
    places: list[tuple[int, int, str]] = []
    around = [(n.start, n.end, n.code) for n in named]
    for one in names:
        found = _known(one.name, countries, language)
        if not found or not found[0].country:
            continue
        first, others = found[0], [p for p in found[1:] if p.country != found[0].country]
        if not others or first.weight - others[0].weight > 1.0:
            if first.kind == "country":
                continue  # counted already, by its name
            countries[first.country] += 1 if first.weight < LARGE else 2
            places += [(*span, first.country) for span in one.spans]
            if first.area and first.kind == "region":
                regions.add(first.area)
            elif first.area:
                towns.add((first.area, one.name))
    home = HOME.get(language, ())
    return Context(countries, tuple(around), tuple(places), frozenset(regions), frozenset(towns), home)


def _score(name: str, place: Place, context: Context, near: dict[str, int]) -> float:
    """How well a candidate for a name fits, on the scale of its weight."""
    score = place.weight + (1.0 if place.own else 0.0) + (0.7 if place.country in context.home else 0.0)
    if not place.own and place.kind == "city" and place.weight < LARGE:
        score -= 0.5
    score += 1.5 * min(1.0, context.share(place.country) / SHARE)
    if place.country in near:
        score += 1.0 if place.weight < GIANT else 0.5
    together = (area for area, town in context.town_regions if town != name) if place.kind == "region" else context.regions
    if place.area and place.area in together:
        score += 4.5  # Paris in Texas, Georgia around Atlanta
    return score


def _known(name: str, countries: Counter, language: str) -> tuple[Place, ...]:
    """What the gazetteer has of a name; a name made of common words (`Rathaus`) is no small town's in a country that nobody speaks of."""
    found = candidates(name, language)
    if not found or kind_of_name(name) != "building":
        return found
    return tuple(p for p in found if p.weight >= SMALL or p.country in countries)


def _largest(name: str, language: str, kinds: Sequence[str] = ("country", "region", "city")) -> Place | None:
    """The likeliest place of a name, if it is one that is widely known."""
    return next((p for p in candidates(name, language) if p.kind in kinds and p.weight >= LARGE), None)


def _part(name: str, language: str) -> Place | None:
    """A name that has a known one inside: `Ostukraine`, `northern Iraq`, `Berlin-Pankow`, `Gaza-Stadt`, `belarussische Hauptstadt`."""
    if (rest := without_compass(name)) and (whole := _largest(rest, language, ("country", "region"))):
        return _unlisted(name, "region", whole.country)
    if (rest := without_town(name)) and (town := _largest(rest, language)):
        return town
    head, hyphen, _ = name.partition("-")
    if hyphen and kind_of_name(name) != "building" and (town := _largest(head, language, ("city",))) and town.own:
        return _unlisted(name, "region", town.country)
    inside = {n.code for n in countries_in(name, language)}
    if len(inside) == 1:
        code = inside.pop()
        seat = capital(code) if means_capital(name) else None
        return seat or _unlisted(name, kind_of_name(name), code)
    return None


def _unlisted(name: str, kind: str | None, country: str | None) -> Place:
    return Place(name, kind, country, None, None, None, 0.0)


def likely_country(spans: Sequence[tuple[int, int]], context: Context, more: Sequence[str] = ()) -> str | None:
    """The country that something at some spans most likely belongs to, by what is named near by and all that the text speaks of.

    `more` are countries that speak for it besides. None where none is clearly ahead.
    """
    votes: Counter = Counter({code: 2 * context.share(code) for code in context.countries})
    near = context.near(spans, NEAR)
    for code in near:
        votes[code] += 1.2 / len(near)
    for code in (*context.near_places(spans, FAR), *more):
        votes[code] += 1.0
    for code in (*context.home[:1], *(code for _, _, code in sorted(context.places)[:1])):
        votes[code] += 0.5
    ranked = votes.most_common(2)
    sure = ranked and ranked[0][1] >= LEAST and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= MARGIN)
    return ranked[0][0] if sure else None


def _guess(name: PlaceName, context: Context, language: str) -> Place:
    """Where a place lies that no list has: by a town in its name and its surroundings."""
    words = [w for w in name.name[:200].split() if w[0].isupper() and not kind_of_name(w)]
    inside = [town.country for w in words if (town := _largest(w, language)) and town.country]
    return _unlisted(name.name, kind_of_name(name.name), likely_country(name.spans, context, inside))


def resolve(name: PlaceName, context: Context, language: str) -> Place:
    """The place that a name stands for; where no list has it, what its words and its surroundings tell, all else None."""
    if found := _known(name.name, context.countries, language):
        near = context.near(name.spans, NEAR)
        return max(found, key=lambda p: _score(name.name, p, context, near))
    if not fold(name.name):
        return _unlisted(name.name, None, None)
    return _part(name.name, language) or _guess(name, context, language)


def find_place(name: str, language: str) -> Place | None:
    """What the gazetteer knows of a name without any text around it; None where it knows nothing."""
    found = resolve(PlaceName(name, ()), Context(), language)
    return found if found.country or found.weight else None


def base_name(name: str, language: str) -> str:
    """A place's name without its genitive s, where the name without it is the same place's: `Hamburgs` → `Hamburg`, but `Paris`."""
    bare = name.removesuffix("s").rstrip("'’")
    if bare == name or not (language == "de" or (language == "en" and name[-2:-1] in "'’")) or is_name(name):
        return name
    whole, without = candidates(name, language), candidates(bare, language)
    return bare if whole and without and whole[0].name == without[0].name else name
