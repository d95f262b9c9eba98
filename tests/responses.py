"""Random responses as the service may give them, for hypothesis."""

import datetime

from hypothesis import strategies as st

from schemas.ontology import ONTOLOGY
from service.dates.iso import bounds

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
CONFIDENCE = st.floats(0, 1)
COUNTRY = st.one_of(st.none(), st.sampled_from(["DE", "IR", "XK", "US", "PS", "ZZ"]))
TITLES = st.one_of(st.none(), TEXT, st.sampled_from(["Verteidigungsminister", "UN-Generalsekretär", "Präsident", "general"]))
NAMES = st.one_of(TEXT, st.sampled_from(["Iran", "Nato", "Bundestag", "Siemens AG", "Vereinte Nationen"]))
VALUES = st.one_of(st.dates().map(str), st.sampled_from(["2023", "2023-03", "2023-W10", "2023-03-01/2023-03-05", "2023/2025", "0001"]))


@st.composite
def spans(draw):
    text, start = draw(TEXT), draw(st.integers(0, 10**6))
    return {"text": text, "start": start, "end": start + len(text)}


SPANS = st.lists(spans(), min_size=1, max_size=2)


@st.composite
def dates(draw):
    value = draw(st.one_of(st.none(), VALUES))
    first, last = bounds(value) if value else (None, None)
    days = {"start": first and first.isoformat(), "end": last and last.isoformat(), "basis": value and "text"}
    rest = {"reason": None if value else "no published_at", "confidence": draw(CONFIDENCE), "mentions": draw(SPANS)}
    return {"value": value} | days | rest


PARTICIPANTS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "type": st.sampled_from(ONTOLOGY.participant_types),
        "title": TITLES,
        "country": COUNTRY,
        "confidence": CONFIDENCE,
        "mentions": SPANS,
    }
)
PLACES = st.fixed_dictionaries(
    {
        "name": TEXT,
        "kind": st.sampled_from([None, *ONTOLOGY.place_kinds]),
        "country": COUNTRY,
        "latitude": st.one_of(st.none(), st.floats(-90, 90)),
        "longitude": st.one_of(st.none(), st.floats(-180, 180)),
        "geonames_id": st.one_of(st.none(), st.integers(0, 10**8)),
        "confidence": CONFIDENCE,
        "mentions": SPANS,
    }
)


@st.composite
def events(draw, number: int, meetings: list[str]):
    type_ = draw(st.sampled_from(ONTOLOGY.types))
    during = draw(st.sampled_from([None, *meetings])) if type_ == "agreement" else None
    row = {"id": f"e{number}", "type": type_, "form": draw(st.sampled_from(ONTOLOGY.forms[type_]))}
    row |= {"status": draw(st.sampled_from(ONTOLOGY.statuses)), "confidence": draw(CONFIDENCE), "triggers": draw(SPANS)}
    row |= {"participants": draw(st.lists(PARTICIPANTS, max_size=3)), "places": draw(st.lists(PLACES, max_size=2))}
    row |= {"dates": draw(st.lists(dates(), max_size=2))}
    row |= {name: draw(st.one_of(st.none(), spans())) for name in ("topic", "instrument")}
    return row | {"evidence": draw(SPANS), "during": during}


@st.composite
def responses(draw):
    found: list[dict] = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        found.append(draw(events(number, [e["id"] for e in found if e["type"] == "meeting"])))
    published = draw(st.one_of(st.none(), st.dates(datetime.date(1000, 1, 1))))
    head = {"id": draw(st.one_of(st.none(), st.text(max_size=10))), "language": draw(st.sampled_from([None, "de", "en", "zh", "xx"]))}
    head |= {"published_at": published and published.isoformat(), "characters_read": draw(st.integers(0, 100_000))}
    return head | {"events": found, "model": {"name": "fake", "version": "0"}, "warnings": draw(st.lists(TEXT, max_size=1))}
