"""Linking of mentions and assembling of events."""

import numpy as np

from schemas.ontology import ONTOLOGY
from service.decode import Candidate, Scores, Thresholds, decode_events, without_overlaps
from service.link import Mention, link, same_name


def mention(type_, text, start, logit=3.0):
    return Mention(type_, text, start, start + len(text), start // 10, start // 10, logit)


def test_names_of_one_person_join_and_others_stay_apart():
    found = link(
        [mention("person", t, i * 50) for i, t in enumerate(["Anna Weber", "Karl Weber", "Weber", "Webers", "Sokolow", "Iwan Sokolow"])],
        {},
        0.0,
    )
    assert [(e.name, [m.text for m in e.mentions]) for e in found] == [
        ("Anna Weber", ["Anna Weber"]),
        ("Karl Weber", ["Karl Weber", "Weber", "Webers"]),
        ("Iwan Sokolow", ["Sokolow", "Iwan Sokolow"]),
    ]


def test_the_model_joins_what_names_do_not():
    texts = [("organization", "Vereinten Nationen"), ("organization", "Weltorganisation"), ("title", "Präsident"), ("person", "Anna Weber")]
    mentions = [mention(type_, text, i * 50) for i, (type_, text) in enumerate([*texts, ("anaphor", "sie"), ("anaphor", "es")])]
    organization, person = link(mentions, {(0, 1): 2.0, (2, 3): 1.0, (3, 4): 3.0, (0, 5): -1.0}, 0.0)
    assert [m.text for m in organization.mentions] == ["Vereinten Nationen", "Weltorganisation"]
    assert (person.name, person.title, person.anaphors) == ("Anna Weber", "Präsident", (4,))
    assert len(link(mentions, {(0, 1): -2.0}, 0.0)) == 3


def test_names():
    assert same_name("organization", "GDL", "Gewerkschaft Deutscher Lokführer")
    assert same_name("country", "Irans", "Iran")
    assert not same_name("place", "Neustadt", "Neustadt am Main")
    assert not same_name("person", "Anna Weber", "Anna Meier")


def test_best_spans_win():
    found = [Candidate(0, 2, 0, 1.0), Candidate(1, 1, 0, 2.0), Candidate(2, 2, 1, 0.5), Candidate(3, 3, 0, 0.1)]
    assert [c.first for c in without_overlaps(found, across_labels=False)] == [1, 2, 3]
    assert [c.first for c in without_overlaps([*found, Candidate(1, 2, 1, 9.0)], across_labels=True)] == [1, 3]


def test_events_are_joined_and_get_their_arguments():
    triggers = [mention("meeting", t, i * 100) for i, t in enumerate(["Treffen", "Gespräche", "Gipfel", "Begegnung"])]
    entities = link(
        [mention("person", "Anna Weber", 20), mention("place", "Wien", 40), mention("topic", "Handel", 60), mention("topic", "Öl", 80)],
        {},
        0.0,
    )
    forms = np.zeros((4, len(ONTOLOGY.all_forms)))
    forms[2, ONTOLOGY.all_forms.index("conference")] = 5
    forms[:, ONTOLOGY.all_forms.index("treaty")] = 9  # no form of a meeting
    statuses = np.zeros((4, len(ONTOLOGY.statuses)))
    statuses[:, 1] = 1
    scores = Scores(
        event=np.array([1.0, 2.0, 0.5, -3.0]),
        roles=[(0, np.array([2.0, -2, 1, 3])), (0, np.array([-5.0, 4, -5, -5])), (4, np.array([])), (0, np.array([9.0]))],
        coreference=[(0, np.array([0.0])), (0, np.array([4.0, 0])), (0, np.array([-4.0, -4, 0])), (0, np.array([9.0, 9, 9, 0]))],
        form=forms,
        status=statuses,
        identity={},
    )
    first, second = decode_events(triggers, entities, scores, Thresholds(), ONTOLOGY)
    assert [t.text for t in first.triggers] == ["Treffen", "Gespräche"]
    assert {(a.role, a.entity.name) for a in first.arguments} == {("participants", "Anna Weber"), ("places", "Wien"), ("topic", "Öl")}
    assert (first.form, first.status) == ("talks", "planned")
    assert (second.form, second.arguments) == ("conference", [])


def test_two_sides_are_found_more_easily_than_further_participants():
    names = ["Anna Weber", "Karl Meier", "Iwan Sokolow", "Zofia Wilk"]
    entities = link([mention("person", name, i * 50) for i, name in enumerate(names)], {}, 0.0)
    scores = Scores(
        event=np.array([3.0]),
        roles=[(0, np.array([-0.5, 2.0, -1.0, 1.0]))],
        coreference=[(0, np.array([0.0]))],
        form=np.zeros((1, len(ONTOLOGY.all_forms))),
        status=np.zeros((1, len(ONTOLOGY.statuses))),
        identity={},
    )

    def found(**thresholds):
        (event,) = decode_events([mention("meeting", "Treffen", 400)], entities, scores, Thresholds(**thresholds), ONTOLOGY)
        return [a.entity.name for a in event.arguments]

    assert found(parties=0.2, participants=0.8) == ["Karl Meier", "Zofia Wilk"]
    assert found(parties=0.2, participants=0.3) == ["Anna Weber", "Karl Meier", "Zofia Wilk"]
