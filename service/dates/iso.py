"""ISO 8601 values of days, weeks, months, years and spans, and the days they cover."""

import calendar
import datetime

DAY = datetime.timedelta(days=1)


def day(date: datetime.date) -> str:
    """`2023-07-17`."""
    return date.isoformat()


def week(date: datetime.date) -> str:
    """The week of a day, `2023-W29`; strftime would not pad the years before 1000."""
    year, number, _ = date.isocalendar()
    if not 1 <= year <= 9999:
        raise ValueError("a week beyond the calendar")
    return f"{year:04d}-W{number:02d}"


def month(year: int, number: int) -> str:
    """`2023-07`; a number outside 1 to 12 runs into the years before or after."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    return f"{datetime.date(year, number, 1).year:04d}-{number:02d}"


def year(number: int) -> str:
    """`2023`; ValueError outside the calendar."""
    return f"{datetime.date(number, 1, 1).year:04d}"


def span(first: str, last: str) -> str:
    """`first/last`, in days where the two differ in precision; one value where they are equal."""
    if first == last:
        return first
    if len(first) != len(last) or "W" in first + last:
        first, last = bounds(first)[0].isoformat(), bounds(last)[1].isoformat()
    if first > last:
        raise ValueError("a span that ends before it begins")
    return f"{first}/{last}"


def bounds(value: str) -> tuple[datetime.date, datetime.date]:
    """The first and last day of a value: `2023-03` → 1 and 31 March."""
    if "/" in value:
        first, last = value.split("/")
        return bounds(first)[0], bounds(last)[1]
    if "W" in value:
        monday = datetime.date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
        return monday, datetime.date.max if monday > datetime.date.max - 6 * DAY else monday + 6 * DAY
    if len(value) == 4:
        return datetime.date(int(value), 1, 1), datetime.date(int(value), 12, 31)
    if len(value) == 7:
        number, month_ = int(value[:4]), int(value[5:])
        return datetime.date(number, month_, 1), datetime.date(number, month_, calendar.monthrange(number, month_)[1])
    return datetime.date.fromisoformat(value), datetime.date.fromisoformat(value)
