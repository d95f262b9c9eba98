"""Scores of extracted events against gold ones, as the annotation guideline defines them.

Within a document and type, events pair one to one, best first, where triggers overlap or stand at most NEAR code points
apart; arguments break ties. A name matches where mentions overlap or one name's words are among the other's; a date where
mentions overlap or values are equal. Optional events and arguments count for nothing. A frame is right only with type,
participants, places and dates all right.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from service.link import name_words
from service.sentences import sentence_around

NEAR = 25
ROLES = ("participants", "places", "dates")
RESAMPLES = 1000


@dataclass
class Outcome:
    """What one document contributes: counts by (what, right|wrong|missed), confidences with their truth, errors by kind."""

    language: str
    tally: Counter = field(default_factory=Counter)
    events: list[tuple[float, bool]] = field(default_factory=list)
    arguments: list[tuple[float, bool]] = field(default_factory=list)
    errors: Counter = field(default_factory=Counter)


def _overlap(a: dict, b: dict) -> bool:
    return a["start"] < b["end"] and b["start"] < a["end"]


def same_argument(role: str, gold: dict, found: dict) -> bool:
    """Whether two arguments of one role stand for the same thing."""
    if any(_overlap(m, n) for m in gold["mentions"] for n in found["mentions"]):
        return True
    if role == "dates":
        return bool(gold["value"]) and gold["value"] == found["value"]
    a, b = set(name_words(gold["name"] or "")), set(name_words(found["name"] or ""))
    return bool(a and b) and (a <= b or b <= a)


def match(golds: list, found: list, weight) -> dict[int, int]:
    """Greedy one-to-one pairs (gold index → found index), the highest positive weight first."""
    ranked = sorted(((weight(g, f), i, j) for i, g in enumerate(golds) for j, f in enumerate(found)), key=lambda r: (-r[0], r[1], r[2]))
    pairs: dict[int, int] = {}
    for value, i, j in ranked:
        if value > 0 and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def event_weight(gold: dict, found: dict) -> float:
    """How well two events fit; 0 where they can't be one."""
    if gold["type"] != found["type"]:
        return 0.0
    spans = [(a, b) for a in gold["triggers"] for b in found["triggers"]]
    hits = sum(_overlap(a, b) for a, b in spans)
    if not hits and not any(max(a["start"] - b["end"], b["start"] - a["end"]) <= NEAR for a, b in spans):
        return 0.0
    shared = sum(same_argument(r, g, f) for r in ROLES for g in gold.get(r, []) for f in found.get(r, []))
    return (2 if hits else 1) + 0.2 * min(hits, 4) + 0.1 * min(shared, 8) + (0 if gold.get("optional") else 0.05)


def length_of(text: str) -> str:
    """The stratum of a text's length."""
    words = len(text.split())
    return next(
        name
        for top, name in ((60, "up to 60 words"), (150, "61-150 words"), (300, "151-300 words"), (10**9, "over 300 words"))
        if words <= top
    )


def shares_sentence(text: str, event: dict, argument: dict) -> bool:
    """Whether an argument has a mention in a sentence of one of the event's triggers."""
    around = [sentence_around(text, t["start"], t["end"]) for t in event["triggers"]]
    return any(a <= m["start"] < b for a, b in around for m in argument["mentions"])


def told_of(golds: list[dict], event: dict) -> list[set[int]]:
    """For each of an event's triggers that hits any of its type in the gold events, the indices of those; optional ones count too."""
    hits = [
        {i for i, g in enumerate(golds) if g["type"] == event["type"] and any(_overlap(t, s) for s in g["triggers"])}
        for t in event["triggers"]
    ]
    return [hit for hit in hits if hit]


def count_clusters(golds: list[dict], found: list[dict], tally: Counter) -> None:
    """Count events that join triggers of different gold events (`merged`), and gold events that are given more than once (`split`)."""
    times: Counter = Counter()
    for event in found:
        hits = told_of(golds, event)
        merged = bool(hits) and not set.intersection(*hits)
        for name in ("merged", "merged of several triggers")[: 1 + (len(event["triggers"]) > 1)]:
            tally[name, "wrong" if merged else "right"] += 1
        if hits and not merged and len(set.union(*hits)) == 1:
            times.update(hits[0])
    for i, gold in enumerate(golds):
        if not gold.get("optional"):
            tally["split", "wrong" if times[i] > 1 else "right"] += 1


def score_document(document: dict, found: list[dict]) -> Outcome:
    """Count one document's found events against `document["events"]`."""
    text, gold = document["text"], document["events"]
    out = Outcome(document["language"])
    tally, errors = out.tally, out.errors
    count_clusters(gold, found, tally)
    pairs = match(gold, found, event_weight)
    for i, g in enumerate(gold):
        if g.get("optional"):
            continue
        names = ["event", f"type {g['type']}", f"form {g['form']}", f"status {g['status']}", f"length {length_of(text)}"]
        if i not in pairs:
            tally.update((name, "missed") for name in [*names, "frame"])
            tally["arguments", "missed"] += sum(not a.get("optional") for r in ROLES for a in g.get(r, []))
            errors[f"event missed: {g['type']} {g['form']} {g['status']}"] += 1
            continue
        f = found[pairs[i]]
        tally.update((name, "right") for name in names)
        out.events.append((f["confidence"], True))
        for attribute in ("status", "form"):
            tally[attribute, "right" if g[attribute] == f[attribute] else "wrong"] += 1
            if g[attribute] != f[attribute]:
                errors[f"{attribute}: {g[attribute]} taken for {f[attribute]}"] += 1
        whole = True
        for role in ROLES:
            want, have = g.get(role, []), f.get(role, [])
            same = match(want, have, lambda a, b, r=role: same_argument(r, a, b) * (1 if a.get("optional") else 2))
            missed = [a for k, a in enumerate(want) if k not in same and not a.get("optional")]
            wrong = [b for k, b in enumerate(have) if k not in same.values()]
            for k, a in enumerate(want):
                if not a.get("optional"):
                    where = "argument in the trigger's sentence" if shares_sentence(text, g, a) else "argument in another sentence"
                    tally.update((name, "right" if k in same else "missed") for name in ("arguments", role, where))
            for name in ("arguments", role):
                tally[name, "wrong"] += len(wrong)
            out.arguments += [(have[m]["confidence"], True) for k, m in same.items() if not want[k].get("optional")]
            out.arguments += [(b["confidence"], False) for b in wrong]
            errors.update(f"argument missed: {role}" for _ in missed)
            errors.update(f"argument too many: {role}" for _ in wrong)
            whole = whole and not missed and not wrong
        tally["frame", "right" if whole else "missed"] += 1
        tally["frame", "wrong"] += not whole
    for j, f in enumerate(found):
        if j not in pairs.values():
            out.events.append((f["confidence"], False))
            tally.update(
                (name, "wrong")
                for name in (
                    "event",
                    "frame",
                    f"type {f['type']}",
                    f"form {f['form']}",
                    f"status {f['status']}",
                    f"length {length_of(text)}",
                )
            )
            tally["arguments", "wrong"] += sum(len(f.get(r, [])) for r in ROLES)
            errors[f"event invented: {f['type']} {f['form']} {f['status']}"] += 1
    return out


def f1(tally: Counter, name: str) -> float:
    """F1 of one thing that was counted; 0 where nothing was."""
    right, wrong, missed = (tally[name, k] for k in ("right", "wrong", "missed"))
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def figure(tally: Counter, name: str) -> dict[str, float]:
    """Precision, recall, F1 and the number of gold items of one thing that was counted."""
    right, wrong, missed = (tally[name, k] for k in ("right", "wrong", "missed"))
    p, r = right / (right + wrong) if right + wrong else 0.0, right / (right + missed) if right + missed else 0.0
    return {"precision": round(p, 4), "recall": round(r, 4), "f1": round(f1(tally, name), 4), "gold": right + missed}


def accuracy(tally: Counter, name: str) -> float | None:
    """The share of right ones; None where there is none."""
    total = tally[name, "right"] + tally[name, "wrong"]
    return round(tally[name, "right"] / total, 4) if total else None


def share_wrong(tally: Counter, name: str) -> dict[str, float]:
    """The share of wrong ones and their number, of how many."""
    wrong, of = tally[name, "wrong"], tally[name, "wrong"] + tally[name, "right"]
    return {"share": round(wrong / of, 4) if of else 0.0, "wrong": wrong, "of": of}


def clusters(outcomes: list[Outcome]) -> dict:
    """How many events join what belongs apart, of all and of those with several triggers, and how many gold events are given twice."""
    tally = total(outcomes)
    return {name: share_wrong(tally, name) for name in ("merged", "merged of several triggers", "split")}


def total(outcomes: list[Outcome]) -> Counter:
    """The sum of the documents' counts."""
    out: Counter = Counter()
    for outcome in outcomes:
        out.update(outcome.tally)
    return out


def interval(outcomes: list[Outcome], name: str, seed: int = 1) -> list[float]:
    """The 95 % bootstrap interval of an F1, documents drawn with replacement (Efron 1979)."""
    counts = [tuple(o.tally[name, k] for k in ("right", "wrong", "missed")) for o in outcomes]
    rng, values = random.Random(seed), []
    for _ in range(RESAMPLES):
        right, wrong, missed = map(sum, zip(*rng.choices(counts, k=len(counts))))
        values.append(2 * right / (2 * right + wrong + missed) if right else 0.0)
    values.sort()
    return [round(values[int(RESAMPLES * 0.025)], 4), round(values[int(RESAMPLES * 0.975)], 4)]


def summary(outcomes: list[Outcome]) -> dict:
    """The main figures of some documents."""
    tally = total(outcomes)
    found: dict = {name: figure(tally, name) | {"interval": interval(outcomes, name)} for name in ("event", "arguments", "frame")}
    return {"documents": len(outcomes)} | found | {name: accuracy(tally, name) for name in ("status", "form")}


def strata(outcomes: list[Outcome]) -> dict:
    """F1 for each type, form, status, length and role; recall alone for where an argument stands."""
    tally = total(outcomes)
    names = sorted(
        {name for name, _ in tally if name.split()[0] in ("type", "form", "status", "length", "argument", *ROLES)} - {"status", "form"}
    )
    return {
        n: {"recall": figure(tally, n)["recall"], "gold": figure(tally, n)["gold"]} if n.startswith("argument") else figure(tally, n)
        for n in names
    }


def errors(outcomes: list[Outcome], most: int = 15) -> list[tuple[str, int]]:
    """The most frequent kinds of error."""
    found: Counter = Counter()
    for outcome in outcomes:
        found.update(outcome.errors)
    return found.most_common(most)


def calibration_error(judged: list[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017, arXiv:1706.04599)."""
    filled: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        filled.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
    gap = sum(abs(sum(c for c, _ in rows) - sum(r for _, r in rows)) for rows in filled.values())
    return round(gap / max(len(judged), 1), 4)
