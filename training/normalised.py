"""Measure how well places and participants are normalised.

python -m training.normalised [train | development | test | PATH…] [--errors]     on the corpus's own annotations: no model is asked
python -m training.normalised SPLIT --answers FILE     on what the service gave: FILE by `training.evaluate SPLIT --predictions FILE`
"""

import argparse
import json
from collections import Counter
from pathlib import Path

from schemas.ontology import ONTOLOGY
from service.link import Entity, Mention
from service.participants import normalise_participants
from service.places import PlaceName, read_context, resolve
from training import corpus

COLUMNS = ("place country", "place kind", "participant country", "participant type")


def to_entity(document: corpus.Document, gold: corpus.Entity) -> Entity:
    """An annotated entity as the decoder hands it on: names in text order, the longest as name, the office's words as title."""
    spans = [s for s in gold.spans if not s.anaphor]
    mentions = tuple(Mention(gold.type, document.text[s.start : s.end], s.start, s.end, 0, 0, 0.0) for s in spans)
    name = max((m.text for m in mentions), key=len)
    references = tuple(document.text[s.start : s.end] for s in gold.spans if s.anaphor)
    return Entity(gold.type, name, mentions, tuple(range(len(mentions))), (), gold.title, references)


def actors(document: corpus.Document) -> dict[str, Entity]:
    """The annotated participants of a document, by their ids."""
    return {id_: to_entity(document, e) for id_, e in document.entities.items() if e.type in ONTOLOGY.participant_types}


def place_names(document: corpus.Document) -> dict[str, PlaceName]:
    """The annotated places of a document, by their ids."""
    golds = {id_: to_entity(document, e) for id_, e in document.entities.items() if e.type == "place"}
    return {id_: PlaceName(e.name, tuple((m.start, m.end) for m in e.mentions)) for id_, e in golds.items()}


def measure(document: corpus.Document) -> list[tuple[str, str, str | None, str | None]]:
    """(what, name, truth, found) for every annotated place and participant of a document."""
    rows = []
    names = place_names(document)
    context = read_context(document.text, list(names.values()), document.language)
    for id_, name in names.items():
        place, gold = resolve(name, context, document.language), document.entities[id_]
        rows.append(("place country", f"{document.id} {id_} {name.name}", gold.country, place.country))
        rows.append(("place kind", f"{document.id} {id_} {name.name}", gold.kind, place.kind))
    entities = actors(document)
    read = normalise_participants(document.text, list(entities.values()), context, document.language)
    for (id_, entity), found in zip(entities.items(), read):
        gold = document.entities[id_]
        rows.append(("participant country", f"{document.id} {id_} {entity.name} ({entity.title})", gold.country, found.country))
        rows.append(("participant type", f"{document.id} {id_} {entity.name}", gold.type, found.type))
    return rows


def measure_answers(document: corpus.Document, events: list[dict]) -> list[tuple[str, str, str | None, str | None]]:
    """(what, name, truth, found) for every participant and place given that shares a mention with an annotated one."""
    rows = []
    given = {
        (what, m["start"], m["end"]): row for e in events for what in ("participants", "places") for row in e[what] for m in row["mentions"]
    }
    for (what, start, end), row in given.items():
        for gold in document.entities.values():
            if ONTOLOGY.roles[gold.type] == what and any((s.start, s.end) == (start, end) and not s.anaphor for s in gold.spans):
                rows.append((f"{what[:-1]} country", f"{document.id} {row['name']}", gold.country, row["country"]))
                kinds = ("place kind", gold.kind, row["kind"]) if what == "places" else ("participant type", gold.type, row["type"])
                rows.append((kinds[0], f"{document.id} {row['name']}", *kinds[1:]))
    return rows


def read(source: str) -> list[corpus.Document]:
    """The documents of a split, or of a file or folder of the corpus; raises CorpusError."""
    return corpus.read_split(source) if source in corpus.SPLITS else corpus.read([Path(source)])


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", default=["train"])
    parser.add_argument("--errors", action="store_true", help="list every wrong value")
    parser.add_argument("--answers", type=Path, help="a file of answers to measure, for documents of the sources")
    args = parser.parse_args()
    answers = {}
    if args.answers:
        answers = {row["id"]: row["events"] for row in map(json.loads, args.answers.read_text(encoding="utf-8").splitlines())}
    documents = []
    for source in args.sources:
        documents += read(source)
    right: Counter = Counter()
    total: Counter = Counter()
    empty: Counter = Counter()
    for document in documents:
        for what, name, truth, found in measure_answers(document, answers.get(document.id, [])) if args.answers else measure(document):
            # what nobody annotated is no truth, save that a participant without a country has none
            if truth is None and what != "participant country":
                continue
            for language in (document.language, "all"):
                total[what, language] += 1
                right[what, language] += truth == found
                empty[what, language] += found is None and truth is not None
            if args.errors and truth != found:
                print(f"{what}\t{name}\t{truth}\t{found}")
    print(f"{'':6}" + "".join(f"{c:>32}" for c in COLUMNS) + "    right of all (of these without a value)")
    for language in sorted({lang for _, lang in total}):
        cells = [f"{right[c, language] / max(1, total[c, language]):.3f} of {total[c, language]} ({empty[c, language]})" for c in COLUMNS]
        print(f"{language:6}" + "".join(f"{c:>32}" for c in cells))


if __name__ == "__main__":
    main()
