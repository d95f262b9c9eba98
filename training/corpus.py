"""The annotated corpus: reads the marked articles in `seeds/` and compiles them to texts with offsets.

The format is described in `seeds/README.md`. Every error names the file and the line.

    python -m training.corpus check [PATH…]      validate, print the tables
    python -m training.corpus split              give each new document a split, for good
    python -m training.corpus compile SPLIT OUT  write a split as JSON Lines in the scorer's format
"""

import argparse
import datetime
import hashlib
import json
import re
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pycountry

from schemas.ontology import ONTOLOGY
from service.dates.iso import bounds
from service.words import WORD

SPLIT_SHARES = {"train": 0.8, "development": 0.1, "test": 0.1}
SPLITS = tuple(SPLIT_SHARES)
SEEDS = Path(__file__).parent.parent / "seeds"
LONGEST_MENTION = 20  # words and signs; the model scores no longer span
LONGEST_TRIGGER = 6  # "cessez-le-feu" is five

ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?|-W\d{2})?(/\d{4}(-\d{2}(-\d{2})?)?)?")
MARK_IDS = re.compile(r"-|=?[a-z]\d+(,=?[a-z]\d+)*")
COUNTRY_CODES = {c.alpha_2 for c in pycountry.countries} | {"XK"}
HEADER_KEYS = ("published_at", "topic", "style")
TOPICS = (
    *("diplomacy", "defence", "ceasefire", "trade", "energy", "climate", "migration", "eu", "coalition", "election", "local", "wages"),
    *("business", "sport", "science", "culture", "aid", "court", "accident", "society"),
)
STYLES = (
    *("agency report", "newspaper", "broadcaster", "ministry readout", "joint statement", "bullet", "live ticker", "headline"),
    *("chronology", "background", "interview", "local paper", "business wire", "commentary", "wiki news"),
)


class CorpusError(ValueError):
    """An annotation that breaks the format; the message starts with file and line."""


@dataclass(frozen=True)
class Span:
    """A half-open range of code points in the document's text."""

    start: int
    end: int
    line: int
    anaphor: bool = False  # a pronoun or role noun ("[er|=p1]") that stands for a name given elsewhere


@dataclass
class Entity:
    """One participant, place, date, topic or instrument with its mentions."""

    id: str
    type: str
    spans: list[Span] = field(default_factory=list)
    name: str | None = None
    country: str | None = None
    title: str | None = None
    value: str | None = None
    kind: str | None = None


@dataclass
class Event:
    """One event: its trigger spans and its arguments as pairs of entity id and optional-flag."""

    id: str
    type: str
    form: str
    status: str
    optional: bool
    arguments: list[tuple[str, bool]]
    spans: list[Span] = field(default_factory=list)


@dataclass
class Document:
    """One compiled article."""

    id: str
    language: str
    published_at: str
    topic: str
    style: str
    text: str
    entities: dict[str, Entity]
    events: list[Event]


def parse_marks(lines: list[str], first_line: int, where) -> tuple[str, list[tuple[str, Span]]]:
    """Strip the inline marks `[surface|ids]` from the lines.

    Returns the plain text and a list of (id, span); a mark may hold others. A backslash takes the next
    bracket, bar or backslash literally.
    """
    out: list[str] = []
    length = 0
    marks: list[tuple[str, Span]] = []
    open_at: list[tuple[int, int]] = []
    for number, line in enumerate(lines, first_line):
        if number > first_line:
            out.append("\n")
            length += 1
        i = 0
        while i < len(line):
            char = line[i]
            if char == "\\" and line[i + 1 : i + 2] in ("[", "]", "|", "\\"):
                out.append(line[i + 1])
                length += 1
                i += 2
            elif char == "[":
                open_at.append((length, number))
                i += 1
            elif char == "|" and open_at:
                close = line.find("]", i)
                ids = line[i + 1 : close] if close > 0 else ""
                if not MARK_IDS.fullmatch(ids):
                    raise CorpusError(where(number, f"bad mark ids {ids!r} (want for example |p1] or |=p1] or |e1,e2])"))
                start, opened = open_at.pop()
                if start == length:
                    raise CorpusError(where(number, "empty mark"))
                for one in ids.split(","):
                    marks.append((one.lstrip("="), Span(start, length, opened, one.startswith("="))))
                i = close + 1
            elif char in "]|":
                raise CorpusError(where(number, f"stray {char!r}: write \\{char} for the sign itself"))
            else:
                out.append(char)
                length += 1
                i += 1
    if open_at:
        raise CorpusError(where(open_at[-1][1], "a mark is opened here and never closed"))
    return "".join(out), marks


def iso_date(value: str) -> bool:
    """Whether a value is a date of the guideline's form: day, month, year, week or a span of days."""
    if not ISO_DATE.fullmatch(value):
        return False
    try:
        bounds(value)
    except ValueError:
        return False
    return True


def parse_table(lines: list[tuple[int, str]], entities: dict[str, Entity], where) -> list[Event]:
    """Read the lines under `---`: attributes of entities and the events; fills `entities` in place."""
    events: list[Event] = []
    seen: set[str] = set()
    for number, line in lines:
        if not line.strip():
            continue
        head, _, rest = line.strip().partition(" ")
        id_, optional = head.rstrip("?:"), head.rstrip(":").endswith("?")
        if id_ in seen:
            raise CorpusError(where(number, f"{id_} has two lines"))
        seen.add(id_)
        if id_.startswith("e"):
            spec, colon, arguments = rest.partition(":")
            words = spec.split()
            if not colon or len(words) != 3:
                raise CorpusError(where(number, "want: eN TYPE FORM STATUS: id id? …"))
            type_, form, status = words
            if type_ not in ONTOLOGY.types:
                raise CorpusError(where(number, f"unknown event type {type_!r}"))
            if form not in ONTOLOGY.forms[type_]:
                raise CorpusError(where(number, f"{type_} has no form {form!r}"))
            if status not in ONTOLOGY.statuses:
                raise CorpusError(where(number, f"unknown status {status!r}"))
            pairs = [(a.rstrip("?"), a.endswith("?")) for a in arguments.split()]
            if len({a for a, _ in pairs}) < len(pairs):
                raise CorpusError(where(number, "an argument is named twice"))
            for argument, _ in pairs:
                if argument not in entities:
                    raise CorpusError(where(number, f"{argument} is nowhere marked in the text"))
            for role in ONTOLOGY.single_roles:
                if sum(ONTOLOGY.roles[entities[a].type] == role for a, _ in pairs) > 1:
                    raise CorpusError(where(number, f"more than one {role}"))
            events.append(Event(id_, type_, form, status, optional, pairs))
            continue
        if id_ not in entities:
            raise CorpusError(where(number, f"{id_} is nowhere marked in the text"))
        entity = entities[id_]
        try:
            tokens = shlex.split(rest)
        except ValueError as error:
            raise CorpusError(where(number, f"unbalanced quotes: {error}")) from None
        for token in tokens:
            key, equals, value = token.partition("=")
            if not equals and entity.type == "date":
                key, value = "value", token
            allowed = {"date": ("value",), "place": ("name", "country", "kind"), "topic": (), "instrument": ()}
            if key not in allowed.get(entity.type, ("name", "country", "title")):
                raise CorpusError(where(number, f"a {entity.type} has no attribute {key!r}"))
            if key == "country" and value not in COUNTRY_CODES:
                raise CorpusError(where(number, f"{value!r} is no ISO 3166-1 alpha-2 code"))
            if key == "value" and not iso_date(value):
                raise CorpusError(where(number, f"{value!r} is no ISO 8601 value"))
            if key == "kind" and value not in ONTOLOGY.place_kinds:
                raise CorpusError(where(number, f"unknown kind of place {value!r}"))
            setattr(entity, key, value)
    return events


def word_bounded(text: str, span: Span) -> bool:
    """Whether a span starts and ends where words do; scripts without spaces have no such borders."""

    def joined(i: int) -> bool:
        return 0 < i < len(text) and text[i - 1].isalnum() and text[i].isalnum() and max(text[i - 1], text[i]) < "\u2e80"

    return not joined(span.start) and not joined(span.end) and text[span.start : span.end].strip() == text[span.start : span.end]


def check_spans(text: str, marks: list[tuple[str, Span]], entities: dict[str, Entity], where) -> None:
    """Word borders, lengths, and names that are marked in one place and forgotten in another."""
    for id_, span in marks:
        surface = text[span.start : span.end]
        if not word_bounded(text, span):
            raise CorpusError(where(span.line, f"the mark on {surface!r} cuts a word or holds outer white space"))
        limit = LONGEST_TRIGGER if id_.startswith("e") else LONGEST_MENTION
        if len(WORD.findall(surface)) > limit:
            raise CorpusError(where(span.line, f"the mark on {surface!r} is longer than {limit} words"))
    covered = [(s.start, s.end) for _, s in marks]
    for entity in entities.values():
        if entity.type not in ("person", "organization", "country", "place"):
            continue
        for surface in {text[s.start : s.end] for s in entity.spans if not s.anaphor}:
            for found in re.finditer(rf"(?<![\w-]){re.escape(surface)}(?![\w-])", text):
                if surface < "\u2e80" and not any(a <= found.start() and found.end() <= b for a, b in covered):
                    around = text[max(0, found.start() - 30) : found.end() + 20].replace("\n", " ")
                    raise CorpusError(
                        where(entity.spans[0].line, f"{surface!r} ({entity.id}) is marked here but stands unmarked in “{around}”")
                    )


def parse_document(path: Path, lines: list[tuple[int, str]]) -> Document:
    """Compile one document, given its lines with their numbers, the first being `=== ID`."""
    first, title = lines[0]
    id_ = title[3:].strip()

    def where(number: int, message: str) -> str:
        return f"{path}:{number}: {id_}: {message}"

    if not re.fullmatch(r"[a-z]{2}-[a-z0-9-]+", id_):
        raise CorpusError(where(first, "an id looks like de-trade-001"))
    header: dict[str, str] = {}
    at = 1
    while at < len(lines) and (found := re.match(rf"({'|'.join(HEADER_KEYS)}):\s*(.*)", lines[at][1])):
        header[found[1]] = found[2].strip()
        at += 1
    if missing := [k for k in HEADER_KEYS if not header.get(k)]:
        raise CorpusError(where(first, f"the header lacks {', '.join(missing)}"))
    try:
        datetime.date.fromisoformat(header["published_at"])
    except ValueError:
        raise CorpusError(where(first, f"published_at {header['published_at']!r} is no ISO date")) from None
    for key, known in (("topic", TOPICS), ("style", STYLES)):
        if header[key] not in known:
            raise CorpusError(where(first, f"unknown {key} {header[key]!r}: one of {', '.join(known)}"))
    body = lines[at:]
    rules = [i for i, (_, line) in enumerate(body) if line.strip() == "---"]
    if len(rules) != 1:
        raise CorpusError(where(first, "want one line --- between text and table"))
    article, table = body[: rules[0]], body[rules[0] + 1 :]
    while article and not article[0][1].strip():
        article.pop(0)
    while article and not article[-1][1].strip():
        article.pop()
    if not article:
        raise CorpusError(where(first, "no text"))
    text, marks = parse_marks([line for _, line in article], article[0][0], where)

    entities: dict[str, Entity] = {}
    triggers: dict[str, list[Span]] = {}
    for mark, span in sorted(marks, key=lambda m: (m[1].start, m[1].end)):
        if mark == "-":
            continue
        if mark.startswith("e"):
            triggers.setdefault(mark, []).append(span)
        elif mark[0] in ONTOLOGY.marks:
            entities.setdefault(mark, Entity(mark, ONTOLOGY.marks[mark[0]])).spans.append(span)
        else:
            raise CorpusError(where(span.line, f"no mention type has the letter {mark[0]!r}"))
    events = parse_table(table, entities, where)
    for event in events:
        event.spans = triggers.pop(event.id, [])
        if not event.spans:
            raise CorpusError(where(first, f"{event.id} has no trigger in the text"))
    if triggers:
        raise CorpusError(where(min(s.line for s in next(iter(triggers.values()))), f"{next(iter(triggers))} has no line in the table"))
    for entity in entities.values():
        named = [s for s in entity.spans if not s.anaphor]
        if not named:
            raise CorpusError(where(entity.spans[0].line, f"{entity.id} has only anaphoric mentions"))
        if entity.name is None:
            longest = max(named, key=lambda s: s.end - s.start)
            entity.name = text[longest.start : longest.end]
    check_spans(text, marks, entities, where)
    events.sort(key=lambda e: e.spans[0].start)
    return Document(id_, id_[:2], header["published_at"], header["topic"], header["style"], text, entities, events)


def read_file(path: Path) -> list[Document]:
    """Every document of one corpus file; raises CorpusError with all that is wrong, one line each."""
    blocks: list[list[tuple[int, str]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("==="):
            blocks.append([])
        elif not blocks:
            if line.strip():
                raise CorpusError(f"{path}:{number}: text before the first === line")
            continue
        blocks[-1].append((number, line))
    documents, wrong = [], []
    for block in blocks:
        try:
            documents.append(parse_document(path, block))
        except CorpusError as error:
            wrong.append(str(error))
    if wrong:
        raise CorpusError("\n".join(wrong))
    return documents


def read(paths: list[Path] | None = None) -> list[Document]:
    """Every document under the paths (default: all of `seeds/`), sorted by file; ids are unique."""
    apart = {SEEDS / "splits", SEEDS / "second"}
    found = sorted(f for p in (paths or [SEEDS]) for f in (p.rglob("*.txt") if p.is_dir() else [p]))
    files = [f for f in found if not apart & set(f.parents)]
    documents, wrong, seen = [], [], {}
    for file in files:
        try:
            found = read_file(file)
        except CorpusError as error:
            wrong.append(str(error))
            continue
        for document in found:
            if document.id in seen:
                wrong.append(f"{file}: {document.id} stands in {seen[document.id]} too")
            seen[document.id] = file
        documents += found
    if wrong:
        raise CorpusError("\n".join(wrong))
    return documents


def read_split(name: str) -> list[Document]:
    """The documents that `seeds/splits/NAME.txt` names, in the corpus's order; raises CorpusError on an unknown id."""
    wanted = set((SEEDS / "splits" / f"{name}.txt").read_text(encoding="utf-8").split())
    documents = [d for d in read() if d.id in wanted]
    if missing := wanted - {d.id for d in documents}:
        raise CorpusError(f"seeds/splits/{name}.txt names unknown documents: {', '.join(sorted(missing)[:5])}")
    return documents


def assign_splits() -> dict[str, int]:
    """Give every document without a split one, so that each language comes to 80/10/10; earlier ones keep theirs. Returns the sizes.

    New documents are taken in the order of their ids' hashes, each to the split that its language lacks most.
    """
    files = {name: SEEDS / "splits" / f"{name}.txt" for name in SPLITS}
    members = {name: file.read_text(encoding="utf-8").split() if file.is_file() else [] for name, file in files.items()}
    known = {id_ for ids in members.values() for id_ in ids}
    fresh = [d.id for d in read() if d.id not in known]
    for id_ in sorted(fresh, key=lambda id_: hashlib.sha256(id_.encode()).digest()):
        sizes = {name: sum(other[:2] == id_[:2] for other in ids) for name, ids in members.items()}
        total = sum(sizes.values()) + 1
        members[max(SPLITS, key=lambda name: SPLIT_SHARES[name] * total - sizes[name])].append(id_)
    for name, file in files.items():
        file.write_text("".join(f"{id_}\n" for id_ in sorted(members[name])), encoding="utf-8")
    return {name: len(ids) for name, ids in members.items()}


def to_gold(document: Document) -> dict:
    """The document in the scorer's JSON form: `{id, language, published_at, text, events}`."""

    def surface(span: Span) -> dict:
        return {"text": document.text[span.start : span.end], "start": span.start, "end": span.end}

    def argument(entity: Entity, optional: bool) -> dict:
        mentions = [surface(s) for s in entity.spans if not s.anaphor]
        if entity.type == "date":
            row = {"value": entity.value}
        elif entity.type == "place":
            row = {"name": entity.name, "country": entity.country}
        else:
            row = {"name": entity.name, "type": entity.type, "country": entity.country}
        return row | {"mentions": mentions} | ({"optional": True} if optional else {})

    events = []
    for event in document.events:
        row = {"type": event.type, "form": event.form, "status": event.status, "triggers": [surface(s) for s in event.spans]}
        row |= {role: [] for role in ("participants", "places", "dates")}
        for id_, optional in event.arguments:
            entity = document.entities[id_]
            role = ONTOLOGY.roles[entity.type]
            if role in ONTOLOGY.single_roles:
                row[role] = surface(entity.spans[0])
            else:
                row[role].append(argument(entity, optional))
        if event.optional:
            row["optional"] = True
        events.append(row)
    head = {"id": document.id, "language": document.language, "published_at": document.published_at, "text": document.text}
    return head | {"events": events}


def main() -> int:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="validate, print the tables")
    check.add_argument("paths", nargs="*", type=Path)
    commands.add_parser("split", help="give each new document a split")
    compile_ = commands.add_parser("compile", help="write a split in the scorer's format")
    compile_.add_argument("split", choices=SPLITS)
    compile_.add_argument("out", type=argparse.FileType("w", encoding="utf-8"))
    args = parser.parse_args()
    try:
        if args.command == "split":
            print(assign_splits())
            return 0
        documents = read(args.paths) if args.command == "check" else read_split(args.split)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    if args.command == "check":
        print(f"{len(documents)} documents, {sum(len(d.events) for d in documents)} events: all compile")
        from training.tables import shortfalls, tables

        print(tables(documents))
        short = [] if args.paths else shortfalls(documents)
        print("\nplan: " + ("all of it is met" if not short else "\n  " + "\n  ".join(short)))
        return 1 if short else 0
    else:
        for document in documents:
            args.out.write(json.dumps(to_gold(document), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
