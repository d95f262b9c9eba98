"""The description of the API, OpenAPI 3.1 made from the marshmallow schemas, and its page with assets of its own.

apispec alone, not flask-smorest: that parses bodies itself (webargs), one media type a route, and answers in an error format of its own,
while these routes take JSON, plain text and lines, parse JSON strictly, and answer with RFC 9457 problems.
"""

import json
from importlib import resources

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app

from schemas import examples
from schemas.article import MAX_CHARACTERS, ArticleSchema, DateOrDateTime
from schemas.batch import BatchAnswerSchema, DocumentProblemSchema, ResultField
from schemas.events import EventsSchema
from schemas.model import HealthSchema, ModelSchema
from schemas.problem import ProblemSchema
from service.parse import LISTS, QUERY, check_query
from service.problems import PROBLEMS, Problem
from service.settings import Settings

VERSION = "1.0.0"  # of the API: the first number is the one in the addresses
blueprint = Blueprint("openapi", __name__)
blueprint.before_request(check_query)

DESCRIPTION = """Finds **agreements** and **meetings** in news articles: who took part, where, when, about what, and whether it happened,
is planned, possible or was called off.

Offsets are half-open and count Unicode code points: `text[start:end]` is the mention. Unknown is `null` or an empty list.
Every error is an RFC 9457 problem. Fields may be added to answers within version 1; none is taken away or changes its meaning.
"""
JSON, TEXT, LINES, PROBLEM = "application/json", "text/plain", "application/x-ndjson", "application/problem+json"
ANYWHERE = (
    "bad-request",
    "not-utf-8",
    "not-found",
    "method-not-allowed",
    "address-too-long",
    "invalid-field",
    "headers-too-large",
    "internal",
)
KEYED = ("too-many-requests", "unauthorized", "forbidden")
POSTED = (
    "not-json",
    "body-timeout",
    "length-required",
    "too-large",
    "unsupported-media-type",
    "not-ready",
    "overloaded",
    "deadline-passed",
)


def _ref(kind: str, name: str) -> dict:
    return {"$ref": f"#/components/{kind}/{name}"}


def _headers(*more: str) -> dict:
    return {name: _ref("headers", name) for name in ("X-Request-ID", "Server-Timing", *more)}


def _problems(kinds: tuple[str, ...]) -> dict:
    """The responses of a route's problems, one for each status."""
    found: dict[str, dict] = {}
    for kind in kinds:
        status, title = PROBLEMS[kind]
        row = found.setdefault(str(status), {"description": "", "content": {PROBLEM: {"schema": _ref("schemas", "Problem")}}})
        row["description"] += f"{' · ' if row['description'] else ''}{title} (`urn:problem:{kind}`)"
        more = {405: ("Allow",), 401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}.get(status, ())
        row["headers"] = _headers(*more)
    return dict(sorted(found.items()))


def _answer(content: dict, description: str, kinds: tuple[str, ...]) -> dict:
    return {"200": {"description": description, "headers": _headers(), "content": content}} | _problems(ANYWHERE + kinds)


def _result_schema(converter, field, **kwargs) -> dict:
    return {"anyOf": [_ref("schemas", "Events"), _ref("schemas", "DocumentProblem")]} if isinstance(field, ResultField) else {}


def _date_schema(converter, field, **kwargs) -> dict:
    """apispec knows the field as any; it is a string in one of two forms, or null."""
    if not isinstance(field, DateOrDateTime):
        return {}
    return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, {"type": "null"}]}


def _query(spec: APISpec) -> list[dict]:
    """The query parameters of a text/plain request: the article's fields but the text."""
    fields = spec.components.schemas["Article"]["properties"]
    found = []
    for name in QUERY:
        schema = {key: value for key, value in fields[name].items() if key not in ("description", "default")}
        if "anyOf" in schema:
            schema["anyOf"] = [s for s in schema["anyOf"] if s != {"type": "null"}]
        elif isinstance(schema.get("type"), list):
            schema["type"] = next(t for t in schema["type"] if t != "null")
        if name in LISTS:
            schema["minItems"] = 1
        row = {"name": name, "in": "query", "required": False, "schema": schema}
        row["description"] = f"{fields[name]['description']} With a text/plain body only."
        found.append(row | ({"style": "form", "explode": False} if name in LISTS else {}))
    return found


def _components(spec: APISpec) -> None:
    schemas = {
        "Problem": ProblemSchema,
        "DocumentProblem": DocumentProblemSchema,
        "Article": ArticleSchema,
        "Events": EventsSchema,
        "BatchAnswer": BatchAnswerSchema,
        "Model": ModelSchema,
        "Health": HealthSchema,
    }
    for name, schema in schemas.items():
        spec.components.schema(name, schema=schema)
    for name, schema in spec.components.schemas.items():
        if name != "Article":  # answers may gain fields: a client made from this must not refuse them
            schema.pop("additionalProperties", None)
    headers = {
        "X-Request-ID": "The request's id: yours where you sent one of 1 to 128 letters, digits, `.`, `_` and `-`, else a new one.",
        "Server-Timing": "Milliseconds of the wait for the model (`queue`), its work (`model`) and all (`total`).",
        "Retry-After": "Seconds after which to try again.",
        "Allow": "The methods that the address answers.",
        "WWW-Authenticate": "How to give a key.",
    }
    for name, description in headers.items():
        spec.components.header(name, {"description": description, "schema": {"type": "string"}})
    # no pattern: another value is no error, it is replaced
    request_id = {
        "schema": {"type": "string"},
        "description": "An id of yours, given back and logged where it has the form that the answer's header says.",
    }
    spec.components.parameter("request-id", "header", {"name": "X-Request-ID", "required": False} | request_id)


def _paths(spec: APISpec, settings: Settings) -> None:
    def route(path: str, method: str, summary: str, description: str, responses: dict, tag: str, **more) -> None:
        name = f"{method}_{path.strip('/').replace('/', '_').replace('.', '_') or 'page'}"
        parameters = [*more.pop("parameters", []), "request-id"]
        row = {"operationId": name, "summary": summary, "description": description, "parameters": parameters, "tags": [tag]}
        spec.path(path, operations={method: row | {"responses": responses} | more})

    def body(name: str, example) -> dict:
        return {"schema": _ref("schemas", name), "example": example}

    keyed = {"security": [{"bearer": []}, {"header": []}]} if settings.api_keys or settings.api_keys_file else {}
    text = {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS, "pattern": r"\S"}
    route(
        "/v1/events",
        "post",
        "The events of one article",
        "As JSON, or the raw article as `text/plain; charset=utf-8` with the other fields as query parameters.",
        _answer({JSON: body("Events", examples.EVENTS)}, "The article's events, in the order of their first triggers.", POSTED + KEYED),
        "events",
        parameters=_query(spec),
        requestBody={
            "required": True,
            "content": {JSON: body("Article", examples.ARTICLE), TEXT: {"schema": text, "example": examples.TEXT}},
        },
        **keyed,
    )
    documents = {
        "type": "array",
        "minItems": 1,
        "maxItems": settings.max_documents,
        "items": {
            "description": "An article; one that is invalid gets a problem as its own result and harms no other.",
            "anyOf": [_ref("schemas", "Article"), {}],
        },
    }
    batch = {"type": "object", "required": ["documents"], "additionalProperties": False, "properties": {"documents": documents}}
    lines = {
        "type": "string",
        "description": "One JSON object a line: what `Article` says in, what `Events` or `DocumentProblem` says out.",
    }
    route(
        "/v1/events/batch",
        "post",
        "The events of many articles",
        f"As JSON, answered whole, of at most {settings.max_documents:,} documents; or as lines (NDJSON), of any number: each is "
        "answered as soon as it is read, while later ones still come, so read while you send. Results come in the documents' order.",
        _answer(
            {
                JSON: body("BatchAnswer", examples.BATCH_ANSWER),
                LINES: {"schema": lines, "example": json.dumps(examples.EVENTS, ensure_ascii=False) + "\n"},
            },
            "A result or problem for each document.",
            POSTED + KEYED,
        ),
        "events",
        requestBody={
            "required": True,
            "content": {
                JSON: {"schema": batch, "example": examples.BATCH},
                LINES: {"schema": lines, "example": json.dumps(examples.ARTICLE, ensure_ascii=False) + "\n"},
            },
        },
        **keyed,
    )
    model = _answer({JSON: body("Model", examples.MODEL)}, "The model.", ("not-ready", *KEYED))
    route("/v1/model", "get", "The model that answers", "Its name, what it knows and how it scored.", model, "model", **keyed)
    live = _answer({JSON: body("Health", {"status": "live"})}, "It does.", ())
    route("/health/live", "get", "Whether the process answers", "For a liveness probe.", live, "operation")
    ready = _answer({JSON: body("Health", {"status": "ready"})}, "It is.", ("not-ready",))
    route("/health/ready", "get", "Whether the model is loaded and has answered", "For a readiness probe.", ready, "operation")
    plain = {TEXT: {"schema": {"type": "string"}}}
    route("/metrics", "get", "Metrics", "Prometheus text, over all worker processes.", _answer(plain, "The metrics.", ()), "operation")
    description = _answer({JSON: {"schema": {"type": "object"}}}, "OpenAPI 3.1.", ())
    route("/openapi.json", "get", "This description", "OpenAPI 3.1.", description, "documentation")
    page = _answer({"text/html": {"schema": {"type": "string"}}}, "A page that needs no internet.", ())
    route("/", "get", "A page to try it", "Paste an article and see its events in the text.", page, "documentation")
    route("/docs", "get", "This description as a page", "To read and to try.", page, "documentation")


def describe(settings: Settings) -> dict:
    """The OpenAPI 3.1 description of the service with these settings."""
    plugin = MarshmallowPlugin()
    info = {"description": DESCRIPTION, "license": {"name": "See the repository's README"}}
    tags = [{"name": "events"}, {"name": "model"}, {"name": "operation"}, {"name": "documentation"}]
    spec = APISpec("Event extraction", VERSION, "3.1.0", plugins=[plugin], info=info, tags=tags, servers=[{"url": "/"}])
    for function in (_result_schema, _date_schema):
        plugin.converter.add_attribute_function(function)
    _components(spec)
    if settings.api_keys or settings.api_keys_file:
        spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
        spec.components.security_scheme("header", {"type": "apiKey", "in": "header", "name": "X-API-Key"})
    _paths(spec, settings)
    return spec.to_dict()


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Event extraction: API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, tryItOutEnabled: true});
"""
ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "favicon-32x32.png": "image/png"}
# Swagger UI writes style attributes and shows its own icons from data: addresses
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"


@blueprint.get("/openapi.json")
def get_openapi():
    """The description of the API."""
    return Response(current_app.extensions["openapi"], content_type=JSON)


@blueprint.get("/docs")
def get_docs():
    """Swagger UI over the description."""
    return Response(PAGE, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})


@blueprint.get("/docs/<name>")
def get_docs_asset(name: str):
    """A file of the page: Swagger UI's own from its package, and what starts it."""
    if name == "start.js":
        return Response(START, content_type="text/javascript; charset=utf-8")
    if name not in ASSETS:
        raise Problem("not-found", "The page has no such file.")
    content = (resources.files("swagger_ui") / "static" / name).read_bytes()
    kind = ASSETS[name] + ("; charset=utf-8" if ASSETS[name].startswith("text/") else "")
    return Response(content, content_type=kind, headers={"Cache-Control": "public, max-age=86400"})


def register(app: Flask, settings: Settings) -> None:
    """Make an app's description once, at the start."""
    app.extensions["openapi"] = json.dumps(describe(settings), ensure_ascii=False).encode()
