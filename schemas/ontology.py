"""The event types, forms, statuses, mention types and roles: one JSON file that training and service share."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Ontology:
    """What `ontology.json` says, in the file's order: the order of labels in every model head."""

    forms: dict[str, tuple[str, ...]]
    statuses: tuple[str, ...]
    roles: dict[str, str]
    marks: dict[str, str]
    single_roles: tuple[str, ...]
    references: dict[str, tuple[str, ...]]
    place_kinds: tuple[str, ...]

    @property
    def types(self) -> tuple[str, ...]:
        """Event types, such as `agreement`."""
        return tuple(self.forms)

    @property
    def mention_labels(self) -> tuple[str, ...]:
        """Labels of the mention head: the mention types, then the kinds of words that only refer to a mention."""
        return (*self.roles, *self.references)

    @property
    def may_be_one(self) -> np.ndarray:
        """Which pairs of mention labels can belong to one entity that is told by names and references: [labels, labels], symmetric."""
        names = self.mention_labels
        fits = np.zeros((len(names), len(names)), dtype=bool)
        for name, role in self.roles.items():
            fits[names.index(name), names.index(name)] = role in ("participants", "places")
        for reference, types in self.references.items():
            for name in types:
                fits[names.index(reference), names.index(name)] = fits[names.index(name), names.index(reference)] = True
        return fits

    @property
    def all_forms(self) -> tuple[str, ...]:
        """The forms of every type, each once, in the file's order."""
        return tuple(dict.fromkeys(form for forms in self.forms.values() for form in forms))

    @property
    def participant_types(self) -> tuple[str, ...]:
        """Mention types that fill the role `participants`."""
        return tuple(t for t, role in self.roles.items() if role == "participants")

    def description(self) -> dict:
        """Types, statuses and roles as `GET /v1/model` tells them."""
        return {
            "types": [{"name": name, "forms": list(forms)} for name, forms in self.forms.items()],
            "statuses": list(self.statuses),
            "roles": {role: [t for t, r in self.roles.items() if r == role] for role in dict.fromkeys(self.roles.values())},
        }


def load(path: Path = Path(__file__).with_name("ontology.json")) -> Ontology:
    """Read an ontology file; raises KeyError or ValueError where it lacks a part."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Ontology(
        forms={name: tuple(spec["forms"]) for name, spec in raw["types"].items()},
        statuses=tuple(raw["statuses"]),
        roles={name: spec["role"] for name, spec in raw["mentions"].items()},
        marks={spec["mark"]: name for name, spec in raw["mentions"].items()},
        single_roles=tuple(raw["single_roles"]),
        references={name: tuple(types) for name, types in raw["references"].items()},
        place_kinds=tuple(raw["place_kinds"]),
    )


ONTOLOGY = load()
