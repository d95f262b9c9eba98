"""Text → decoded events: words, encoder, spans, nodes, pairs, events, in one pass over a whole document."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from schemas.ontology import Ontology
from service.decode import Candidate, DecodedEvent, Scores, Thresholds, candidates, decode_events, logit_of, without_overlaps
from service.encode import Encoded, encode
from service.link import Entity, Mention, link
from service.network import Network, Nodes, Spans
from service.words import Words, split_words

WINDOWS_AT_ONCE = 4  # windows that the encoder reads in one batch
CANDIDATE = 0.2  # probability from which a span becomes a node
REACH = 600  # words between two nodes that may be paired
SECTION = 1200  # words whose nodes read each other (and those REACH words around) at once
NODES_AT_ONCE = 16  # rows of pairs that are scored in one piece


@dataclass(frozen=True)
class Reader:
    """A network with all that it needs to read a text."""

    network: Network
    tokenizer: Tokenizer
    ontology: Ontology
    thresholds: Thresholds


@dataclass(frozen=True)
class Reading:
    """What the network sees in a text, before any decision but which spans to look at."""

    triggers: list[Mention]
    mentions: list[Mention]
    scores: Scores


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


def choose_spans(network: Network, vectors: Tensor) -> tuple[list[Candidate], list[Candidate]]:
    """Triggers (no two overlap) and mentions (no two of one label overlap) worth a second look, in text order."""
    triggers: list[Candidate] = []
    mentions: list[Candidate] = []
    for start, trigger_logits, mention_logits in network.span_logits(vectors):
        triggers += candidates(start, trigger_logits.numpy(), CANDIDATE)
        mentions += candidates(start, mention_logits.numpy(), CANDIDATE)
    return without_overlaps(triggers, across_labels=True), without_overlaps(mentions, across_labels=False)


def to_spans(found: list[Candidate]) -> Spans:
    """Candidates as arrays."""
    rows = np.array([(c.first, c.last, c.label) for c in found], dtype=np.int64).reshape(-1, 3)
    return Spans(rows[:, 0], rows[:, 1], rows[:, 2])


def read_nodes(network: Network, vectors: Tensor, triggers: Spans, mentions: Spans, sentences: np.ndarray) -> tuple[Nodes, Nodes]:
    """The nodes of a text of any length, read section by section, each with what stands REACH words around it."""
    parts: tuple[list[Nodes], list[Nodes]] = ([], [])
    for start in range(0, len(vectors), SECTION):
        end = len(vectors) if start + SECTION + REACH >= len(vectors) else start + SECTION
        around = [np.searchsorted(s.first, [start - REACH, start, end, end + REACH]) for s in (triggers, mentions)]
        piece = slice(max(0, start - REACH), end + REACH)
        seen = network.read_nodes(vectors, *(s[a[0] : a[3]] for s, a in zip((triggers, mentions), around)), sentences, piece)
        for part, nodes, a in zip(parts, seen, around):
            part.append(nodes[a[1] - a[0] : a[2] - a[0]])
        if end == len(vectors):
            break
    joined = (Nodes(*(torch.cat([getattr(n, name) for n in part]) for name in Nodes.__dataclass_fields__)) for part in parts)
    # each section has counted its own triggers
    return tuple(replace(n, triggers=torch.from_numpy(np.searchsorted(triggers.first, n.first.numpy()))) for n in joined)


def pair_scores(network: Network, triggers: Nodes, mentions: Nodes, ontology: Ontology) -> Scores:
    """Scores of the nodes against each other, each with what stands at most REACH words away."""
    roles: list[tuple[int, np.ndarray]] = []
    coreference: list[tuple[int, np.ndarray]] = []
    at, trigger_at = mentions.first.numpy(), triggers.first.numpy()
    for start in range(0, len(triggers), NODES_AT_ONCE):
        block = triggers[start : start + NODES_AT_ONCE]
        low, high = trigger_at[start] - REACH, int(block.first[-1]) + REACH
        near = np.searchsorted(at, [low, high])
        roles += [(int(near[0]), row) for row in network.role(block, mentions[near[0] : near[1]]).numpy()]
        earliest = int(np.searchsorted(trigger_at, low))
        before = triggers[earliest : start + len(block)]
        coreference += [(earliest, row) for row in network.coreference_logits(block, before).numpy()]
    form, status = network.attribute_logits(triggers)
    return Scores(
        network.event_logits(triggers).numpy(),
        roles,
        coreference,
        form.numpy(),
        status.numpy(),
        identity_scores(network, mentions, ontology),
    )


def identity_scores(network: Network, mentions: Nodes, ontology: Ontology) -> dict[tuple[int, int], float]:
    """The logits of pairs of mentions, at most REACH words apart, that are more likely one entity than not nearly so."""
    labels = mentions.label.numpy() - len(ontology.types)
    at, found = mentions.first.numpy(), {}
    fits = ontology.may_be_one
    for start in range(0, len(mentions), NODES_AT_ONCE):
        block = mentions[start : start + NODES_AT_ONCE]
        end = int(np.searchsorted(at, int(block.first[-1]) + REACH))
        logits = network.identity(block, mentions[start:end]).numpy()
        use = np.triu(fits[labels[start : start + len(block), None], labels[None, start:end]], 1) & (logits > logit_of(0.1))
        found |= {(start + int(i), start + int(j)): float(logits[i, j]) for i, j in zip(*np.nonzero(use))}
    return found


def to_mentions(found: list[Candidate], labels: tuple[str, ...], text: str, starts: np.ndarray, ends: np.ndarray) -> list[Mention]:
    """Candidates over words as mentions over code points."""
    out = []
    for c in found:
        start, end = int(starts[c.first]), int(ends[c.last])
        out.append(Mention(labels[c.label], text[start:end], start, end, c.first, c.last, c.logit))
    return out


@torch.inference_mode()
def read(reader: Reader, text: str) -> Reading | None:
    """One pass of the network over a text of any length; None where there is nothing that could be an event."""
    words: Words = split_words(text)
    encoded = encode(text, words, reader.tokenizer)
    if not len(encoded.kept):
        return None
    starts, ends, sentences = words.starts[encoded.kept], words.ends[encoded.kept], words.sentences[encoded.kept]
    vectors = word_vectors(reader.network, encoded)
    found_triggers, found_mentions = choose_spans(reader.network, vectors)
    if not found_triggers:
        return None
    triggers, mentions = read_nodes(reader.network, vectors, to_spans(found_triggers), to_spans(found_mentions), sentences)
    return Reading(
        to_mentions(found_triggers, reader.ontology.types, text, starts, ends),
        to_mentions(found_mentions, reader.ontology.mention_labels, text, starts, ends),
        pair_scores(reader.network, triggers, mentions, reader.ontology),
    )


def entities_of(reading: Reading | None, thresholds: Thresholds) -> list[Entity]:
    """Everything that a reading names, in text order, whether an event needs it or not."""
    return link(reading.mentions, reading.scores.identity, logit_of(thresholds.identity)) if reading else []


def decide(reading: Reading | None, thresholds: Thresholds, ontology: Ontology) -> list[DecodedEvent]:
    """The events of a reading."""
    if reading is None:
        return []
    return decode_events(reading.triggers, entities_of(reading, thresholds), reading.scores, thresholds, ontology)


def find_events(reader: Reader, text: str) -> tuple[list[DecodedEvent], list[Entity]]:
    """The events of a text of any length, with spans in code points of it, and everything that it names."""
    reading = read(reader, text)
    return decide(reading, reader.thresholds, reader.ontology), entities_of(reading, reader.thresholds)
