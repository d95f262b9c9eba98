"""What a caller sends: one article with its options."""

import datetime
import math
from dataclasses import dataclass

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from schemas.ontology import ONTOLOGY

MAX_CHARACTERS = 100_000


@dataclass(frozen=True)
class Article:
    """One checked article with its options."""

    text: str
    id: str | None = None
    published_at: datetime.date | None = None
    language: str | None = None
    types: list[str] | None = None
    statuses: list[str] | None = None
    min_confidence: float = 0.0


class DateOrDateTime(fields.Field):
    """An ISO 8601 date or date-time as its date; the day is the one written, in whatever time zone."""

    default_error_messages = {"invalid": "Not an ISO 8601 date or date-time."}

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not value[:1].isdigit() or not value.isascii():
            raise self.make_error("invalid")
        try:
            if len(value) == 10:
                return datetime.date.fromisoformat(value)
            return datetime.datetime.fromisoformat(value).date()
        except ValueError:
            raise self.make_error("invalid") from None


class Text(fields.String):
    """Text that can be written as UTF-8: no lone surrogates."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise ValidationError("Holds a lone surrogate, which is no character.")
        return text


def _finite(value: float) -> None:
    if not math.isfinite(value):
        raise ValidationError("Not a finite number.")


class Number(fields.Float):
    """A JSON number; unlike marshmallow's own field it takes no booleans and no strings."""

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, bool | str):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class ArticleSchema(Schema):
    """The request of `POST /v1/events`; unknown fields are refused."""

    class Meta:
        unknown = RAISE

    text = Text(
        required=True,
        validate=[
            validate.Length(min=1, max=MAX_CHARACTERS, error=f"Must hold 1 to {MAX_CHARACTERS:,} characters."),
            validate.Predicate("strip", error="Must hold more than white space."),
        ],
        metadata={"description": "The article, its headline first where it has one.", "pattern": r"\S"},
    )
    id = Text(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=256),
        metadata={"description": "Given back, so that you can tell answers apart."},
    )
    published_at = DateOrDateTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "ISO 8601 date or date-time; relative dates (“am Montag”, “yesterday”) are resolved against its day."},
    )
    language = Text(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"[a-z]{2}\Z", error="Not an ISO 639-1 code such as de."),
        metadata={"description": "ISO 639-1; detected where missing.", "pattern": "^[a-z]{2}$"},
    )
    types = fields.List(
        fields.String(validate=validate.OneOf(ONTOLOGY.types)),
        load_default=None,
        allow_none=True,
        metadata={"description": "Give only events of these types."},
    )
    statuses = fields.List(
        fields.String(validate=validate.OneOf(ONTOLOGY.statuses)),
        load_default=None,
        allow_none=True,
        metadata={"description": "Give only events of these statuses."},
    )
    min_confidence = Number(
        load_default=0.0,
        validate=[_finite, validate.Range(min=0, max=1, error="Must lie between 0 and 1.")],
        metadata={"description": "Give only events with at least this confidence."},
    )
