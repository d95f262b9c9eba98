"""The formats `plover` and `jsonld`: against the codebooks' facts, the vocabulary of schema.org, and whatever the service may answer."""

import copy
import datetime
import importlib
import itertools
import json
import re

import jsonschema_rs
import pytest
from hypothesis import given, settings
from pyld import jsonld
from schema_org import enums

from schemas import examples
from schemas.ontology import ONTOLOGY
from service.formats import FORMATS, InvalidResponse, checked, convert
from service.openapi import ANSWERS, describe
from service.plover import mapping, titles
from service.sectors import sector_of
from service.settings import Settings
from tests.conftest import ROOT, FakeEngine, make_app
from tests.responses import responses
from tests.test_api import problem

DESCRIPTION = describe(Settings())
# event categories, their modes as far as they concern us, and contexts of the PLOVER manual
EVENTS = {"AGREE": (), "CONSULT": ("visit", "third-party", "multilateral", "phone"), "SUPPORT": (), "RETREAT": ("ceasefire",)}
EVENTS |= {"REJECT": ("assist", "change", "yield", "meet")}
CONTEXTS = {"military", "economic", "future", "hypothetical", "negation"}
SECTORS = set("GOV JUD LEG MIL COP OPP PTY REB PRM SPY UAF CVL ELI BUS EDU MED LAB AGR JRN REF REL SOC CRM".split())


def response(**changes) -> dict:
    """The documentation's example with its first event changed."""
    found = copy.deepcopy(examples.EVENTS)
    found["events"][0] |= changes
    for event in found["events"][1:]:
        event["during"] = None
    return found


def person(name: str, country: str | None, title: str | None = None, type_: str = "person") -> dict:
    row = {"name": name, "type": type_, "title": title, "country": country, "confidence": 0.9}
    return row | {"mentions": [{"text": name, "start": 0, "end": len(name)}]}


def place(country: str | None, kind: str = "city") -> dict:
    row = person("Ort", country)
    return row | {"kind": kind, "latitude": 1.5, "longitude": 2.5, "geonames_id": 7}


def event_of(format_: str, **changes) -> dict:
    found = convert(response(**changes), format_)
    return found["events" if format_ == "plover" else "mentions"][0]


# plover


def test_every_type_form_and_status_has_a_code():
    rows = mapping()
    for type_, forms in ONTOLOGY.forms.items():
        for form, status in itertools.product(forms, ONTOLOGY.statuses):
            assert (type_, form, status) in rows or (type_, "*", status) in rows
            assert event_of("plover", type=type_, form=form, status=status)["cameo"] in titles()


def test_the_mapping_uses_what_the_codebooks_have():
    for type_, form, status in mapping():
        assert form == "*" or form.split(":")[0] in ONTOLOGY.forms[type_]
        assert status in ONTOLOGY.statuses
    for code, event, mode, context in mapping().values():
        assert mode is None or mode in EVENTS[event]
        assert set(context) <= CONTEXTS
        assert code in titles()
    assert {code for code, *_ in mapping().values()} == set(titles())


def test_every_code_is_documented():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(re.search(rf"\b{code}\b", readme) for code in titles())


def test_codes_say_what_their_root_says():
    roots = {"02": "Appeal", "03": "Express intent", "12": "Re", "04": ("Consult", "Discuss", "Make", "Host", "Meet"), "05": "Sign"}
    roots |= {"08": "Declare"}
    for code, title in titles().items():
        assert title.startswith(roots[code[:2]]), code


@pytest.mark.parametrize(
    ("type_", "form", "status", "code"),
    [
        ("meeting", "call", "occurred", "041"),
        ("meeting", "talks", "occurred", "040"),
        ("meeting", "visit", "planned", "036"),
        ("meeting", "talks", "possible", "036"),
        ("meeting", "conference", "denied", "125"),
        ("agreement", "treaty", "occurred", "057"),
        ("agreement", "ceasefire", "occurred", "0871"),
        ("agreement", "ceasefire", "planned", "0356"),
        ("agreement", "accord", "denied", "120"),
    ],
)
def test_codes(type_, form, status, code):
    found = event_of("plover", type=type_, form=form, status=status)
    assert found["cameo"] == code
    assert ("future" in found["context"], "hypothetical" in found["context"], "negation" in found["context"]) == tuple(
        status == name for name in ("planned", "possible", "denied")
    )


def test_a_visitor_is_the_source_and_the_host_the_target():
    who = [person("A", "IR"), person("B", "BY", "Präsident")]
    found = event_of("plover", form="visit", participants=who, places=[place("IR")])
    assert (found["cameo"], [a["code"] for a in found["source"]], [a["code"] for a in found["target"]]) == ("042", ["BLR"], ["IRN"])
    hosts = event_of("plover", form="visit", participants=who[:1], places=[place("IR")])
    assert (hosts["cameo"], [a["code"] for a in hosts["source"]], hosts["target"]) == ("043", ["IRN"], [])


@pytest.mark.parametrize("where", [[], [place(None)]])
def test_where_host_and_guest_are_not_known_all_are_sources(where):
    found = event_of("plover", form="visit", participants=[person("A", "IR"), person("B", "BY")], places=where)
    assert (found["cameo"], len(found["source"]), found["target"]) == ("042", 2, [])
    unknown = event_of("plover", form="visit", participants=[person("A", "IR"), person("B", None)], places=[place("IR")])
    assert (len(unknown["source"]), unknown["target"]) == (2, [])


def test_a_third_place():
    who = [person("A", "IR"), person("B", "US")]
    assert event_of("plover", participants=who, places=[place("AT")])["cameo"] == "044"
    assert event_of("plover", participants=who, places=[place("US")])["cameo"] == "040"
    assert event_of("plover", participants=who[:1], places=[place("AT")])["cameo"] == "040"


def test_actors():
    who = [person("A", "XK", "Außenminister"), person("Nato", None, None, "organization"), person("B", None, "UN-Sondergesandter")]
    who += [person("Iran", "IR", None, "country"), person("Unbekannt", None)]
    found = event_of("plover", participants=who)["source"]
    assert [(a["code"], a["sector"]) for a in found] == [("XKX", "GOV"), ("IGO", None), ("IGO", "GOV"), ("IRN", None), (None, None)]


@pytest.mark.parametrize(
    ("words", "type_", "sector"),
    [
        ("Verteidigungsminister", "person", "GOV"),
        ("Justizminister", "person", "GOV"),
        ("Brigadegeneral", "person", "MIL"),
        ("Generalsekretär der Partei", "person", "PTY"),
        ("Gerichtspräsidentin", "person", "JUD"),
        ("Vorsitzende der Gewerkschaft", "person", "LAB"),
        ("foreign minister", "person", "GOV"),
        ("министр обороны", "person", "GOV"),
        ("外交部长", "person", "GOV"),
        ("Präsident", "person", None),
        ("Tennisspielerin", "person", None),
        ("Bundestag", "organization", "LEG"),
        ("Huthi-Rebellen", "organization", "REB"),
        ("Siemens AG", "organization", "BUS"),
        ("Iran", "country", None),
    ],
)
def test_sectors(words, type_, sector):
    one = person(words, None, words if type_ == "person" else None, type_)
    assert sector_of(one) == sector
    assert sector is None or sector in SECTORS


def test_a_president_of_a_state():
    assert sector_of(person("A", "BY", "Präsident")) == "GOV"


def test_days_of_a_plover_event():
    when = [{"value": "2023-03", "start": "2023-03-01", "end": "2023-03-31", "basis": "text", "reason": None, "confidence": 0.5}]
    when[0]["mentions"] = [{"text": "a", "start": 0, "end": 1}]
    found = event_of("plover", dates=when)
    assert (found["event_date"], found["event_date_end"]) == ("2023-03-01", "2023-03-31")
    assert event_of("plover", dates=[])["event_date"] is None


def test_ids_confidences_and_offsets_stay():
    found = convert(examples.EVENTS, "plover")["events"]
    for one, other in zip(found, examples.EVENTS["events"], strict=True):
        for name in ("id", "confidence", "triggers", "evidence"):
            assert one[name] == other[name]
        assert one["link"] == other["during"]
        assert [a["mentions"] for a in one["source"]] == [p["mentions"] for p in other["participants"]]


# jsonld


def vocabulary(type_: str) -> tuple[set[str], dict[str, set[str]]]:
    """The supertypes of a type of schema.org, itself among them, and its properties with the types that each may have."""
    module = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type_).lower()
    found = getattr(importlib.import_module(f"schema_org.models.{module}"), type_)
    return set(found.SCHEMA_TYPES), {p.schema_name: set(p.ranges) for p in found.SCHEMA_PROPERTIES if p.superseded_by is None}


def is_date(value: str) -> bool:
    """A day, or a year, month or week alone, of ISO 8601."""
    if re.fullmatch(r"\d{4}(-\d{2})?", value):
        value = f"{value}-01-01"[:10]
    try:
        return bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def breaches(node: dict, path: str = "$") -> list[str]:
    """Where a node does not keep to schema.org: unknown types and properties, values of another type than the property has."""
    try:
        _, properties = vocabulary(node["@type"])
    except (ImportError, AttributeError):
        return [f"{path}: no type {node['@type']}"]
    found = []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in properties:
            found.append(f"{path}.{name}: no property of {node['@type']}")
            continue
        for one in value if isinstance(value, list) else [value]:
            ranges = properties[name]
            if isinstance(one, dict):
                found += breaches(one, f"{path}.{name}")
                fits = bool(vocabulary(one["@type"])[0] & ranges)
            elif isinstance(one, str):
                members = {m.value.rsplit("/", 1)[-1] for r in ranges if hasattr(enums, r) for m in getattr(enums, r)}
                dated = {"Date", "DateTime"} & ranges and is_date(one)
                fits = bool({"Text", "URL"} & ranges) or one in members or bool(dated)
            else:
                fits = "Number" in ranges
            if not fits:
                found.append(f"{path}.{name}: {one!r} is none of {sorted(ranges)}")
    return found


def test_the_check_sees_what_schema_org_has_not():
    good = convert(examples.EVENTS, "jsonld")
    assert breaches(good) == []
    event = good["mentions"][0]
    for bad in (
        {"colour": "red"},
        {"eventStatus": "EventMaybe"},
        {"attendee": {"@type": "Country", "name": "Iran"}},
        {"startDate": "soon"},
        {"location": {"@type": "Person", "name": "A"}},
        {"@type": "Agreement"},
    ):
        assert breaches(event | bad), bad


@pytest.mark.parametrize(
    ("status", "expected"),
    [("occurred", "EventScheduled"), ("planned", "EventScheduled"), ("possible", None), ("denied", "EventCancelled")],
)
def test_status_of_a_linked_event(status, expected):
    found = event_of("jsonld", status=status)
    assert found.get("eventStatus") == expected
    assert status in found["keywords"]


def test_who_and_where_of_a_linked_event():
    who = [person("A", "BY", "Außenminister"), person("Iran", "IR", None, "country"), person("Ministry of X", "IR", None, "organization")]
    who += [person("Siemens AG", "DE", None, "organization"), person("Fachleute", None, None, "group")]
    found = event_of("jsonld", participants=who, places=[place("IR"), place("IR", "country")], form="call")
    assert [a["@type"] for a in found["attendee"]] == ["Person", "GovernmentOrganization", "GovernmentOrganization", *["Organization"] * 2]
    assert found["attendee"][0]["jobTitle"] == "Außenminister"
    assert [p["@type"] for p in found["location"]] == ["City", "Country"]
    assert found["location"][0]["sameAs"] == "https://sws.geonames.org/7/"
    assert found["location"][0]["geo"] == {"@type": "GeoCoordinates", "latitude": 1.5, "longitude": 2.5}
    assert found["eventAttendanceMode"] == "OnlineEventAttendanceMode"


@pytest.mark.parametrize(
    ("values", "start", "end"),
    [
        (["2023-03-01"], "2023-03-01", None),
        (["2023-03"], "2023-03", None),
        (["2023-03-01/2023-03-05"], "2023-03-01", "2023-03-05"),
        (["2023-03-05", "2023-03-01"], "2023-03-01", "2023-03-05"),
        ([None], None, None),
    ],
)
def test_dates_of_a_linked_event(values, start, end):
    mentions = [{"text": "a", "start": 0, "end": 1}]
    rows = []
    for value in values:
        first, _, last = (value or "").partition("/")
        first, last = (first + "-01")[:10], ((last or first) + "-31")[:10]
        days = {"start": first if value else None, "end": last if value else None, "basis": "text", "reason": None}
        rows.append({"value": value, "confidence": 0.5, "mentions": mentions} | days)
    found = event_of("jsonld", dates=rows)
    assert (found.get("startDate"), found.get("endDate")) == (start, end)


def test_a_json_ld_processor_reads_it():
    def context(url, options):
        assert url == "https://schema.org"
        document = {"@context": {"@vocab": "https://schema.org/"}}
        return {"contextUrl": None, "documentUrl": url, "document": document, "contentType": "application/ld+json"}

    options = {"documentLoader": context, "base": "https://example.org/a1"}
    (article,) = jsonld.expand(convert(examples.EVENTS, "jsonld"), options)
    meeting, agreement = article["https://schema.org/mentions"]
    assert meeting["@id"] == "https://example.org/a1#e1"
    assert agreement["https://schema.org/superEvent"][0]["@id"] == meeting["@id"]
    assert meeting["@type"] == ["https://schema.org/Event"]


# both


@given(responses())
@settings(max_examples=60, deadline=None)
def test_whatever_the_service_may_answer_converts_and_validates(found):
    checked(found)
    before = copy.deepcopy(found)
    for name in FORMATS:
        answer = convert(found, name)
        checked(answer, name)
        json.dumps(answer, allow_nan=False).encode()
        jsonschema_rs.validate(DESCRIPTION | {"$ref": f"#/components/schemas/{ANSWERS[name]}"}, answer)
    assert breaches(convert(found, "jsonld")) == []
    assert found == before
    assert [e["id"] for e in convert(found, "plover")["events"]] == [e["id"] for e in found["events"]]


@pytest.mark.parametrize("changes", [{"during": "e2"}, {"during": "e9"}, {"form": "treaty"}, {"triggers": []}])
def test_what_breaks_the_schema_does_not_leave(changes):
    with pytest.raises(InvalidResponse):
        checked(response(**changes))


def test_each_format_has_its_media_type(client):
    for name, media in (("json", "application/json"), ("plover", "application/json"), ("jsonld", "application/ld+json")):
        answer = client.post(f"/v1/events?format={name}", json={"text": "Hallo", "id": "a1"})
        assert (answer.status_code, answer.content_type) == (200, media)
        assert not FORMATS[name].schema.validate(answer.get_json(force=True))
    plain = client.post("/v1/events?format=plover&language=de", data="Hallo", content_type="text/plain")
    assert plain.get_json()["events"][0]["cameo"] == "040"


@pytest.mark.parametrize("query", ["format=xml", "format=", "format=plover&format=jsonld", "format=PLOVER"])
@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/batch"])
def test_an_unknown_format_is_named(client, path, query):
    problem(client.post(f"{path}?{query}", json={"text": "Hallo"}), 422, "format")
    problem(client.get("/v1/model?format=json"), 422, "format")


def test_a_batch_in_each_format(client):
    documents = {"documents": [{"text": "Hallo", "id": "a1"}, {"id": "a2"}]}
    for name in FORMATS:
        good, bad = client.post(f"/v1/events/batch?format={name}", json=documents).get_json()["results"]
        assert not FORMATS[name].schema.validate(good)
        assert bad["problem"]["status"] == 422
        lines = "".join(json.dumps(d) + "\n" for d in documents["documents"])
        answer = client.post(f"/v1/events/batch?format={name}", data=lines, content_type="application/x-ndjson")
        assert json.loads(answer.text.splitlines()[0]) == good


def test_a_fault_in_a_format_is_a_problem_and_tells_nothing(caplog):
    class Broken(FakeEngine):
        def answer(self, article):
            found = super().answer(article)
            del found["events"][0]["participants"]
            return found

    client = make_app(engine=Broken()).test_client()
    problem(client.post("/v1/events?format=plover", json={"text": "canary"}), 500)
    assert "canary" not in caplog.text
