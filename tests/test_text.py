"""Words, windows, sentences: whatever the Unicode, spans cut the text that they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from service.encode import OVERLAP, WINDOW, encode, window_starts
from service.sentences import sentence_around
from service.words import split_words

NASTY = "".join(
    [
        "\u202f",
        "\u200d",
        "\u00ad",
        "\ufeff",
        "\x00",
        "\x10",
        "？",
        "…",
        "👩‍👩‍👧",
        "e\u0301",
        "\u202e",
        "ﬁ",
        "İ",
        "ǆ",
        "你好",
        "\n",
        " ",
        "Wien",
    ]
)
TEXTS = st.text(alphabet=st.one_of(st.sampled_from(NASTY), st.characters(exclude_categories=["Cs"])), max_size=300)


@pytest.fixture(scope="module")
def tokenizer(base):
    return Tokenizer.from_file(str(base / "tokenizer.json"))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_words_cut_the_text_in_order(text):
    words = split_words(text)
    assert (words.starts < words.ends).all()
    assert (words.ends[:-1] <= words.starts[1:]).all()
    for start, end in zip(words.starts, words.ends):
        assert not any(c.isspace() for c in text[start:end])


def test_every_token_of_a_word_is_in_its_window(tokenizer):
    @given(TEXTS, st.integers(1, 40))
    @settings(max_examples=150, deadline=None)
    def check(text, times):
        text *= times
        words = split_words(text)
        encoded = encode(text, words, tokenizer)
        lengths = np.array([len(w) for w in encoded.windows])
        assert (encoded.token_starts >= 1).all()
        assert (encoded.token_starts < encoded.token_ends).all()
        assert (encoded.token_ends < lengths[encoded.word_window]).all()
        assert max(lengths) <= WINDOW + 2

    check()


@pytest.mark.parametrize("tokens", [0, 1, WINDOW, WINDOW + 1, 1000, 5000, 25_000])
def test_windows_cover_all_tokens(tokens):
    starts = window_starts(tokens)
    assert starts[0] == 0
    assert starts[-1] + WINDOW >= tokens
    assert all(a < b <= a + WINDOW - OVERLAP for a, b in zip(starts, starts[1:]))


@given(TEXTS, st.data())
@settings(max_examples=200, deadline=None)
def test_a_sentence_holds_its_span(text, data):
    words = split_words(text)
    if not len(words):
        return
    i = data.draw(st.integers(0, len(words) - 1))
    start, end = int(words.starts[i]), int(words.ends[i])
    first, last = sentence_around(text, start, end)
    assert 0 <= first <= start < end <= last <= len(text)


def test_sentences_of_news():
    text = "Treffen in Wien\nWien (dpa) - Am 3. Mai traf Dr. Weber den Minister. „Es war gut.“ Danach ging er."
    start = text.index("traf")
    first, last = sentence_around(text, start, start + 4)
    assert text[first:last] == "Wien (dpa) - Am 3. Mai traf Dr. Weber den Minister."
