"""The day of a feast in a year, from the rule that the tables in `names/` give it.

Rules: `12-24` a fixed day · `easter-2` days from Easter Sunday (Western; `orthodox+0` the Eastern one) · `nth-11-3-4` the fourth
Thursday (0 is Monday) of November · `islamic-10-1` a day of the Islamic (Umm al-Qura), `persian-1-1` of the Persian solar calendar.
"""

import datetime

import jdatetime
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter
from dateutil.relativedelta import relativedelta, weekdays
from hijridate import Gregorian, Hijri


def nth_weekday(year: int, month: int, weekday: int, number: int) -> datetime.date:
    """The nth weekday of a month, counted from its end where negative; ValueError where the month has no such day."""
    found = datetime.date(year, month, 1) + relativedelta(day=1 if number > 0 else 31, weekday=weekdays[weekday](number))
    if found.month != month:
        raise ValueError("no such weekday in this month")
    return found


def persian_day(year: int, month: int, day: int) -> datetime.date:
    """A day of the Persian solar calendar; ValueError where there is none."""
    return jdatetime.date(year, month, day).togregorian()


def islamic_day(year: int, month: int, day: int) -> datetime.date:
    """A day of the Islamic calendar, known for 1343 to 1500; ValueError or OverflowError elsewhere."""
    return datetime.date(*Hijri(year, month, day).to_gregorian().datetuple())


def feast_day(rule: str, year: int) -> datetime.date:
    """The day of a feast in a year of the Gregorian calendar; ValueError where it has none."""
    for name, method in (("easter", EASTER_WESTERN), ("orthodox", EASTER_ORTHODOX)):
        if rule.startswith(name):
            return easter(year, method) + datetime.timedelta(days=int(rule.removeprefix(name)))
    kind, *numbers = rule.split("-")
    if kind == "nth":
        return nth_weekday(year, *(-1 if n == "last" else int(n) for n in numbers))
    if kind == "advent":  # the Sundays before Christmas
        return nth_weekday(year, 11, 6, -1) + datetime.timedelta(days=7 * int(numbers[0]) - 7 * (nth_weekday(year, 11, 6, -1).day >= 27))
    if kind == "persian":
        return persian_day(year - 621, *map(int, numbers))
    if kind == "islamic":
        islamic = Gregorian(year, 1, 1).to_hijri().year
        days = [islamic_day(islamic + ahead, *map(int, numbers)) for ahead in (0, 1)]
        return next(d for d in days if d.year == year)
    return datetime.date(year, int(kind), int(numbers[0]))
