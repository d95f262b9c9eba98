"""Text → words: the units that spans are made of, with code point offsets and a sentence number each."""

from dataclasses import dataclass

import numpy as np
import regex

# A run of letters, digits and marks; each Han, kana or Thai character alone, since those scripts set no spaces; else one sign.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
WORD = regex.compile(rf"(?V1)[{UNSPACED}]|[[\p{{L}}\p{{N}}\p{{M}}\u200c\u200d]--[{UNSPACED}]]+|[^\s\p{{C}}]")
SENTENCE_END = frozenset(".!?…。！？؟۔")


@dataclass(frozen=True)
class Words:
    """Words of one text: `starts[i]:ends[i]` cuts word i (code points), `sentences[i]` counts up; arrays of shape [words]."""

    starts: np.ndarray
    ends: np.ndarray
    sentences: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)


def split_words(text: str) -> Words:
    """The words of a text in order; text without any gives empty arrays.

    The sentence number is a rough one (closing signs before a capital, line breaks), meant as a measure of distance.
    """
    found = list(WORD.finditer(text))
    starts = np.array([m.start() for m in found], dtype=np.int64)
    ends = np.array([m.end() for m in found], dtype=np.int64)
    sentences = np.zeros(len(found), dtype=np.int64)
    number, closed, last_end = 0, False, 0
    for i, match in enumerate(found):
        gap = text[last_end : match.start()]
        if "\n" in gap or (closed and gap and not text[match.start()].islower()):
            number += 1
        sign = match.group()
        # "3. Mai", "U.S. envoy", "Dr. Weber": a full stop after a number or a very short word rarely ends a sentence
        abbreviation = sign == "." and i > 0 and (found[i - 1].group().isdigit() or len(found[i - 1].group()) <= 2)
        closed = (sign in SENTENCE_END and not abbreviation) or (closed and not sign[0].isalnum())
        sentences[i] = number
        last_end = match.end()
    return Words(starts, ends, sentences)
