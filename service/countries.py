"""Countries that a text speaks of: by name, adjective or demonym, in the language of the text."""

from dataclasses import dataclass
from functools import lru_cache

import regex

from service.fold import fold
from service.inflect import stem, stems
from service.tables import country_names, read_table

# each begins where a run of its signs does, so that a long row of dots takes linear time
WORD = regex.compile(r"(?<![\p{L}\p{N}\p{M}.'’ʼ])[\p{L}\p{N}\p{M}.'’ʼ]*[\p{L}\p{N}\p{M}]")
ELIDED = regex.compile(r"(?<![\p{L}\p{N}\p{M}.])[\p{L}\p{N}\p{M}.]*[\p{L}\p{N}\p{M}]")  # where an apostrophe sets words apart: l'Italie
LONGEST_NAME = 6  # words
UNSPACED = ("zh",)
# names that are other words too unless written in capitals
CAPITALS = ("us", "uk", "vs", "abd", "eua", "rdc", "rf", "рф", "сша")
# what a stem may end in, folded
ENDINGS = {
    "de": "|e|en|em|er|es|ern|n|s|in|innen|ium|iums".split("|"),
    "en": "|s|e|es|ian|ians|ean|n|ns".split("|"),
    "fr": "|e|s|es|ne|nes".split("|"),
    "nl": "|e|s|en|er|ers".split("|"),
    "tr": "|lar|ler|in|un|ya|ye|li|lu|nin|nun|larin|lerin|da|de|dan|den|i|u".split("|"),
}
ROMANCE = (
    "|a|o|e|i|as|os|es|is|esa|esas|eses|ies|an|ana|ano|ani|ane|anas|anos|anes|ao|aes|hi|he|ino|ina|ini|ien|io|ia|ios|ias|ita|iti|ite|us|eu|eia"
).split("|")
LONGEST_ENDING = 5
LOWER_CASE = ("de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "fa")  # adjectives may begin with a small letter


@dataclass(frozen=True)
class Named:
    """A country named at `start:end` (code points); `adjective` where it is an adjective or a demonym."""

    start: int
    end: int
    code: str
    adjective: bool


@lru_cache(maxsize=32)
def _names(language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Keys of country names of a language, and their stems, → code; of German and English where the language has none."""
    spoken = {lang for rows in country_names().values() for lang, _ in rows}
    wanted = {"", language} if language in spoken else {"", "de", "en"}
    exact: dict[str, str] = {}
    loose: dict[str, str] = {}
    for code, rows in country_names().items():
        for lang, name in rows:
            if lang in wanted and (key := fold(name)):
                exact.setdefault(key, code)
                loose.setdefault(stem(key, lang or language), code)
    return exact, loose


@lru_cache(maxsize=32)
def _stems(language: str) -> dict[str, str]:
    """Stems of adjectives and demonyms of a language → code."""
    rows = list(read_table("adjectives.tsv", head=True))
    head, rows = rows[0], rows[1:]
    if language in ("ar", "fa"):
        return _by_rule(language)
    columns = [head.index(language)] if language in head[1:] else [head.index("de"), head.index("en")]
    return {key: row[0] for row in rows for column in columns for word in row[column].split(",") if (key := fold(word))}


def _by_rule(language: str) -> dict[str, str]:
    """Arabic and Persian adjectives: the name without article and last vowel, and ی."""
    found = {}
    for code, rows in country_names().items():
        for lang, name in rows:
            key = fold(name)
            if lang == language and key and " " not in key:
                bare = key.removeprefix("ال")
                found |= {end + "ی": code for end in (bare, bare.rstrip("اه")) if len(end) > 2}
    return found


@lru_cache(maxsize=50_000)
def adjective_code(word: str, language: str) -> str | None:
    """The country that a word is an adjective or a demonym of: `iranischer` → IR."""
    if language not in LOWER_CASE and not word[:1].isupper():
        return None
    key, known = fold(word), _stems(language)
    if language in ("ar", "fa"):
        forms = [key, key.removeprefix("ال"), key.removeprefix("وال"), key.removeprefix("لل"), key.removeprefix("بال")]
        return next((known[f[: len(f) - n]] for f in forms for n in (0, 1, 2) if len(f) - n > 2 and f[: len(f) - n] in known), None)
    endings = ENDINGS.get(language) or (ROMANCE if language in ("es", "it", "pt") else None)
    for cut in range(LONGEST_ENDING + 1):
        head, rest = key[: len(key) - cut], key[len(key) - cut :]
        if len(head) < 2:
            return None
        if head in known and (endings is None or rest in endings):
            return known[head]
    return None


@lru_cache(maxsize=50_000)
def name_code(name: str, language: str, bent: bool = True) -> str | None:
    """The country of this name, in any case form unless `bent` is false; None for other words."""
    exact, loose = _names(language)
    key = fold(name)
    if not key or (key in CAPITALS and not name.replace(".", "").isupper()):
        return None
    if key in exact:
        return exact[key]
    if language == "de" and key.endswith("s") and key[:-1] in exact:
        return exact[key[:-1]]
    if language == "en" and key.endswith("s") and name[-2:-1] in "'’" and key[:-1] in exact:
        return exact[key[:-1]]
    if language in ("ar", "fa"):
        forms = (key[1:], key.removeprefix("ال"), "ال" + key.removeprefix("لل"), key.removeprefix("وال"), "ال" + key)
        return next((exact[f] for f in forms if len(f) > 2 and f in exact), None)
    if language in ("de", "pl", "ru", "uk") and bent:
        return next((loose[s] for s in stems(name, language) if s in loose), None)
    if language == "tr" and (cut := max(name.rfind(sign) for sign in "'’")) > 2 and " " not in name[cut:]:
        return exact.get(fold(name[:cut]))
    return None


def _unspaced(text: str, language: str) -> list[Named]:
    exact, _ = _names(language)
    pattern = _pattern(language)
    return [Named(m.start(), m.end(), exact[fold(m.group())], False) for m in pattern.finditer(text)]


@lru_cache(maxsize=4)
def _pattern(language: str) -> regex.Pattern:
    names = sorted((n for rows in country_names().values() for lang, n in rows if n and n[0] > "\u2e80"), key=len, reverse=True)
    exact, _ = _names(language)
    return regex.compile("|".join(regex.escape(n) for n in names if fold(n) in exact))


def countries_in(text: str, language: str) -> tuple[Named, ...]:
    """Every country that a text names or has an adjective of, in text order, the longest names first."""
    if language in UNSPACED:
        return tuple(_unspaced(text, language))
    pattern = ELIDED if language in ("fr", "it") else WORD
    words = [(m.start(), m.end()) for m in pattern.finditer(text)]
    found: list[Named] = []
    at = 0
    while at < len(words):
        start, end = words[at]
        step = 1
        if text[start].isupper() or not text[start].islower():
            for count in range(min(LONGEST_NAME, len(words) - at), 0, -1):
                stop = words[at + count - 1][1]
                # `Schwede` is a Swede rather than a case of Sweden
                if "\n" not in text[start:stop] and stop - start <= 60 and (code := name_code(text[start:stop], language, count > 1)):
                    found.append(Named(start, stop, code, False))
                    step = count
                    break
        if not found or found[-1].start != start:
            for count in (2, 1):
                stop = words[min(at + count, len(words)) - 1][1]
                if stop - start <= 40 and (code := adjective_code(text[start:stop], language)):
                    found.append(Named(start, stop, code, True))
                    step = count
                    break
            else:
                if not text[start].islower() and (code := name_code(text[start:end], language)):
                    found.append(Named(start, end, code, False))
        at += step
    return tuple(found)
