"""Scores of extracted events against gold ones, as the annotation guideline defines them.

Within a document and type, events pair one to one, best first, where triggers overlap or stand at most NEAR code points
apart; arguments break ties. A name matches where mentions overlap or one name's words are among the other's; a date where
mentions overlap or values are equal. Optional events and arguments count for nothing. A frame is right only with type,
participants, places and dates all right.
"""

from collections import Counter

from service.link import name_words

NEAR = 25
ROLES = ("participants", "places", "dates")


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


def score_document(gold: list[dict], found: list[dict], tally: Counter) -> list[tuple[float, bool]]:
    """Count one document's events into a tally; returns (confidence, right) of the found events that gold has an opinion on."""
    pairs = match(gold, found, event_weight)
    judged = []
    for i, g in enumerate(gold):
        if g.get("optional"):
            continue
        if i not in pairs:
            tally["event", "missed"] += 1
            tally["frame", "missed"] += 1
            tally["arguments", "missed"] += sum(not a.get("optional") for r in ROLES for a in g.get(r, []))
            continue
        f = found[pairs[i]]
        tally["event", "right"] += 1
        judged.append((f["confidence"], True))
        tally["status", "right" if g["status"] == f["status"] else "wrong"] += 1
        tally["form", "right" if g["form"] == f["form"] else "wrong"] += 1
        whole = True
        for role in ROLES:
            want, have = g.get(role, []), f.get(role, [])
            same = match(want, have, lambda a, b, r=role: same_argument(r, a, b) * (1 if a.get("optional") else 2))
            right = sum(not want[k].get("optional") for k in same)
            missed = sum(not a.get("optional") for a in want) - right
            wrong = len(have) - len(same)
            tally["arguments", "right"] += right
            tally["arguments", "missed"] += missed
            tally["arguments", "wrong"] += wrong
            whole = whole and not missed and not wrong
        tally["frame", "right" if whole else "missed"] += 1
        tally["frame", "wrong"] += not whole
    for j, f in enumerate(found):
        if j not in pairs.values():
            judged.append((f["confidence"], False))
            tally["event", "wrong"] += 1
            tally["frame", "wrong"] += 1
            tally["arguments", "wrong"] += sum(len(f.get(r, [])) for r in ROLES)
    return judged


def f1(tally: Counter, name: str) -> dict[str, float]:
    """Precision, recall and F1 of one thing that was counted."""
    right, wrong, missed = (tally[name, k] for k in ("right", "wrong", "missed"))
    p, r = right / (right + wrong) if right + wrong else 0.0, right / (right + missed) if right + missed else 0.0
    return {"precision": round(p, 4), "recall": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def report(tally: Counter) -> dict:
    """The figures of a tally."""
    found: dict = {name: f1(tally, name) for name in ("event", "arguments", "frame")}
    for name in ("status", "form"):
        total = tally[name, "right"] + tally[name, "wrong"]
        found[name] = {"accuracy": round(tally[name, "right"] / total, 4) if total else None}
    return found
