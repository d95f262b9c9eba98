"""Participants (first draft)."""
from dataclasses import dataclass
from service.countries import countries_in, name_code
@dataclass(frozen=True)
class Participant:
    name: str
    type: str
    country: str | None
def normalise_participants(text, entities, context, language):
    return [Participant(e.name, e.type, name_code(e.name, language)) for e in entities]
