"""Model scores → events: choose spans, join triggers of one event, give each event its arguments."""

from dataclasses import dataclass, field

import numpy as np

from schemas.ontology import Ontology
from service.link import Entity, Mention


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which a decision is yes; chosen on the development split."""

    trigger: float = 0.5
    mention: float = 0.5
    role: float = 0.5
    coreference: float = 0.5


@dataclass(frozen=True)
class Candidate:
    """A span of words (both ends inclusive) with a label and a logit."""

    first: int
    last: int
    label: int
    logit: float


@dataclass(frozen=True)
class TriggerScores:
    """What the heads say of one document's chosen triggers and mentions.

    `roles[i]` is (first mention's index, logits of the mentions from there on), `coreference[i]` is (first trigger's index,
    logits of the triggers from there up to i); `form` and `status` are logits [triggers, labels].
    """

    roles: list[tuple[int, np.ndarray]]
    coreference: list[tuple[int, np.ndarray]]
    form: np.ndarray
    status: np.ndarray


@dataclass
class Argument:
    """An entity that fills a role of an event, with the logit for it and the mention that earned it."""

    role: str
    entity: Entity
    logit: float
    mention: Mention


@dataclass
class DecodedEvent:
    """One event: its triggers and arguments are spans of the text, its labels come from the ontology."""

    type: str
    form: str
    status: str
    logit: float
    triggers: list[Mention]
    arguments: list[Argument] = field(default_factory=list)


def probability(logit):
    """The logistic function, for numbers and arrays."""
    return 1 / (1 + np.exp(-np.clip(logit, -30, 30)))


def logit_of(p: float) -> float:
    """The inverse of `probability`."""
    p = min(max(p, 1e-9), 1 - 1e-9)
    return float(np.log(p / (1 - p)))


def candidates(start: int, logits: np.ndarray, threshold: float) -> list[Candidate]:
    """The spans of one piece of scores [starts, widths, labels] that reach a probability."""
    rows, widths, labels = np.nonzero(logits >= logit_of(threshold))
    return [
        Candidate(start + int(r), start + int(r) + int(w), int(k), float(logits[r, w, k]))
        for r, w, k in zip(rows, widths, labels, strict=True)
    ]


def without_overlaps(found: list[Candidate], across_labels: bool) -> list[Candidate]:
    """The best-scored spans that do not overlap (of one label, or of any), in text order."""
    taken: set[tuple[int, int]] = set()
    chosen = []
    for c in sorted(found, key=lambda c: (-c.logit, c.first, c.last)):
        cells = {(0 if across_labels else c.label, word) for word in range(c.first, c.last + 1)}
        if not cells & taken:
            taken |= cells
            chosen.append(c)
    return sorted(chosen, key=lambda c: (c.first, c.last, c.label))


def cluster_triggers(triggers: list[Mention], coreference: list[tuple[int, np.ndarray]], threshold: float) -> list[list[int]]:
    """Join each trigger to the earlier cluster of its type whose mean coreference probability is highest, if high enough."""
    clusters: list[list[int]] = []
    cluster_of: dict[int, int] = {}
    for i, (start, logits) in enumerate(coreference):
        scores: dict[int, list[float]] = {}
        for j, logit in enumerate(logits[: i - start], start):
            if triggers[j].type == triggers[i].type:
                scores.setdefault(cluster_of[j], []).append(float(probability(logit)))
        best = max(scores, key=lambda c: float(np.mean(scores[c])), default=None)
        if best is None or np.mean(scores[best]) < threshold:
            best = len(clusters)
            clusters.append([])
        clusters[best].append(i)
        cluster_of[i] = best
    return clusters


def event_arguments(
    cluster: list[int], roles: list[tuple[int, np.ndarray]], entities: list[Entity], thresholds: Thresholds, ontology: Ontology
):
    """The entities whose best pair of trigger and mention reaches the threshold; the best one alone for topic and instrument."""
    found: list[Argument] = []
    for entity in entities:
        best: tuple[float, Mention] | None = None
        for i in cluster:
            start, logits = roles[i]
            for index, mention in zip(entity.indices, entity.mentions, strict=True):
                if 0 <= index - start < len(logits) and (best is None or logits[index - start] > best[0]):
                    best = (float(logits[index - start]), mention)
        if best is not None and best[0] >= logit_of(thresholds.role):
            found.append(Argument(ontology.roles[entity.type], entity, *best))
    for role in ontology.single_roles:
        rivals = sorted((a for a in found if a.role == role), key=lambda a: -a.logit)
        found = [a for a in found if a not in rivals[1:]]
    return found


def decode_events(
    triggers: list[Mention], entities: list[Entity], scores: TriggerScores, thresholds: Thresholds, ontology: Ontology
) -> list[DecodedEvent]:
    """The document's events in the order of their first triggers."""
    events = []
    for cluster in cluster_triggers(triggers, scores.coreference, thresholds.coreference):
        type_ = triggers[cluster[0]].type
        form_logits = scores.form[cluster].mean(axis=0)
        form = max(ontology.forms[type_], key=lambda f: form_logits[ontology.all_forms.index(f)])
        status = ontology.statuses[int(scores.status[cluster].mean(axis=0).argmax())]
        members = [triggers[i] for i in cluster]
        arguments = event_arguments(cluster, scores.roles, entities, thresholds, ontology)
        events.append(DecodedEvent(type_, form, status, max(t.logit for t in members), members, arguments))
    return events
