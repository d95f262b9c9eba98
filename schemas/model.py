"""What `GET /v1/model` and the health routes tell."""

from marshmallow import Schema, fields, validate

from schemas.ontology import ONTOLOGY


class TypeSchema(Schema):
    """One event type with its forms."""

    name = fields.String(required=True)
    forms = fields.List(fields.String(), required=True)


class ModelSchema(Schema):
    """The model that answers, what it knows and how it scored."""

    name = fields.String(required=True)
    version = fields.String(required=True)
    base = fields.String(required=True, metadata={"description": "The pretrained encoder below it."})
    languages = fields.List(fields.String(), required=True, metadata={"description": "ISO 639-1 codes of what it was trained on."})
    types = fields.List(fields.Nested(TypeSchema), required=True)
    statuses = fields.List(fields.String(validate=validate.OneOf(ONTOLOGY.statuses)), required=True)
    roles = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "Roles, each with the types of mention that fill it."},
    )
    thresholds = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    scores = fields.Dict(required=True, metadata={"description": "Measured scores, as the model card explains them."})


class HealthSchema(Schema):
    """That the process is live, or ready."""

    status = fields.String(required=True, validate=validate.OneOf(["live", "ready"]))
