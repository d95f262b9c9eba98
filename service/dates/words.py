"""Words of a date expression → what they mean, by the tables in `names/` and CLDR's names of months and weekdays."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import regex
from babel import Locale, UnknownLocaleError

NAMES = Path(__file__).parent / "names"
LANGUAGES = tuple(sorted(p.stem for p in NAMES.glob("*.toml")))
LOCALES = {"ar": ("ar", "ar_LB", "ar_MA", "ar_TN"), "de": ("de", "de_AT")}  # months that go by other names elsewhere
COMPOUNDS = ("de", "nl")  # languages that write "Freitagabend" in one word
LINKS = ("", "s", "es", "n", "en")  # what joins their parts
LONGEST_COMPOUND = 40
LONGEST_PHRASE = 6
LIKE_LETTERS = str.maketrans("ıیىکةھ〇", "iييكهه零", "\u200c\u200d\u200e\u200f\u0640")
CLOCK = regex.compile(r"\b\d{1,2}(?:[.:]\d{2})?\s?(?:uhr|h|[ap]\.?\s?m\b\.?|часов|часа)\b|\b\d{1,2}:\d{2}\b")
TOKEN = regex.compile(
    r"(?P<iso>(?<!\d)\d{4}-\d{2}-\d{2}(?!\d))"
    r"|(?P<week>(?<!\d)\d{4}-w\d{2}(?!\d))"
    r"|(?P<full>(?<![\d./])\d{1,2}\s?(?P<s>[./-])\s?\d{1,2}\s?(?P=s)\s?(?:\d{4}|\d{2})(?![\d]))"
    r"|(?P<back>(?<!\d)\d{4}\s?(?P<b>[./])\s?\d{1,2}\s?(?P=b)\s?\d{1,2}(?!\d))"
    r"|(?P<year_month>(?<!\d)[12]\d{3}(?:[./-][1-9]|[.-](?:0[1-9]|1[0-2]))(?![\d./-]))"
    r"|(?P<years>(?<!\d)[12]\d{3}(?:/\d{2}(?:\d{2})?|[-–](?:1[3-9]|[2-9]\d))(?!\d))"
    r"|(?P<day_month>(?<![\d./])(?:\d{1,2}\.\s?\d{1,2}\.?|\d{1,2}/\d{1,2})(?![\d/]))"
    r"|(?P<month_year>(?<![\d./])\d{1,2}[./]\d{4}(?!\d))"
    r"|(?P<short_year>'\d{2}(?![\d\p{L}]))"
    r"|(?P<number>\d+)(?P<dot>\.?)"
    r"|(?P<dash>[-–—~～])"
    r"|(?P<word>[\p{L}]+)"
)


Meaning = tuple[tuple[str, str], ...]  # pairs of a key of the tables and its value, which may be empty


@dataclass(frozen=True)
class Token:
    """A number, a joint or a word with what it may mean: `{"month": "5"}`."""

    kind: str
    text: str
    tags: Meaning = ()
    ordinal: bool = False  # a number with a full stop ("3.")

    def get(self, name: str) -> str | None:
        """The value of a meaning; None where the word has it not."""
        return next((value for key, value in self.tags if key == name), None)

    def integer(self, name: str) -> int | None:
        """The value of a meaning as a number."""
        value = self.get(name)
        return None if value in (None, "") else int(value)


def fold(text: str) -> str:
    """Case, accents and vowel signs away, letters that only look different made one."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.replace("’", "'")) if unicodedata.category(c) != "Mn")
    return plain.casefold().translate(LIKE_LETTERS)


def _phrase(text: str) -> str:
    """A word of the tables as the tokens of a text are joined: folded, one space for hyphens and apostrophes."""
    return " ".join(fold(text).replace("-", " ").replace("'", " ").split())


def _meaning(text: str) -> Meaning:
    return tuple((key, value) for key, _, value in (part.partition("=") for part in text.split()))


@dataclass(frozen=True)
class Lexicon:
    """Folded words and phrases with their meanings: whole ones, and beginnings of words, the longest first."""

    whole: dict[str, Meaning]
    stems: tuple[tuple[str, Meaning], ...]
    spaced: bool
    compounds: bool
    prefixes: regex.Pattern | None

    def find(self, word: str) -> Meaning | None:
        """What a word or phrase means."""
        if word in self.whole:
            return self.whole[word]
        found = next((meaning for stem, meaning in self.stems if word.startswith(stem) and word.count(" ") == stem.count(" ")), None)
        if found is None and self.prefixes and (shorter := self.prefixes.sub("", word)) != word:
            return self.find_whole_or_stem(shorter)
        return found

    def find_whole_or_stem(self, word: str) -> Meaning | None:
        """As `find`, without taking particles off the word's beginning."""
        return self.whole.get(word) or next((meaning for stem, meaning in self.stems if word.startswith(stem)), None)

    def parts(self, word: str) -> list[Meaning] | None:
        """The meanings of a compound's parts ("junihalfte"), joined by s, es or n; None where it has a part that means nothing."""

        @cache  # else "tagentagentagen…" would be cut in exponentially many ways
        def cut(start: int) -> list[Meaning] | None:
            rest = word[start:]
            if found := self.find(rest):
                return [found]
            for end in range(len(rest) - 3, 2, -1):
                if head := self.whole.get(rest[:end]):
                    for link in LINKS:
                        after = end + len(link)
                        if rest.startswith(link, end) and len(rest) > after + 2 and (tail := cut(start + after)):
                            return [head, *tail]
            return None

        return cut(0) if len(word) <= LONGEST_COMPOUND else None


def _calendar_names(language: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for code in LOCALES.get(language, (language,)):
        locale = Locale.parse(code)
        for table, key in ((locale.months, "month"), (locale.days, "weekday")):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, name in table[context][width].items():
                        folded = _phrase(name).rstrip(".")
                        if not folded.isdecimal() and (len(folded) > 1 or language == "zh"):
                            names.setdefault(folded, f"{key}={number}")
    return names


@lru_cache(maxsize=64)
def lexicon(language: str) -> Lexicon:
    """The words of a language; a language without a table has CLDR's names alone, one that CLDR lacks those of English."""
    tables: list[dict[str, str]] = []
    path = NAMES / f"{language}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")) if language in LANGUAGES else {}
    try:
        tables.append(_calendar_names(language))
    except (ValueError, UnknownLocaleError):
        tables.append(_calendar_names("en"))
    own: dict[str, str] = {}
    for meaning, words in table.items():
        for word in map(_phrase, words.split(",")):
            own[word] = f"{own[word]} {meaning}" if word in own else meaning
    tables.append(own)
    whole, stems = {}, {}
    for words in tables:
        for word, meaning in words.items():
            (stems if word.endswith("*") else whole)[word.rstrip("*")] = _meaning(meaning)
    whole |= {roman: (("ord", str(n)),) for n, roman in ((2, "ii"), (3, "iii"), (4, "iv"))}
    prefixes = regex.compile(r"^(?:[وبلفك]{0,2}(?:ال)?)(?=\p{L}{3})|^لل") if language == "ar" else None
    by_length = tuple(sorted(stems.items(), key=lambda row: -len(row[0])))
    return Lexicon(whole, by_length, language != "zh", language in COMPOUNDS, prefixes)


CHINESE_DIGITS = {c: n for n, chars in enumerate(("〇零", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for c in chars}


def chinese_number(text: str) -> int | None:
    """`二十三` → 23, `二〇二三` → 2023; None for no number below a hundred nor a row of digits."""
    if all(c in CHINESE_DIGITS for c in text):
        return int("".join(str(CHINESE_DIGITS[c]) for c in text))
    tens, ten, ones = text.partition("十")
    if not ten or len(tens) > 1 or len(ones) > 1 or not all(c in CHINESE_DIGITS for c in tens + ones):
        return None
    return CHINESE_DIGITS.get(tens, 1) * 10 + CHINESE_DIGITS.get(ones, 0)


def _chinese(text: str, words: Lexicon) -> list[Token]:
    """Words of a text without spaces: the longest known ones from the left, numbers in between."""
    tokens, at = [], 0
    while at < len(text):
        digits = regex.match(r"[〇零一二两三四五六七八九十]+", text, pos=at)
        known = next(
            (text[at : at + n] for n in range(LONGEST_PHRASE, 0, -1) if at + n <= len(text) and text[at : at + n] in words.whole), ""
        )
        number = chinese_number(digits[0]) if digits else None
        if number is not None and len(digits[0]) > len(known):
            tokens.append(Token("number", str(number)))
            at = digits.end()
        elif known:
            tokens.append(Token("word", known, words.whole[known]))
            at += len(known)
        else:
            tokens.append(Token("word", text[at]))
            at += 1
    return tokens


def tokenise(text: str, language: str) -> list[Token]:
    """The tokens of an expression, phrases joined, compounds cut."""
    words = lexicon(language)
    raw: list[Token] = []
    folded = CLOCK.sub(" ", fold(text))
    for match in TOKEN.finditer(folded):
        kind = (
            match.lastgroup
            if match.lastgroup not in ("s", "b", "dot")
            else ("number" if match["number"] else "full" if match["full"] else "back")
        )
        if kind == "word" and not words.spaced:
            raw += _chinese(match[0], words)
        elif kind == "number":
            raw.append(Token("number", match["number"], ordinal=bool(match["dot"])))
        else:
            raw.append(Token(kind, match[0]))
    return _without_endings(_phrases(raw, words))


def _without_endings(tokens: list[Token]) -> list[Token]:
    """Drop the hyphens of "25-го", "1990-х" and "90er-Jahre", which join no two dates."""

    def is_ending(token: Token) -> bool:
        return token.get("suffix") is not None or token.get("decade") == ""

    def joins(i: int) -> bool:
        return 0 < i < len(tokens) - 1 and (is_ending(tokens[i - 1]) or (tokens[i - 1].kind == "number" and is_ending(tokens[i + 1])))

    return [t for i, t in enumerate(tokens) if t.kind != "dash" or not joins(i)]


def _phrases(raw: list[Token], words: Lexicon) -> list[Token]:
    out: list[Token] = []
    at = 0
    while at < len(raw):
        if raw[at].kind != "word" or not words.spaced:
            out.append(raw[at])
            at += 1
            continue
        for size in range(LONGEST_PHRASE, 0, -1):
            phrase = raw[at : at + size]
            if len(phrase) < size or any(t.kind not in ("word", "dash", "number") for t in phrase) or phrase[-1].kind == "dash":
                continue
            text = " ".join(t.text for t in phrase if t.kind != "dash")
            if size > 1 and (meaning := words.find(text)):
                out.append(Token("word", text, meaning))
                break
            if size == 1:
                meanings = words.parts(text) if words.compounds else [words.find(text) or ()]
                out += [Token("word", text, meaning) for meaning in meanings or [()]]
        at += size
    return out
