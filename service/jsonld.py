"""The response as JSON-LD of schema.org: an article that mentions events.

What schema.org has no word for is left out: confidences and offsets are in the other formats, under the same ids. `keywords` has the type,
form and status, since schema.org knows no agreements and no event that is only possible.
"""

from functools import lru_cache

from babel import Locale

from service.sectors import OF_STATES, between_states, sector_of

CONTEXT = "https://schema.org"
GEONAMES = "https://sws.geonames.org/{}/"
# schema.org takes an event without a status for scheduled, which also stands for what has taken place; a possible one has none
STATUS = {"occurred": "EventScheduled", "planned": "EventScheduled", "denied": "EventCancelled"}
PLACES = {"city": "City", "country": "Country"}


def _filled(row: dict) -> dict:
    """A row without what is unknown."""
    return {key: value for key, value in row.items() if value not in (None, [], {})}


@lru_cache(maxsize=512)
def _country(code: str | None) -> dict | None:
    return code and {"@type": "Country", "identifier": code, "name": Locale("en").territories.get(code, code)}


def _attendee(participant: dict, language: str | None) -> dict:
    country = _country(participant["country"])
    if participant["type"] == "person":
        # the country is that of the office, which need not be the person's own
        state = country and {"@type": "GovernmentOrganization", "name": country["name"], "location": country}
        return _filled({"@type": "Person", "name": participant["name"], "jobTitle": participant["title"], "affiliation": state})
    of_state = participant["type"] == "country" or between_states(participant, language) or sector_of(participant) in OF_STATES
    kind = "GovernmentOrganization" if of_state else "Organization"
    return _filled({"@type": kind, "name": participant["name"], "location": country})


def _place(place: dict) -> dict:
    country = _country(place["country"])
    itself = place["kind"] == "country"
    geo = {"@type": "GeoCoordinates", "latitude": place["latitude"], "longitude": place["longitude"]}
    return _filled(
        {
            "@type": PLACES.get(place["kind"], "Place"),
            "name": place["name"],
            "identifier": place["country"] if itself else None,
            "containedInPlace": None if itself else country,
            "geo": geo if place["latitude"] is not None and place["longitude"] is not None else None,
            "sameAs": GEONAMES.format(place["geonames_id"]) if place["geonames_id"] is not None else None,
        }
    )


def _dates(dates: list[dict]) -> tuple[str | None, str | None]:
    """The first and the last date as exactly as they are known (`2023-03`), the last only where it is another."""
    known = sorted((d for d in dates if d["value"]), key=lambda d: d["start"])
    if not known:
        return None, None
    first, last = known[0]["value"].split("/")[0], max(known, key=lambda d: d["end"])["value"].split("/")[-1]
    return first, last if last != first else None


def _event(event: dict, language: str | None) -> dict:
    start, end = _dates(event["dates"])
    topic, instrument = (event[name] and event[name]["text"] for name in ("topic", "instrument"))
    return _filled(
        {
            "@type": "Event",
            "@id": f"#{event['id']}",
            "identifier": event["id"],
            "name": f"{event['form']}: {topic}" if topic else event["form"],
            "description": " ".join(e["text"] for e in event["evidence"]),
            "keywords": [event["type"], event["form"], event["status"]],
            "eventStatus": STATUS.get(event["status"]),
            "eventAttendanceMode": "OnlineEventAttendanceMode" if event["form"] == "call" else None,
            "startDate": start,
            "endDate": end,
            "location": [_place(p) for p in event["places"]],
            "attendee": [_attendee(p, language) for p in event["participants"]],
            "about": topic and {"@type": "Thing", "name": topic},
            "workFeatured": instrument and {"@type": "CreativeWork", "name": instrument},
            "superEvent": event["during"] and {"@type": "Event", "@id": f"#{event['during']}"},
        }
    )


def to_jsonld(found: dict) -> dict:
    """The response as a JSON-LD document; unknown is left out, as JSON-LD has it."""
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "NewsArticle",
            "identifier": found["id"],
            "inLanguage": found["language"],
            "datePublished": found["published_at"],
        }
    ) | {"mentions": [_event(e, found["language"]) for e in found["events"]]}
