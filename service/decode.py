"""Model scores → events: keep triggers, join those of one event, give each event its arguments."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from schemas.ontology import Ontology
from service.link import Entity, Mention

PARTIES = 2


@dataclass(frozen=True)
class Thresholds:
    """Probabilities from which a decision is yes; chosen on the development split."""

    event: float = 0.5
    parties: float = 0.5  # an event's two likeliest participants: it takes two to meet or to agree
    participants: float = 0.5  # any further ones
    places: float = 0.5
    dates: float = 0.5
    topic: float = 0.5
    instrument: float = 0.5
    coreference: float = 0.5
    identity: float = 0.5


@dataclass(frozen=True)
class Candidate:
    """A span of words (both ends inclusive) with a label and a logit."""

    first: int
    last: int
    label: int
    logit: float


@dataclass(frozen=True)
class Scores:
    """What the heads say of one document's chosen triggers and mentions.

    `event[i]` is the logit that trigger i tells of an event. `roles[i]` is (first mention's index, logits of the mentions from there
    on), `coreference[i]` is (first trigger's index, logits of the triggers from there up to i); `form` and `status` are logits
    [triggers, labels]. `identity` has the logits of pairs of mentions (the earlier first) that can be one entity's.
    """

    event: np.ndarray
    roles: list[tuple[int, np.ndarray]]
    coreference: list[tuple[int, np.ndarray]]
    form: np.ndarray
    status: np.ndarray
    identity: dict[tuple[int, int], float]


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


def cluster_triggers(kept: list[int], triggers: list[Mention], scores: Scores, threshold: float) -> list[list[int]]:
    """Join each kept trigger to the earlier cluster of its type whose mean coreference probability is highest, if high enough."""
    clusters: list[list[int]] = []
    cluster_of: dict[int, int] = {}
    for i in kept:
        start, logits = scores.coreference[i]
        rivals: dict[int, list[float]] = {}
        for j, logit in enumerate(logits[: i - start], start):
            if j in cluster_of and triggers[j].type == triggers[i].type:
                rivals.setdefault(cluster_of[j], []).append(float(probability(logit)))
        best = max(rivals, key=lambda c: float(np.mean(rivals[c])), default=None)
        if best is None or np.mean(rivals[best]) < threshold:
            best = len(clusters)
            clusters.append([])
        clusters[best].append(i)
        cluster_of[i] = best
    return clusters


def event_arguments(
    cluster: list[int], scores: Scores, entities: list[Entity], thresholds: Thresholds, ontology: Ontology
) -> list[Argument]:
    """The entities whose best pair of trigger and mention reaches the role's threshold, in text order; one topic and one instrument."""
    found: list[Argument] = []
    for entity in entities:
        best: tuple[float, int] | None = None
        for i in cluster:
            start, logits = scores.roles[i]
            for index in (*entity.indices, *entity.anaphors):
                if 0 <= index - start < len(logits) and (best is None or logits[index - start] > best[0]):
                    best = (float(logits[index - start]), index)
        if best is not None:
            at = entity.indices.index(best[1]) if best[1] in entity.indices else 0
            found.append(Argument(ontology.roles[entity.type], entity, best[0], entity.mentions[at]))
    seen: Counter = Counter()
    kept = set()
    for argument in sorted(found, key=lambda a: -a.logit):
        role = argument.role
        name = "parties" if role == "participants" and seen[role] < PARTIES else role
        if argument.logit >= logit_of(getattr(thresholds, name)) and not (role in ontology.single_roles and seen[role]):
            kept.add(id(argument))
        seen[role] += 1
    return [a for a in found if id(a) in kept]


def decode_events(
    triggers: list[Mention], entities: list[Entity], scores: Scores, thresholds: Thresholds, ontology: Ontology
) -> list[DecodedEvent]:
    """The document's events in the order of their first triggers."""
    events = []
    kept = [i for i in range(len(triggers)) if scores.event[i] >= logit_of(thresholds.event)]
    for cluster in cluster_triggers(kept, triggers, scores, thresholds.coreference):
        type_ = triggers[cluster[0]].type
        form_logits = scores.form[cluster].mean(axis=0)
        form = max(ontology.forms[type_], key=lambda f: form_logits[ontology.all_forms.index(f)])
        status = ontology.statuses[int(scores.status[cluster].mean(axis=0).argmax())]
        arguments = event_arguments(cluster, scores, entities, thresholds, ontology)
        logit = max(float(scores.event[i]) for i in cluster)
        events.append(DecodedEvent(type_, form, status, logit, [triggers[i] for i in cluster], arguments))
    return events
