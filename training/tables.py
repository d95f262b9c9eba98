"""Counts of the corpus: the tables that its plan is checked against, and the plan itself."""

from collections import Counter, defaultdict

from schemas.ontology import ONTOLOGY
from service.sentences import sentence_around
from training.corpus import STYLES, TOPICS, Document, Entity, Event
from training.duplicates import near_duplicates

LENGTHS = ((15, "up to 15 words"), (60, "16-60"), (150, "61-150"), (300, "151-300"), (600, "301-600"), (10**6, "over 600"))
# what the corpus has to hold at least: (what, number or share)
SIZES = {"de": 800, "en": 450, "fr": 100, "es": 100} | dict.fromkeys(("it", "pt", "nl", "pl", "tr", "ru", "uk", "ar", "fa", "zh"), 50)
DOCUMENTS, EVENTS = 2000, 5500
SHARES = {"documents without an event": 0.333, "planned": 0.15, "possible": 0.10, "denied": 0.07, "arguments in another sentence": 0.25}


def words(document: Document) -> int:
    """A length that compares across scripts: words between spaces, in Chinese two characters a word."""
    return len(document.text) // 2 if document.language == "zh" else len(document.text.split())


def length_of(document: Document) -> str:
    """The row of the table of lengths that a document belongs to."""
    return next(name for top, name in LENGTHS if words(document) <= top)


def in_trigger_sentence(document: Document, event: Event, entity: Entity) -> bool:
    """Whether a name of the entity stands in a sentence with a trigger of the event."""
    around = [sentence_around(document.text, s.start, s.end) for s in event.spans]
    return any(a <= s.start < b for a, b in around for s in entity.spans if not s.anaphor)


def cross_sentence_share(documents: list[Document]) -> float:
    """The share of arguments (participants, places, dates) that no sentence of a trigger names."""
    found = Counter(
        in_trigger_sentence(d, e, d.entities[a])
        for d in documents
        for e in d.events
        for a, _ in e.arguments
        if ONTOLOGY.roles[d.entities[a].type] not in ONTOLOGY.single_roles
    )
    return found[False] / max(1, found.total())


def tables(documents: list[Document]) -> str:
    """All counts as text."""
    events = [(d, e) for d in documents for e in d.events]
    lines = []

    def table(title: str, counts: Counter) -> None:
        total = counts.total()
        lines.append(f"\n{title} ({total})")
        lines.extend(f"  {name:28} {n:6} {n / total:7.1%}" for name, n in counts.most_common())

    per_language: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        per_language[document.language].append(document)
    lines.append(f"\n{'language':10}{'documents':>10}{'no event':>10}{'events':>8}" + "".join(f"{s:>10}" for s in ONTOLOGY.statuses))
    for language, found in sorted(per_language.items(), key=lambda row: -len(row[1])):
        statuses = Counter(e.status for d in found for e in d.events)
        empty = sum(not d.events for d in found)
        lines.append(
            f"{language:10}{len(found):10}{empty:10}{statuses.total():8}"
            + "".join(f"{statuses[s] / max(1, statuses.total()):10.0%}" for s in ONTOLOGY.statuses)
        )
    lines.append(f"\n{'topic':12}" + "".join(f"{s.split()[0][:9]:>10}" for s in STYLES) + f"{'all':>6}")
    cells = Counter((d.topic, d.style) for d in documents)
    for topic in TOPICS:
        row = [cells[topic, style] for style in STYLES]
        lines.append(f"{topic:12}" + "".join(f"{n or '.':>10}" for n in row) + f"{sum(row):6}")
    lines.append(f"{'all':12}" + "".join(f"{sum(cells[t, s] for t in TOPICS):>10}" for s in STYLES) + f"{cells.total():6}")
    table("documents by length", Counter(length_of(d) for d in documents))
    table("documents by number of events", Counter(str(min(len(d.events), 10)) for d in documents))
    table("events by type and form", Counter(f"{e.type} {e.form}" for _, e in events))
    table("events by status", Counter(e.status for _, e in events))
    table("events by number of triggers", Counter(str(len(e.spans)) for _, e in events))
    table("arguments by type", Counter(d.entities[a].type for d, e in events for a, _ in e.arguments))
    anaphors = sum(s.anaphor for d in documents for e in d.entities.values() for s in e.spans)
    lines.append(f"\nmarks: {sum(len(e.spans) for d in documents for e in d.entities.values())} of entities, {anaphors} of them anaphors")
    return "\n".join(lines)


def shortfalls(documents: list[Document]) -> list[str]:
    """What the plan asks for and the corpus does not hold; empty where all is met."""
    events = [e for d in documents for e in d.events]
    languages = Counter(d.language for d in documents)
    statuses = Counter(e.status for e in events)
    have = {"documents without an event": sum(not d.events for d in documents) / len(documents)}
    have |= {s: statuses[s] / max(1, len(events)) for s in ("planned", "possible", "denied")}
    have["arguments in another sentence"] = cross_sentence_share(documents)
    short = [f"{name}: {languages[name]} documents of {least}" for name, least in SIZES.items() if languages[name] < least]
    if len(documents) < DOCUMENTS:
        short.append(f"{len(documents)} documents of {DOCUMENTS}")
    if len(events) < EVENTS:
        short.append(f"{len(events)} events of {EVENTS}")
    short += [f"{name}: {have[name]:.1%} of at least {least:.1%}" for name, least in SHARES.items() if have[name] < least]
    short += [f"no document with topic {t}" for t in TOPICS if all(d.topic != t for d in documents)]
    short += [f"no document in style {s}" for s in STYLES if all(d.style != s for d in documents)]
    short += [f"near-duplicates: {a} and {b} ({share:.0%} of the shorter's five-word runs)" for a, b, share in near_duplicates(documents)]
    return short
