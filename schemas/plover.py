"""The answer to one article in the format `plover`."""

from marshmallow import Schema, fields, validate

from schemas.events import ModelNameSchema, coordinate, letter_code, probability, spans


class ActorSchema(Schema):
    """Who takes part."""

    code = letter_code(3, "ISO 3166-1 alpha-3, or `IGO` for a body of several states.")
    sector = letter_code(3, "Primary sector code of the PLOVER manual, such as `GOV` or `MIL`.")
    actor_text = fields.String(required=True)
    office = fields.String(required=True, allow_none=True)
    confidence = probability()
    mentions = spans()


class LocationSchema(Schema):
    """Where it happens."""

    name = fields.String(required=True)
    country = letter_code(3, "ISO 3166-1 alpha-3.")
    latitude = coordinate(90)
    longitude = coordinate(180)
    geonames_id = fields.Integer(required=True, allow_none=True)


class PloverEventSchema(Schema):
    """One event. `source` are the actors, `target` the hosts of a visit; for all that is done together every actor is a source."""

    id = fields.String(required=True, metadata={"description": "The event's id in the format `json`."})
    cameo = fields.String(
        required=True, validate=validate.Regexp(r"\d{3,4}\Z"), metadata={"pattern": "^[0-9]{3,4}$", "description": "CAMEO event code."}
    )
    label = fields.String(required=True, metadata={"description": "The code's title in the CAMEO codebook."})
    event = fields.String(required=True, metadata={"description": "PLOVER event category."})
    mode = fields.String(required=True, allow_none=True, metadata={"description": "PLOVER mode."})
    context = fields.List(
        fields.String(), required=True, metadata={"description": "PLOVER contexts, `future`, `hypothetical` and `negation` among them."}
    )
    event_date = fields.Date(required=True, allow_none=True, metadata={"description": "The first day."})
    event_date_end = fields.Date(required=True, allow_none=True, metadata={"description": "The last day."})
    source = fields.List(fields.Nested(ActorSchema), required=True)
    target = fields.List(fields.Nested(ActorSchema), required=True)
    event_loc = fields.Nested(LocationSchema, required=True, allow_none=True)
    link = fields.String(required=True, allow_none=True, metadata={"description": "The meeting that an agreement was reached at."})
    confidence = probability()
    triggers = spans()
    evidence = spans()


class PloverSchema(Schema):
    """The answer to one article as PLOVER events with CAMEO codes."""

    id = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    published_at = fields.Date(required=True, allow_none=True)
    events = fields.List(fields.Nested(PloverEventSchema), required=True)
    model = fields.Nested(ModelNameSchema, required=True)
    warnings = fields.List(fields.String(), required=True)
