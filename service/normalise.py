"""Decoded events → the response's events: ISO dates, countries, coordinates, evidence and calibrated confidence."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.ontology import ONTOLOGY
from service.dates import TENSES, Resolved, read_frames, resolve_date
from service.decode import Argument, DecodedEvent, probability
from service.link import Entity, Mention
from service.participants import Participant, normalise_participants, same_participant
from service.places import Place, PlaceName, base_name, read_context, resolve
from service.sentences import evidence_spans

LIKELY = 0.0  # logit from which on a mention that no event needs counts as named
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


def read_entities(
    text: str, events: list[DecodedEvent], language: str, named: Sequence[Entity]
) -> tuple[dict[Entity, Participant], dict[Entity, Place]]:
    """What the participants and places of all events are, each in the light of everything that the whole text names."""
    by_role: dict[str, list[Entity]] = {"participants": [], "places": []}
    for role, entities in by_role.items():
        needed = [a.entity for e in events for a in e.arguments if a.role == role]
        likely = [e for e in named if ONTOLOGY.roles[e.type] == role and any(m.logit >= LIKELY for m in e.mentions)]
        entities += sorted(dict.fromkeys((*needed, *likely)), key=lambda e: e.mentions[0].start)
    names = {e: PlaceName(e.name, tuple((m.start, m.end) for m in e.mentions)) for e in by_role["places"]}
    context = read_context(text, list(names.values()), language)
    actors = normalise_participants(text, by_role["participants"], context, language)
    places = {e: resolve(name, context, language) for e, name in names.items()}
    return dict(zip(by_role["participants"], actors, strict=True)), places


def _participants(arguments: list[Argument], actors: dict[Entity, Participant], language: str, calibration: Calibration) -> list[dict]:
    """The event's participants; a state and its capital, a body and its acronym are one with several mentions."""
    rows: list[tuple[Participant, dict]] = []
    for argument in arguments:
        actor = actors[argument.entity]
        row = {
            "name": actor.name,
            "type": actor.type,
            "title": argument.entity.title,
            "country": actor.country,
            "confidence": confidence(argument.logit, calibration.argument),
            "mentions": [span(m) for m in argument.entity.mentions],
        }
        twin = next((r for other, r in rows if same_participant(actor, other, language)), None)
        if twin is None:
            rows.append((actor, row))
        else:
            twin["name"] = max(twin["name"], row["name"], key=len)
            twin["mentions"] = sorted(twin["mentions"] + row["mentions"], key=lambda m: m["start"])
            twin["confidence"] = max(twin["confidence"], row["confidence"])
    return [row for _, row in rows]


def _place(argument: Argument, place: Place, language: str, calibration: Calibration) -> dict:
    return {
        "name": base_name(argument.entity.name, language),
        "kind": place.kind,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "geonames_id": place.geonames_id,
        "confidence": confidence(argument.logit, calibration.argument),
        "mentions": [span(m) for m in argument.entity.mentions],
    }


def read_dates(
    text: str, events: list[DecodedEvent], language: str, published: datetime.date | None
) -> dict[tuple[Mention, str], Resolved]:
    """What each date of the events comes to, by its mention and the event's status; read in text order, as "zwei Tage später" needs."""
    found: dict[tuple[Mention, str], Resolved] = {}
    frames = read_frames(text, language)
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
            frame=frames.at(mention.start),
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


def normalise(
    text: str,
    found: list[DecodedEvent],
    language: str,
    published: datetime.date | None,
    calibration: Calibration,
    named: Sequence[Entity] = (),
) -> list[dict]:
    """The `events` of the response, in the order of their first triggers, numbered from `e1`; `named` is all else that the text names."""
    events = []
    resolved = read_dates(text, found, language, published)
    actors, places = read_entities(text, found, language, named)
    for number, event in enumerate(sorted(found, key=lambda e: e.triggers[0].start), 1):
        by_role: dict[str, list[Argument]] = {}
        for argument in sorted(event.arguments, key=lambda a: a.entity.mentions[0].start):
            by_role.setdefault(argument.role, []).append(argument)
        triggers = [span(t) for t in event.triggers]
        single = {role: span(by_role[role][0].mention) if role in by_role else None for role in ("topic", "instrument")}
        events.append(
            {
                "id": f"e{number}",
                "type": event.type,
                "form": event.form,
                "status": event.status,
                "confidence": confidence(event.logit, calibration.event),
                "triggers": triggers,
                "participants": _participants(by_role.get("participants", []), actors, language, calibration),
                "places": [_place(a, places[a.entity], language, calibration) for a in by_role.get("places", [])],
                "dates": _dates(by_role.get("dates", []), event.status, resolved, calibration),
                **single,
                "evidence": evidence_spans(text, triggers),
                "during": None,
            }
        )
    return events
