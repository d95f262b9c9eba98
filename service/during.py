"""Agreements that were reached at a meeting: which meeting of the same article, if one clearly is it.

A rule over the response's events, made for precision. The meeting's status, days, places and participants must suit the agreement's, and
- one sentence tells of both, with words that set the agreement in the meeting ("bei", "während", "nach", "at", "during"), or
- the sentence after the meeting's takes it up ("dort", "on this occasion"), or
- both have the same day and at least two participants in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from service.dates import date_bounds
from service.link import name_words
from service.sentences import sentence_around
from service.tables import word_pattern

CUE, AT_WHICH, ON_THAT_OCCASION = word_pattern("during"), word_pattern("at which"), word_pattern("on that occasion")
CLAUSE = regex.compile(r"[,;:()–]")
REACH = 60  # code points in which such a word stands: before the meeting, or from a sentence's start
STATUSES = {("occurred", "occurred"), ("planned", "planned"), ("possible", "possible"), ("possible", "planned"), ("denied", "denied")}


@dataclass(frozen=True)
class _Named:
    """A participant or a place: the words of its name, its country, and whether it is a state that acts."""

    words: frozenset[str]
    country: str | None
    state: bool

    def same(self, other: "_Named") -> bool:
        """Whether both are the same, by their names, or a state and who acts for it."""
        if (self.state or other.state) and self.country and self.country == other.country:
            return True
        return bool(self.words and other.words) and (self.words <= other.words or other.words <= self.words)


@dataclass(frozen=True)
class _Read:
    """What is compared of an event, looked at once: its spans (start, end), the sentence of each, its first and last day."""

    event: dict
    triggers: tuple[tuple[int, int], ...]
    sentences: tuple[tuple[int, int], ...]
    days: tuple[str, str] | None
    who: tuple[_Named, ...]
    where: tuple[_Named, ...]


def _named(rows: Sequence[dict]) -> tuple[_Named, ...]:
    return tuple(_Named(frozenset(name_words(r["name"] or "")), r["country"], r.get("type") == "country") for r in rows)


def _read(text: str, event: dict) -> _Read:
    triggers = tuple((t["start"], t["end"]) for t in event["triggers"])
    known = [date_bounds(d["value"]) for d in event["dates"] if d["value"]]
    days = (min(first for first, _ in known), max(last for _, last in known)) if known else None
    sentences = tuple(sentence_around(text, *t) for t in triggers)
    return _Read(event, triggers, sentences, days, _named(event["participants"]), _named(event["places"]))


def _shared(one: Sequence[_Named], other: Sequence[_Named]) -> int:
    return sum(any(a.same(b) for b in other) for a in one)


def _may_be_at(agreement: _Read, meeting: _Read) -> bool:
    """Whether nothing speaks against an agreement's having been reached at a meeting."""
    if (agreement.event["status"], meeting.event["status"]) not in STATUSES:
        return False
    days, others = agreement.days, meeting.days
    if days and others and (days[0] > others[1] or others[0] > days[1]):
        return False
    pairs = ((agreement.where, meeting.where), (agreement.who, meeting.who))
    return all(not here or not there or _shared(here, there) for here, there in pairs)


def _told_together(text: str, agreement: _Read, meeting: _Read) -> bool:
    """Whether a sentence sets the agreement in the meeting, or the sentence after the meeting's takes it up."""
    for (made, _), (first, last) in zip(agreement.triggers, agreement.sentences, strict=True):
        for (met, met_end), (_, met_last) in zip(meeting.triggers, meeting.sentences, strict=True):
            if first <= met < last:
                clause = CLAUSE.split(text[max(first, met - REACH) : met])[-1]
                if CUE.search(clause) or AT_WHICH.search(text[met_end:made]):
                    return True
            elif met_last <= first <= met_last + REACH and not text[met_last:first].strip():
                if ON_THAT_OCCASION.search(text[first:made][:REACH]):
                    return True
    return False


def _same_occasion(agreement: _Read, meeting: _Read) -> bool:
    """Whether both have the same day and at least two participants in common."""
    days = agreement.days
    return days is not None and days == meeting.days and days[0] == days[1] and _shared(agreement.who, meeting.who) > 1


def _distance(one: _Read, other: _Read) -> int:
    return min(abs(a - b) for a, _ in one.triggers for b, _ in other.triggers)


def meetings_of(text: str, events: Sequence[dict]) -> list[dict | None]:
    """For each event the meeting that it was reached at: for an agreement the likeliest of those that clearly are, else None."""
    read = [_read(text, e) for e in events]
    found: list[dict | None] = []
    for one in read:
        best: tuple[tuple[bool, int], dict] | None = None
        for meeting in read if one.event["type"] == "agreement" else ():
            if meeting.event["type"] != "meeting" or not _may_be_at(one, meeting):
                continue
            together = _told_together(text, one, meeting)
            if together or _same_occasion(one, meeting):
                rank = (together, -_distance(one, meeting))
                if best is None or rank > best[0]:
                    best = (rank, meeting.event)
        found.append(best[1] if best else None)
    return found


def link_meetings(text: str, events: Sequence[dict]) -> None:
    """Write into each event's `during` the id of the meeting that it was reached at, else None; events are the response's."""
    for event, meeting in zip(events, meetings_of(text, events), strict=True):
        event["during"] = meeting and meeting["id"]
