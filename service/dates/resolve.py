"""What the parts of a date expression say → an ISO 8601 value, against the day of publication where the text alone does not say it."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dateutil.relativedelta import relativedelta

from service.dates import iso
from service.dates.feasts import feast_day, nth_weekday, persian_day
from service.dates.iso import DAY
from service.dates.parts import IMPOSSIBLE, NO_DATE, NO_PUBLICATION, OTHER_DATE, OTHER_YEARS, Parts, Unresolved, calendar_day

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
YEARS_AROUND = 8  # a 29 February is at most eight years away


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
    `frame` is the year or month that the text sets for the passage, `anchor` the last date that it gave before;
    `next_is_next_week` says that "next Friday" means the one of next week.
    """

    published: datetime.date | None
    tense: str = "past"
    anchor: Resolved | None = None
    next_is_next_week: bool = False
    bare_unit_is_one: bool = False
    frame: Resolved | None = None

    @property
    def day(self) -> datetime.date:
        """The day of publication; Unresolved where it is not known."""
        if self.published is None:
            raise Unresolved(NO_PUBLICATION)
        return self.published


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


def _frame_year(parts: Parts, frame: Resolved | None) -> int | None:
    """The year of a passage; where a month is set, only for dates of that month, since others may belong to the years around."""
    if frame is None or parts.calendar != "gregorian":
        return None
    whole_year = frame.start.month != frame.end.month
    return frame.start.year if whole_year or parts.month == frame.start.month else None


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
    if parts.shift is None and (year := _frame_year(parts, reference.frame)):
        return value_of(year), "text"
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
            date = calendar_day(year, month, parts.day, calendar)
            if parts.unit == "week":
                return iso.week(date)
            return iso.day(date)
    elif calendar != "gregorian":

        def value_of(year: int) -> str:
            last = calendar_day(year + month // 12, month % 12 + 1, 1, calendar) - DAY
            return iso.span(iso.day(calendar_day(year, month, 1, calendar)), iso.day(last))
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
            return iso.day(calendar_day(year, month, number) if number else iso.bounds(iso.month(year, month))[1])
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
        return iso.day(calendar_day(first.year, first.month, parts.day))
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
    count = 1 if parts.count is None else parts.count
    count *= {"same": 0, "earlier": -1}.get(parts.direction, 1)
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
        first = calendar_day(parts.year, 1, 1, parts.calendar)
        return iso.span(iso.day(first), iso.day(calendar_day(parts.year + 1, 1, 1, parts.calendar) - DAY))
    return iso.year(parts.year)


def resolve_parts(parts: Parts, reference: Reference) -> tuple[str, str]:
    """Value and basis (`text` or `published_at`) of one expression; Unresolved with the reason, ValueError for impossible dates."""
    if parts.shift == 0 and parts.direction in ("later", "earlier", "ago") and parts.count is None:  # "later this month"
        parts = replace(parts, direction=None)
    if "vague" in parts.flags:
        raise Unresolved(NO_DATE)
    if parts.date is not None:
        return iso.day(parts.date), "text"
    if parts.count and parts.unit in ("day", "week", "month") and (parts.feast or (parts.month and parts.day)):
        raise Unresolved(OTHER_DATE)  # "vier Tage nach dem 10. Oktober"
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
    if parts.day is not None and parts.shift is None and reference.frame is not None:  # "März 2022: … am 14."
        first, last = reference.frame.start, reference.frame.end
        if (first.year, first.month) != (last.year, last.month):
            raise Unresolved(OTHER_DATE)
        return iso.day(calendar_day(first.year, first.month, parts.day)), "text"
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
