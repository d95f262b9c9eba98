"""A date expression in its place in a text → its value: what stands around it, and one date or two."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

import regex

from service.dates import iso
from service.dates.parts import IMPOSSIBLE, NO_DATE, SEVERAL, Parts, Unresolved, read_parts
from service.dates.resolve import Reference, Resolved, joined, resolve_parts
from service.dates.words import Token, tokenise

LONGEST = 100  # code points of an expression
AROUND = 40  # code points before and after it that are looked at
BARE_UNIT_IS_ONE = ("ar", "fa", "pl", "ru", "uk")  # languages in which "week ago" is one week ago
NEXT_IS_NEXT_WEEK = ("en",)  # languages in which "next Friday" is mostly the one of next week
# where an event of a status lies from the day of publication; what was called off may have been planned for either side
TENSES = {"occurred": "past", "planned": "future", "possible": "future", "denied": "near"}
DATE_KEYS = frozenset("month weekday day unit season feast persian islamic ord decade n shift".split())


def date_bounds(value: str) -> tuple[str, str]:
    """The first and last day of an ISO value: `2023-03` → `("2023-03-01", "2023-03-31")`."""
    first, last = iso.bounds(value)
    return first.isoformat(), last.isoformat()


def _with_surroundings(tokens: list[Token], language: str, before: str, after: str) -> list[Token]:
    """The tokens with the words around that belong to them: "[zwei Wochen] zuvor", "last [March]", "between [3 and 9 May]"."""
    keys = {key for t in tokens for key, _ in t.tags}
    previous = tokenise(before[-AROUND:], language)[-3:] if before else []
    following = tokenise(after[:AROUND], language)[:1] if after else []
    counted = "unit" in keys and ("n" in keys or any(t.kind == "number" and len(t.text) < 4 for t in tokens))
    directed = {"ago", "ahead", "later", "earlier", "shift"} & keys
    if counted and not directed:
        if following and {"ago", "later", "earlier"} & {key for key, _ in following[0].tags}:
            tokens = [*tokens, following[0]]
        elif previous and {"ago", "ahead"} & {key for key, _ in previous[-1].tags}:
            tokens = [previous[-1], *tokens]
    elif previous and "shift" not in keys and {"shift"} == {key for key, _ in previous[-1].tags}:
        tokens = [previous[-1], *tokens]
    if previous and previous[-1].get("article") is not None and len(tokens) == 1 and tokens[0].kind == "number":
        tokens = [previous[-1], *tokens]
    if previous and previous[-1].get("between") is not None:
        tokens = [previous[-1], *tokens]
    return tokens


def _dated(tokens: list[Token]) -> bool:
    """Whether a side of a joint says a date by itself."""
    return any(t.kind not in ("word", "dash") or DATE_KEYS & {key for key, _ in t.tags} for t in tokens) and not all(
        t.kind == "word" and {key for key, _ in t.tags} <= {"n", "shift"} for t in tokens
    )


def _joint(tokens: list[Token]) -> tuple[list[Token], str, list[Token]] | None:
    """The sides of the first word or dash that joins two dates, and which it is: to, and, or."""
    for wanted in ("to", "and", "or"):
        for i, token in enumerate(tokens):
            kind = "to" if token.kind == "dash" else next((k for k in ("to", "and", "or") if token.get(k) is not None), None)
            if kind == wanted and _dated(tokens[:i]) and _dated(tokens[i + 1 :]):
                return tokens[:i], kind, tokens[i + 1 :]
    return None


def joined_by_dash(joint: Token, first: Parts, last: Parts) -> bool:
    """Whether a hyphen makes one date of day and month: "Oct-2", "2-Oct"."""
    whole = (first.month and not first.day and not first.year and last.day and not last.month) or (
        first.day and not first.month and last.month and not last.day
    )
    return joint.kind == "dash" and bool(whole)


def _share(first: Parts, last: Parts) -> tuple[Parts, Parts]:
    """Each side takes from the other what it leaves out: "3. bis 5. Mai 2019", "May 3 to 5"."""

    def lacks_month(one: Parts) -> bool:
        return one.month is None and one.date is None and one.day is not None and one.weekday is None

    if lacks_month(first) and last.date is not None:
        first = replace(first, month=last.date.month, year=last.date.year, calendar="gregorian")
    if lacks_month(first) and last.month:
        first = replace(first, month=last.month, calendar=last.calendar)
    if lacks_month(last) and first.month:
        last = replace(last, month=first.month, calendar=first.calendar)
    if last.year is not None and first.year is None and first.date is None and first.unit != "year":
        yearly = first.month or first.season or first.feast or (first.ordinal and last.unit)
        if yearly:
            turns = first.month and last.month and first.month > last.month
            first = replace(first, year=last.year - bool(turns))
    elif first.year is not None and last.year is None and last.month and first.month:
        last = replace(last, year=first.year + (first.month > last.month))
    if last.date is not None and first.month and first.year is None:
        first = replace(first, year=last.date.year - (first.month > last.date.month))
    if first.ordinal and last.ordinal and first.unit is None and last.unit:
        first = replace(first, unit=last.unit, unit_of=last.unit_of)
    if lacks_month(first) and last.unit == "month" and last.shift is not None:
        first = replace(first, unit="month", shift=last.shift)
    for name in ("shift", "unit", "unit_of"):
        if getattr(last, name) is not None and getattr(first, name) is None and first.weekday is not None and last.weekday is not None:
            first = replace(first, **{name: getattr(last, name)})
        if getattr(first, name) is not None and getattr(last, name) is None and first.weekday is not None and last.weekday is not None:
            last = replace(last, **{name: getattr(first, name)})
    if last.unit == "year" and last.shift is not None and first.month and last.month and first.year is None and first.shift is None:
        first = replace(first, unit="year", shift=last.shift)
    return first, last


def _two_years(first: Parts, last: Parts) -> None:
    """ "2019-21", "1995/96": the second year in two figures."""
    if first.year and first.month is None and last.year is None and last.day and last.month is None and last.weekday is None:
        year = first.year // 100 * 100 + last.day
        if year > first.year:
            last.year, last.day = year, None


def _range(first: Parts, last: Parts, joint: str, between: bool, reference: Reference) -> tuple[str, str]:
    """The span from one date to the other, the second counted from the first (ahead: the first from the second)."""
    first, last = _share(first, last)
    _two_years(first, last)
    night = "night" in first.flags | last.flags
    only_weekdays = first.weekday is not None and first.day is None
    if reference.tense == "future" and not only_weekdays:
        end, end_basis = resolve_parts(last, reference)
        start, start_basis = _other_side(first, reference, end, end_basis, 1)
    else:
        start, start_basis = resolve_parts(first, reference)
        end, end_basis = _other_side(last, reference, start, start_basis, 0)
    basis = "text" if start_basis == end_basis == "text" else "published_at"
    start_day, end_day = iso.bounds(start)[0], iso.bounds(end)[1]
    if start_day > end_day:
        raise Unresolved(IMPOSSIBLE)
    if night and (end_day - start_day).days == 1:
        return end, basis
    if joint == "or" or (joint == "and" and not between and iso.bounds(end)[0] - iso.bounds(start)[1] > iso.DAY):
        raise Unresolved(SEVERAL)
    return joined(start, end), basis


def _other_side(parts: Parts, reference: Reference, value: str, basis: str, side: int) -> tuple[str, str]:
    """Value and basis of a side, counted from the other one, but from the day of publication where it says so ("next month").

    Where neither that day nor the passage's year is known, it has to say all by itself.
    """
    alone = reference.published is None and reference.frame is None
    if alone or parts.shift is not None or parts.offset is not None or parts.direction:
        return resolve_parts(parts, reference)
    found, own = resolve_parts(parts, replace(reference, published=iso.bounds(value)[side], tense="past" if side else "future", frame=None))
    return found, basis if reference.frame is not None and own == "published_at" else own


def _years_with_slash(token: Token) -> tuple[int, int]:
    """ "2002/2003", "1995/96"."""
    first, last = regex.split(r"[/–-]", token.text)
    return int(first), int(last) if len(last) == 4 else int(first) // 100 * 100 + int(last) + 100 * (int(last) < int(first) % 100)


def _value(tokens: list[Token], language: str, reference: Reference) -> tuple[str, str]:
    between = any(t.get("between") is not None for t in tokens)
    for token in tokens:
        if token.kind == "years":
            first, last = _years_with_slash(token)
            if last - first == 1 and any(t.get("feast") == "turn" for t in tokens):
                return iso.span(iso.month(first, 12), iso.month(last, 1)), "text"
            if last - first == 1 and any(t.get("season") == "winter" for t in tokens):
                return iso.span(iso.month(first, 12), iso.month(last, 2)), "text"
            return iso.span(iso.year(first), iso.year(last)), "text"
    if joint := _joint(tokens):
        left, kind, right = joint
        first, last = (read_parts(side, language, reference.published, one_side=True) for side in (left, right))
        if _joint(left) or _joint(right):
            raise Unresolved(SEVERAL)
        if kind == "to" and joined_by_dash(tokens[len(left)], first, last):
            return resolve_parts(read_parts([*left, *right], language, reference.published), reference)
        if first.names_a_day and last.names_a_day and not (first.offset is not None and last.weekday is not None):
            return _range(first, last, kind, between, reference)
    return resolve_parts(read_parts(tokens, language, reference.published), reference)


def _anchor(earlier: Sequence[Resolved], published: datetime.date | None, tense: str) -> Resolved | None:
    """The date that was given last, for what has happened the last that is not ahead."""
    known = [d for d in earlier if d.start and (tense != "past" or published is None or d.start <= published)]
    return known[-1] if known else None


def resolve_date(
    text: str,
    language: str,
    published: datetime.date | None,
    tense: str = "past",
    before: str = "",
    after: str = "",
    earlier: Sequence[Resolved] = (),
    frame: Resolved | None = None,
) -> Resolved:
    """The value of a date expression as it stands in a text, or the reason why it has none.

    `tense` (past, future, near: see `TENSES`) says where the event lies from the day of publication, which decides "am Montag" and "im
    Mai"; `before` and `after` are the text around the expression, `earlier` the dates that the text gave before ("zwei Wochen später"),
    `frame` the year or month that the text sets for the whole passage (`read_frames`).
    Of languages without a table of words, figures and CLDR's names of months and weekdays are known.
    """
    if len(text) > LONGEST:
        return Resolved(reason=NO_DATE)
    tokens = tokenise(text, language)
    if not tokens:
        return Resolved(reason=NO_DATE)
    tokens = _with_surroundings(tokens, language, before, after)
    anchor = _anchor(earlier, published, tense)
    reference = Reference(published, tense, anchor, language in NEXT_IS_NEXT_WEEK, language in BARE_UNIT_IS_ONE, frame)
    try:
        value, basis = _value(tokens, language, reference)
        start, end = iso.bounds(value)
    except Unresolved as error:
        return Resolved(reason=str(error))
    except (ValueError, OverflowError):  # a day beyond the calendar's first or last
        return Resolved(reason=IMPOSSIBLE)
    return Resolved(value, start, end, basis)
