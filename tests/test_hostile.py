"""Hostile texts through the API to the real model: each is answered or refused with its field named, and every offset cuts the text."""

import json
import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.settings import Settings
from tests.conftest import make_app, spans_of
from tests.test_text import NASTY

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "60"))  # `make soak` takes 10,000
MOST = 100_000  # characters of an article
NEWS = (
    "Wien (dpa) - Außenministerin Lena Hofer hat am Montag in Wien ihren Kollegen Gábor Szalai getroffen.",
    "Sie unterzeichneten ein Abkommen über den Ausbau.",
    "On 3 May the ministers met in Geneva.",
    "两国外长星期一在日内瓦会晤。",
    "التقى الوزيران يوم الإثنين في جنيف.",
    "Die Delegationen treffen sich am 12. April.",
)
WORDS = [word for text in NEWS for word in text.split()]
EMOJI = ["👩‍👩‍👧", "👨🏽‍🚀", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️", "🇩🇪🇦", "\u200d", "\ufe0f"]
RIGHT_TO_LEFT = ["\u202e", "\u202d", "\u2066", "\u2069", "\u061c", "שלום", "مرحبا"]
COMBINING = ["e\u0301", "Z\u0351\u036b\u0343\u036a", "\u0301" * 40, "ﬁ", "İ", "ǆ", "각"]
CONTROLS = ["\x00", "\x10", "\x1b[31m", "\u0085", "\ufeff", "\ufffe", "\U0010ffff", "\u2028"]
SPACES = ["\u202f", "\u00a0", "\u00ad", "\u200b", "\u3000", "\n\n", "\r", "\t", " " * 50]
SIGNS = ["？……\x10", "!" * 30, "„“", "...", "\\", '"', "<script>", "{{7*7}}", "%s", "-" * 30, "1" * 30, "12:30", "30.02.2024"]
LONE = ["\ud800", "\udfff", "\ud83d"]
HOSTILE = [*EMOJI, *RIGHT_TO_LEFT, *COMBINING, *CONTROLS, *SPACES, *SIGNS]
PIECE = st.one_of(
    st.sampled_from(NEWS),
    st.sampled_from(WORDS),
    st.sampled_from(HOSTILE),
    st.text(alphabet=NASTY, max_size=5),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
PARTS = st.lists(PIECE, max_size=40)


@pytest.fixture(scope="module")
def client(engine):
    return make_app(Settings(deadline=3600), engine).test_client()


def post(client, text: str, published_at: str | None = "2024-03-06"):
    return client.post("/v1/events", data=json.dumps({"text": text, "published_at": published_at}), content_type="application/json")


def refused(text: str) -> bool:
    """Whether a text is no article."""
    return not text.strip() or len(text) > MOST or any("\ud800" <= c <= "\udfff" for c in text)


def check(client, text: str) -> list[dict]:
    """The spans of the answer to a text, each of which cuts it; a text that is no article is refused by its field."""
    answer = post(client, text)
    if refused(text):
        assert answer.status_code == 422
        assert {error["field"] for error in answer.get_json()["errors"]} == {"text"}
        return []
    assert answer.status_code == 200
    found = answer.get_json()
    assert found["characters_read"] == len(text)
    spans = [span for event in found["events"] for _, span in spans_of(event)]
    for span in spans:
        assert 0 <= span["start"] < span["end"] <= len(text)
        assert text[span["start"] : span["end"]] == span["text"]
    return spans


def test_hostile_texts_are_answered_with_right_offsets(client):
    seen = Counter()

    @given(PARTS, st.sampled_from(["", " ", "\u202f"]), st.one_of(st.just(""), st.just(""), st.just(""), st.sampled_from(LONE)))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def run(parts, between, lone):
        text = between.join(parts) + lone
        spans = check(client, text)
        seen.update(texts=1, spans=len(spans), with_events=bool(spans), refused=refused(text))

    run()
    print(f"{seen['texts']:,} texts: {seen['with_events']:,} with events, {seen['spans']:,} spans, {seen['refused']:,} refused")
    assert seen["texts"] >= EXAMPLES
    assert seen["with_events"] > seen["texts"] / 10  # else the check would see little


@pytest.mark.parametrize(
    "text",
    [
        "\u200b",
        "\x00",
        " " * 1_000_000,
        " " * MOST,
        "a" * MOST,
        "字" * 20_000,
        " x" * 5000,
        "Treffen " * 1500,
        "🙂" * 3000,
        "👩‍👩‍👧" * 1000,
        "!" * 3000,
        "会议" * 1500,
        "e" + "\u0301" * 20_000,
        "\ud800",
        NEWS[0] + " " * 50_000 + NEWS[1],
        NEWS[0] + "\x00" * 5000 + NEWS[1],
        " ".join(NEWS * 40),
    ],
    ids=lambda text: f"{text[:6]!a} x {len(text)}",
)
def test_texts_of_one_kind(client, text):
    check(client, text)


def test_events_are_seen_on_both_sides_of_a_gap(client):
    text = NEWS[0] + " \u202f" * 2000 + NEWS[0]
    starts = [span["start"] for span in check(client, text)]
    assert min(starts) < len(NEWS[0])
    assert max(starts) > len(text) - len(NEWS[0])
