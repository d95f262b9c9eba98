"""What the service answers when something is wrong: RFC 9457 problem details."""

from marshmallow import Schema, fields


class FieldErrorSchema(Schema):
    """One invalid field and the reason."""

    field = fields.String(required=True)
    reason = fields.String(required=True)


class ProblemSchema(Schema):
    """The body of every error, `application/problem+json`."""

    type = fields.String(required=True, metadata={"description": "`urn:problem:` and the kind, which never changes its meaning."})
    title = fields.String(required=True, metadata={"description": "The kind in words."})
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What is wrong with this request."})
    request_id = fields.String(required=True, metadata={"description": "As in the header X-Request-ID and in the log."})
    errors = fields.List(fields.Nested(FieldErrorSchema), metadata={"description": "The invalid fields, at most 20."})
