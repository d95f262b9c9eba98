"""Examples for the documentation, over one invented report; tested against the schemas."""

from schemas.ontology import ONTOLOGY

TEXT = (
    "Wien - Außenministerin Lena Hofer hat am Montag in Wien ihren ungarischen Kollegen Gábor Szalai getroffen. "
    "Sie unterzeichneten ein Abkommen über den Ausbau der Bahnstrecke."
)
ARTICLE = {"id": "a1", "text": TEXT, "published_at": "2024-03-06", "language": "de", "min_confidence": 0.5}


def _span(text: str, after: str = "") -> dict:
    start = TEXT.index(text, TEXT.index(after))
    return {"text": text, "start": start, "end": start + len(text)}


def _person(name: str, title: str, country: str, confidence: float) -> dict:
    return {"name": name, "type": "person", "title": title, "country": country, "confidence": confidence, "mentions": [_span(name)]}


_WHO = [_person("Lena Hofer", "Außenministerin", "AT", 0.97), _person("Gábor Szalai", "Kollegen", "HU", 0.96)]
_WHERE = {
    "name": "Wien",
    "kind": "city",
    "country": "AT",
    "latitude": 48.20849,
    "longitude": 16.37208,
    "geonames_id": 2761369,
    "confidence": 0.93,
    "mentions": [_span("Wien", after="in Wien")],
}
_WHEN = {"value": "2024-03-04", "start": "2024-03-04", "end": "2024-03-04", "basis": "published_at", "reason": None}
_WHEN |= {"confidence": 0.94, "mentions": [_span("Montag")]}
_MEETING = {
    "id": "e1",
    "type": "meeting",
    "form": "talks",
    "status": "occurred",
    "confidence": 0.95,
    "triggers": [_span("getroffen")],
    "participants": _WHO,
    "places": [_WHERE],
    "dates": [_WHEN],
    "topic": None,
    "instrument": None,
    "evidence": [_span(TEXT[: TEXT.index(" Sie")])],
    "during": None,
}
_AGREEMENT = {
    "id": "e2",
    "type": "agreement",
    "form": "treaty",
    "status": "occurred",
    "confidence": 0.92,
    "triggers": [_span("unterzeichneten")],
    "participants": _WHO,
    "places": [],
    "dates": [],
    "topic": _span("Ausbau der Bahnstrecke"),
    "instrument": _span("Abkommen"),
    "evidence": [_span(TEXT[TEXT.index("Sie unter") :])],
    "during": "e1",
}
EVENTS = {
    "id": "a1",
    "language": "de",
    "published_at": "2024-03-06",
    "characters_read": len(TEXT),
    "events": [_MEETING, _AGREEMENT],
    "model": {"name": "events-e5-small", "version": "1"},
    "warnings": [],
}
PROBLEM = {
    "type": "urn:problem:invalid-field",
    "title": "A field is invalid",
    "status": 422,
    "detail": "text: Missing data for required field.",
    "request_id": "6f9619ff8b86d011b42d00c04fc964ff",
    "errors": [{"field": "text", "reason": "Missing data for required field."}],
}
BATCH = {"documents": [ARTICLE, {"id": "a2"}]}
BATCH_ANSWER = {"results": [EVENTS, {"id": "a2", "problem": PROBLEM}]}
MODEL = {
    "name": "events-e5-small",
    "version": "1",
    "base": "multilingual-e5-small",
    "languages": ["de", "en"],
    **ONTOLOGY.description(),
    "thresholds": {"trigger": 0.5, "mention": 0.5},
    "scores": {"triggers": {"f1": 0.8}},
}
