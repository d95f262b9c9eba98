"""The answer to one article in the format `jsonld`: types and properties of schema.org, what is unknown left out."""

from marshmallow import Schema, fields, validate


def _type(*names: str) -> fields.String:
    return fields.String(required=True, data_key="@type", validate=validate.OneOf(names))


class LinkedCountrySchema(Schema):
    """A country by its ISO 3166-1 alpha-2 code."""

    type = _type("Country")
    identifier = fields.String(required=True)
    name = fields.String(required=True)


class GeoSchema(Schema):
    """A point."""

    type = _type("GeoCoordinates")
    latitude = fields.Float(required=True, validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(required=True, validate=validate.Range(min=-180, max=180))


class LinkedPlaceSchema(Schema):
    """Where it happens."""

    type = _type("Place", "City", "Country")
    name = fields.String(required=True)
    identifier = fields.String()
    contained_in_place = fields.Nested(LinkedCountrySchema, data_key="containedInPlace")
    geo = fields.Nested(GeoSchema)
    same_as = fields.Url(data_key="sameAs", metadata={"description": "The place in GeoNames."})


class AffiliationSchema(Schema):
    """The state whose office a person holds."""

    type = _type("GovernmentOrganization")
    name = fields.String(required=True)
    location = fields.Nested(LinkedCountrySchema)


class AttendeeSchema(Schema):
    """Who meets or binds themselves."""

    type = _type("Person", "Organization", "GovernmentOrganization")
    name = fields.String(required=True)
    job_title = fields.String(data_key="jobTitle")
    affiliation = fields.Nested(AffiliationSchema)
    location = fields.Nested(LinkedCountrySchema)


class NamedSchema(Schema):
    """A topic or a document by its name."""

    type = _type("Thing", "CreativeWork")
    name = fields.String(required=True)


class EventReferenceSchema(Schema):
    """Another event of the answer."""

    type = _type("Event")
    id = fields.String(required=True, data_key="@id")


class LinkedEventSchema(Schema):
    """One event; `keywords` are its type, form and status."""

    type = _type("Event")
    id = fields.String(required=True, data_key="@id", metadata={"description": "`#` and the event's id in the format `json`."})
    identifier = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    keywords = fields.List(fields.String(), required=True)
    event_status = fields.String(data_key="eventStatus", validate=validate.OneOf(["EventScheduled", "EventCancelled"]))
    event_attendance_mode = fields.String(data_key="eventAttendanceMode", validate=validate.Equal("OnlineEventAttendanceMode"))
    start_date = fields.String(data_key="startDate", metadata={"description": "ISO 8601, as exactly as it is known."})
    end_date = fields.String(data_key="endDate")
    location = fields.List(fields.Nested(LinkedPlaceSchema))
    attendee = fields.List(fields.Nested(AttendeeSchema))
    about = fields.Nested(NamedSchema)
    work_featured = fields.Nested(NamedSchema, data_key="workFeatured")
    super_event = fields.Nested(EventReferenceSchema, data_key="superEvent")


class LinkedArticleSchema(Schema):
    """The answer to one article as JSON-LD of schema.org."""

    context = fields.String(required=True, data_key="@context", validate=validate.Equal("https://schema.org"))
    type = _type("NewsArticle")
    identifier = fields.String()
    in_language = fields.String(data_key="inLanguage")
    date_published = fields.Date(data_key="datePublished")
    mentions = fields.List(fields.Nested(LinkedEventSchema), required=True)
