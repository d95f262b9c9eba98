"""Many articles in one request, and the answer to them."""

from marshmallow import Schema, fields, validate

from schemas.events import EventsSchema
from schemas.problem import ProblemSchema


class DocumentProblemSchema(Schema):
    """What a batch says of a document that could not be answered."""

    id = fields.String(required=True, allow_none=True, metadata={"description": "The document's own, where it has one."})
    problem = fields.Nested(ProblemSchema, required=True)


class ResultField(fields.Field):
    """An answer or a document's problem."""

    def _deserialize(self, value, attr, data, **kwargs):
        schema = DocumentProblemSchema() if isinstance(value, dict) and "problem" in value else EventsSchema()
        return schema.load(value)


class BatchAnswerSchema(Schema):
    """The answers to a JSON batch: one result for each document, in the documents' order."""

    results = fields.List(ResultField(), required=True, validate=validate.Length(min=1))
