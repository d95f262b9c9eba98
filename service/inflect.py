"""Inflected names → the base forms that they may stand for, as keys; the gazetteer decides which of them is a name."""

from collections.abc import Iterator

import regex

from service.fold import fold

SLAVIC = ("ru", "uk", "pl")
APOSTROPHES = "'’ʼ"
# endings of names and of the adjectives in them, longest first
CYRILLIC = (
    *("иями", "ями", "ами", "ого", "ому", "ему", "его", "ими", "ыми", "ией", "иею", "ією", "ою", "ею", "ів", "ов", "ев", "ах", "ях"),
    *("ам", "ям", "ом", "ем", "єм", "им", "ым", "ім", "ой", "ей", "ый", "ий", "ої", "ій", "их", "ых", "ую", "юю", "ая", "яя", "ое", "ее"),
    *("ии", "ия", "ию", "ие", "ії", "ія", "ію", "еи", "ея", "еї", "ею", "а", "я", "о", "е", "є", "и", "і", "ї", "ы", "у", "ю", "ь", "й"),
)
POLISH = ("skiego", "skiemu", "skimi", "skich", "skim", "skiej", "skie", "ska", "ski", "sce", "scy", "ami", "ach", "iego", "iemu", "ego")
POLISH += ("emu", "ich", "ych", "owi", "iem", "iej", "em", "om", "ow", "ej", "im", "ym", "ia", "ie", "ii", "iu")
POLISH += ("a", "e", "i", "o", "u", "y")
# what a consonant was before the ending softened it
SOFTENED = {
    "szc": ("szt",),
    "sz": ("h", "ch"),
    "dz": ("g", "d"),
    "rz": ("r",),
    "c": ("k", "t"),
    "ci": ("t",),
    "dzi": ("d",),
    "si": ("s",),
    "zi": ("z",),
}
SOFTENED_UKRAINIAN = {"з": "г", "ц": "к", "с": "х"}
VOWELS = "аеиіїоуюєяэыaeiouy"
FLEETING = {"ru": "е", "uk": "е", "pl": "e"}
LATIN = ("en", "em", "er", "es", "e", "n", "s")


def _strip(word: str, endings: tuple[str, ...], least: int) -> str:
    return next((word[: -len(end)] for end in endings if word.endswith(end) and len(word) - len(end) >= least), word)


def _is_cyrillic(key: str) -> bool:
    return "а" <= key[:1] <= "ӿ"


def stem(key: str, language: str) -> str:
    """A key whose words have lost their case endings, the same for all cases of one name; `language` decides the endings."""
    if _is_cyrillic(key):
        return " ".join(_strip(word, CYRILLIC, 3 if len(word) > 3 else 2) for word in key.split())
    if language == "pl":
        return " ".join(_strip(word, POLISH, 3) for word in key.split())
    return " ".join(_strip(word, LATIN, 4) for word in key.split())


def _german(key: str) -> Iterator[str]:
    head, _, last = key.rpartition(" ")
    head = head and head + " "
    if last.endswith("s"):
        yield key[:-1]
    if last.endswith("er") and len(last) > 4:  # Ulmer, Bremer, Münchner, Basler, Dresdner, Hannoveraner
        yield head + last[:-2]
        yield head + last[:-1]
        yield head + last[:-2] + "en"
        if last.endswith(("ner", "ler")):
            yield f"{head}{last[:-3]}e{last[-3]}"
            yield head + last[:-3] + "en"
        if last.endswith("aner"):
            yield head + last[:-4]


def base_forms(name: str, language: str) -> Iterator[str]:
    """Keys for the forms that a name may be an inflection of, likeliest first, its own key among them; may repeat."""
    key = fold(name)
    if not key:
        return
    yield key
    for sign in APOSTROPHES:
        if 2 < name.rfind(sign) >= len(name) - 7:  # Ankara'da, Kyiv's
            yield fold(name[: name.rfind(sign)])
    if language == "de":
        yield from _german(key)
        if " an der " in key or " am " in key:  # Werder an der Havel
            yield key.replace(" an der ", " ").replace(" am ", " ")
    elif language == "zh":
        yield key.removesuffix("市")
        yield key + "市"
    elif language == "ar" or "\u0600" <= key[0] <= "\u06ff":
        for prefix in ("وال", "بال", "لل", "ال", "ب", "ل", "و"):
            if key.startswith(prefix) and len(key) - len(prefix) > 2:
                yield key[len(prefix) :]
                yield "ال" + key[len(prefix) :]


def stems(name: str, language: str) -> Iterator[str]:
    """Stems of a name for the looser second look, the likeliest first."""
    key = fold(name)
    if not key:
        return
    found = stem(key, language)
    yield found
    if language == "uk":
        if found.endswith(("ов", "ев", "єв")):  # Києва is of Київ, Харкова of Харків, whose own stem has lost its end
            yield found[:-2] + "їв"
        if found[-1] in SOFTENED_UKRAINIAN:  # Празі, Осаці
            yield found[:-1] + SOFTENED_UKRAINIAN[found[-1]]
    if language in SLAVIC and found.endswith(("ow", "ов", "ев", "єв")):  # Krakowie, Саратове: the name itself has lost its end
        yield found[:-2]
    if language in SLAVIC and len(found) > 3 and found[-2] not in FLEETING.values() and found[-2] not in VOWELS:
        vowel = FLEETING[language]  # Kowlu is of Kowel, Відня of Відень, Ельца of Елец
        yield found[:-1].removesuffix("ь") + vowel + found[-1]
    if language == "pl":
        for soft, hards in SOFTENED.items():
            if found.endswith(soft):
                yield from (found[: -len(soft)] + hard for hard in hards)


# German spellings of foreign sounds → English ones, which GeoNames has
SOUNDS = (("tsch", "ch"), ("dsch", "j"), ("sch", "sh"), ("ch", "kh"), ("j", "y"), ("w", "v"), ("z", "ts"))
SOUND = regex.compile("|".join(german for german, _ in SOUNDS))


def transliterated(name: str) -> tuple[str, ...]:
    """The key of a name in English spelling, as if it were a German spelling of a foreign one: `Chan Junis` → `khan yunis`."""
    key = fold(name)
    found = SOUND.sub(lambda m: dict(SOUNDS)[m.group()], key)
    return (found,) if found != key else ()
