"""Annotated documents → training examples: gold labels over the words that the encoder sees."""

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from schemas.ontology import Ontology
from service.encode import Encoded, encode
from service.network import Spans
from service.words import split_words
from training.corpus import Document, Entity, Span

IGNORED = -1  # an optional label: neither rewarded nor punished
TITLE_REACH = 60  # code points between a person's name and the words for their office


@dataclass(frozen=True)
class Example:
    """One document with its gold labels.

    `trigger_event[i]` and `mention_entity[i]` are the event and entity that trigger i and mention i belong to; mentions stand in
    text order, anaphors and titles among them. `arguments[e, x]` is 1 where entity x is an argument of event e, 0 where not,
    IGNORED where optional.
    """

    document: Document
    encoded: Encoded
    sentences: np.ndarray
    triggers: Spans
    trigger_event: np.ndarray
    optional_event: np.ndarray
    mentions: Spans
    mention_entity: np.ndarray
    form: np.ndarray
    status: np.ndarray
    arguments: np.ndarray

    @property
    def tokens(self) -> int:
        """Tokens that the encoder reads, window overlaps included."""
        return sum(len(w) for w in self.encoded.windows)


def title_spans(entity: Entity, text: str) -> list[Span]:
    """Where a person's title stands beside one of their names: the last words before it or the first after it."""
    found = []
    for span in entity.spans:
        if entity.type != "person" or not entity.title or span.anaphor:
            continue
        low = max(0, span.start - TITLE_REACH)
        at = text.rfind(entity.title, low, span.start)
        if at < 0:
            at = text.find(entity.title, span.end, span.end + TITLE_REACH)
        between = text[min(at, span.end) : max(at, span.start)] if at >= 0 else "\n"
        if "\n" not in between and ". " not in between[len(entity.title) if at < span.start else 0 :]:
            found.append(Span(at, at + len(entity.title), span.line))
    return found


def make_example(document: Document, tokenizer: Tokenizer, ontology: Ontology) -> Example:
    """Encode one document and express its annotation in words."""
    words = split_words(document.text)
    encoded = encode(document.text, words, tokenizer)
    starts, ends = words.starts[encoded.kept], words.ends[encoded.kept]

    def spans(found: list[tuple[Span, int]]) -> Spans:
        first = np.searchsorted(ends, [s.start for s, _ in found], side="right")
        last = np.searchsorted(starts, [s.end for s, _ in found], side="left") - 1
        return Spans(first.astype(np.int64), last.astype(np.int64), np.array([label for _, label in found], dtype=np.int64))

    entities = list(document.entities.values())
    number = {e.id: i for i, e in enumerate(entities)}
    triggers = [(s, ontology.types.index(e.type), k) for k, e in enumerate(document.events) for s in e.spans]
    label = {name: i for i, name in enumerate(ontology.mention_labels)}
    mentions = [(s, label["anaphor" if s.anaphor else e.type], k) for k, e in enumerate(entities) for s in e.spans]
    mentions += [(s, label["title"], k) for k, e in enumerate(entities) for s in title_spans(e, document.text)]
    mentions.sort(key=lambda row: (row[0].start, row[0].end))
    arguments = np.zeros((len(document.events), len(entities)), dtype=np.int64)
    for k, event in enumerate(document.events):
        for id_, optional in event.arguments:
            arguments[k, number[id_]] = IGNORED if optional else 1
    return Example(
        document=document,
        encoded=encoded,
        sentences=words.sentences[encoded.kept],
        triggers=spans([(s, label) for s, label, _ in triggers]),
        trigger_event=np.array([k for *_, k in triggers], dtype=np.int64),
        optional_event=np.array([e.optional for e in document.events], dtype=bool),
        mentions=spans([(s, label) for s, label, _ in mentions]),
        mention_entity=np.array([k for *_, k in mentions], dtype=np.int64),
        form=np.array([ontology.all_forms.index(e.form) for e in document.events], dtype=np.int64),
        status=np.array([ontology.statuses.index(e.status) for e in document.events], dtype=np.int64),
        arguments=arguments,
    )
