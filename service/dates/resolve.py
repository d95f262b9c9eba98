"""What the parts of a date expression say → an ISO 8601 value, against the day of publication where the text alone does not say it."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from dateutil.relativedelta import relativedelta

from service.dates import iso
from service.dates.feasts import feast_day, islamic_day, nth_weekday, persian_day
from service.dates.words import Token

NO_PUBLICATION = "no published_at"
IMPOSSIBLE = "impossible date"
NO_DATE = "no calendar date"
SEVERAL = "several dates"
OTHER_DATE = "depends on another date"

GREGORIAN_YEARS = range(1000, 2200)
OTHER_YEARS = range(1300, 1500)  # of the Persian and the Islamic calendar
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
DAY = datetime.timedelta(days=1)
NEUTRAL = {"between", "noise", "article"}  # meanings that say nothing about the number beside them
YEARS_AROUND = 8  # a 29 February is at most eight years away


class Unresolved(ValueError):
    """An expression without a value; the message is the reason."""


@dataclass(frozen=True)
class Resolved:
    """What a date expression comes to: its value with first and last day and what it rests on, or the reason why there is none."""

    value: str | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None
    basis: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Reference:
    """What an expression is resolved against.

    `published` is the day of publication; `tense` says where the event lies from it: past, future, or near where that is not known.
    `anchor` is the last date that the text gave before; `next_is_next_week` says that "next Friday" means the one of next week.
    """

    published: datetime.date | None
    tense: str = "past"
    anchor: Resolved | None = None
    next_is_next_week: bool = False
    bare_unit_is_one: bool = False

    @property
    def day(self) -> datetime.date:
        """The day of publication; Unresolved where it is not known."""
        if self.published is None:
            raise Unresolved(NO_PUBLICATION)
        return self.published


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


def _two_digit_year(number: int, published: datetime.date | None) -> int:
    """The year of `'89`: not more than twenty years ahead."""
    latest = (published.year if published else 2030) + 20
    return latest - (latest - number) % 100


def _calendar_day(year: int, month: int, day: int, calendar: str = "gregorian") -> datetime.date:
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
        year = numbers[2] if numbers[2] > 99 else _two_digit_year(numbers[2], published)
    if calendar == "persian" and year not in OTHER_YEARS:
        calendar = "gregorian"
    return Parts(date=_calendar_day(year, month, day, calendar))


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
            parts.year = _two_digit_year(int(token.text[1:]), published)
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
    elif (
        1 <= number <= 31
        and parts.day is None
        and ({"month", "weekday", "persian", "islamic", "suffix", "day", "month_mark", "feast"} & tags)
    ):
        parts.day = number
    elif 1 <= number <= 31 and parts.day is None and "shift" in tags and any(t.get("unit") == "month" for t in tokens):  # "22 this month"
        parts.day = number
    elif 1 <= number <= 31 and parts.day is None and (token.ordinal or "suffix" in follows or "unit" in precedes or "article" in precedes):
        parts.day = number
    elif 1 <= number <= 31 and parts.day is None and bare and not tags - NEUTRAL:
        parts.day = number
        parts.flags.add("bare")
    elif 10 <= number < 100 and parts.month and parts.day:
        parts.year = _two_digit_year(number, None)
    else:
        parts.stray = True
        if {"month"} & tags and number > 31:
            raise Unresolved(IMPOSSIBLE)


def _read_word(parts: Parts, token: Token) -> None:
    if not token.tags and len(token.text) > 3:
        parts.flags.add("unknown")
    for key, value in token.tags:
        if key in ("month", "persian", "islamic"):
            if parts.month is None:
                parts.month = int(value)
                if key != "month" or parts.calendar != "gregorian":
                    parts.calendar = {"month": "gregorian"}.get(key, key)
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


def _pick(value_of: Callable[[int], str], years: Iterable[int], reference: Reference, shift: int | None = None) -> str:
    """Of the values that an expression has in different years the one on the right side of the day of publication.

    Future: the first that has not ended; past: the last that has begun; near: the nearest. "Last" and "next" leave out the one that
    holds the day.
    """
    today = reference.day
    found: list[str] = []
    for year in years:
        try:
            found.append(value_of(year))
        except (ValueError, OverflowError):  # a 29 February, a year beyond the calendar
            continue
    if not found:
        raise Unresolved(IMPOSSIBLE)
    spans = [(iso.bounds(value), value) for value in found]
    if shift is not None and shift < 0:
        right = [value for (_, end), value in spans if end < today][shift:][:1]
    elif shift is not None and shift > 0:
        right = [value for (start, _), value in spans if start > today][shift - 1 : shift]
    elif shift == 0:
        here = [value for (start, end), value in spans if start <= today <= end]
        right = here or [value for (start, _), value in spans if start.year == today.year][-1:]
    elif reference.tense == "near":
        right = [min(spans, key=lambda row: max(row[0][0] - today, today - row[0][1]))[1]]
    elif reference.tense == "future":
        right = [value for (_, end), value in spans if end >= today][:1]
    else:
        right = [value for (start, _), value in spans if start <= today][-1:]
    if not right:
        raise Unresolved(IMPOSSIBLE)
    return right[0]


def _years(reference: Reference) -> range:
    here = reference.day.year
    return range(max(1, here - YEARS_AROUND), min(9999, here + YEARS_AROUND) + 1)


def _persian_year(day: datetime.date) -> int:
    return day.year - 621 - (day < persian_day(day.year - 621, 1, 1))


def _in_year(parts: Parts, value_of: Callable[[int], str], reference: Reference) -> tuple[str, str]:
    """Value and basis of what comes once a year: the year that is said, else the one that tense and "last" or "next" pick."""
    if parts.year is not None:
        return value_of(parts.year), "text"
    if parts.shift is not None and "year" in (parts.unit, parts.unit_of):
        year = _persian_year(reference.day) if parts.calendar == "persian" else reference.day.year
        return value_of(year + parts.shift), "published_at"
    if parts.direction == "same" and reference.anchor and reference.anchor.start:  # "am 9. Mai desselben Jahres"
        return value_of(reference.anchor.start.year), reference.anchor.basis
    if parts.direction == "later" and reference.anchor and reference.anchor.end:  # "im Mai darauf"
        return _pick(value_of, _years(reference), replace(reference, published=reference.anchor.end), 1), reference.anchor.basis
    if reference.published is None and reference.anchor and reference.anchor.start and reference.anchor.basis == "text":
        return value_of(reference.anchor.start.year), "text"
    years: Iterable[int] = _years(reference)
    if parts.calendar == "persian":
        years = [y - 621 for y in years]
    elif parts.calendar == "islamic":
        years = [int((y - 622) * 33 / 32) + ahead for y in years for ahead in (0, 1)]
    return _pick(value_of, years, reference, parts.shift), "published_at"


def _month_value(parts: Parts) -> Callable[[int], str]:
    """A month, or a day, week or half of it, as a function of the year."""
    month, calendar = parts.month, parts.calendar
    if parts.day is not None:

        def value_of(year: int) -> str:
            date = _calendar_day(year, month, parts.day, calendar)
            if parts.unit == "week":
                return iso.week(date)
            return iso.day(date)
    elif calendar != "gregorian":

        def value_of(year: int) -> str:
            last = _calendar_day(year + month // 12, month % 12 + 1, 1, calendar) - DAY
            return iso.span(iso.day(_calendar_day(year, month, 1, calendar)), iso.day(last))
    elif parts.weekday is not None and (parts.ordinal or parts.shift == -1):
        parts_number = parts.ordinal or -1
        if parts.shift == -1:
            parts.shift = None

        def value_of(year: int) -> str:
            return iso.day(nth_weekday(year, month, parts.weekday, parts_number))
    elif parts.unit == "week" and (parts.ordinal or parts.shift in (-1, None)):
        number, last = parts.ordinal or 1, parts.ordinal is None and parts.part != "early"
        if parts.shift == -1:
            parts.shift = None

        def value_of(year: int) -> str:  # the first week is that of the first Monday, the last one has most of its days in the month
            return iso.week(nth_weekday(year, month, 3, -1) if last else nth_weekday(year, month, 0, number))
    elif parts.unit == "day" and (parts.ordinal or parts.shift == -1):
        number = parts.ordinal
        if parts.shift == -1:
            parts.shift = None

        def value_of(year: int) -> str:
            return iso.day(_calendar_day(year, month, number) if number else iso.bounds(iso.month(year, month))[1])
    elif parts.unit in ("fortnight", "half") and parts.ordinal:

        def value_of(year: int) -> str:
            first, last = iso.bounds(iso.month(year, month))
            middle = first.replace(day=15)
            return iso.span(iso.day(first), iso.day(middle)) if parts.ordinal == 1 else iso.span(iso.day(middle + DAY), iso.day(last))
    else:

        def value_of(year: int) -> str:
            return iso.month(year, month)

    return value_of


def _month_date(parts: Parts, reference: Reference) -> tuple[str, str]:
    value_of = _month_value(parts)
    if parts.weekday is not None and parts.day and parts.year is None and parts.shift is None and reference.published:
        # "Freitag, 3. Mai": of the years around the one in which this is a Friday
        near = [y for y in (reference.day.year - 1, reference.day.year, reference.day.year + 1) if 1 <= y <= 9999]
        if parts.calendar == "gregorian":
            fits = []
            for year in near:
                try:
                    if datetime.date(year, parts.month, parts.day).weekday() == parts.weekday:
                        fits.append(year)
                except ValueError:
                    continue
            if len(fits) == 1:
                return value_of(fits[0]), "published_at"
    if parts.shift is not None and parts.unit == "month":
        return _in_year(replace(parts, shift=None, unit=None), value_of, reference)
    return _in_year(parts, value_of, reference)


def _shifted(unit: str, count: int, day: datetime.date) -> str:
    """The day, week, month … that lies a number of them after the one of `day`."""
    if unit == "day":
        return iso.day(day + count * DAY)
    if unit in ("week", "fortnight"):
        return iso.week(day + count * 7 * DAY * (2 if unit == "fortnight" else 1))
    if unit == "weekend":
        saturday = day + (5 - day.weekday() + 7 * count) * DAY
        return iso.span(iso.day(saturday), iso.day(saturday + DAY))
    if unit == "month":
        return iso.month(day.year, day.month + count)
    if unit in ("quarter", "half"):
        length = {"quarter": 3, "half": 6}[unit]
        first = (day.month - 1) // length * length + 1 + count * length
        return iso.span(iso.month(day.year, first), iso.month(day.year, first + length - 1))
    if unit == "year":
        return iso.year(day.year + count)
    length = {"decade": 10, "century": 100}[unit]
    first = (day.year - (unit == "century")) // length * length + (unit == "century") + count * length
    return iso.span(iso.year(first), iso.year(first + length - 1))


def _weekday(parts: Parts, reference: Reference) -> str:
    today = reference.day
    if "week" in (parts.unit, parts.unit_of) and (parts.shift is not None or parts.week):
        monday = today + (7 * parts.shift - today.weekday()) * DAY
        return iso.day(monday + parts.weekday * DAY)
    ahead = (parts.weekday - today.weekday()) % 7
    if parts.direction in ("ago", "ahead") and parts.unit in ("week", "day", "month"):
        weeks = (parts.count or 1) * (-1 if parts.direction == "ago" else 1)
        base = today + ahead * DAY if parts.direction == "ahead" else today - (7 - ahead) % 7 * DAY
        return iso.day(base + weeks * 7 * DAY)
    if parts.shift is not None and parts.shift > 0:
        if reference.next_is_next_week and "coming" not in parts.flags:
            return iso.day(today + (7 - today.weekday() + parts.weekday) * DAY)
        return iso.day(today + (ahead or 7) * DAY + (parts.shift - 1) * 7 * DAY)
    if parts.shift is not None and parts.shift < 0:
        return iso.day(today - ((7 - ahead) % 7 or 7) * DAY + (parts.shift + 1) * 7 * DAY)
    if "week" in (parts.unit, parts.unit_of) and reference.next_is_next_week:  # "Monday week"
        return iso.day(today + (ahead + 7) * DAY)
    if reference.tense == "future" or not ahead or (reference.tense == "near" and ahead <= 3):
        return iso.day(today + ahead * DAY)
    return iso.day(today - (7 - ahead) * DAY)


def _day_of_month(parts: Parts, reference: Reference) -> str:
    """ "der 14.", "Friday the 13th": the nearest on the right side, with that weekday where one is named."""
    today = reference.day
    if parts.unit == "month" and parts.shift is not None:
        first = iso.bounds(iso.month(today.year, today.month + parts.shift))[0]
        return iso.day(_calendar_day(first.year, first.month, parts.day))
    step = DAY if reference.tense == "future" else -DAY
    candidates = [today + step * n for n in range(70)]
    if reference.tense == "near":
        candidates = sorted((today + DAY * n for n in range(-35, 36)), key=lambda d: abs((d - today).days))
    if parts.weekday is not None:  # the weekday tells more than the tense
        candidates = sorted((today + DAY * n for n in range(-45, 46)), key=lambda d: (abs((d - today).days), d < today))
        candidates = [d for d in candidates if d.weekday() == parts.weekday]
    found = next((d for d in candidates if d.day == parts.day), None)
    if found is None:
        raise Unresolved(IMPOSSIBLE)
    return iso.day(found)


def _from_anchor(parts: Parts, reference: Reference) -> tuple[str, str]:
    """ "tags darauf", "zwei Jahre später", "am selben Abend": counted from the last date that the text gave before."""
    anchor = reference.anchor
    if anchor is None or anchor.value is None:
        raise Unresolved(OTHER_DATE)
    unit = parts.unit or "day"
    if parts.direction == "same" or parts.count is None:
        count = 0 if parts.direction == "same" else 1
    else:
        count = parts.count
    count = -count if parts.direction == "earlier" else count
    if unit in ("day", "week") and not (anchor.start == anchor.end or (unit == "week" and "W" in anchor.value)):
        if anchor.end - anchor.start > 7 * DAY:
            raise Unresolved(OTHER_DATE)
    base = anchor.end if count > 0 else anchor.start
    if unit == "weekend" or (unit == "week" and (parts.count is None or "W" in anchor.value)):
        return _shifted(unit, count, base), anchor.basis
    if unit in ("day", "week"):
        return iso.day(base + count * (7 if unit == "week" else 1) * DAY), anchor.basis
    return _shifted(unit, count, base), anchor.basis


def _counted(parts: Parts, reference: Reference) -> str:
    """ "vor zwei Wochen", "in drei Tagen", "the last two years"."""
    today = reference.day
    if parts.unit == "weekend":
        raise Unresolved(NO_DATE)
    if parts.direction in ("ago", "ahead"):
        if parts.count is None and (not reference.bare_unit_is_one or "unknown" in parts.flags):  # "vor Jahren"
            raise Unresolved(NO_DATE)
        count = parts.count if parts.count is not None else 1
        if parts.unit == "year" and count == 1:  # "vor einem Jahr" is nearer to twelve months than to the year before
            return _shifted("month", -12 if parts.direction == "ago" else 12, today)
        if parts.unit == "half" and count == 1:
            return _shifted("month", -6 if parts.direction == "ago" else 6, today)
        return _shifted(parts.unit, -count if parts.direction == "ago" else count, today)
    far = _shifted(parts.unit, parts.count * (1 if parts.shift > 0 else -1), today)
    near = _shifted(parts.unit, 1 if parts.shift > 0 else -1, today)
    if parts.unit == "week":
        bounds = sorted((iso.bounds(near), iso.bounds(far)))
        return iso.span(iso.day(bounds[0][0]), iso.day(bounds[1][1]))
    return joined(near, far)


def joined(one: str, other: str) -> str:
    """The span that covers two values."""
    first, last = sorted((one, other), key=iso.bounds)
    return iso.span(first.split("/")[0], last.split("/")[-1])


def _unit_value(parts: Parts, reference: Reference) -> str:
    """ "last week", "dieses Jahr", "Monatsende", "am Wochenende"."""
    today, unit = reference.day, parts.unit
    if unit == "weekend":
        if parts.shift in (None, 0):
            past = parts.shift is None and today.weekday() < {"past": 5, "near": 2}.get(reference.tense, 0)
            return _shifted(unit, -1 if past else 0, today)
        # "last weekend" said on a weekend is the one before
        ahead = parts.shift if parts.shift < 0 else parts.shift - (today.weekday() < 5 and parts.unit_of is None)
        return _shifted(unit, ahead, today)
    if unit == "day":
        if parts.shift is None or parts.shift != 0:
            raise Unresolved(OTHER_DATE if parts.shift else NO_DATE)
        return iso.day(today)
    if parts.shift is None and parts.part is None:
        raise Unresolved(NO_DATE)
    shift = parts.shift or 0
    if unit == "year" and parts.calendar == "persian":
        return _year_value(replace(parts, year=_persian_year(today) + shift))
    if unit == "year" and parts.part in ("early", "late") and parts.shift is None:  # "seit Jahresbeginn", "bis Jahresende"
        return iso.month(today.year, 1 if parts.part == "early" else 12)
    if unit == "quarter" and parts.part and parts.shift is None:
        return _shifted(unit, 0, today)
    return _shifted(unit, shift, today)


def _period_of_year(parts: Parts, reference: Reference) -> tuple[str, str]:
    """The third quarter, the first half, a season of a year."""
    if parts.season:
        first, length = SEASONS[parts.season], 3
    else:
        length = {"quarter": 3, "half": 6}["half" if "half" in (parts.unit, parts.unit_of) else "quarter"]
        first = (parts.ordinal - 1) * length + 1
        if not 1 <= first <= 12:
            raise Unresolved(IMPOSSIBLE)
    units = {parts.unit, parts.unit_of}
    said = replace(parts, calendar="gregorian", unit="year" if "year" in units else None, unit_of=None)
    return _in_year(said, lambda year: iso.span(iso.month(year, first), iso.month(year, first + length - 1)), reference)


def _year_value(parts: Parts) -> str:
    if parts.calendar != "gregorian" and parts.year in OTHER_YEARS:
        first = _calendar_day(parts.year, 1, 1, parts.calendar)
        return iso.span(iso.day(first), iso.day(_calendar_day(parts.year + 1, 1, 1, parts.calendar) - DAY))
    return iso.year(parts.year)


def resolve_parts(parts: Parts, reference: Reference) -> tuple[str, str]:
    """Value and basis (`text` or `published_at`) of one expression; Unresolved with the reason, ValueError for impossible dates."""
    if parts.shift == 0 and parts.direction in ("later", "earlier", "ago") and parts.count is None:  # "later this month"
        parts = replace(parts, direction=None)
    if "vague" in parts.flags:
        raise Unresolved(NO_DATE)
    if parts.date is not None:
        return iso.day(parts.date), "text"
    if parts.feast:
        parts = replace(parts, calendar="gregorian")
        if parts.feast == "turn":
            return _in_year(parts, lambda year: iso.span(iso.month(year, 12), iso.month(year, 13)), reference)
        return _in_year(parts, lambda year: iso.day(feast_day(parts.feast, year)), reference)
    if parts.ordinal and (parts.unit, parts.unit_of) in (("week", "month"), ("day", "month")) and parts.month is None:
        today = reference.day  # "third week of this month"
        first = iso.bounds(iso.month(today.year, today.month + (parts.shift or 0)))[0]
        parts = replace(parts, year=first.year, month=first.month, shift=None, unit_of=None)
        return _month_value(parts)(first.year), "published_at"
    if parts.month is not None:
        return _month_date(parts, reference)
    if parts.offset is not None:
        day = reference.day + parts.offset * DAY
        if parts.direction in ("ago", "ahead") and parts.unit:
            return iso.day(iso.bounds(_moved(day, parts))[0]), "published_at"
        return iso.day(day), "published_at"
    if parts.week is not None:
        year = parts.year or reference.day.year
        return iso.week(datetime.date.fromisocalendar(year, parts.week, 1)), "text" if parts.year else "published_at"
    if parts.day is not None:
        return _day_of_month(parts, reference), "published_at"
    if parts.weekday is not None:
        if parts.direction in ("later", "earlier", "same") and reference.anchor and reference.anchor.start:
            return _weekday(
                replace(parts, direction=None, shift=None), replace(reference, published=reference.anchor.start, tense="future")
            ), (reference.anchor.basis)
        return _weekday(parts, reference), "published_at"
    if parts.season or (parts.ordinal and {"quarter", "half"} & {parts.unit, parts.unit_of}):
        return _period_of_year(parts, reference)
    if parts.decade is not None:
        return iso.span(iso.year(parts.decade), iso.year(parts.decade + 9)), "text"
    if parts.unit == "century" and parts.ordinal:
        return iso.span(iso.year(parts.ordinal * 100 - 99), iso.year(parts.ordinal * 100)), "text"
    if parts.direction in ("later", "earlier", "same"):
        return _from_anchor(parts, reference)
    if parts.unit in ("half", "quarter") and parts.year and parts.count:
        return _period_of_year(replace(parts, ordinal=parts.count), reference)
    if parts.year is not None and (parts.direction is None or parts.count is None):
        return _year_value(parts), "text"
    if parts.unit and "unknown" in parts.flags and parts.shift is None and parts.direction is None:
        raise Unresolved(NO_DATE)
    if parts.unit and (parts.direction or (parts.count and parts.shift)):
        return _counted(parts, reference), "published_at"
    if parts.unit and not parts.count and not parts.ordinal:
        return _unit_value(parts, reference), "published_at"
    if {"daypart", "night"} & parts.flags and not parts.stray:
        if parts.shift == 0:
            return iso.day(reference.day), "published_at"
        return _from_anchor(replace(parts, direction="same", unit="day"), reference)
    raise Unresolved(NO_DATE)


def _moved(day: datetime.date, parts: Parts) -> str:
    """The day a number of units from another one ("heute in einer Woche", "gestern vor einem Jahr")."""
    count = (parts.count or 1) * (-1 if parts.direction == "ago" else 1)
    if parts.unit in ("day", "week", "month", "year"):
        return iso.day(day + relativedelta(**{f"{parts.unit}s": count}))
    raise Unresolved(NO_DATE)
