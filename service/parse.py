"""Bytes → checked articles: strict UTF-8, strict JSON, every invalid field named."""

import json
from urllib.parse import unquote_to_bytes

from flask import request
from marshmallow import ValidationError

from schemas.article import Article, ArticleSchema
from service import body
from service.problems import Problem, flatten, invalid

MAX_ARTICLE = 2 * 1024 * 1024  # bytes: 100,000 code points, each escaped as a surrogate pair in JSON, and the other fields
REQUEST = ArticleSchema()
LISTS = ("types", "statuses")
QUERY = tuple(name for name in REQUEST.fields if name != "text")


def check_media(*allowed: str) -> None:
    """Refuse a body of another type, charset or coding; raises Problem."""
    if request.mimetype not in allowed:
        raise Problem("unsupported-media-type", f"Send {' or '.join(allowed)}.")
    charset = request.mimetype_params.get("charset", "utf-8").lower().replace("_", "-")
    if charset not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", f"Send UTF-8; the charset {charset[:40]!r} is not supported.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem("unsupported-media-type", "Send the body without content encoding.")


def check_query(known: tuple[str, ...] = ()) -> None:
    """Refuse query parameters that the address does not know: they are most often a misspelled option; raises Problem."""
    decode(unquote_to_bytes(request.query_string))  # Flask would take what is no UTF-8 for the text of its escapes
    if unknown := [name for name in request.args if name not in known]:
        raise invalid([{"field": name, "reason": "Unknown query parameter."} for name in unknown])


def decode(raw: bytes) -> str:
    """UTF-8 as text, without a byte order mark; raises Problem."""
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Problem("not-utf-8", f"Byte {error.start} starts no UTF-8 character.") from None


def _refuse_constant(name: str):
    raise ValueError(f"{name} is no JSON value")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a key twice")
    return found


def parse_json(text: str):
    """Strict JSON: no NaN, no duplicate keys, no bottomless nesting; raises Problem."""
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        raise Problem("not-json", f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise Problem("not-json", "The body is nested too deeply.") from None
    except ValueError as error:
        raise Problem("not-json", f"The body is not JSON: {str(error)[:200]}.") from None


def document_id(fields) -> str | None:
    """The id to echo beside a problem: the document's own where it has one that can be written."""
    given = fields.get("id") if isinstance(fields, dict) else None
    return given[:256].encode("utf-8", "replace").decode("utf-8") if isinstance(given, str) else None


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
    if "min_confidence" in found:
        try:
            found["min_confidence"] = float(found["min_confidence"])
        except ValueError:
            pass  # the schema says what is wrong
    return found


def check_article(fields) -> Article:
    """Fields as a checked article; raises Problem with each invalid one named."""
    if not isinstance(fields, dict):
        raise invalid([{"field": "(body)", "reason": 'Must be an object such as {"text": "…"}.'}])
    try:
        return Article(**REQUEST.load(fields))
    except ValidationError as error:
        raise invalid(flatten(error.normalized_messages())) from None


def read_article(deadline: float) -> Article:
    """The checked request, from JSON or from plain text with query parameters; raises Problem."""
    check_media("application/json", "text/plain")
    if request.mimetype == "text/plain":
        return check_article({"text": decode(body.read(MAX_ARTICLE, deadline))} | query_fields())
    if request.args:
        raise invalid([{"field": name, "reason": "Give fields in the body."} for name in request.args])
    return check_article(parse_json(decode(body.read(MAX_ARTICLE, deadline))))
