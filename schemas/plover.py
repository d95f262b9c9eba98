"""The answer to one article in the format `plover`."""

from marshmallow import Schema, fields, validate

from schemas.events import ModelNameSchema, probability, spans


def _code(description: str) -> fields.String:
    code = validate.Regexp(r"[A-Z]{3}\Z")
    return fields.String(required=True, allow_none=True, validate=code, metadata={"pattern": "^[A-Z]{3}$", "description": description})


class ActorSchema(Schema):
    """Who takes part."""

    code = _code("ISO 3166-1 alpha-3, or `IGO` for a body of several states.")
    sector = _code("Primary sector code of the PLOVER manual, such as `GOV` or `MIL`.")
    actor_text = fields.String(required=True)
    office = fields.String(required=True, allow_none=True)
    confidence = probability()
    mentions = spans()


class LocationSchema(Schema):
    """Where it happens."""

    name = fields.String(required=True)
    country = _code("ISO 3166-1 alpha-3.")
    latitude = fields.Float(required=True, allow_none=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(required=True, allow_none=True, validate=validate.Range(min=-180, max=180))
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
