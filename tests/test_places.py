"""Countries and cities from the gazetteers."""

import pytest

from service.places import country_code, find_place


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Belarus", "BY"),
        ("Irans", "IR"),
        ("Vereinigten Staaten", "US"),
        ("U.S.", "US"),
        ("Großbritannien", "GB"),
        ("Türkei", "TR"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_country(name, code):
    assert country_code(name, "de") == code


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("Teheran", "city", "IR"),
        ("Mailand", "city", "IT"),
        ("Den Haag", "city", "NL"),
        ("Ulmer", "city", "DE"),
        ("Schweiz", "country", "CH"),
    ],
)
def test_place(name, kind, country):
    place = find_place(name, "de")
    assert (place.kind, place.country) == (kind, country)


@pytest.mark.parametrize("name", ["Nirgendheim", "x" * 500, "🙂"])
def test_unknown_place_is_none(name):
    assert find_place(name, "de") is None
