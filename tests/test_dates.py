"""Date expressions against the day of publication."""

import datetime

import pytest

from service.dates import date_bounds, date_value

TUESDAY = datetime.date(2023, 8, 1)


@pytest.mark.parametrize(
    ("text", "language", "future", "value"),
    [
        ("Montag", "de", False, "2023-07-31"),
        ("Montag", "de", True, "2023-08-07"),
        ("Dienstag", "de", False, "2023-08-01"),
        ("kommenden Freitag", "de", False, "2023-08-04"),
        ("vergangenen Dienstag", "de", False, "2023-07-25"),
        ("Freitagabend", "de", False, "2023-07-28"),
        ("gestern", "de", False, "2023-07-31"),
        ("gestern Abend", "de", False, "2023-07-31"),
        ("heute", "de", False, "2023-08-01"),
        ("3. Mai", "de", False, "2023-05-03"),
        ("Donnerstag, den 3. Juni 2010", "de", False, "2010-06-03"),
        ("3. bis 14. Dezember", "de", True, "2023-12-03/2023-12-14"),
        ("Anfang März", "de", False, "2023-03"),
        ("März", "de", True, "2024-03"),
        ("Dezember", "de", False, "2022-12"),
        ("Ende 2022", "de", False, "2022"),
        ("Juni 2014", "de", False, "2014-06"),
        ("31.07.2023", "de", False, "2023-07-31"),
        ("2020-01-05", "de", False, "2020-01-05"),
        ("yesterday", "en", False, "2023-07-31"),
        ("last Friday", "en", False, "2023-07-28"),
        ("last week", "en", False, "2023-W30"),
        ("late July", "en", False, "2023-07"),
        ("October 14", "en", True, "2023-10-14"),
        ("lundi", "fr", False, "2023-07-31"),
        ("31. Februar", "de", False, None),
        ("Vortag", "de", False, None),
        ("", "de", False, None),
        ("42", "de", False, None),
    ],
)
def test_value(text, language, future, value):
    assert date_value(text, language, TUESDAY, future) == value


@pytest.mark.parametrize("text", ["Montag", "gestern", "3. Mai", "nächste Woche", "vor 3000 Jahren", "in 9999 Jahren", "9" * 5000, "²."])
@pytest.mark.parametrize("day", [datetime.date.min, datetime.date.max, None])
@pytest.mark.parametrize("language", ["de", "", "xx", "zz"])
def test_the_ends_of_the_calendar_do_no_harm(text, day, language):
    value = date_value(text, language, day)
    assert value is None or date_bounds(value)


def test_without_a_day_of_publication_only_full_dates_have_values():
    assert date_value("Montag", "de", None) is None
    assert date_value("3. Mai", "de", None) is None
    assert date_value("3. Mai 2019", "de", None) == "2019-05-03"


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        ("2023-07-31", ("2023-07-31", "2023-07-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("9999-12", ("9999-12-01", "9999-12-31")),
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2023-W29", ("2023-07-17", "2023-07-23")),
        ("2023-05-03/2023-05-05", ("2023-05-03", "2023-05-05")),
    ],
)
def test_bounds(value, bounds):
    assert date_bounds(value) == bounds
