"""Agreements and the meetings that they were reached at: sentences in all directions, the labelled ones, the seed article."""

import json
import time

import pytest

from service.during import link_meetings, meetings_of
from training.during_check import judge, precision_and_recall


def event(text: str, type_: str, trigger: str, **given) -> dict:
    start = text.index(trigger)
    row = {"id": type_, "type": type_, "status": "occurred", "triggers": [{"text": trigger, "start": start, "end": start + len(trigger)}]}
    who = given.pop("who", ["Lena Hofer"])
    row |= {"participants": [{"name": n, "type": "person", "country": None} for n in who]}
    row |= {"places": [{"name": n, "country": None} for n in given.pop("where", [])]}
    row |= {"dates": [{"value": v} for v in given.pop("when", [])]}
    return row | given


def linked(text: str, made: str, met: str, agreement: dict | None = None, meeting: dict | None = None) -> bool:
    events = [event(text, "meeting", met, **(meeting or {})), event(text, "agreement", made, **(agreement or {}))]
    link_meetings(text, events)
    assert events[0]["during"] is None
    return events[1]["during"] == "meeting"


TOGETHER = "Bei einem Treffen in Wien unterzeichneten beide ein Abkommen."


@pytest.mark.parametrize(
    ("text", "made", "met"),
    [
        (TOGETHER, "unterzeichneten", "Treffen"),
        ("Während des Teheran-Besuchs unterzeichneten sie acht Abkommen.", "unterzeichneten", "Besuchs"),
        ("Die Note wurde am Montag nach einem Treffen in Teheran unterzeichnet.", "unterzeichnet", "Treffen"),
        ("They signed the pact during talks in Geneva.", "signed", "talks"),
        ("The talks in Geneva, at which they signed the pact, were short.", "signed", "talks"),
        ("Hofer empfing Szalai in Wien. Bei dieser Gelegenheit unterzeichneten sie ein Abkommen.", "unterzeichneten", "empfing"),
        ("Lors d'une rencontre à Paris, ils ont signé un accord.", "signé", "rencontre"),
        ("Они подписали договор во время встречи в Минске.", "подписали", "встречи"),
    ],
)
def test_told_together(text, made, met):
    assert linked(text, made, met)


@pytest.mark.parametrize(
    "text",
    [
        "Vor dem Treffen in Wien hatten sie ein Abkommen unterzeichnet.",
        "Sie unterzeichneten das Abkommen, ein Treffen gab es nicht.",
        "Sie kamen zum Treffen in Wien. Das Abkommen hatten sie im Mai unterzeichnet.",
        "Beim Treffen in Wien regnete es. Niemand sprach. Am Abend unterzeichneten andere.",
    ],
)
def test_what_does_not_say_so(text):
    assert not linked(text, "unterzeichnet", "Treffen")


@pytest.mark.parametrize(
    ("agreement", "meeting", "expected"),
    [
        ({}, {"status": "planned"}, False),
        ({"status": "planned"}, {}, False),
        ({"status": "denied"}, {}, False),
        ({"status": "possible"}, {"status": "planned"}, True),
        ({"who": ["Anna Berg"]}, {}, False),
        ({"who": []}, {}, True),
        ({"who": ["Hofer"]}, {}, True),
        ({"where": ["Bonn"]}, {"where": ["Wien"]}, False),
        ({"where": ["Wien"]}, {"where": ["Wien"]}, True),
        ({"when": ["2024-03-04"]}, {"when": ["2024-03-05"]}, False),
        ({"when": ["2024-03-04"]}, {"when": ["2024-03"]}, True),
        ({"when": [None]}, {"when": ["2024-03"]}, True),
    ],
)
def test_what_has_to_suit(agreement, meeting, expected):
    assert linked(TOGETHER, "unterzeichneten", "Treffen", agreement, meeting) is expected


APART = "Hofer traf Szalai. Es regnete. Ein Abkommen wurde unterschrieben."


@pytest.mark.parametrize(
    ("who", "when", "expected"),
    [
        (["Hofer", "Szalai"], "2024-03-04", True),
        (["Hofer"], "2024-03-04", False),
        (["Hofer", "Szalai"], "2024-03", False),
    ],
)
def test_the_same_day_and_people(who, when, expected):
    same = {"who": who, "when": [when]}
    assert linked(APART, "unterschrieben", "traf", same, same) is expected


def test_the_nearest_of_several():
    text = "Bei einem Treffen sprachen sie; bei einem Besuch danach unterzeichneten sie ein Abkommen."
    events = [
        event(text, "meeting", "Treffen", id="e1"),
        event(text, "meeting", "Besuch", id="e2"),
        event(text, "agreement", "unterzeichneten"),
    ]
    link_meetings(text, events)
    assert events[2]["during"] == "e2"


def test_labelled_agreements():
    """The half that the rule was not made on."""
    rows = judge("report")
    precision, recall = precision_and_recall(rows)
    assert len(rows) + len(judge("tune")) >= 40
    assert precision >= 0.8
    assert recall >= 0.55


def test_the_seed_article(shared):
    text = (shared / "seed" / "article.de.txt").read_text(encoding="utf-8")
    events = json.loads((shared / "seed" / "gold.json").read_text(encoding="utf-8"))["events"]
    for one in events:
        one["participants"] = [{"country": None} | p for p in one["participants"]]
        one["places"] = [{"country": None} | p for p in one["places"]]
    found = meetings_of(text, events)
    told = {e["instrument"]["text"]: m["triggers"][0]["text"] for e, m in zip(events, found) if m}
    assert told == {"Einverständnisnote": "Treffen", "acht Abkommen": "Teheran-Besuch"}


def test_many_events_take_no_long_time():
    text = (TOGETHER + " ") * 300
    events = []
    for number in range(300):
        at = number * (len(TOGETHER) + 1)
        for type_, trigger in (("meeting", "Treffen"), ("agreement", "unterzeichneten")):
            row = event(TOGETHER, type_, trigger, id=f"{type_}{number}", who=["Lena Hofer", "Gábor Szalai"], when=["2024-03-04"])
            row["triggers"] = [t | {"start": t["start"] + at, "end": t["end"] + at} for t in row["triggers"]]
            events.append(row)
    begun = time.process_time()
    link_meetings(text, events)
    assert time.process_time() - begun < 10
    assert all(e["during"] == f"meeting{e['id'].removeprefix('agreement')}" for e in events if e["type"] == "agreement")
