"""Decoded events → the response's events: ISO dates, countries, coordinates, evidence and calibrated confidence."""

import datetime
from dataclasses import dataclass

from service.dates import TENSES, Resolved, resolve_date
from service.decode import Argument, DecodedEvent, probability
from service.link import Mention
from service.places import country_code, find_place
from service.sentences import evidence_spans

AROUND = 40  # code points before and after a date that help to read it


@dataclass(frozen=True)
class Calibration:
    """Platt scaling (Platt 1999) of the model's logits, fitted on the development split: confidence = logistic(slope * x + offset)."""

    event: tuple[float, float] = (1.0, 0.0)
    argument: tuple[float, float] = (1.0, 0.0)


def published_day(published_at: str | None) -> datetime.date | None:
    """The day of an ISO 8601 date or date-time."""
    return datetime.date.fromisoformat(published_at[:10]) if published_at else None


def confidence(logit: float, scaling: tuple[float, float]) -> float:
    """A calibrated confidence with three decimals."""
    return round(float(probability(scaling[0] * logit + scaling[1])), 3)


def span(mention: Mention) -> dict:
    """A mention as the response gives it."""
    return {"text": mention.text, "start": mention.start, "end": mention.end}


def _participant(argument: Argument, language: str, calibration: Calibration) -> dict:
    entity = argument.entity
    return {
        "name": entity.name,
        "type": entity.type,
        "title": entity.title,
        "country": country_code(entity.name, language) if entity.type == "country" else None,
        "confidence": confidence(argument.logit, calibration.argument),
        "mentions": [span(m) for m in entity.mentions],
    }


def _place(argument: Argument, language: str, calibration: Calibration) -> dict:
    entity = argument.entity
    known = find_place(entity.name, language)
    return {
        "name": entity.name,
        "kind": known and known.kind,
        "country": known and known.country,
        "latitude": known and known.latitude,
        "longitude": known and known.longitude,
        "geonames_id": known and known.geonames_id,
        "confidence": confidence(argument.logit, calibration.argument),
        "mentions": [span(m) for m in entity.mentions],
    }


def read_dates(
    text: str, events: list[DecodedEvent], language: str, published: datetime.date | None
) -> dict[tuple[Mention, str], Resolved]:
    """What each date of the events comes to, by its mention and the event's status; read in text order, as "zwei Tage später" needs."""
    found: dict[tuple[Mention, str], Resolved] = {}
    mentions = {(a.mention, e.status) for e in events for a in e.arguments if a.role == "dates"}
    for mention, status in sorted(mentions, key=lambda row: (row[0].start, row[0].end, row[1])):
        found[mention, status] = resolve_date(
            mention.text,
            language,
            published,
            tense=TENSES[status],
            before=text[max(0, mention.start - AROUND) : mention.start],
            after=text[mention.end : mention.end + AROUND],
            earlier=list(found.values()),
        )
    return found


def _dates(arguments: list[Argument], status: str, resolved: dict[tuple[Mention, str], Resolved], calibration: Calibration) -> list[dict]:
    """The event's dates; expressions that resolve to one value ("gestern", "am Montag") are one date with several mentions."""
    rows: list[dict] = []
    for argument in arguments:
        date = resolved[argument.mention, status]
        row = {
            "value": date.value,
            "start": date.start and date.start.isoformat(),
            "end": date.end and date.end.isoformat(),
            "basis": date.basis,
            "reason": date.reason,
            "confidence": confidence(argument.logit, calibration.argument),
            "mentions": [span(m) for m in argument.entity.mentions],
        }
        twin = next((r for r in rows if date.value and r["value"] == date.value), None)
        if twin is None:
            rows.append(row)
        else:
            twin["mentions"] = sorted(twin["mentions"] + row["mentions"], key=lambda m: m["start"])
            twin["basis"] = "text" if "text" in (twin["basis"], date.basis) else date.basis
            twin["confidence"] = max(twin["confidence"], row["confidence"])
    return rows


def normalise(text: str, found: list[DecodedEvent], language: str, published: datetime.date | None, calibration: Calibration) -> list[dict]:
    """The `events` of the response, in the order of their first triggers, numbered from `e1`."""
    events = []
    resolved = read_dates(text, found, language, published)
    for number, event in enumerate(sorted(found, key=lambda e: e.triggers[0].start), 1):
        by_role: dict[str, list[Argument]] = {}
        for argument in sorted(event.arguments, key=lambda a: a.entity.mentions[0].start):
            by_role.setdefault(argument.role, []).append(argument)
        single = {role: span(by_role[role][0].mention) if role in by_role else None for role in ("topic", "instrument")}
        events.append(
            {
                "id": f"e{number}",
                "type": event.type,
                "form": event.form,
                "status": event.status,
                "confidence": confidence(event.logit, calibration.event),
                "triggers": [span(t) for t in event.triggers],
                "participants": [_participant(a, language, calibration) for a in by_role.get("participants", [])],
                "places": [_place(a, language, calibration) for a in by_role.get("places", [])],
                "dates": _dates(by_role.get("dates", []), event.status, resolved, calibration),
                **single,
                "evidence": evidence_spans(text, event),
            }
        )
    return events
