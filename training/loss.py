"""The training objective: one sum of losses for spans, events, roles, coreference, form and status of a batch of documents."""

from collections import defaultdict

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from schemas.ontology import Ontology
from service.network import WIDEST_MENTION, WIDEST_TRIGGER, Network, Spans
from training.examples import IGNORED, Example

WEIGHTS = {"trigger": 1.0, "mention": 1.0, "event": 0.5, "role": 1.5, "coreference": 0.5, "identity": 0.3, "form": 0.3, "status": 0.5}
SPURIOUS = -1  # the event or entity of a span that the span heads like and the annotation does not have
LIKED = 0.1  # probability from which a span is liked


def span_targets(example: Example, ontology: Ontology) -> tuple[Tensor, Tensor, Tensor]:
    """Targets of the span heads: triggers [words, WIDEST_TRIGGER, types], the same shape's weights, and mentions
    [words, WIDEST_MENTION, mention labels]. Triggers of optional events weigh nothing.
    """
    words = len(example.encoded.kept)
    triggers = torch.zeros(words, WIDEST_TRIGGER, len(ontology.types))
    weights = torch.ones_like(triggers)
    mentions = torch.zeros(words, WIDEST_MENTION, len(ontology.mention_labels))
    spans = example.triggers
    for first, last, label, event in zip(spans.first, spans.last, spans.label, example.trigger_event, strict=True):
        if last - first < WIDEST_TRIGGER:
            triggers[first, last - first, label] = 1.0
            if example.optional_event[event]:
                weights[first, last - first, label] = 0.0
    spans = example.mentions
    for first, last, label in zip(spans.first, spans.last, spans.label, strict=True):
        if last - first < WIDEST_MENTION:
            mentions[first, last - first, label] = 1.0
    return triggers, weights, mentions


def group_max(logits: Tensor, rows: Tensor, columns: Tensor, shape: tuple[int, int]) -> Tensor:
    """The highest logit of each (event, entity) over all pairs of their mentions: [triggers, mentions] → `shape`."""
    index = (rows[:, None] * shape[1] + columns[None, :]).reshape(-1)
    out = logits.new_full((shape[0] * shape[1],), -torch.inf)
    return out.scatter_reduce(0, index, logits.reshape(-1), "amax").reshape(shape)


def liked(start: int, logits: Tensor) -> np.ndarray:
    """First word, last word, label and logit of the spans that a head likes: rows of an array [spans, 4]."""
    logits = logits.detach()
    rows, widths, labels = torch.nonzero(logits > float(np.log(LIKED / (1 - LIKED))), as_tuple=True)
    return torch.stack([start + rows, start + rows + widths, labels, logits[rows, widths, labels]], 1).numpy()


def with_spurious(gold: Spans, owner: np.ndarray, found: list[np.ndarray]) -> tuple[Spans, np.ndarray]:
    """The gold spans plus the best liked ones that overlap no gold span of their label: about as many as gold ones, in text order."""
    rows = np.concatenate(found) if found else np.zeros((0, 4))
    rows = rows[np.argsort(-rows[:, 3], kind="stable")][: len(gold) + 4]
    first, last, label = rows[:, :3].astype(np.int64).T
    same = (label[:, None] == gold.label[None]) & (first[:, None] <= gold.last[None]) & (last[:, None] >= gold.first[None])
    fresh = ~same.any(axis=1)
    spans = Spans(*(np.concatenate(pair) for pair in ((gold.first, first[fresh]), (gold.last, last[fresh]), (gold.label, label[fresh]))))
    owner = np.concatenate([owner, np.full(fresh.sum(), SPURIOUS)])
    order = np.lexsort((spans.last, spans.first))
    return spans[order], owner[order]


def identity_pairs(label: np.ndarray, owner: np.ndarray, ontology: Ontology) -> np.ndarray:
    """Which pairs of mentions, the first before the second, can be one entity's: a mask [mentions, mentions]."""
    known = owner != SPURIOUS
    return np.triu(ontology.may_be_one[label[:, None], label[None]] & (known[:, None] | known[None]), 1)


def document_losses(network: Network, words: Tensor, example: Example, ontology: Ontology) -> dict[str, tuple[Tensor, float]]:
    """Sums of losses over one document with the number of things that each is summed over."""
    found: dict[str, tuple[Tensor, float]] = {}
    trigger_target, trigger_weight, mention_target = span_targets(example, ontology)
    trigger_sum = mention_sum = words.new_zeros(())
    liked_triggers, liked_mentions = [], []
    for start, triggers, mentions in network.span_logits(words):
        piece = slice(start, start + len(triggers))
        # spans past the end have logit -inf and target 0: their loss is 0, but its gradient would be NaN
        loss = functional.binary_cross_entropy_with_logits(
            triggers.clamp(min=-30), trigger_target[piece], weight=trigger_weight[piece], reduction="sum"
        )
        trigger_sum = trigger_sum + loss
        loss = functional.binary_cross_entropy_with_logits(mentions.clamp(min=-30), mention_target[piece], reduction="sum")
        mention_sum = mention_sum + loss
        liked_triggers.append(liked(start, triggers))
        liked_mentions.append(liked(start, mentions))
    found["trigger"] = (trigger_sum, float(trigger_target.sum()))
    found["mention"] = (mention_sum, float(mention_target.sum()))
    trigger_spans, event_of = with_spurious(example.triggers, example.trigger_event, liked_triggers)
    mention_spans, entity_of = with_spurious(example.mentions, example.mention_entity, liked_mentions)
    if not len(trigger_spans) + len(mention_spans):
        return found
    triggers, mentions = network.read_nodes(words, trigger_spans, mention_spans, example.sentences)

    used = identity_pairs(mention_spans.label, entity_of, ontology)
    if used.any():
        one, other = (torch.from_numpy(x) for x in np.nonzero(used))
        same = torch.from_numpy((entity_of[:, None] == entity_of[None]) & used)[one, other].float()
        loss = functional.binary_cross_entropy_with_logits(network.identity(mentions, mentions)[one, other], same, reduction="sum")
        found["identity"] = (loss, float(same.sum()))
    if not len(trigger_spans):
        return found
    real = event_of != SPURIOUS
    certain = ~real | ~example.optional_event[event_of] if len(example.optional_event) else ~real
    logits = network.event_logits(triggers)[torch.from_numpy(certain)]
    loss = functional.binary_cross_entropy_with_logits(logits, torch.from_numpy(real[certain]).float(), reduction="sum")
    found["event"] = (loss, float(real.sum()))
    if not real.any():
        return found
    triggers = triggers[torch.from_numpy(np.flatnonzero(real))]
    events = torch.from_numpy(event_of[real])

    fillers = np.flatnonzero(mention_spans.label != ontology.mention_labels.index("title"))
    if len(fillers):
        logits = network.role(triggers, mentions[torch.from_numpy(fillers)])
        owner = entity_of[fillers]
        gold, spurious = torch.from_numpy(owner != SPURIOUS), torch.from_numpy(owner == SPURIOUS)
        best = group_max(logits[:, gold], events, torch.from_numpy(owner[owner != SPURIOUS]), example.arguments.shape)
        target = torch.as_tensor(example.arguments)
        counted = (target != IGNORED) & torch.isfinite(best)
        loss = functional.binary_cross_entropy_with_logits(best[counted], target[counted].float(), reduction="sum")
        loss = loss + functional.softplus(logits[:, spurious]).sum()
        found["role"] = (loss, float((target == 1).sum()))
    if len(triggers) > 1:
        logits = network.coreference_logits(triggers, triggers)
        pairs = torch.triu(triggers.label[:, None] == triggers.label[None, :], diagonal=1)
        same = (events[:, None] == events[None, :])[pairs].float()
        if len(same):
            loss = functional.binary_cross_entropy_with_logits(logits[pairs], same, reduction="sum")
            found["coreference"] = (loss, float(len(same)))
    form, status = network.attribute_logits(triggers)
    form = form + form_mask(triggers.label, ontology)
    count = len(example.form)
    for name, logits, target in (("form", form, example.form), ("status", status, example.status)):
        share = torch.bincount(events, minlength=count).float()
        mean = torch.zeros(count, logits.shape[1]).index_add(0, events, logits) / share[:, None]
        found[name] = (functional.cross_entropy(mean, torch.as_tensor(target), reduction="sum"), float(count))
    return found


def form_mask(types: Tensor, ontology: Ontology) -> Tensor:
    """0 for the forms that an event type has, a very low number for the others: [events, all forms]."""
    mask = torch.full((len(ontology.types), len(ontology.all_forms)), -1e4)
    for i, name in enumerate(ontology.types):
        for form in ontology.forms[name]:
            mask[i, ontology.all_forms.index(form)] = 0.0
    return mask[types]


def batch_loss(network: Network, batch: list[Example], ontology: Ontology, bf16: bool = False) -> tuple[Tensor, dict[str, float]]:
    """The weighted loss of a batch and its parts, each a mean over the batch's gold items (at least one per document).

    `bf16` lets the encoder multiply in bfloat16; the heads and the losses are fp32.
    """
    sums: dict[str, Tensor] = {}
    counts: dict[str, float] = defaultdict(float)
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        vectors = network.word_vectors([e.encoded for e in batch])
    for example, words in zip(batch, vectors, strict=True):
        if not len(words):
            continue
        for name, (loss, count) in document_losses(network, words, example, ontology).items():
            sums[name] = sums.get(name, 0.0) + loss
            counts[name] += count
    parts = {name: loss / max(counts[name], len(batch)) for name, loss in sums.items()}
    total = sum(WEIGHTS[name] * part for name, part in parts.items())
    return total, {name: part.item() for name, part in parts.items()}
