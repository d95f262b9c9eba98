"""The description of the API says what the service does: schemathesis calls every route with what it allows and with what it does not."""

import os
import re

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from schemas import examples
from schemas.article import ArticleSchema
from schemas.batch import BatchAnswerSchema
from schemas.events import EventsSchema
from schemas.model import ModelSchema
from schemas.problem import ProblemSchema
from service.openapi import describe
from service.problems import PROBLEMS
from service.settings import Settings
from tests.conftest import make_app, spans_of

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "20"))  # for each route; the soak test takes 500
KEY = "a-key-of-these-tests"
UNDOCUMENTED = {"/docs/<name>", "/page/<name>"}  # the pages' own files


@pytest.fixture(scope="module")
def description():
    return describe(Settings())


@schemathesis.serializer("application/x-ndjson")
def as_lines(context, value):
    return value.encode("utf-8", "replace") if isinstance(value, str) else value


def is_sensible(case) -> bool:
    """Two things that OpenAPI has no words for: query parameters go with a text/plain body alone; any bytes can be sent as lines."""
    if case.media_type == "application/x-ndjson" and not isinstance(case.body, str):
        return False
    return not (case.path == "/v1/events" and case.media_type != "text/plain" and set(case.query or ()) - {"format"})


def as_over_the_wire(**options):
    """The application for a client in this process, which gives no length to an empty body and does not unpack answers."""
    inner = make_app(Settings(**options))

    def app(environ, start_response):
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        if environ["REQUEST_METHOD"] == "POST":
            environ.setdefault("CONTENT_LENGTH", "0")
        return inner(environ, start_response)

    return app


schema = schemathesis.openapi.from_wsgi("/openapi.json", as_over_the_wire())
keyed = schemathesis.openapi.from_wsgi("/openapi.json", as_over_the_wire(api_keys=KEY))
checked = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@schema.parametrize()
@checked
def test_every_route_does_what_it_says(case):
    if is_sensible(case):
        case.call_and_validate()


@keyed.auth()
class WithKey:
    def get(self, case, context):
        return KEY

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "X-API-Key": data}


@keyed.parametrize()
@settings(checked, max_examples=5)
def test_with_keys_too(case):
    if is_sensible(case):
        case.call_and_validate()


def test_every_route_is_described(description):
    found = {(rule.rule, m) for rule in make_app().url_map.iter_rules() for m in rule.methods - {"HEAD", "OPTIONS"}}
    said = {(path, method.upper()) for path, row in description["paths"].items() for method in row}
    assert {row for row in found if row[0] not in UNDOCUMENTED} == said


def test_every_problem_is_described(description):
    said = re.findall(r"urn:problem:([a-z0-9-]+)", str(description["paths"]))
    assert set(said) == set(PROBLEMS) - {"client-gone"}  # nobody is there to read that one


def test_it_says_version_3_1_and_is_valid(description):
    assert description["openapi"] == "3.1.0"
    for name in description["components"]["schemas"]:
        jsonschema_rs.validator_for(description | {"$ref": f"#/components/schemas/{name}"})


def test_answers_may_gain_fields(description):
    closed = {name for name, schema_ in description["components"]["schemas"].items() if schema_.get("additionalProperties") is False}
    assert closed == {"Article"}


@pytest.mark.parametrize(
    ("schema_", "example"),
    [
        (ArticleSchema, examples.ARTICLE),
        (EventsSchema, examples.EVENTS),
        (BatchAnswerSchema, examples.BATCH_ANSWER),
        (ProblemSchema, examples.PROBLEM),
        (ModelSchema, examples.MODEL),
    ],
)
def test_examples_pass_the_schemas(schema_, example):
    schema_().load(example)


def test_examples_pass_the_description(description):
    for row in [operation for path in description["paths"].values() for operation in path.values()]:
        contents = [row.get("requestBody", {}).get("content", {}), row["responses"]["200"]["content"]]
        for content in [c for group in contents for c in group.values()]:
            for example in [content["example"]] if "example" in content else [e["value"] for e in content.get("examples", {}).values()]:
                jsonschema_rs.validate(description | content["schema"], example)


def test_examples_offsets():
    for _, span in [row for event in examples.EVENTS["events"] for row in spans_of(event)]:
        assert examples.TEXT[span["start"] : span["end"]] == span["text"]


def test_the_page_asks_for_nothing_from_elsewhere():
    client = make_app().test_client()
    page = client.get("/docs")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"(src|href)=.(https?:)?//", page.text)
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert client.get("/" + address).status_code == 200
    assert client.get("/docs/settings.py").status_code == 404
    assert client.get("/docs/..%2f__init__.py").status_code == 404
