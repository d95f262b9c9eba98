"""Thresholds and calibration, both chosen on the development split from readings that are made once.

Thresholds maximise the sum of event, argument and frame F1, one after the other, twice around. Confidences are Platt-scaled logits
(Platt 1999), fitted on the events and arguments that the thresholds let through.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch

from schemas.ontology import Ontology
from service.decode import DecodedEvent, Thresholds
from service.extract import Reading, decide, entities_of
from service.normalise import Calibration, normalise, published_day, span
from training.score import ROLES, Outcome, f1, score_document, total

GRID = tuple(round(0.1 + 0.05 * i, 2) for i in range(17))
NAMES = ("event", "coreference", "parties", "participants", "identity", "places", "dates")  # topic and instrument are not scored


@dataclass(frozen=True)
class Read:
    """A gold document and what the network saw in it."""

    document: dict
    reading: Reading | None


def predict(one: Read, thresholds: Thresholds, calibration: Calibration, ontology: Ontology) -> list[dict]:
    """A document's events, as the service answers."""
    document = one.document
    events, named = decide(one.reading, thresholds, ontology), entities_of(one.reading, thresholds)
    return normalise(document["text"], events, document["language"], published_day(document.get("published_at")), calibration, named)


def outcomes(read: list[Read], thresholds: Thresholds, calibration: Calibration, ontology: Ontology) -> list[Outcome]:
    """Each document decoded and scored."""
    return [score_document(one.document, predict(one, thresholds, calibration, ontology)) for one in read]


def sketch(events: list[DecodedEvent]) -> list[dict]:
    """Events in the response's form without what takes time to look up (values, countries): enough to compare thresholds by."""
    rows = []
    for event in events:
        row = {
            "type": event.type,
            "form": event.form,
            "status": event.status,
            "confidence": 1.0,
            "triggers": [span(t) for t in event.triggers],
        }
        row |= {role: [] for role in ROLES}
        for argument in event.arguments:
            if argument.role in ROLES:
                mentions = [span(m) for m in argument.entity.mentions]
                row[argument.role].append({"name": argument.entity.name, "value": None, "confidence": 1.0, "mentions": mentions})
        rows.append(row)
    return rows


def goal(found: list[Outcome]) -> float:
    """What the thresholds are chosen for."""
    tally = total(found)
    return f1(tally, "event") + f1(tally, "arguments") + f1(tally, "frame")


def choose_thresholds(read: list[Read], ontology: Ontology) -> Thresholds:
    """The thresholds with the highest goal on the documents; those that nothing scores stay at their default."""

    def reach(thresholds: Thresholds) -> float:
        return goal([score_document(r.document, sketch(decide(r.reading, thresholds, ontology))) for r in read])

    best = Thresholds()
    best_goal = reach(best)
    for _ in range(2):
        for name in NAMES:
            for value in GRID:
                tried = replace(best, **{name: value})
                if (reached := reach(tried)) > best_goal:
                    best, best_goal = tried, reached
    return best


def fit_platt(logits: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the logistic function that fits the outcomes best, lightly regularised towards (1, 0)."""
    parameters = torch.tensor([1.0, 0.0], requires_grad=True)
    x, y = torch.from_numpy(logits).float(), torch.from_numpy(right).float()
    optimizer = torch.optim.LBFGS([parameters], max_iter=100)

    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(parameters[0] * x + parameters[1], y, reduction="sum")
        loss = loss + (parameters[0] - 1) ** 2 + parameters[1] ** 2
        loss.backward()
        return loss

    optimizer.step(closure)
    slope, offset = parameters.detach().tolist()
    return round(slope, 4), round(offset, 4)


def fit_calibration(read: list[Read], thresholds: Thresholds, ontology: Ontology) -> Calibration:
    """Platt scaling of the events' and the arguments' logits on the documents."""
    plain = outcomes(read, thresholds, Calibration(), ontology)

    def fit(rows: list[tuple[float, bool]]) -> tuple[float, float]:
        values = np.array(rows, dtype=float).reshape(-1, 2)
        p = np.clip(values[:, 0], 1e-3, 1 - 1e-3)
        return fit_platt(np.log(p / (1 - p)), values[:, 1])

    return Calibration(fit([r for o in plain for r in o.events]), fit([r for o in plain for r in o.arguments]))
