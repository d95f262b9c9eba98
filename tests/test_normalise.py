"""Decoded events → what the response says of their dates."""

import datetime

import pytest

from schemas.events import EventSchema
from service.decode import Argument, DecodedEvent
from service.link import Entity, Mention
from service.normalise import Calibration, normalise

TEXT = "Die Minister trafen sich am 3. Mai 2019 und tags darauf erneut; am Montag gab es ein Gespräch, am 31. Februar keines."


def mention_of(kind: str, words: str, text: str = TEXT) -> Mention:
    """The last place of these words."""
    start = text.rindex(words)
    return Mention(type=kind, text=words, start=start, end=start + len(words), first=0, last=0, logit=2.0)


def event(trigger: str, *arguments: str, text: str = TEXT, kind: str = "date") -> DecodedEvent:
    """A meeting with the dates (or places) of these words."""
    found = []
    for n, words in enumerate(arguments):
        mention = mention_of(kind, words, text)
        found.append(Argument(f"{kind}s", Entity(kind, words, (mention,), (n,)), 2.0, mention))
    return DecodedEvent("meeting", "talks", "occurred", 2.0, [mention_of("meeting", trigger, text)], found)


def dates_of(events: list[DecodedEvent], published: datetime.date | None) -> list[list[tuple]]:
    rows = normalise(TEXT, events, "de", published, Calibration())
    assert not [EventSchema().validate(row) for row in rows if EventSchema().validate(row)]
    return [[(d["value"], d["basis"], d["reason"]) for d in row["dates"]] for row in rows]


def test_dates_say_what_they_rest_on_or_why_there_is_none():
    events = [event("trafen", "3. Mai 2019"), event("Gespräch", "Montag", "31. Februar")]
    assert dates_of(events, datetime.date(2019, 5, 8)) == [
        [("2019-05-03", "text", None)],
        [("2019-05-06", "published_at", None), (None, None, "impossible date")],
    ]
    assert dates_of(events, None)[1][0] == (None, None, "no published_at")


def test_a_date_is_counted_from_another_event_s():
    events = [event("Gespräch", "tags darauf"), event("trafen", "3. Mai 2019")]
    assert dates_of(events, datetime.date(2019, 5, 8)) == [[("2019-05-03", "text", None)], [("2019-05-04", "text", None)]]


def test_two_words_for_one_day_are_one_date():
    both = event("trafen", "3. Mai 2019", "tags darauf")
    assert len(dates_of([both], None)[0]) == 2
    same = event("Gespräch", "Montag", "3. Mai 2019")
    rows = normalise(TEXT, [same], "de", datetime.date(2019, 5, 3), Calibration())[0]["dates"]
    assert [row["value"] for row in rows] == ["2019-05-03", "2019-04-29"]
    text = "Am Freitag, dem 3. Mai 2019, sprachen sie; der Freitag war kurz."
    found = event("sprachen", "Freitag, dem 3. Mai 2019", "Freitag", text=text)
    (row,) = normalise(text, [found], "de", datetime.date(2019, 5, 4), Calibration())[0]["dates"]
    assert (row["value"], row["basis"], len(row["mentions"])) == ("2019-05-03", "text", 2)


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("language", ["de", "fa", "ar", "xx"])
def test_the_first_and_the_last_year_crash_nothing(year, language):
    words = ("gestern", "morgen", "vor zwei Jahren", "in zehn Jahren", "nächste Woche", "letzten Montag", "31. Februar", "Silvester")
    text = "Sie trafen sich " + ", ".join(words) + "."
    for published in (datetime.date(year, 1, 1), datetime.date(year, 12, 31)):
        (row,) = normalise(text, [event("trafen", *words, text=text)], language, published, Calibration())
        assert not EventSchema().validate(row)
        impossible = [d for d in row["dates"] if d["mentions"][0]["text"] == "31. Februar"]
        assert language != "de" or [d["value"] for d in impossible] == [None]


def test_a_place_of_500_characters_is_given_without_being_located():
    place = " ".join(["Berlin"] * 71)
    text = f"Sie trafen sich in {place} Ende."
    (row,) = normalise(text, [event("trafen", place, text=text, kind="place")], "de", None, Calibration())
    assert not EventSchema().validate(row)
    assert [(p["country"], p["latitude"], p["geonames_id"]) for p in row["places"]] == [(None, None, None)]


def test_places_that_no_event_needs_tell_where_the_others_are():
    text = "Dallas, Houston, Austin. Der Rat von Paris tagte. Texas bleibt Texas."
    found = event("tagte", "Paris", text=text, kind="place")
    others = [Entity("place", w, (mention_of("place", w, text),), (n,)) for n, w in enumerate(("Dallas", "Houston", "Austin", "Texas"), 1)]
    alone, together = (normalise(text, [found], "de", None, Calibration(), named)[0]["places"][0] for named in ((), others))
    assert (alone["country"], together["country"]) == ("FR", "US")
