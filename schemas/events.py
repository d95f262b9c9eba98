"""What the service answers: the events of one article. Every answer is validated against these schemas before it leaves."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schemas.ontology import ONTOLOGY


class SpanSchema(Schema):
    """A half-open range of Unicode code points; `text` is exactly what it cuts."""

    text = fields.String(required=True, validate=validate.Length(min=1))
    start = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    end = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))

    @validates_schema
    def _length(self, data, **kwargs):
        if len(data["text"]) != data["end"] - data["start"]:
            raise ValidationError("text and range differ in length")


def probability() -> fields.Float:
    """A confidence."""
    return fields.Float(required=True, validate=validate.Range(min=0, max=1))


def spans() -> fields.List:
    """One span or more."""
    return fields.List(fields.Nested(SpanSchema), required=True, validate=validate.Length(min=1))


def letter_code(letters: int, description: str) -> fields.String:
    """A code of so many capital letters, or null."""
    form = f"[A-Z]{{{letters}}}"
    told = {"pattern": f"^{form}$", "description": description}
    return fields.String(required=True, allow_none=True, validate=validate.Regexp(form + r"\Z"), metadata=told)


def coordinate(most: int) -> fields.Float:
    """Degrees from -`most` to `most`, or null."""
    return fields.Float(required=True, allow_none=True, validate=validate.Range(min=-most, max=most))


class ParticipantSchema(Schema):
    """Who meets or binds themselves."""

    name = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(ONTOLOGY.participant_types))
    title = fields.String(required=True, allow_none=True)
    country = letter_code(2, "ISO 3166-1 alpha-2.")
    confidence = probability()
    mentions = spans()


class PlaceSchema(Schema):
    """Where it happens."""

    name = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True, validate=validate.OneOf(ONTOLOGY.place_kinds))
    country = letter_code(2, "ISO 3166-1 alpha-2.")
    latitude = coordinate(90)
    longitude = coordinate(180)
    geonames_id = fields.Integer(required=True, allow_none=True)
    confidence = probability()
    mentions = spans()


class DateSchema(Schema):
    """When it happens: an ISO 8601 value with its first and last day.

    `basis` says whether the text alone gives the value or the day of publication was needed; where nothing gives it, the value is
    null and `reason` says why.
    """

    value = fields.String(required=True, allow_none=True)
    start = fields.Date(required=True, allow_none=True)
    end = fields.Date(required=True, allow_none=True)
    basis = fields.String(required=True, allow_none=True, validate=validate.OneOf(["text", "published_at"]))
    reason = fields.String(required=True, allow_none=True)
    confidence = probability()
    mentions = spans()


class EventSchema(Schema):
    """One agreement or meeting."""

    id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(ONTOLOGY.types))
    form = fields.String(required=True, validate=validate.OneOf(ONTOLOGY.all_forms))
    status = fields.String(required=True, validate=validate.OneOf(ONTOLOGY.statuses))
    confidence = probability()
    triggers = spans()
    participants = fields.List(fields.Nested(ParticipantSchema), required=True)
    places = fields.List(fields.Nested(PlaceSchema), required=True)
    dates = fields.List(fields.Nested(DateSchema), required=True)
    topic = fields.Nested(SpanSchema, required=True, allow_none=True)
    instrument = fields.Nested(SpanSchema, required=True, allow_none=True)
    evidence = spans()
    during = fields.String(
        required=True, allow_none=True, metadata={"description": "Of an agreement that was reached at a meeting of this answer: its id."}
    )

    @validates_schema
    def _form_of_type(self, data, **kwargs):
        if data["form"] not in ONTOLOGY.forms[data["type"]]:
            raise ValidationError("a form of another type", "form")


class ModelNameSchema(Schema):
    """Which model found the events."""

    name = fields.String(required=True)
    version = fields.String(required=True)


class EventsSchema(Schema):
    """The answer to one article."""

    id = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    published_at = fields.Date(required=True, allow_none=True)
    characters_read = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    events = fields.List(fields.Nested(EventSchema), required=True)
    model = fields.Nested(ModelNameSchema, required=True)
    warnings = fields.List(fields.String(), required=True)

    @validates_schema
    def _during_a_meeting(self, data, **kwargs):
        meetings = {e["id"] for e in data["events"] if e["type"] == "meeting"}
        if any(e["during"] is not None and (e["type"] != "agreement" or e["during"] not in meetings) for e in data["events"]):
            raise ValidationError("an agreement during no meeting of the answer", "events")
