"""Annotated documents → training examples: gold labels over the words that the encoder sees."""

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from schemas.ontology import Ontology
from service.encode import Encoded, encode
from service.network import Spans
from service.words import split_words
from training.corpus import Document, Span

IGNORED = -1  # an optional label: neither rewarded nor punished


@dataclass(frozen=True)
class Example:
    """One document with its gold labels.

    `trigger_event[i]` and `mention_entity[i]` are the event and entity that trigger i and mention i belong to;
    `arguments[e, x]` is 1 where entity x is an argument of event e, 0 where not, IGNORED where optional.
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
    mentions = [(s, ontology.mention_types.index(e.type), k) for k, e in enumerate(entities) for s in e.spans if not s.anaphor]
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
