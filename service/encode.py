"""Words → windows of token ids: what the encoder reads, with the place of each word in them."""

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from service.words import Words

BOS, PAD, EOS = 0, 1, 2
WINDOW = 510  # tokens beside <s> and </s>
OVERLAP = 128


@dataclass(frozen=True)
class Encoded:
    """One text as token windows.

    `windows[k]` is an array of token ids with <s> and </s>. Word i is read in window `word_window[i]` from the tokens
    `token_starts[i]` up to `token_ends[i]` of it; `kept[i]` is its index among the words given. Words that have no token are left out.
    """

    windows: list[np.ndarray]
    kept: np.ndarray
    word_window: np.ndarray
    token_starts: np.ndarray
    token_ends: np.ndarray


def window_starts(tokens: int) -> list[int]:
    """First tokens of the windows that together cover `tokens` tokens, neighbours sharing at least OVERLAP."""
    if tokens <= WINDOW:
        return [0]
    step = WINDOW - OVERLAP
    count = -(-(tokens - WINDOW) // step) + 1
    return [min(i * step, tokens - WINDOW) for i in range(count)]


def encode(text: str, words: Words, tokenizer: Tokenizer) -> Encoded:
    """Tokenise a text once and cut it into overlapping windows; each word belongs to the window that shows most around it."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    ids = np.array(encoding.ids, dtype=np.int64)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    # Offsets rise but for odd characters, where the tokenizer may give a token an earlier place: searchsorted needs them sorted.
    token_from = np.maximum.accumulate(offsets[:, 0]) if len(ids) else offsets[:, 0]
    token_to = np.maximum.accumulate(offsets[:, 1]) if len(ids) else offsets[:, 1]
    first = np.searchsorted(token_to, words.starts, side="right")
    last = np.searchsorted(token_from, words.ends, side="left")
    kept = np.flatnonzero((first < last) & (first < len(ids)))
    first, last = first[kept], last[kept]

    starts = np.array(window_starts(len(ids)), dtype=np.int64)
    windows = [np.concatenate([[BOS], ids[s : s + WINDOW], [EOS]]) for s in starts]
    ends = np.minimum(starts + WINDOW, len(ids))
    # distance of the word's first token to the nearer border of each window, negative outside; text borders cost nothing
    left = np.where(starts[None, :] == 0, WINDOW, first[:, None] - starts[None, :])
    right = np.where(ends[None, :] == len(ids), WINDOW, ends[None, :] - 1 - first[:, None])
    inside = (first[:, None] >= starts[None, :]) & (first[:, None] < ends[None, :])
    room = np.where(inside, np.minimum(left, right), -1)
    word_window = room.argmax(axis=1) if len(kept) else np.zeros(0, dtype=np.int64)
    base = starts[word_window] if len(kept) else np.zeros(0, dtype=np.int64)
    token_starts = first - base + 1
    token_ends = np.minimum(last, ends[word_window] if len(kept) else last) - base + 1
    return Encoded(windows, kept, word_window, token_starts, token_ends)
