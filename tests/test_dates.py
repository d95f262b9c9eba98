"""Date expressions against the day of publication: tables of each language, and what surrounds an expression."""

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.dates import TENSES, Resolved, date_bounds, read_frames, resolve_date
from service.dates.words import LANGUAGES

TUESDAY = datetime.date(2023, 8, 1)
WORDS_OF_FRAMES = st.sampled_from(["2019", "März 2022", ": ", "\n", " ", ". ", "In ", "Im Jahr ", "trafen sie sich", "am 14.", " – "])
TABLES = sorted((Path(__file__).parent / "data").glob("dates-*.tsv"))
REASONS = {"no published_at", "impossible date", "no calendar date", "several dates", "depends on another date"}


def rows(path: Path) -> list[tuple[str, datetime.date | None, str, str | None]]:
    """Expression, day of publication, tense and value of each line of a table."""
    out = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        text, published, tense, value = line.split("\t")
        out.append((text, None if published == "-" else datetime.date.fromisoformat(published), tense, None if value == "-" else value))
    return out


@pytest.mark.parametrize("path", TABLES, ids=lambda p: p.stem)
def test_the_table_of_a_language(path):
    language = path.stem.removeprefix("dates-")
    table = rows(path)
    wrong = []
    for text, published, tense, value in table:
        found = resolve_date(text, language, published, tense)
        if found.value != value:
            wrong.append(f"{text!r}, published {published}, {tense}: want {value}, found {found.value or found.reason}")
    right = 1 - len(wrong) / len(table)
    assert right >= (0.97 if language in ("de", "en") else 0.9), "\n".join(wrong)


def test_every_language_has_a_table_of_some_length():
    lengths = {path.stem.removeprefix("dates-"): len(rows(path)) for path in TABLES}
    assert set(lengths) == set(LANGUAGES)
    assert lengths["de"] >= 300
    assert lengths["en"] >= 200
    assert min(lengths.values()) >= 15


@pytest.mark.parametrize(
    ("text", "before", "after", "value"),
    [
        ("zwei Wochen", "Das Treffen war vor ", " gewesen", "2023-W29"),
        ("drei Tagen", "Sie sprachen vor ", ".", "2023-07-29"),
        ("Dezember", "Das wurde im vergangenen ", " vereinbart", "2022-12"),
        ("Mai", "Das wurde im ", " vereinbart", "2023-05"),
        ("13. Juli", "Das Treffen am ", " dauerte", "2023-07-13"),
        ("3. und 9. Mai", "Die Gespräche zwischen ", "", "2023-05-03/2023-05-09"),
        ("3. und 9. Mai", "Die Gespräche am ", "", None),
    ],
)
def test_words_around_the_expression(text, before, after, value):
    assert resolve_date(text, "de", TUESDAY, before=before, after=after).value == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("tags darauf", "de", "2019-05-04"),
        ("Vortag", "de", "2019-05-02"),
        ("am selben Abend", "de", "2019-05-03"),
        ("am Abend", "de", "2019-05-03"),
        ("zwei Tage später", "de", "2019-05-05"),
        ("drei Wochen zuvor", "de", "2019-04-12"),
        ("ein Jahr später", "de", "2020"),
        ("zwei Monate später", "de", "2019-07"),
        ("the following day", "en", "2019-05-04"),
        ("two days earlier", "en", "2019-05-01"),
        ("la veille", "fr", "2019-05-02"),
        ("ertesi gün", "tr", "2019-05-04"),
        ("на следующий день", "ru", "2019-05-04"),
        ("次日", "zh", "2019-05-04"),
        ("Juli jenes Jahres", "de", "2019-07"),
        ("9. Juli desselben Jahres", "de", "2019-07-09"),
        ("Herbst jenes Jahres", "de", "2019-09/2019-11"),
        ("Juli des darauffolgenden Jahres", "de", "2020-07"),
        ("im selben Monat", "de", "2019-05"),
        ("14. desselben Monats", "de", "2019-05-14"),
        ("Montag jener Woche", "de", "2019-04-29"),
        ("Ende jenes Jahres", "de", "2019"),
        ("July of that year", "en", "2019-07"),
        ("that same year", "en", "2019"),
        ("later that year", "en", "2019"),
        ("14th of that month", "en", "2019-05-14"),
    ],
)
def test_counted_from_the_date_before(text, language, value):
    before = resolve_date("2019-05-03", language, TUESDAY)
    found = resolve_date(text, language, TUESDAY, earlier=[before])
    assert (found.value, found.basis) == (value, "text")
    assert resolve_date(text, language, TUESDAY).reason == "depends on another date"


def test_of_a_whole_year_no_month_or_day_is_the_same_one():
    year = resolve_date("2019", "de", TUESDAY)
    assert resolve_date("Juli jenes Jahres", "de", None, frame=year).value == "2019-07"
    for text in ("im selben Monat", "14. desselben Monats", "am selben Tag", "31. Februar desselben Jahres"):
        for known in ({"earlier": [year]}, {"frame": year}):
            assert resolve_date(text, "de", TUESDAY, **known).value is None


def test_what_has_happened_is_not_counted_from_a_date_ahead():
    past, ahead = resolve_date("Montag", "de", TUESDAY), resolve_date("10. August", "de", TUESDAY, "future")
    assert resolve_date("tags darauf", "de", TUESDAY, earlier=[past, ahead]).value == "2023-08-01"
    assert resolve_date("tags darauf", "de", TUESDAY, "future", earlier=[past, ahead]).value == "2023-08-11"


def test_the_year_from_the_article_where_the_day_of_publication_is_not_known():
    full = resolve_date("3. Mai 2019", "de", None)
    assert resolve_date("5. Mai", "de", None, earlier=[full]) == Resolved(
        "2019-05-05", datetime.date(2019, 5, 5), datetime.date(2019, 5, 5), "text"
    )
    assert resolve_date("Montag", "de", None, earlier=[full]).reason == "no published_at"


@pytest.mark.parametrize(
    ("text", "date", "language", "value"),
    [
        ("März 2022\nSie trafen sich am 14. in Wien.", "14.", "de", "2022-03-14"),
        ("März 2022:\nSie trafen sich.\nUnd am 14. März noch einmal.", "14. März", "de", "2022-03-14"),
        ("2019: Im Mai einigten sie sich.", "Mai", "de", "2019-05"),
        ("2019: Von Dezember bis Februar tagten sie.", "Dezember bis Februar", "de", "2019-12/2020-02"),
        ("2019 – Im Mai einigten sie sich.", "Mai", "de", "2019-05"),
        ("2019 trafen sich beide im Mai in Wien.", "Mai", "de", "2019-05"),
        ("Es kam anders. Im Jahr 2019 trafen sich beide am 3. Mai in Wien.", "3. Mai", "de", "2019-05-03"),
        ("2019\nIm Mai begann es.\n2020\nIm Juni endete es.", "Juni", "de", "2020-06"),
        ("In 2019 they met in May.", "May", "en", "2019-05"),
        ("March 2022\nThey met on the 14th.", "14th", "en", "2022-03-14"),
        ("En 2019, ils se sont vus en mai.", "mai", "fr", "2019-05"),
        ("В 2019 году они встретились в мае.", "мае", "ru", "2019-05"),
    ],
)
def test_a_year_or_month_that_stands_elsewhere(text, date, language, value):
    frame = read_frames(text, language).at(text.rindex(date))
    for published in (TUESDAY, None):
        found = resolve_date(date, language, published, frame=frame)
        assert (found.value, found.basis) == (value, "text")


@pytest.mark.parametrize(
    ("text", "date", "language"),
    [
        ("Das Abkommen von 2019 wurde im Mai verlängert.", "Mai", "de"),
        ("2003 Gäste kamen im Mai.", "Mai", "de"),
        ("2019 people came in May.", "May", "en"),
        ("Seit 2019 ist er Minister, im Mai kam sie.", "Mai", "de"),
        ("2019 trafen sich beide in Wien. Im Mai kam es zum Streit.", "Mai", "de"),
        ("Wahl 2019: Im Mai wird gezählt.", "Mai", "de"),
        ("Wien, 14. März 2019 – Im Mai kommen sie zusammen.", "Mai", "de"),
        ("14. März 2019\nIm Mai kommen sie zusammen.", "Mai", "de"),
        ("März 2019\nIm Mai kommen sie zusammen.", "Mai", "de"),
        ("2018/2019\nIm Mai kamen sie zusammen.", "Mai", "de"),
        ("Artikel 2019:1 gilt im Mai.", "Mai", "de"),
    ],
)
def test_what_sets_no_year(text, date, language):
    frame = read_frames(text, language).at(text.rindex(date))
    assert resolve_date(date, language, TUESDAY, frame=frame) == resolve_date(date, language, TUESDAY)
    assert resolve_date(date, language, None, frame=frame).value is None


@pytest.mark.parametrize("date", ["vergangenen Mai", "Montag", "gestern", "3. Mai 2021", "vor zwei Jahren", "nächsten Monat"])
def test_a_heading_changes_nothing_where_the_words_say_more(date):
    frame = read_frames("2019\nx", "de").at(5)
    assert frame.value == "2019"
    assert resolve_date(date, "de", TUESDAY, frame=frame) == resolve_date(date, "de", TUESDAY)


def test_a_day_alone_under_a_year_is_not_invented():
    frame = read_frames("2019\nAm 14. tagte der Rat.", "de").at(8)
    assert resolve_date("14.", "de", TUESDAY, before="Am ", frame=frame).reason == "depends on another date"


@given(st.text(max_size=80), st.lists(WORDS_OF_FRAMES, max_size=8).map("".join), st.sampled_from([*LANGUAGES, "xx"]))
def test_frames_of_any_text(other, text, language):
    frames = read_frames(text + other, language)
    assert list(frames.starts) == sorted(frames.starts)
    assert all(start < end for start, end in zip(frames.starts, frames.ends))
    assert all(end <= start for end, start in zip(frames.ends, frames.starts[1:]))
    assert all(date.basis == "text" for date in frames.dates)


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("3. Mai 2019", "text"),
        ("3.5.2019", "text"),
        ("2019", "text"),
        ("Ende 2019", "text"),
        ("neunziger Jahre", "text"),
        ("drittes Quartal 2021", "text"),
        ("Ostern 2020", "text"),
        ("3. bis 5. Mai 2019", "text"),
        ("3. Mai", "published_at"),
        ("Montag", "published_at"),
        ("gestern", "published_at"),
        ("März", "published_at"),
        ("März bis Mai", "published_at"),
        ("Heiligabend", "published_at"),
        ("Mai vergangenen Jahres", "published_at"),
        ("vor zwei Jahren", "published_at"),
    ],
)
def test_basis(text, basis):
    found = resolve_date(text, "de", TUESDAY)
    assert found.value
    assert (found.basis, found.reason) == (basis, None)
    without = resolve_date(text, "de", None)
    assert (without.value == found.value) is (basis == "text")
    assert without.reason == (None if basis == "text" else "no published_at")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31. Februar", "impossible date"),
        ("30.02.2020", "impossible date"),
        ("29. Februar 2023", "impossible date"),
        ("32. Mai", "impossible date"),
        ("0. Mai", "impossible date"),
        ("99.99.2020", "impossible date"),
        ("42", "no calendar date"),
        ("", "no calendar date"),
        ("bald", "no calendar date"),
        ("Montag" * 100, "no calendar date"),
        ("9" * 100, "no calendar date"),
        ("3. und 17. Mai", "several dates"),
        ("Vortag", "depends on another date"),
    ],
)
def test_reasons(text, reason):
    assert resolve_date(text, "de", TUESDAY) == Resolved(reason=reason)


IMPOSSIBLE = ["31. Februar", "31. Februar 2022", "30 February", "February 30, 2023", "31 April", "31 avril", "29.02.2023", "2023-13-01"]
IMPOSSIBLE += ["0. Mai", "32 May", "30/02/2023", "31 апреля", "30 de febrero", "31. Februar bis 2. März", "2月30日", "Freitag, 31. April"]


@pytest.mark.parametrize("text", IMPOSSIBLE)
@pytest.mark.parametrize("language", [*LANGUAGES, "sv", "xx", ""])  # the text's own, a wrong one, one that is not known
def test_an_impossible_date_is_never_another_day(text, language):
    year = read_frames("2022\nx", "de").at(5)
    for tense in ("past", "future", "near"):
        for published, frame in ((TUESDAY, None), (TUESDAY, year), (None, year), (None, None)):
            found = resolve_date(text, language, published, tense, before="am ", earlier=[resolve_date("2022", "de", None)], frame=frame)
            assert (found.value, found.start, found.end, found.basis) == (None, None, None, None)
            assert found.reason in ("impossible date", "no calendar date")


def test_a_day_of_a_month_that_the_language_does_not_know_is_no_day_of_another_month():
    for text in ("3. Januar", "3 Januar", "3. Januar bis 2. August"):
        assert resolve_date(text, "en", TUESDAY).reason == "no calendar date"
        assert resolve_date(text, "", TUESDAY).reason == "no calendar date"


def test_the_nearest_where_the_tense_is_not_known():
    assert TENSES["denied"] == "near"
    assert [
        resolve_date(t, "de", TUESDAY, "near").value for t in ("Montag", "Donnerstag", "25. Juli", "15. August", "Juli", "Januar 2020")
    ] == [*("2023-07-31", "2023-08-03", "2023-07-25", "2023-08-15", "2023-07", "2020-01")]


ENDS = (datetime.date.min, datetime.date(2, 1, 1), datetime.date(9998, 12, 31), datetime.date.max, None)
BOLD = ["Montag", "gestern", "morgen", "3. Mai", "29. Februar", "nächste Woche", "letztes Wochenende", "vor 3000 Jahren", "in 9999 Jahren"]
BOLD += [
    "Ostern",
    "Zuckerfest",
    "vor 999999 Tagen",
    "letztes Jahrhundert",
    "Jahreswechsel",
    "Montag bis Freitag",
    "Q4",
    "KW 53",
    "KW 60",
    "Winter",
]
BOLD += [
    "9" * 5000,
    "²",
    "٣ مايو",
    "０３．０５．２０１９",
    "3️⃣. Mai",
    "\ud800",
    "Mo\u0301ntag",
    "\u202eMontag",
    "3.\u00a0Mai",
    "٣/٥/٢٠١٩",
    "Ⅳ. Quartal",
    "0.0.0000",
]


@pytest.mark.parametrize("day", ENDS)
@pytest.mark.parametrize("language", [*LANGUAGES, "", "xx", "zz", "sv", "../de"])
def test_the_ends_of_the_calendar_and_hostile_text_do_no_harm(day, language):
    for text in BOLD:
        for tense in ("past", "future", "near"):
            found = resolve_date(text, language, day, tense)
            assert (found.value is None) is (found.reason in REASONS)
            if found.value:
                assert (found.start.isoformat(), found.end.isoformat()) == date_bounds(found.value)


EXPRESSIONS = "Montag März gestern bis und vor in Wochen Tagen zwei 3. 5 2019 Ende Jahr letzten nächsten Nacht Quartal 31 Mai / - ."
WORDS = st.sampled_from(EXPRESSIONS.split())


@given(
    st.one_of(st.text(max_size=100), st.lists(WORDS, max_size=8).map(" ".join)),
    st.sampled_from([*LANGUAGES, "xx"]),
    st.one_of(st.none(), st.dates()),
    st.sampled_from(["past", "future", "near"]),
    st.text(max_size=30),
)
def test_any_text_has_a_value_or_a_reason(text, language, published, tense, around):
    found = resolve_date(text, language, published, tense, before=around, after=around, earlier=[resolve_date("Montag", "de", published)])
    if found.value is None:
        assert found.reason in REASONS
        assert (found.start, found.end, found.basis) == (None, None, None)
    else:
        assert found.reason is None
        assert found.basis in ("text", "published_at")
        assert found.start <= found.end
        assert published is not None or found.basis == "text"


def test_a_language_without_a_table_knows_figures_and_names():
    assert resolve_date("3 maj 2019", "sv", TUESDAY).value == "2019-05-03"
    assert resolve_date("måndag", "sv", TUESDAY).value == "2023-07-31"


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        ("2023-07-31", ("2023-07-31", "2023-07-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("9999-12", ("9999-12-01", "9999-12-31")),
        ("2023", ("2023-01-01", "2023-12-31")),
        ("2023-W29", ("2023-07-17", "2023-07-23")),
        ("2023-05-03/2023-05-05", ("2023-05-03", "2023-05-05")),
        ("2023-07/2023-09", ("2023-07-01", "2023-09-30")),
        ("1990/1999", ("1990-01-01", "1999-12-31")),
    ],
)
def test_bounds(value, bounds):
    assert date_bounds(value) == bounds
