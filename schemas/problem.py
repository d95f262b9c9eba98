"""What the service answers when something is wrong: RFC 9457 problem details."""

from marshmallow import Schema, fields


class FieldErrorSchema(Schema):
    """One invalid field and the reason."""

    field = fields.String(required=True)
    reason = fields.String(required=True)


class ProblemSchema(Schema):
    """The body of every error, `application/problem+json`."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema))
