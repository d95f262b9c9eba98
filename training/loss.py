"""The training objective: one sum of losses for spans, roles, coreference, form and status of a batch of documents."""

from collections import defaultdict

import torch
from torch import Tensor
from torch.nn import functional

from schemas.ontology import Ontology
from service.network import WIDEST_MENTION, WIDEST_TRIGGER, Network
from training.examples import IGNORED, Example

WEIGHTS = {"trigger": 1.0, "mention": 1.0, "role": 1.0, "coreference": 0.5, "form": 0.5, "status": 0.5}


def span_targets(example: Example, ontology: Ontology) -> tuple[Tensor, Tensor, Tensor]:
    """Targets of the span heads: triggers [words, WIDEST_TRIGGER, types], the same shape's weights, and mentions
    [words, WIDEST_MENTION, mention types]. Triggers of optional events weigh nothing.
    """
    words = len(example.encoded.kept)
    triggers = torch.zeros(words, WIDEST_TRIGGER, len(ontology.types))
    weights = torch.ones_like(triggers)
    mentions = torch.zeros(words, WIDEST_MENTION, len(ontology.mention_types))
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


def document_losses(network: Network, words: Tensor, example: Example, ontology: Ontology) -> dict[str, tuple[Tensor, float]]:
    """Sums of losses over one document with the number of things that each is summed over."""
    found: dict[str, tuple[Tensor, float]] = {}
    trigger_target, trigger_weight, mention_target = span_targets(example, ontology)
    trigger_sum = mention_sum = words.new_zeros(())
    for start, triggers, mentions in network.span_logits(words):
        piece = slice(start, start + len(triggers))
        # spans past the end have logit -inf and target 0: their loss is 0, but its gradient would be NaN
        loss = functional.binary_cross_entropy_with_logits(
            triggers.clamp(min=-30), trigger_target[piece], weight=trigger_weight[piece], reduction="sum"
        )
        trigger_sum = trigger_sum + loss
        loss = functional.binary_cross_entropy_with_logits(mentions.clamp(min=-30), mention_target[piece], reduction="sum")
        mention_sum = mention_sum + loss
    found["trigger"] = (trigger_sum, float(trigger_target.sum()))
    found["mention"] = (mention_sum, float(mention_target.sum()))
    if not len(example.triggers):
        return found
    events = torch.as_tensor(example.trigger_event)
    if len(example.mentions):
        logits = network.role_logits(words, example.triggers, example.mentions, example.sentences)
        best = group_max(logits, events, torch.as_tensor(example.mention_entity), example.arguments.shape)
        target = torch.as_tensor(example.arguments)
        used = (target != IGNORED) & torch.isfinite(best)
        loss = functional.binary_cross_entropy_with_logits(best[used], target[used].float(), reduction="sum")
        found["role"] = (loss, float((target == 1).sum()))
    if len(example.triggers) > 1:
        logits = network.coreference_logits(words, example.triggers, example.triggers, example.sentences)
        label = torch.as_tensor(example.triggers.label)
        pairs = torch.triu(label[:, None] == label[None, :], diagonal=1)
        same = (events[:, None] == events[None, :])[pairs].float()
        if len(same):
            loss = functional.binary_cross_entropy_with_logits(logits[pairs], same, reduction="sum")
            found["coreference"] = (loss, float(len(same)))
    form, status = network.attribute_logits(words, example.triggers)
    form = form + form_mask(example.triggers.label, ontology)
    count = len(example.form)
    for name, logits, target in (("form", form, example.form), ("status", status, example.status)):
        share = torch.bincount(events, minlength=count).float()
        mean = torch.zeros(count, logits.shape[1]).index_add(0, events, logits) / share[:, None]
        found[name] = (functional.cross_entropy(mean, torch.as_tensor(target), reduction="sum"), float(count))
    return found


def form_mask(types, ontology: Ontology) -> Tensor:
    """0 for the forms that an event type has, a very low number for the others: [events, all forms]."""
    mask = torch.full((len(ontology.types), len(ontology.all_forms)), -1e4)
    for i, name in enumerate(ontology.types):
        for form in ontology.forms[name]:
            mask[i, ontology.all_forms.index(form)] = 0.0
    return mask[torch.as_tensor(types)]


def batch_loss(network: Network, batch: list[Example], ontology: Ontology) -> tuple[Tensor, dict[str, float]]:
    """The weighted loss of a batch and its parts, each a mean over the batch's gold items (at least one per document)."""
    sums: dict[str, Tensor] = {}
    counts: dict[str, float] = defaultdict(float)
    for example, words in zip(batch, network.word_vectors([e.encoded for e in batch]), strict=True):
        if not len(words):
            continue
        for name, (loss, count) in document_losses(network, words, example, ontology).items():
            sums[name] = sums.get(name, 0.0) + loss
            counts[name] += count
    parts = {name: loss / max(counts[name], len(batch)) for name, loss in sums.items()}
    total = sum(WEIGHTS[name] * part for name, part in parts.items())
    return total, {name: part.item() for name, part in parts.items()}
