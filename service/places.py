"""Places of a text → what and where they are, by the gazetteer and by what else the text speaks of.

What a name may stand for (the gazetteer's places, and one that no list has in any country that the text speaks of) is scored by a weighted
sum of features; the weights are learned by `training/rank.py`.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from service.countries import countries_in
from service.fold import fold
from service.gazetteer import Place, candidates, capital, is_name, spelling
from service.kinds import kind_of_name, means_capital, without_compass, without_town
from service.tables import weighted

NEAR = 60  # code points, the scale on which a country named beside a place speaks for it
FAR = 300  # the same for places
BESIDE, PASSAGE = 25, 1200  # the same for what stands beside a mention, and in the same part of a long text
NEIGHBOURS = 8  # of what is named on either side of a mention, the nearest ones that are looked at
MOST_SPANS = 20  # mentions of one thing that are looked at
LONGEST = 200  # code points of a name that are looked at
LARGE = 6.5  # weight from which on a place is widely known
CLOSE = 150  # km, the scale on which places lie near each other
MOST_POINTS = 40  # places of a text whose distance counts
DEGREE = 111.2  # km
# where most articles of a language are written
HOME = {"de": ("DE", "AT", "CH"), "en": ("US", "GB"), "fr": ("FR",), "es": ("ES", "MX"), "it": ("IT",), "pt": ("BR", "PT")}
HOME |= {"nl": ("NL",), "pl": ("PL",), "tr": ("TR",), "ru": ("RU",), "uk": ("UA",), "fa": ("IR",), "zh": ("CN",)}

Spot = tuple[int, int, str]  # start and end in code points, country
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class PlaceName:
    """A place as a text names it: its fullest name and where its mentions start and end (code points)."""

    name: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Context:
    """What a text tells about where it plays.

    `named` are the countries named, as names or adjectives, and `places` those of the places, in text order; `regions` are the
    first-order regions named and `town_regions` those of the towns, with the towns' names; `home` are the countries where the
    language is spoken first.
    """

    named: tuple[Spot, ...] = ()
    places: tuple[Spot, ...] = ()
    regions: frozenset[str] = frozenset()
    town_regions: frozenset[tuple[str, str]] = frozenset()
    home: tuple[str, ...] = ()
    shares: dict[str, float] = field(default_factory=dict)
    points: tuple[tuple[float, float, str], ...] = ()

    def countries(self) -> set[str]:
        """Every country that the text speaks of."""
        return {code for _, _, code in (*self.named, *self.places)}


def shares(spots: Sequence[Spot]) -> dict[str, float]:
    """The part of all that speaks for a country that speaks for each, 0 to 1; many mentions of one count little more than few."""
    counts = Counter(code for _, _, code in spots)
    total = sum(map(math.sqrt, counts.values()))
    return {code: math.sqrt(n) / total for code, n in counts.items()}


def nearness(spots: Sequence[Spot], spans: Spans, scale: float) -> dict[str, float]:
    """How near each country stands to some spans: 1 beside them, 1/e at `scale` code points; what lies inside the spans is left out."""
    found: dict[str, float] = {}
    for start, end in spans[:MOST_SPANS]:
        at = bisect_left(spots, (start, end, ""))
        for first, last, code in spots[max(0, at - NEIGHBOURS) : at + NEIGHBOURS]:
            if last <= start or first >= end:
                distance = start - last if last <= start else first - end
                found[code] = max(found.get(code, 0.0), math.exp(-distance / scale))
    return found


def surroundings(spans: Spans, context: Context) -> dict[str, dict[str, float]]:
    """What speaks for each country around some spans: country → feature → value."""
    found: dict[str, dict[str, float]] = {code: {} for code in (*context.countries(), *context.home)}
    beside = nearness(context.named, spans, NEAR)
    inside = set(spans)
    others = [spot for spot in context.places if spot[:2] not in inside]
    around = nearness(others, spans, FAR)
    parts = {
        "named share": context.shares or shares(context.named),
        "named near": beside,
        "named in the passage": nearness(context.named, spans, PASSAGE),
        "named in the text": dict.fromkeys(context.shares or shares(context.named), 1.0),
        "named nearest": {max(beside, key=beside.get): 1.0} if beside else {},
        "place share": shares(others),
        "place near": around,
        "place beside": nearness(others, spans, BESIDE),
        "place in the passage": nearness(others, spans, PASSAGE),
        "place nearest": {max(around, key=around.get): 1.0} if around else {},
        "first place": {others[0][2]: 1.0} if others else {},
        "home": dict.fromkeys(context.home[:1], 1.0),
        "second home": dict.fromkeys(context.home[1:], 1.0),
    }
    for feature, values in parts.items():
        for code, value in values.items():
            found[code][feature] = value
    return found


def _closeness(place: Place, name: str, context: Context) -> float:
    """How near the nearest other place of the text lies to one: 1 at the same point, 1/e at CLOSE; 0 where that isn't known."""
    if place.latitude is None or place.kind in ("country", None):
        return 0.0
    narrow = math.cos(math.radians(place.latitude))
    far = [
        math.hypot(a - place.latitude, narrow * ((b - place.longitude + 180) % 360 - 180))
        for a, b, other in context.points
        if other != name and (a, b) != (place.latitude, place.longitude)
    ]
    return math.exp(-min(far) * DEGREE / CLOSE) if far else 0.0


def _unlisted(name: str, kind: str | None, country: str | None) -> Place:
    return Place(name, kind, country, None, None, None, 0.0)


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
    of_capital = means_capital(name)
    # an adjective alone may be a guest's: the Turkish House in New York
    inside = {n.code for n in countries_in(name, language) if of_capital or not n.adjective}
    if len(inside) == 1:
        code = inside.pop()
        seat = capital(code) if of_capital else None
        return seat or _unlisted(name, kind_of_name(name), code)
    return None


def _inside(name: str, language: str) -> tuple[set[str], set[str]]:
    """The countries of the towns among a name's own words (`Messe Leipzig`) and those that it names (`brasilianische Vertretung`)."""
    words = [w for w in name[:LONGEST].replace("-", " ").split() if not w[0].islower() and not kind_of_name(w)]
    towns = [_largest(w, language) for w in words] if len(name.split()) + name.count("-") > 1 else []
    return {town.country for town in towns if town and town.country}, {n.code for n in countries_in(name[:LONGEST], language)}


def rivals(name: PlaceName, context: Context, language: str) -> list[tuple[Place, dict[str, float]]]:
    """Everything that a name may stand for, each with its features."""
    around = surroundings(name.spans, context)
    kind = kind_of_name(name.name)
    found = candidates(name.name, language) if fold(name.name) else ()
    several = " " in name.name or "-" in name.name
    best = found[0].weight if found else 0.0
    rows: list[tuple[Place, dict[str, float]]] = []
    for place in found:
        features = dict(around.get(place.country or "", {}))
        features |= {"weight": place.weight, "fame": place.fame}
        features["close to another place"] = _closeness(place, name.name, context)
        if place.weight == best:
            features["the largest"] = 1.0
        features[f"listed {place.kind}"] = 1.0
        if place.own:
            features["own name"] = 1.0
        if place.kind in ("city", "region") and kind:
            features[f"listed {place.kind}, words say {kind}"] = 1.0
        if several:
            features[f"listed, several words {place.kind}"] = 1.0
        together = (area for area, town in context.town_regions if town != name.name) if place.kind == "region" else context.regions
        if place.area and place.area in together:
            features["region named"] = 1.0  # Paris in Texas, Georgia around Atlanta
        if place.country is None:
            features["listed without country"] = 1.0
        rows.append((place, features))
    towns, countries = _inside(name.name, language) if fold(name.name) else (set(), set())
    written = spelling(name.name)
    for code in context.countries() | towns | countries:
        features = dict(around.get(code, {}))
        features["spelling"] = written.get(code, 0.0)
        features |= {"unlisted": 1.0, f"unlisted, words say {kind}": 1.0}
        if found:
            features["unlisted beside listed"] = 1.0
        if code in towns:
            features["town inside"] = 1.0
        if code in countries:
            features["country inside"] = 1.0
        rows.append((_unlisted(name.name, kind, code), features))
    if best < LARGE:  # what is widely known is somewhere
        nowhere = {"nowhere": 1.0, f"nowhere, words say {kind}": 1.0, "nowhere beside listed": float(bool(found))}
        rows.append((_unlisted(name.name, kind, None), nowhere))
    return rows


def _choose(name: PlaceName, context: Context, language: str) -> Place:
    if not fold(name.name):
        return _unlisted(name.name, None, None)
    if not candidates(name.name, language) and (known := _part(name.name, language)):
        return known
    return max(rivals(name, context, language), key=lambda row: weighted("place", row[1]))[0]


def with_places(context: Context, names: Sequence[PlaceName], found: Sequence[Place]) -> Context:
    """A context that knows of places too."""
    places, points, regions, towns = [], [], set(), set()
    for name, place in zip(names, found, strict=True):
        if place.country and place.kind != "country":
            places += [(*span, place.country) for span in name.spans]
        if place.latitude is not None and place.kind in ("city", "building"):
            points.append((place.latitude, place.longitude, name.name))
        if place.area and place.kind == "region":
            regions.add(place.area)
        elif place.area:
            towns.add((place.area, name.name))
    return replace(
        context,
        places=tuple(sorted(places)),
        regions=frozenset(regions),
        town_regions=frozenset(towns),
        points=tuple(points[:MOST_POINTS]),
    )


def read_context(text: str, names: Sequence[PlaceName], language: str) -> Context:
    """What speaks for where a text plays: the countries named anywhere in it, and its places, as each looks without the others."""
    named = tuple(sorted((n.start, n.end, n.code) for n in countries_in(text, language)))
    context = Context(named, home=HOME.get(language, ()), shares=shares(named))
    # regions and towns that can be but one, then all places
    context = with_places(context, names, [_clear(name, language) for name in names])
    return with_places(context, names, [_choose(name, context, language) for name in names])


def _clear(name: PlaceName, language: str) -> Place:
    found = candidates(name.name, language) if fold(name.name) else ()
    if found and not kind_of_name(name.name) and all(found[0].weight - p.weight > 1.0 for p in found[1:] if p.country != found[0].country):
        return found[0]
    return _unlisted(name.name, None, None)


def resolve(name: PlaceName, context: Context, language: str) -> Place:
    """The place that a name stands for; where no list has it, what its words and its surroundings tell, all else None."""
    return _choose(name, context, language)


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
