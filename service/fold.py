"""Names → keys under which the gazetteer and the word lists file them."""

import unicodedata

import regex

LONGEST = 80  # code points; no place, office or body has a longer name
WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
# letters that NFKD leaves whole, and the Arabic script's variants of one letter
LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ـ": None}
    | {sign: None for sign in "'’‘ʼʹ`´\u200c\u200d"}
)
WHOLE = "йї"  # letters of their own, that only look like others with a mark


def plain(text: str) -> str:
    """A text without accents, its letters in their plainest form (NFKD)."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def fold(name: str) -> str:
    """A name without case, accents, apostrophes and signs, words set apart by one space: `Côte d'Ivoire` → `cote divoire`.

    A name longer than any real one gives the empty key, which stands for nothing.
    """
    if len(name) > LONGEST:
        return ""
    whole = unicodedata.normalize("NFKC", name.casefold().translate(LETTERS)).translate(LETTERS)
    return " ".join(WORD.findall("".join(c if c in WHOLE else plain(c) for c in whole)))
