"""The HTTP routes: parse, answer, dump. Imports no torch: the engine is handed in."""

import json
import re
import uuid

from flask import Blueprint, Response, current_app, g, jsonify, request
from marshmallow import ValidationError

from schemas.article import Article, ArticleSchema
from schemas.ontology import ONTOLOGY
from service.problems import Problem, flatten, invalid

blueprint = Blueprint("api", __name__)
REQUEST = ArticleSchema()
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
LISTS = ("types", "statuses")


@blueprint.before_app_request
def take_request_id() -> None:
    """Keep the caller's request id where it is a sane one, else make one."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


@blueprint.after_app_request
def give_request_id(response: Response) -> Response:
    """Tell the caller the id under which the log speaks of the request."""
    response.headers["X-Request-ID"] = g.request_id
    return response


def read_utf8() -> str:
    """The body as text; raises Problem."""
    charset = request.mimetype_params.get("charset", "utf-8").lower().replace("_", "-")
    if charset not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", f"Send UTF-8; the charset {charset[:40]!r} is not supported.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem("unsupported-media-type", "Send the body without content encoding.")
    try:
        return request.get_data(cache=False).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("not-utf-8", f"Byte {error.start} of the body starts no UTF-8 character.") from None


def _refuse_constant(name: str):
    raise ValueError(f"{name} is no JSON value")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a key twice")
    return found


def parse_json(body: str):
    """Strict JSON: no NaN, no duplicate keys, no bottomless nesting; raises Problem."""
    try:
        return json.loads(body.removeprefix("\ufeff"), parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        raise Problem("not-json", f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise Problem("not-json", "The body is nested too deeply.") from None
    except ValueError as error:
        raise Problem("not-json", f"The body is not JSON: {str(error)[:200]}.") from None


def query_fields() -> dict:
    """The query parameters of a text/plain request as fields; lists may be repeated or comma-separated; raises Problem."""
    found: dict = {}
    for name, values in request.args.lists():
        if name == "text":
            raise invalid([{"field": "text", "reason": "Send the text as the body."}])
        if name in LISTS:
            found[name] = [v for value in values for v in value.split(",")]
        elif len(values) > 1:
            raise invalid([{"field": name, "reason": "Given twice."}])
        else:
            found[name] = values[0]
    return found


def check_article(fields: dict) -> Article:
    """Fields as a checked article; raises Problem with each invalid one named."""
    try:
        return Article(**REQUEST.load(fields))
    except ValidationError as error:
        raise invalid(flatten(error.normalized_messages())) from None


def read_article() -> Article:
    """The checked request, from JSON or from plain text with query parameters; raises Problem."""
    if request.mimetype == "application/json":
        if request.args:
            raise invalid([{"field": name, "reason": "Unknown query parameter; give fields in the body."} for name in request.args])
        fields = parse_json(read_utf8())
        if not isinstance(fields, dict):
            raise invalid([{"field": "(body)", "reason": 'Must be an object such as {"text": "…"}.'}])
    elif request.mimetype == "text/plain":
        fields = {"text": read_utf8().removeprefix("\ufeff")} | query_fields()
    else:
        raise Problem("unsupported-media-type", "Send application/json, or the raw article as text/plain; charset=utf-8.")
    return check_article(fields)


@blueprint.post("/v1/events")
def post_events():
    """The events of one article."""
    engine = current_app.extensions["engine"]()
    return jsonify(engine.answer(read_article()))


@blueprint.get("/v1/model")
def get_model():
    """The model that answers, what it knows and how it scored."""
    info = current_app.extensions["engine"]().info
    return jsonify(
        {
            "name": info.name,
            "version": info.version,
            "base": info.base,
            "languages": list(info.languages),
            "types": [{"name": name, "forms": list(forms)} for name, forms in ONTOLOGY.forms.items()],
            "statuses": list(ONTOLOGY.statuses),
            "roles": {role: [t for t, r in ONTOLOGY.roles.items() if r == role] for role in dict.fromkeys(ONTOLOGY.roles.values())},
            "thresholds": info.thresholds,
            "scores": info.scores,
        }
    )


@blueprint.get("/health/live")
def get_live():
    """Whether the process answers at all."""
    return jsonify({"status": "live"})


@blueprint.get("/health/ready")
def get_ready():
    """Whether the model is loaded and has answered."""
    current_app.extensions["engine"]()
    return jsonify({"status": "ready"})
