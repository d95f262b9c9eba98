"""Text → decoded events: words, encoder, spans, pairs, events, in one pass over a whole document."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from schemas.ontology import Ontology
from service.decode import Candidate, DecodedEvent, Thresholds, TriggerScores, candidates, decode_events, without_overlaps
from service.encode import Encoded, encode
from service.link import Mention, link
from service.network import Network, Spans
from service.words import Words, split_words

WINDOWS_AT_ONCE = 4  # windows that the encoder reads in one batch
REACH = 600  # words between a trigger and what it may be paired with
TRIGGERS_AT_ONCE = 16


@dataclass(frozen=True)
class Reader:
    """A network with all that it needs to read a text."""

    network: Network
    tokenizer: Tokenizer
    ontology: Ontology
    thresholds: Thresholds


def word_vectors(network: Network, encoded: Encoded) -> Tensor:
    """The vectors of one document's words, [kept words, width], its windows read a few at a time."""
    out = torch.empty(len(encoded.kept), network.encoder.config.hidden_size)
    for start in range(0, len(encoded.windows), WINDOWS_AT_ONCE):
        here = np.flatnonzero((encoded.word_window >= start) & (encoded.word_window < start + WINDOWS_AT_ONCE))
        if not len(here):
            continue
        piece = Encoded(
            windows=encoded.windows[start : start + WINDOWS_AT_ONCE],
            kept=encoded.kept[here],
            word_window=encoded.word_window[here] - start,
            token_starts=encoded.token_starts[here],
            token_ends=encoded.token_ends[here],
        )
        out[torch.from_numpy(here)] = network.word_vectors([piece])[0]
    return out


def choose_spans(network: Network, vectors: Tensor, thresholds: Thresholds) -> tuple[list[Candidate], list[Candidate]]:
    """Triggers (no two overlap) and mentions (no two of one type overlap), in text order."""
    triggers: list[Candidate] = []
    mentions: list[Candidate] = []
    for start, trigger_logits, mention_logits in network.span_logits(vectors):
        triggers += candidates(start, trigger_logits.numpy(), thresholds.trigger)
        mentions += candidates(start, mention_logits.numpy(), thresholds.mention)
    return without_overlaps(triggers, across_labels=True), without_overlaps(mentions, across_labels=False)


def to_spans(found: list[Candidate]) -> Spans:
    """Candidates as arrays."""
    rows = np.array([(c.first, c.last, c.label) for c in found], dtype=np.int64).reshape(-1, 3)
    return Spans(rows[:, 0], rows[:, 1], rows[:, 2])


def pair_scores(network: Network, vectors: Tensor, triggers: Spans, mentions: Spans, sentences: np.ndarray) -> TriggerScores:
    """Scores of the chosen spans against each other, each trigger with what stands at most REACH words away."""
    roles: list[tuple[int, np.ndarray]] = []
    coreference: list[tuple[int, np.ndarray]] = []
    forms, statuses = [], []

    def part(spans: Spans, start: int, end: int) -> Spans:
        return Spans(spans.first[start:end], spans.last[start:end], spans.label[start:end])

    for start in range(0, len(triggers), TRIGGERS_AT_ONCE):
        block = part(triggers, start, start + TRIGGERS_AT_ONCE)
        low, high = block.first[0] - REACH, block.first[-1] + REACH
        near = np.searchsorted(mentions.first, [low, high])
        logits = network.role_logits(vectors, block, part(mentions, *near), sentences).numpy()
        roles += [(int(near[0]), row) for row in logits]
        earliest = int(np.searchsorted(triggers.first, low))
        before = part(triggers, earliest, start + len(block))
        logits = network.coreference_logits(vectors, block, before, sentences).numpy()
        coreference += [(earliest, row) for row in logits]
        form, status = network.attribute_logits(vectors, block)
        forms.append(form.numpy())
        statuses.append(status.numpy())
    return TriggerScores(roles, coreference, np.concatenate(forms), np.concatenate(statuses))


def to_mentions(found: list[Candidate], labels: tuple[str, ...], text: str, starts: np.ndarray, ends: np.ndarray) -> list[Mention]:
    """Candidates over words as mentions over code points."""
    out = []
    for c in found:
        start, end = int(starts[c.first]), int(ends[c.last])
        out.append(Mention(labels[c.label], text[start:end], start, end, c.first, c.last, c.logit))
    return out


@torch.inference_mode()
def find_events(reader: Reader, text: str) -> list[DecodedEvent]:
    """The events of a text of any length, with spans in code points of it."""
    words: Words = split_words(text)
    encoded = encode(text, words, reader.tokenizer)
    if not len(encoded.kept):
        return []
    starts, ends, sentences = words.starts[encoded.kept], words.ends[encoded.kept], words.sentences[encoded.kept]
    vectors = word_vectors(reader.network, encoded)
    found_triggers, found_mentions = choose_spans(reader.network, vectors, reader.thresholds)
    if not found_triggers:
        return []
    triggers = to_mentions(found_triggers, reader.ontology.types, text, starts, ends)
    mentions = to_mentions(found_mentions, reader.ontology.mention_types, text, starts, ends)
    scores = pair_scores(reader.network, vectors, to_spans(found_triggers), to_spans(found_mentions), sentences)
    return decode_events(triggers, link(mentions), scores, reader.thresholds, reader.ontology)
