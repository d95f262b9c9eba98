"""The neural network: one multilingual encoder, several heads that read whole documents.

Spans are scored by their first word, last word and mean, as in span-based extraction (Lee et al. 2017, arXiv:1707.07045;
Wadden et al. 2019, arXiv:1909.03546). Pairs of spans (trigger and argument, trigger and trigger) are scored by an additive and
multiplicative combination with distances, in the spirit of biaffine scoring (Dozat & Manning 2017, arXiv:1611.01734).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from schemas.ontology import Ontology
from service.encode import PAD, Encoded

WIDEST_TRIGGER = 4  # words
WIDEST_MENTION = 20
HIDDEN = 256
STARTS_AT_ONCE = 1024  # how many start words the span head scores in one piece, to bound memory on long texts
DISTANCES = (0, 1, 2, 3, 5, 8, 12, 20, 32, 64, 128)  # bucket borders, words
SENTENCES = (0, 1, 2, 3, 5, 9)  # bucket borders, sentences


@dataclass(frozen=True)
class Spans:
    """Spans of words, both ends inclusive, with a label each; arrays of shape [spans]."""

    first: np.ndarray
    last: np.ndarray
    label: np.ndarray

    def __len__(self) -> int:
        return len(self.first)


def bucket(distance: Tensor, borders: tuple[int, ...]) -> Tensor:
    """Signed distances as indices of an embedding table of `2 * len(borders) + 1` rows."""
    size = torch.bucketize(distance.abs(), torch.tensor(borders[1:], device=distance.device), right=True)
    return torch.where(distance < 0, len(borders) + size, size)


class PairScorer(nn.Module):
    """Logits for pairs of spans from their vectors, their labels and the distances between them."""

    def __init__(self, left_labels: int, right_labels: int, dropout: float):
        super().__init__()
        self.left = nn.Linear(HIDDEN, HIDDEN)
        self.right = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.left_factor = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.right_factor = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.left_label = nn.Embedding(left_labels, HIDDEN)
        self.right_label = nn.Embedding(right_labels, HIDDEN)
        self.distance = nn.Embedding(2 * len(DISTANCES) + 1, HIDDEN)
        self.sentences = nn.Embedding(2 * len(SENTENCES) + 1, HIDDEN)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(HIDDEN, 1)

    def forward(self, left: Tensor, right: Tensor, labels: tuple[Tensor, Tensor], words: Tensor, sentences: Tensor) -> Tensor:
        """[L, HIDDEN] and [R, HIDDEN], labels [L] and [R], distances [L, R] → logits [L, R]."""
        add = (self.left(left) + self.left_label(labels[0]))[:, None] + (self.right(right) + self.right_label(labels[1]))[None]
        product = self.left_factor(left)[:, None] * self.right_factor(right)[None]
        places = self.distance(bucket(words, DISTANCES)) + self.sentences(bucket(sentences, SENTENCES))
        return self.out(self.dropout(functional.gelu(add + product + places))).squeeze(-1)


class Network(nn.Module):
    """The encoder with its heads; see each method for shapes."""

    def __init__(self, encoder: BertModel, ontology: Ontology, dropout: float = 0.1):
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        types, mentions = len(ontology.types), len(ontology.mention_types)
        self.span_first = nn.Linear(width, HIDDEN)
        self.span_last = nn.Linear(width, HIDDEN, bias=False)
        self.span_mean = nn.Linear(width, HIDDEN, bias=False)
        self.span_width = nn.Embedding(WIDEST_MENTION, HIDDEN)
        self.dropout = nn.Dropout(dropout)
        self.trigger_out = nn.Linear(HIDDEN, types)
        self.mention_out = nn.Linear(HIDDEN, mentions)
        self.role = PairScorer(types, mentions, dropout)
        self.coreference = PairScorer(types, types, dropout)
        self.attribute = nn.Linear(HIDDEN, HIDDEN)
        self.form_out = nn.Linear(HIDDEN, len(ontology.all_forms))
        self.status_out = nn.Linear(HIDDEN, len(ontology.statuses))
        for layer in (self.trigger_out, self.mention_out):
            nn.init.constant_(layer.bias, -4.0)  # spans are rare: start from "none"

    @classmethod
    def new(cls, config: dict, ontology: Ontology) -> "Network":
        """An untrained network for an encoder's `config.json`; no dropout on attention, whose random numbers cost a quarter of a step."""
        encoder = BertModel(BertConfig(**config | {"attention_probs_dropout_prob": 0.0}), add_pooling_layer=False)
        return cls(encoder, ontology)

    def word_vectors(self, documents: list[Encoded]) -> list[Tensor]:
        """Run the encoder over all windows of the documents in one batch; one tensor [kept words, width] for each."""
        windows = [w for d in documents for w in d.windows]
        longest = max(len(w) for w in windows)
        device = self.span_first.weight.device
        ids = np.full((len(windows), longest), PAD, dtype=np.int64)
        for row, window in zip(ids, windows, strict=True):
            row[: len(window)] = window
        ids = torch.from_numpy(ids).to(device)
        states = self.encoder(input_ids=ids, attention_mask=(ids != PAD).long()).last_hidden_state
        flat = states.reshape(-1, states.shape[-1])
        vectors, window_at = [], 0
        for document in documents:
            rows = (document.word_window + window_at) * longest
            vectors.append(self.dropout(mean_of_ranges(flat, rows + document.token_starts, rows + document.token_ends)))
            window_at += len(document.windows)
        return vectors

    def span_vectors(self, words: Tensor, spans: Spans) -> Tensor:
        """Vectors [spans, HIDDEN] of spans over word vectors [words, width]."""
        first, last = torch.as_tensor(spans.first), torch.as_tensor(spans.last)
        mean = mean_of_ranges(words, spans.first, spans.last + 1)
        parts = self.span_first(words[first]) + self.span_last(words[last]) + self.span_mean(mean)
        return functional.gelu(parts + self.span_width((last - first).to(words.device)))

    def span_logits(self, words: Tensor):
        """Score every span of up to WIDEST_MENTION words, in pieces of STARTS_AT_ONCE start words.

        Yields (first start word, trigger logits [starts, WIDEST_TRIGGER, types], mention logits [starts, WIDEST_MENTION,
        mention types]); spans that pass the text's end have -inf.
        """
        count = len(words)
        first, last, mean = self.span_first(words), self.span_last(words), self.span_mean(words)
        sums = functional.pad(mean.cumsum(0), (0, 0, 1, 0))
        widths = torch.arange(WIDEST_MENTION, device=words.device)
        for start in range(0, count, STARTS_AT_ONCE):
            firsts = torch.arange(start, min(start + STARTS_AT_ONCE, count), device=words.device)
            lasts = firsts[:, None] + widths[None]
            valid = lasts < count
            lasts = lasts.clamp(max=count - 1)
            inside = (sums[lasts + 1] - sums[firsts][:, None]) / (widths + 1)[None, :, None]
            hidden = functional.gelu(first[firsts][:, None] + last[lasts] + inside + self.span_width.weight[None])
            triggers = self.trigger_out(hidden[:, :WIDEST_TRIGGER]).masked_fill(~valid[:, :WIDEST_TRIGGER, None], -torch.inf)
            mentions = self.mention_out(hidden).masked_fill(~valid[..., None], -torch.inf)
            yield start, triggers, mentions

    def _pair_logits(self, scorer: PairScorer, vectors: tuple[Tensor, Tensor], spans: tuple[Spans, Spans], sentences: np.ndarray) -> Tensor:
        left, right = spans
        device = vectors[0].device
        words = torch.as_tensor(right.first[None, :] - left.first[:, None], device=device)
        apart = torch.as_tensor(sentences[right.first][None, :] - sentences[left.first][:, None], device=device)
        labels = (torch.as_tensor(left.label, device=device), torch.as_tensor(right.label, device=device))
        return scorer(*vectors, labels, words, apart)

    def role_logits(self, words: Tensor, triggers: Spans, mentions: Spans, sentences: np.ndarray) -> Tensor:
        """How well each mention fits each trigger as an argument in its type's role: [triggers, mentions]."""
        vectors = (self.span_vectors(words, triggers), self.span_vectors(words, mentions))
        return self._pair_logits(self.role, vectors, (triggers, mentions), sentences)

    def coreference_logits(self, words: Tensor, triggers: Spans, others: Spans, sentences: np.ndarray) -> Tensor:
        """How likely each of two lists of triggers tell of one event, in whichever order they stand: [triggers, others]."""
        vectors = (self.span_vectors(words, triggers), self.span_vectors(words, others))
        logits = self._pair_logits(self.coreference, vectors, (triggers, others), sentences)
        back = self._pair_logits(self.coreference, vectors[::-1], (others, triggers), sentences)
        return (logits + back.T) / 2

    def attribute_logits(self, words: Tensor, triggers: Spans) -> tuple[Tensor, Tensor]:
        """Form logits [triggers, all forms] and status logits [triggers, statuses]."""
        hidden = self.dropout(functional.gelu(self.attribute(self.span_vectors(words, triggers))))
        return self.form_out(hidden), self.status_out(hidden)


def mean_of_ranges(rows: Tensor, starts: np.ndarray, ends: np.ndarray) -> Tensor:
    """Mean of `rows[starts[i]:ends[i]]` for each i; every range holds at least one row."""
    lengths = torch.as_tensor(ends - starts, device=rows.device)
    owner = torch.repeat_interleave(torch.arange(len(starts), device=rows.device), lengths)
    offset = torch.arange(len(owner), device=rows.device) - (lengths.cumsum(0) - lengths)[owner]
    index = torch.as_tensor(starts, device=rows.device)[owner] + offset
    total = torch.zeros(len(starts), rows.shape[1], dtype=rows.dtype, device=rows.device).index_add(0, owner, rows[index])
    return total / lengths[:, None]
