"""Measure the ready model on annotated documents, choose its thresholds, calibrate its confidence.

python -m training.evaluate [--split test | FILE.jsonl] [--predictions OUT]
python -m training.evaluate --tune        thresholds and calibration on the development split, test scores into model/model.json
"""

import argparse
import datetime
import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from schemas.ontology import ONTOLOGY
from service.decode import Thresholds
from service.extract import Reader, find_events
from service.model import WEIGHTS, build, load
from service.normalise import Calibration, normalise
from service.settings import from_environment
from training import corpus
from training.score import report, score_document

GRID = {"trigger": (0.4, 0.5, 0.6, 0.7, 0.8), "coreference": (0.4, 0.5, 0.6), "role": (0.3, 0.4, 0.5), "mention": (0.3, 0.5)}


def read_gold(source: str) -> list[dict]:
    """Documents in the scorer's form, from a split's name or a JSON Lines file."""
    if source in corpus.SPLITS:
        return [corpus.to_gold(d) for d in corpus.read_split(source)]
    with open(source, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def predict(reader: Reader, calibration: Calibration, documents: list[dict]) -> list[dict]:
    """`{"id", "events"}` for each document."""
    out = []
    for document in documents:
        day = document.get("published_at")
        published = datetime.date.fromisoformat(day[:10]) if day else None
        events = normalise(document["text"], find_events(reader, document["text"]), document["language"], published, calibration)
        out.append({"id": document["id"], "events": events})
    return out


def measure(documents: list[dict], predictions: list[dict]) -> tuple[dict, list[tuple[float, bool]]]:
    """Figures over all documents and for each language, and the confidences with their truth."""
    tallies: dict[str, Counter] = {"all": Counter()}
    judged = []
    for gold, found in zip(documents, predictions, strict=True):
        tally: Counter = Counter()
        judged += score_document(gold["events"], found["events"], tally)
        tallies["all"].update(tally)
        tallies.setdefault(gold["language"], Counter()).update(tally)
    return {name: report(tally) for name, tally in tallies.items()}, judged


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


def calibration_error(judged: list[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017, arXiv:1706.04599)."""
    values = np.array(judged, dtype=float).reshape(-1, 2)
    place = np.minimum((values[:, 0] * bins).astype(int), bins - 1)
    gaps = [abs(values[place == b].mean(axis=0) @ [1, -1]) * (place == b).sum() for b in range(bins) if (place == b).any()]
    return round(float(sum(gaps) / max(len(values), 1)), 4)


def tune(reader: Reader, documents: list[dict]) -> Thresholds:
    """The thresholds with the best sum of event and argument F1, one after the other, on the documents given."""
    best, best_score = reader.thresholds, -1.0
    for name in GRID:
        for value in GRID[name]:
            tried = replace(best, **{name: value})
            figures, _ = measure(documents, predict(replace(reader, thresholds=tried), Calibration(), documents))
            score = figures["all"]["event"]["f1"] + figures["all"]["arguments"]["f1"]
            if score > best_score:
                best, best_score = tried, score
        print(f"{name}: {best} {best_score / 2:.4f}", file=sys.stderr, flush=True)
    return best


def raw_logits(reader: Reader, documents: list[dict]) -> tuple[Calibration, np.ndarray, np.ndarray]:
    """Platt scaling fitted on the documents' events; the arguments take the events' own scaling of theirs."""
    event_rows, argument_rows = [], []
    for document in documents:
        found = sorted(find_events(reader, document["text"]), key=lambda e: e.triggers[0].start)
        shown = normalise(document["text"], found, document["language"], None, Calibration())
        marked = [dict(row, confidence=i) for i, row in enumerate(shown)]
        for i, right in score_document(document["events"], marked, Counter()):
            event_rows.append((found[int(i)].logit, right))
            if right:
                gold = [e for e in document["events"]]
                argument_rows += argument_outcomes(gold, found[int(i)])
    return np.array(event_rows, dtype=float), np.array(argument_rows, dtype=float)


def argument_outcomes(gold: list[dict], event) -> list[tuple[float, bool]]:
    """(logit, right) of an event's participants, places and dates, by the gold event of its type with the nearest trigger."""
    triggers = event.triggers
    rivals = [g for g in gold if g["type"] == event.type]
    near = min(rivals, key=lambda g: min(abs(a["start"] - b.start) for a in g["triggers"] for b in triggers))
    rows = []
    for argument in event.arguments:
        wanted = (
            [m for row in near.get(argument.role, []) or [] for m in row["mentions"]] if argument.role not in ONTOLOGY.single_roles else []
        )
        if argument.role not in ONTOLOGY.single_roles:
            right = any(m["start"] < n.end and n.start < m["end"] for m in wanted for n in argument.entity.mentions)
            rows.append((argument.logit, right))
    return rows


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="test", help="train, development, test or a JSON Lines file")
    parser.add_argument("--predictions", type=Path, help="also write the predictions there")
    parser.add_argument("--tune", action="store_true")
    args = parser.parse_args()
    settings = from_environment()
    reader, info = load(build(settings.base_model, settings.cache_dir, settings.model_dir))
    calibration = Calibration(**{name: tuple(v) for name, v in info.calibration.items()})
    if args.tune:
        development = read_gold("development")
        reader = replace(reader, thresholds=tune(reader, development))
        events, arguments = raw_logits(reader, development)
        calibration = Calibration(fit_platt(events[:, 0], events[:, 1]), fit_platt(arguments[:, 0], arguments[:, 1]))
    documents = read_gold(args.source)
    predictions = predict(reader, calibration, documents)
    figures, judged = measure(documents, predictions)
    figures["all"]["calibration_error"] = calibration_error(judged)
    print(json.dumps({"documents": len(documents), **figures}, indent=1))
    if args.predictions:
        args.predictions.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in predictions), encoding="utf-8")
    if args.tune:
        description = json.loads((WEIGHTS / "model.json").read_text())
        description["thresholds"] = vars(reader.thresholds)
        description["calibration"] = {"event": list(calibration.event), "argument": list(calibration.argument)}
        description["scores"] = {"split": "test", "documents": len(documents), **figures}
        (WEIGHTS / "model.json").write_text(json.dumps(description, indent=1) + "\n")


if __name__ == "__main__":
    main()
