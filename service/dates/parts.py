"""What the words of one date expression say, before anything is counted: year, month, weekday, "last", "two weeks ago"."""

import datetime
from dataclasses import dataclass, field, replace

from service.dates.feasts import islamic_day, persian_day
from service.dates.words import Token

NO_PUBLICATION = "no published_at"
IMPOSSIBLE = "impossible date"
NO_DATE = "no calendar date"
SEVERAL = "several dates"
OTHER_DATE = "depends on another date"
GREGORIAN_YEARS = range(1000, 2200)
OTHER_YEARS = range(1300, 1500)  # of the Persian and the Islamic calendar
NEUTRAL = {"between", "noise", "article"}  # meanings that say nothing about the number beside them
DAY_BESIDE = {"month", "weekday", "persian", "islamic", "suffix", "day", "month_mark", "feast"}  # meanings that make it a day


class Unresolved(ValueError):
    """An expression without a value; the message is the reason."""


@dataclass
class Parts:
    """What one expression says, None for what it leaves open."""

    date: datetime.date | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    offset: int | None = None  # days from the day of publication
    shift: int | None = None  # -1 last, 0 this, 1 next
    unit: str | None = None
    unit_of: str | None = None  # the larger unit of "end of the week", "Monday of next week"
    count: int | None = None
    ordinal: int | None = None
    part: str | None = None
    direction: str | None = None  # ago, ahead; earlier, later, same: from another date
    season: str | None = None
    feast: str | None = None
    decade: int | None = None
    week: int | None = None
    calendar: str = "gregorian"
    flags: set[str] = field(default_factory=set)
    stray: bool = False  # a number or word that no rule took

    @property
    def names_a_day(self) -> bool:
        """Whether there is something that could stand on one side of a range."""
        named = (self.date, self.year, self.month, self.day, self.weekday, self.offset, self.unit, self.season, self.feast, self.decade)
        return any(x is not None for x in named)


def two_digit_year(number: int, published: datetime.date | None) -> int:
    """The year of `'89`: not more than twenty years ahead."""
    latest = (published.year if published else 2030) + 20
    return latest - (latest - number) % 100


def calendar_day(year: int, month: int, day: int, calendar: str = "gregorian") -> datetime.date:
    try:
        return {"persian": persian_day, "islamic": islamic_day}.get(calendar, datetime.date)(year, month, day)
    except (ValueError, OverflowError):
        raise Unresolved(IMPOSSIBLE) from None


def numeric_date(token: Token, month_first: bool, calendar: str, published: datetime.date | None) -> Parts:
    """The parts of a date in figures: "3.5.2019", "5/3/2019", "2019/5/3", "3.5.", "05/2019"."""
    numbers = [int(n) for n in token.text.replace(".", " ").replace("/", " ").replace("-", " ").split()]
    if token.kind in ("month_year", "year_month"):
        month, year = numbers if token.kind == "month_year" else reversed(numbers)
        if not 1 <= month <= 12:
            raise Unresolved(IMPOSSIBLE)
        return Parts(month=month, year=year, calendar=calendar)
    if token.kind in ("back", "iso"):
        year, month, day = numbers
    else:
        day, month = numbers[:2]
        if ("/" in token.text and month_first and day <= 12) or (("/" in token.text or month_first) and month > 12 >= day):
            day, month = month, day
        if len(numbers) == 2:
            if not (1 <= month <= 12 and 1 <= day <= 31):
                raise Unresolved(IMPOSSIBLE)
            return Parts(day=day, month=month, calendar=calendar)
        year = numbers[2] if numbers[2] > 99 else two_digit_year(numbers[2], published)
    if calendar == "persian" and year not in OTHER_YEARS:
        calendar = "gregorian"
    return Parts(date=calendar_day(year, month, day, calendar))


def read_parts(tokens: list[Token], language: str, published: datetime.date | None, one_side: bool = False) -> Parts:
    """Collect what the tokens of one expression, or of one side of a range, say."""
    parts = Parts(calendar="persian" if language == "fa" else "gregorian")
    tags = {key for t in tokens for key, _ in t.tags}
    for i, token in enumerate(tokens):
        if token.kind in ("iso", "full", "back", "day_month", "month_year", "year_month"):
            found = numeric_date(token, language == "en", parts.calendar, published)
            parts = replace(found, weekday=parts.weekday, flags=parts.flags)
        elif token.kind == "week":
            parts.year, parts.week = int(token.text[:4]), int(token.text[6:])
        elif token.kind == "short_year":
            parts.year = two_digit_year(int(token.text[1:]), published)
        elif token.kind == "number":
            _read_number(parts, tokens, i, tags, bare=one_side or language != "en")
        elif token.kind == "word":
            _read_word(parts, token)
    weekdays = [t.integer("weekday") for t in tokens if t.get("weekday")]
    if "night" in tags and len(weekdays) == 2:  # the night that joins two days
        parts.weekday = weekdays[1]
    if parts.month and parts.ordinal and parts.unit is None and parts.weekday is None and parts.day is None:
        parts.day, parts.ordinal = parts.ordinal, None
    return parts


def _read_number(parts: Parts, tokens: list[Token], i: int, tags: set[str], bare: bool) -> None:
    """The number at a place, by what stands beside it; `bare` says that a lone number may be a day."""
    token = tokens[i]
    before, after, beyond = (tokens[n] if 0 <= n < len(tokens) else None for n in (i - 1, i + 1, i + 2))
    relative = bool({"ago", "ahead", "later", "earlier"} & tags)
    if len(token.text) > 6:
        parts.stray = True
        return
    number = int(token.text)
    unit = after and (after.get("unit") or (after.get("suffix") is not None and beyond and beyond.get("unit")))
    follows = {key for key, _ in after.tags} if after else set()
    precedes = {key for key, _ in before.tags} if before else set()
    round_years = number % 10 == 0 and (number in GREGORIAN_YEARS or 10 <= number < 100)
    may_be_day = 1 <= number <= 31 and parts.day is None
    if "month_mark" in follows and 1 <= number <= 12:
        parts.month = number
    elif "day_mark" in follows and 1 <= number <= 31:
        parts.day = number
    elif round_years and (("decade" in follows and not relative) or ("years" in tags and not relative and parts.shift is None)):
        parts.decade = number if number > 99 else 1900 + number
    elif "week_number" in precedes or (before and before.get("unit") == "week" and number < 54 and not parts.month and not unit):
        parts.week, parts.unit = number, None
    elif number in GREGORIAN_YEARS and not (unit and relative and unit != "year"):
        parts.year = number
    elif number in OTHER_YEARS and parts.calendar != "gregorian":
        parts.year = number
    elif before and before.text in ("q", "h", "t", "s") and 1 <= number <= 4 and before.get("unit"):
        parts.ordinal = number
    elif unit in ("quarter", "half", "century") or (unit == "week" and "month" in tags and not relative):
        parts.ordinal = number
    elif unit and unit != "weekend" and after.get("shift") is None and not (unit == "day" and "month" in tags and not relative):
        parts.count = number
    elif may_be_day and (
        DAY_BESIDE & tags
        or ("shift" in tags and any(t.get("unit") == "month" for t in tokens))  # "22 this month"
        or token.ordinal
        or "suffix" in follows
        or {"unit", "article"} & precedes
    ):
        parts.day = number
    elif may_be_day and bare and not tags - NEUTRAL:
        parts.day = number
        parts.flags.add("bare")
    elif 10 <= number < 100 and parts.month and parts.day:
        parts.year = two_digit_year(number, None)
    else:
        parts.stray = True
        if "month" in tags and number > 31:
            raise Unresolved(IMPOSSIBLE)


def _read_word(parts: Parts, token: Token) -> None:
    if not token.tags and len(token.text) > 3:
        parts.flags.add("unknown")
    for key, value in token.tags:
        if key in ("month", "persian", "islamic"):
            if parts.month is None:
                parts.month = int(value)
                parts.calendar = "gregorian" if key == "month" else key
        elif key == "weekday":
            parts.weekday = int(value) if parts.weekday is None else parts.weekday
        elif key == "day":
            parts.offset = int(value) if parts.offset is None else parts.offset
        elif key == "shift":
            parts.shift = int(value) if parts.shift is None or parts.shift == 0 else parts.shift
        elif key == "unit":
            if parts.unit is None:
                parts.unit = value
            elif parts.unit_of is None:
                parts.unit_of = value
        elif key == "years":
            parts.unit = parts.unit or "year"
        elif key == "n":
            if parts.count is None and parts.decade is None:
                parts.count = int(value)
        elif key == "ord":
            parts.ordinal = int(value)
        elif key == "part":
            parts.part = value
        elif key in ("ago", "ahead", "later", "earlier", "same"):
            if parts.direction in (None, "ahead"):
                parts.direction = key
            if value:
                parts.count, parts.unit = int(value), parts.unit or "day"
        elif key == "season":
            parts.season = value
        elif key == "feast":
            parts.feast = value
        elif key == "decade" and value:
            parts.decade = 1900 + int(value)
        else:
            parts.flags.add(key)
