"""Evidence: the sentences that tell of an event."""

import regex

# A closing sign with quotes or brackets after it, then white space and a capital, digit or quote; or a line break.
BREAK = regex.compile(r"(?<=[^\d\s.]{3}[.!?…][\"“”»«')\]]{0,2})\s+(?=[\"„“«»'(\[]?[\p{Lu}\p{Lo}\p{N}])|(?<=[。！？؟۔])|(?<!\s)\s*\n\s*")
LONGEST = 1000  # code points of one piece of evidence


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds a span, as code point offsets without outer white space, at most LONGEST on each side."""
    low, high = max(0, start - LONGEST), min(len(text), end + LONGEST)
    first, last = low, high
    for found in BREAK.finditer(text, low, high):
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end:
            last = found.start()
            break
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def evidence_spans(text: str, triggers: list[dict]) -> list[dict]:
    """The sentences of an event's triggers (spans of the response), each once, in text order, as spans."""
    found = sorted({sentence_around(text, t["start"], t["end"]) for t in triggers})
    return [{"text": text[a:b], "start": a, "end": b} for a, b in found]
