"""Years and months that a text sets once for what follows: "März 2022" as a heading, "2019: …" before a line, "2019 trafen sie …"."""

from bisect import bisect_right
from dataclasses import dataclass

import regex

from service.dates.ranges import resolve_date
from service.dates.resolve import Resolved
from service.dates.words import tokenise

LONGEST = 40  # code points of a heading or a label
YEAR = regex.compile(r"(?<![\p{L}\p{N}.,/:-])[12]\d{3}(?![\p{N}/]|[.,:–-]\d)")
LABEL_END = regex.compile(r"(?<!\s)\s*(?::|[–—-]\s)")
SENTENCE_END = regex.compile(r"(?<=[^\d\s.]{3}[.!?])\s|\n")
# what may stand before a year that opens a sentence; "seit 2019" and "bis 2019" set nothing
IN = regex.compile(r"(?i)(?:im jahre?|im|in(?: the year)?|en(?: el año)?|nel|em|in het jaar|w(?: roku)?|[ву]|في(?: عام)?|در سال)?")
BARE = ("de",)  # languages in which a year opens a sentence by itself


@dataclass(frozen=True)
class Frames:
    """Regions of a text, in its order and apart, with what is set for each: `starts[i]` to `ends[i]` (code points)."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    dates: tuple[Resolved, ...] = ()

    def at(self, place: int) -> Resolved | None:
        """What is set for a place; None where nothing is."""
        i = bisect_right(self.starts, place) - 1
        return self.dates[i] if i >= 0 and place < self.ends[i] else None


def _dated(phrase: str, language: str) -> Resolved | None:
    """A phrase that is a year or a month of a year; None for all else: "Wahl 2019", a day, which is most often that of publication."""
    if any(t.kind == "word" and not t.tags and len(t.text) > 3 for t in tokenise(phrase, language)):
        return None
    found = resolve_date(phrase.strip(), language, None)
    return found if found.value and len(found.value) in (len("2019"), len("2019-03")) else None


def _opening(line: str, at: int, language: str) -> list[tuple[int, int, Resolved]]:
    """The sentences of a line that a year opens, as (start, end, year); `at` is where the line starts."""
    found, begin = [], 0
    for end in (*(m.start() for m in SENTENCE_END.finditer(line)), len(line)):
        sentence = line[begin:end]
        year = YEAR.search(sentence[: LONGEST + 4])
        if year and IN.fullmatch(before := sentence[: year.start()].strip()):
            next_word = sentence[year.end() :].lstrip(" ,")[:1]
            alone = not before and (language not in BARE or not next_word.islower())  # "2003 Gäste"
            if not alone and begin + year.end() < end and (date := _dated(year.group(), language)):
                found.append((at + begin + year.end(), at + end, date))
        begin = end + 1
    return found


def read_frames(text: str, language: str) -> Frames:
    """What the headings, line labels and sentence openings of a text set; the nearest holds, a heading up to the next one."""
    rows: list[tuple[int, int, Resolved]] = []
    heading: Resolved | None = None
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        label: Resolved | None = None
        where = at
        if YEAR.search(line[: LONGEST + 4]):
            if len(line) <= LONGEST and (whole := _dated(line.strip(" :.–-"), language)):
                heading, where = whole, end
            else:
                head = LABEL_END.search(line[: LONGEST + 2])
                label = _dated(line[: head.start()].strip(), language) if head else None
                where = at + head.end() if label else at
        inner = [] if label else _opening(line, at, language)
        for start, stop, date in [*inner, (end, end, None)]:
            if (outer := label or heading) and where < start:
                rows.append((where, start, outer))
            if date:
                rows.append((start, stop, date))
            where = max(where, stop)
        at = end + 1
    return Frames(*(tuple(column) for column in zip(*rows))) if rows else Frames()
