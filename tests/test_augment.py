"""Varied documents keep their annotation: every span still cuts what it stood for."""

import random

import pytest

from training import augment, corpus

ALWAYS = augment.Shares(names=1, dates=1, headline=1, quotes=1, space=1, join=1)
TEXT = """=== de-test-001
published_at: 2024-03-05
topic: diplomacy
style: agency report

[Jana Hartwig|p1] reist nach [Turin|l1]
[Turin|l1] - [Jana Hartwig|p1] hat am [Montag, dem 4. März 2024|d1] [Pavel Novák|p2] zu [Gesprächen|e1] „im kleinen Kreis“ getroffen.
[Hartwigs|p1] Sprecher lobte [Novák|p2].
Die [Nordwerk Antriebe AG|o1] ist daran nicht beteiligt.
---
d1 2024-03-04
l1 kind=city country=IT
e1 meeting talks occurred: p1 p2 l1 d1
"""


@pytest.fixture
def document(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return corpus.read_file(tmp_path / "a.txt")[0]


def surfaces(document):
    return {k: [document.text[s.start : s.end] for s in e.spans] for k, e in document.entities.items()}


def test_names_change_everywhere_alike_and_keep_their_genitive(document):
    seen = set()
    for seed in range(30):
        varied = augment.swap_names(document, random.Random(seed))
        found = surfaces(varied)
        first, last = found["p1"][0], found["p1"][-1]
        assert found["p1"][0] == found["p1"][1]
        assert last in (first.split()[-1] + "s", first.split(" ", 1)[-1] + "s", first.split(" ", 1)[-1])
        assert found["l1"][0] == found["l1"][1]
        assert found["o1"][0].endswith(" AG")
        assert [varied.text[s.start : s.end] for s in varied.events[0].spans] == ["Gesprächen"]
        seen.add(first)
    assert len(seen) > 5


def test_dates_move_and_stay_dates(document):
    found = {surfaces(augment.move_dates(document, random.Random(seed)))["d1"][0] for seed in range(20)}
    assert len(found) > 5
    assert all(", dem 4. " in date for date in found)


def test_a_name_that_stands_in_other_words_is_left_alone(document):
    document.text = document.text.replace("daran", "Turiner")  # as long as it was
    assert all(surfaces(augment.swap_names(document, random.Random(seed)))["l1"] == ["Turin", "Turin"] for seed in range(20))


def test_joined_documents_share_nothing(document):
    joined = augment.join(document, document)
    for event, other in zip(joined.events[:1], joined.events[1:]):
        assert not {a for a, _ in event.arguments} & {a for a, _ in other.arguments}
    half = len(document.text) + 1
    assert joined.text == document.text + "\n" + document.text
    assert surfaces(joined)["p1"] == surfaces(joined)["p1b"]
    assert all(s.start >= half for s in joined.entities["p1b"].spans)


def test_the_whole_training_split_survives_every_variation():
    documents = corpus.read_split("train")[::7]
    plain = {d.id: d for d in documents}
    for varied in augment.epoch(documents, 1, ALWAYS):
        for entity in varied.entities.values():
            for span in entity.spans:
                surface = varied.text[span.start : span.end]
                assert surface
                assert surface == surface.strip()
        if varied.id in plain:
            for event, original in zip(varied.events, plain[varied.id].events, strict=True):
                for a, b in zip(event.spans, original.spans, strict=True):
                    before, after = plain[varied.id].text[b.start : b.end], varied.text[a.start : a.end]
                    # a name may have changed inside a compound, white space between words
                    assert after.casefold().split()[-1][-3:] == before.casefold().split()[-1][-3:]


def test_epochs_differ_and_repeat_by_seed():
    documents = corpus.read_split("train")[:40]
    one, again, other = (augment.epoch(documents, seed, augment.Shares()) for seed in (1, 1, 2))
    assert [d.text for d in one] == [d.text for d in again]
    assert [d.text for d in one] != [d.text for d in other]
