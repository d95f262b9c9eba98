"""The forms in which an answer is given: one table from the name of a format to what makes it, checks it and names its media type."""

from collections.abc import Callable
from dataclasses import dataclass

from marshmallow import Schema

from schemas.events import EventsSchema
from schemas.jsonld import LinkedArticleSchema
from schemas.plover import PloverSchema
from service.jsonld import to_jsonld
from service.plover import to_plover


class InvalidResponse(RuntimeError):
    """An answer broke its own schema: a fault of the service, never of the caller."""


@dataclass(frozen=True)
class Format:
    """A form of the answer to one article; `convert` makes it from the response, a pure function."""

    media: str
    schema: Schema
    convert: Callable[[dict], dict] = dict


DEFAULT = "json"
FORMATS = {
    DEFAULT: Format("application/json", EventsSchema()),
    "plover": Format("application/json", PloverSchema(), to_plover),
    "jsonld": Format("application/ld+json", LinkedArticleSchema(), to_jsonld),
}


def checked(response: dict, name: str = DEFAULT) -> dict:
    """A response that its format's schema lets pass; raises InvalidResponse."""
    if errors := FORMATS[name].schema.validate(response):
        raise InvalidResponse(f"the answer breaks its schema in {sorted(errors)}")
    return response


def convert(response: dict, name: str) -> dict:
    """A checked response in another format, checked as well; raises InvalidResponse."""
    return response if name == DEFAULT else checked(FORMATS[name].convert(response), name)
