"""The neural network: one multilingual encoder, several heads that read whole documents.

Spans are scored by their first word, last word and mean, as in span-based extraction (Lee et al. 2017, arXiv:1707.07045;
Wadden et al. 2019, arXiv:1909.03546). The spans that pass become nodes, which read each other in a small transformer with
biases for their distances, and the words of the text, so that roles and coreference are decided with the whole document's events
in view (in the spirit of Lin et al. 2020, aclanthology.org/2020.acl-main.713). Pairs of nodes are scored by an additive and multiplicative
combination with distances, in the spirit of biaffine scoring (Dozat & Manning 2017, arXiv:1611.01734).
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from schemas.ontology import Ontology
from service.encode import PAD, Encoded

WIDEST_TRIGGER = 6  # words and signs
WIDEST_MENTION = 20
HIDDEN = 256
NODE_HEADS = 4
NODE_LAYERS = 2
STARTS_AT_ONCE = 1024  # how many start words the span head scores in one piece, to bound memory on long texts
DISTANCES = (0, 1, 2, 3, 5, 8, 12, 20, 32, 64, 128)  # bucket borders, words
SENTENCES = (0, 1, 2, 3, 5, 9)  # bucket borders, sentences
TRIGGERS = (0, 1, 2, 3, 5)  # bucket borders, triggers that stand between


@dataclass(frozen=True)
class Spans:
    """Spans of words, both ends inclusive, with a label each; arrays of shape [spans]."""

    first: np.ndarray
    last: np.ndarray
    label: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, which) -> "Spans":
        """The spans that a slice or an array of indices chooses."""
        return Spans(self.first[which], self.last[which], self.label[which])


@dataclass(frozen=True)
class Nodes:
    """Spans that have read each other: their vectors [spans, HIDDEN] and where they stand, as tensors of shape [spans].

    `triggers` counts the triggers that stand before a span.
    """

    vectors: Tensor
    first: Tensor
    label: Tensor
    sentence: Tensor
    triggers: Tensor

    def __len__(self) -> int:
        return len(self.vectors)

    def __getitem__(self, which) -> "Nodes":
        """The nodes that a slice or an array of indices chooses."""
        return Nodes(self.vectors[which], self.first[which], self.label[which], self.sentence[which], self.triggers[which])


def bucket(distance: Tensor, borders: tuple[int, ...]) -> Tensor:
    """Signed distances as indices of an embedding table of `2 * len(borders) + 1` rows."""
    size = torch.bucketize(distance.abs(), torch.tensor(borders[1:], device=distance.device), right=True)
    return torch.where(distance < 0, len(borders) + size, size)


def distances(left: Nodes, right: Nodes) -> tuple[Tensor, ...]:
    """Buckets of the distances in words, in sentences and in triggers, each [left, right]."""
    return tuple(
        bucket(getattr(right, name)[None, :] - getattr(left, name)[:, None], borders)
        for name, borders in (("first", DISTANCES), ("sentence", SENTENCES), ("triggers", TRIGGERS))
    )


def distance_tables(width: int) -> nn.ModuleList:
    """Embeddings of what `distances` gives."""
    return nn.ModuleList(nn.Embedding(2 * len(borders) + 1, width) for borders in (DISTANCES, SENTENCES, TRIGGERS))


def start_small(module: nn.Module) -> None:
    """Start embeddings near zero: PyTorch's unit variance would drown what the encoder says in labels and distances."""
    if isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)


class PairScorer(nn.Module):
    """Logits for pairs of nodes from their vectors, their labels and the distances between them."""

    def __init__(self, left_labels: int, right_labels: int, dropout: float):
        super().__init__()
        self.left = nn.Linear(HIDDEN, HIDDEN)
        self.right = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.left_factor = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.right_factor = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.left_label = nn.Embedding(left_labels, HIDDEN)
        self.right_label = nn.Embedding(right_labels, HIDDEN)
        self.distances = distance_tables(HIDDEN)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(HIDDEN, 1)

    def forward(self, left: Nodes, right: Nodes) -> Tensor:
        """Logits [left, right]."""
        one = self.left(left.vectors) + self.left_label(left.label)
        other = self.right(right.vectors) + self.right_label(right.label)
        product = self.left_factor(left.vectors)[:, None] * self.right_factor(right.vectors)[None]
        apart = sum(table(index) for table, index in zip(self.distances, distances(left, right), strict=True))
        return self.out(self.dropout(functional.gelu(one[:, None] + other[None] + product + apart))).squeeze(-1)


def attend(queries: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
    """Attention of NODE_HEADS heads: [nodes, HIDDEN], twice [read, HIDDEN] and a bias [heads, nodes, read] → [nodes, HIDDEN]."""
    parts = (x.view(len(x), NODE_HEADS, -1).transpose(0, 1)[None] for x in (queries, keys, values))
    read = functional.scaled_dot_product_attention(*parts, attn_mask=bias[None])[0]
    return read.transpose(0, 1).reshape(len(queries), -1)


class NodeLayer(nn.Module):
    """A pre-norm transformer layer over nodes, which read each other and the words and know how far all stand apart."""

    def __init__(self, width: int, dropout: float):
        super().__init__()
        self.norm, self.word_norm, self.feed_norm = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
        self.project, self.join = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.distances = distance_tables(NODE_HEADS)
        self.word_query, self.word_project, self.word_join = (
            nn.Linear(HIDDEN, HIDDEN),
            nn.Linear(width, 2 * HIDDEN),
            nn.Linear(HIDDEN, HIDDEN),
        )
        self.word_distance = nn.Embedding(2 * len(DISTANCES) + 1, NODE_HEADS)
        self.up, self.down = nn.Linear(HIDDEN, 2 * HIDDEN), nn.Linear(2 * HIDDEN, HIDDEN)
        self.dropout = nn.Dropout(dropout)
        nn.init.zeros_(self.word_join.weight)  # words come in slowly

    def forward(self, vectors: Tensor, apart: tuple[Tensor, ...], words: Tensor, words_apart: Tensor) -> Tensor:
        """[nodes, HIDDEN], `distances` [nodes, nodes], words [words, width] and buckets of theirs [nodes, words] → [nodes, HIDDEN]."""
        bias = sum(table(index) for table, index in zip(self.distances, apart, strict=True)).permute(2, 0, 1)
        read = attend(*self.project(self.norm(vectors)).chunk(3, -1), bias)
        vectors = vectors + self.dropout(self.join(read))
        bias = self.word_distance(words_apart).permute(2, 0, 1)
        read = attend(self.word_query(self.word_norm(vectors)), *self.word_project(words).chunk(2, -1), bias)
        vectors = vectors + self.dropout(self.word_join(read))
        return vectors + self.dropout(self.down(functional.gelu(self.up(self.feed_norm(vectors)))))


class Network(nn.Module):
    """The encoder with its heads; see each method for shapes."""

    def __init__(self, encoder: BertModel, ontology: Ontology, dropout: float = 0.2):
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        types, mentions = len(ontology.types), len(ontology.mention_labels)
        self.types = types
        # The encoder's vectors share one large direction (their spread is a tenth of their size): heads read them standardised.
        self.register_buffer("word_mean", torch.zeros(width))
        self.register_buffer("word_spread", torch.ones(width))
        self.span_first = nn.Linear(width, HIDDEN)
        self.span_last = nn.Linear(width, HIDDEN, bias=False)
        self.span_mean = nn.Linear(width, HIDDEN, bias=False)
        self.span_width = nn.Embedding(WIDEST_MENTION, HIDDEN)
        self.dropout = nn.Dropout(dropout)
        self.trigger_out = nn.Linear(HIDDEN, types)
        self.mention_out = nn.Linear(HIDDEN, mentions)
        self.node_first = nn.Linear(width, HIDDEN)
        self.node_last = nn.Linear(width, HIDDEN, bias=False)
        self.node_mean = nn.Linear(width, HIDDEN, bias=False)
        self.node_label = nn.Embedding(types + mentions, HIDDEN)
        self.node_sentence = nn.Embedding(len(SENTENCES), HIDDEN)
        self.node_layers = nn.ModuleList(NodeLayer(width, dropout) for _ in range(NODE_LAYERS))
        self.node_norm = nn.LayerNorm(HIDDEN)
        self.event_out = nn.Linear(HIDDEN, 1)
        self.role = PairScorer(types + mentions, types + mentions, dropout)
        self.coreference = PairScorer(types + mentions, types + mentions, dropout)
        self.identity = PairScorer(types + mentions, types + mentions, dropout)
        self.attribute = nn.Linear(HIDDEN, HIDDEN)
        self.form_out = nn.Linear(HIDDEN, len(ontology.all_forms))
        self.status_out = nn.Linear(HIDDEN, len(ontology.statuses))
        for layer in (self.trigger_out, self.mention_out):
            nn.init.constant_(layer.bias, -4.0)  # spans are rare: start from "none"
        for module in self.children():
            if module is not encoder:
                module.apply(start_small)

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
        flat = states.reshape(-1, states.shape[-1]).float()
        vectors, window_at = [], 0
        for document in documents:
            rows = (document.word_window + window_at) * longest
            words = mean_of_ranges(flat, rows + document.token_starts, rows + document.token_ends)
            vectors.append(self.dropout((words - self.word_mean) / self.word_spread))
            window_at += len(document.windows)
        return vectors

    @torch.no_grad()
    def standardise(self, documents: list[Encoded]) -> None:
        """Set what word vectors are standardised by, from what the encoder makes of some documents."""
        self.word_mean.zero_()
        self.word_spread.fill_(1.0)
        words = torch.cat([self.word_vectors([d])[0] for d in documents])
        self.word_mean.copy_(words.mean(0))
        self.word_spread.copy_(words.std(0))

    def span_logits(self, words: Tensor):
        """Score every span of up to WIDEST_MENTION words, in pieces of STARTS_AT_ONCE start words.

        Yields (first start word, trigger logits [starts, WIDEST_TRIGGER, types], mention logits [starts, WIDEST_MENTION,
        mention labels]); spans that pass the text's end have -inf.
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

    def read_nodes(
        self, words: Tensor, triggers: Spans, mentions: Spans, sentences: np.ndarray, piece: slice = slice(None)
    ) -> tuple[Nodes, Nodes]:
        """Let chosen spans read each other and the words of `piece`; `sentences[i]` is word i's sentence.

        Returns the triggers' and the mentions' nodes.
        """
        firsts = np.concatenate([triggers.first, mentions.first])
        lasts = np.concatenate([triggers.last, mentions.last])
        first, last = torch.from_numpy(firsts), torch.from_numpy(lasts)
        label = torch.from_numpy(np.concatenate([triggers.label, mentions.label + self.types]))
        sentence = torch.from_numpy(sentences[firsts])
        parts = self.node_first(words[first]) + self.node_last(words[last]) + self.node_mean(mean_of_ranges(words, firsts, lasts + 1))
        at = torch.bucketize(sentence, torch.tensor(SENTENCES[1:]), right=True)
        vectors = self.dropout(functional.gelu(parts)) + self.node_label(label) + self.node_sentence(at)
        nodes = Nodes(vectors, first, label, sentence, torch.from_numpy(np.searchsorted(triggers.first, firsts)))
        apart = distances(nodes, nodes)
        words_apart = bucket(torch.arange(len(words))[piece][None, :] - first[:, None], DISTANCES)
        for layer in self.node_layers if len(nodes) else ():  # attention over nothing is an error
            vectors = layer(vectors, apart, words[piece], words_apart)
        nodes = replace(nodes, vectors=self.node_norm(vectors))
        return nodes[: len(triggers)], nodes[len(triggers) :]

    def event_logits(self, triggers: Nodes) -> Tensor:
        """The second look at each trigger, with the document's other nodes in view: [triggers]."""
        return self.event_out(triggers.vectors).squeeze(-1)

    def coreference_logits(self, triggers: Nodes, others: Nodes) -> Tensor:
        """How likely each of two lists of triggers tell of one event, in whichever order they stand: [triggers, others]."""
        return (self.coreference(triggers, others) + self.coreference(others, triggers).T) / 2

    def attribute_logits(self, triggers: Nodes) -> tuple[Tensor, Tensor]:
        """Form logits [triggers, all forms] and status logits [triggers, statuses]."""
        hidden = self.dropout(functional.gelu(self.attribute(triggers.vectors)))
        return self.form_out(hidden), self.status_out(hidden)


def mean_of_ranges(rows: Tensor, starts: np.ndarray, ends: np.ndarray) -> Tensor:
    """Mean of `rows[starts[i]:ends[i]]` for each i; every range holds at least one row."""
    lengths = torch.as_tensor(ends - starts, device=rows.device)
    owner = torch.repeat_interleave(torch.arange(len(starts), device=rows.device), lengths)
    offset = torch.arange(len(owner), device=rows.device) - (lengths.cumsum(0) - lengths)[owner]
    index = torch.as_tensor(starts, device=rows.device)[owner] + offset
    total = torch.zeros(len(starts), rows.shape[1], dtype=rows.dtype, device=rows.device).index_add(0, owner, rows[index])
    return total / lengths[:, None]
