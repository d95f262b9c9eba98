"""Date expressions → ISO 8601 values against the day of publication.

Names of months and weekdays in every language come from CLDR (babel), relative expressions ("gestern", "two weeks ago")
from dateparser. What cannot be resolved has no value; the day of publication is never put in silently.
"""

import calendar
import datetime
from functools import lru_cache

import dateparser.date
import regex
from babel import Locale, UnknownLocaleError

ISO = regex.compile(r"\d{4}-\d{2}-\d{2}")
NUMERIC = regex.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
TOKEN = regex.compile(r"\d+|[\p{L}\p{M}]+")
YEARS = range(1000, 2200)
NEXT = frozenset("kommenden kommende kommendem nächsten nächste nächstem next coming prochain prochaine próximo próxima".split())
LAST = frozenset(
    "vergangenen vergangene vergangenem vorigen vorige vorigem letzten letzte letztem last past dernier dernière pasado pasada".split()
)


@lru_cache(maxsize=64)
def calendar_names(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Month names (1 to 12) and weekday names (0 is Monday) of a language and of English, case folded, no full stops."""
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for code in ("en", language):
        try:
            locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
        for table, out in ((locale.months, months), (locale.days, weekdays)):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, name in table[context][width].items():
                        folded = name.casefold().rstrip(".")
                        if len(folded) > 2 or width == "wide":
                            out[folded] = number
    return months, weekdays


def _named(token: str, names: dict[str, int]) -> int | None:
    """The number of a name that the token is, or starts with where the name is long ("Freitagabend", "Montags")."""
    if token in names:
        return names[token]
    return next((n for name, n in names.items() if len(name) > 4 and token.startswith(name)), None)


def _nearest_year(month: int, day: int | None, published: datetime.date, future: bool) -> int:
    """The year that puts a month (and day) on the right side of the day of publication."""
    here = (month, day or published.day)
    there = (published.month, published.day)
    if here == there:
        return published.year
    if future:
        return published.year + (here < there)
    return published.year - (here > there)


def _weekday(number: int, tokens: list[str], published: datetime.date, future: bool) -> datetime.date:
    ahead = (number - published.weekday()) % 7
    if NEXT.intersection(tokens):
        return published + datetime.timedelta(days=ahead or 7)
    if LAST.intersection(tokens):
        return published - datetime.timedelta(days=(7 - ahead) % 7 or 7)
    if future or not ahead:
        return published + datetime.timedelta(days=ahead)
    return published - datetime.timedelta(days=7 - ahead)


def _with_precision(day: datetime.date, period: str) -> str:
    """The week, month or year of a day, or the day itself; strftime would not pad the years before 1000."""
    if period == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return day.isoformat()[: {"month": 7, "year": 4}.get(period, 10)]


def _relative(text: str, language: str, published: datetime.date, future: bool) -> str | None:
    """What dateparser makes of words without a number of their own, the whole first, then its first and last word."""
    words = text.split()
    settings = {
        "RELATIVE_BASE": datetime.datetime.combine(published, datetime.time(12)),
        "PREFER_DATES_FROM": "future" if future else "past",
    }
    for attempt in dict.fromkeys((text, words[0], words[-1])):
        if not any(c.isalpha() for c in attempt):
            continue
        try:
            parser = dateparser.date.DateDataParser(languages=[language], settings=settings)
            found = parser.get_date_data(attempt)
        except (ValueError, OverflowError):  # a language or a shift that dateparser does not know
            continue
        if found and found.date_obj:
            return _with_precision(found.date_obj.date(), found.period)
    return None


def _calendar(text: str, tokens: list[str], language: str, published: datetime.date | None, future: bool) -> str | None:
    """Values of expressions with a month, a year or a weekday in them."""
    months, weekdays = calendar_names(language)
    numbers = [int(t) for t in tokens if t.isdecimal() and len(t) <= 4]
    year = next((n for n in numbers if n in YEARS), None)
    days = [n for n in numbers if 1 <= n <= 31]
    month = next((m for t in tokens if (m := _named(t, months))), None)
    if month:
        if year is None:
            if published is None:
                return None
            year = _nearest_year(month, days[-1] if days else None, published, future)
        if not days:
            return f"{year:04d}-{month:02d}"
        dates = [datetime.date(year, month, day).isoformat() for day in (days[0], days[-1])]
        return dates[0] if dates[0] == dates[1] else "/".join(sorted(dates))
    weekday = next((n for t in tokens if (n := _named(t, weekdays)) is not None), None)
    if weekday is not None:
        return published and _weekday(weekday, tokens, published, future).isoformat()
    if year and len(numbers) == 1:
        return f"{year:04d}"
    return None


def date_value(text: str, language: str, published: datetime.date | None, future: bool = False) -> str | None:
    """The ISO 8601 value of a date expression: day, month, year, week or a span of days; None where it cannot be told.

    `future` says that the event lies ahead, which decides "am Montag" and "im Mai".
    """
    text = text.strip()
    if len(text) > 100:
        return None
    tokens = [t.casefold() for t in TOKEN.findall(text)]
    try:
        if ISO.fullmatch(text):
            return datetime.date.fromisoformat(text).isoformat()
        if numeric := NUMERIC.fullmatch(text):
            day, month, year = (int(n) for n in numeric.groups())
            return datetime.date(year, month, day).isoformat()
        found = _calendar(text, tokens, language, published, future)
        if found is None and published is not None and tokens and not any(int(t) in YEARS for t in tokens if t.isdecimal()):
            months, weekdays = calendar_names(language)
            if not any(_named(t, months) or _named(t, weekdays) is not None for t in tokens):
                found = _relative(text, language, published, future)
        return found
    except (ValueError, OverflowError):  # "31. Februar", a day beyond the calendar's first or last
        return None


def date_bounds(value: str) -> tuple[str, str]:
    """The first and last day of an ISO value: `2023-03` → `("2023-03-01", "2023-03-31")`."""
    if "/" in value:
        first, last = value.split("/")
        return date_bounds(first)[0], date_bounds(last)[1]
    if "W" in value:
        monday = datetime.date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
        return monday.isoformat(), (monday + datetime.timedelta(days=6)).isoformat()
    if len(value) == 4:
        return f"{value}-01-01", f"{value}-12-31"
    if len(value) == 7:
        last_day = calendar.monthrange(int(value[:4]), int(value[5:]))[1]
        return f"{value}-01", f"{value}-{last_day:02d}"
    return value, value
