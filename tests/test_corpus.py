"""The corpus compiles, and the compiler says where an annotation is wrong."""

import hashlib

import pytest

from training import corpus

GOOD = """=== de-test-001
published_at: 2024-03-05
topic: diplomacy
style: agency report

[Wien|l1] - [Jana Hartwig|p1] sprach am [Montag|d1] mit [ihrem Kollegen|=p2]. Das [[Wien|l1]-Treffen|e1] mit [Pavel Novák|p2] \\[ok\\].
---
p1 country=DE title="Ministerin"
d1 2024-03-04
e1 meeting talks occurred: p1 p2 l1? d1
"""


@pytest.fixture
def compile_text(tmp_path):
    def run(text):
        path = tmp_path / "a.txt"
        path.write_text(text, encoding="utf-8")
        return corpus.read_file(path)

    return run


def test_marks_become_offsets(compile_text):
    (document,) = compile_text(GOOD)
    gold = corpus.to_gold(document)
    assert "[ok]" in gold["text"]
    (event,) = gold["events"]
    assert [t["text"] for t in event["triggers"]] == ["Wien-Treffen"]
    assert [p["name"] for p in event["participants"]] == ["Jana Hartwig", "Pavel Novák"]
    assert event["places"][0]["optional"]
    assert event["dates"][0]["value"] == "2024-03-04"
    for row in event["participants"] + event["places"] + event["dates"]:
        for mention in row["mentions"]:
            assert gold["text"][mention["start"] : mention["end"]] == mention["text"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("[Montag|d1]", "[Montag|d1", 6, "mark"),
        ("[Montag|d1]", "Montag]", 6, "stray"),
        ("[Montag|d1]", "[Mon|d1]tag", 6, "cuts a word"),
        ("[Montag|d1]", "[Montag|x1]", 6, "letter"),
        ("[Montag|d1]", "Montag", 9, "nowhere marked"),
        ("2024-03-04", "2024-02-31", 9, "ISO 8601"),
        ("country=DE", "country=XX", 8, "ISO 3166"),
        ("meeting talks", "meeting treaty", 10, "no form"),
        ("meeting talks", "wedding talks", 10, "event type"),
        ("occurred", "happened", 10, "status"),
        ("p1 p2", "p1 p3", 10, "nowhere marked"),
        ("[[Wien|l1]-Treffen|e1]", "Treffen", 1, "no trigger"),
        ("[[Wien|l1]-Treffen|e1]", "[Treffen|e1] in Wien", 6, "unmarked"),
        ("topic: diplomacy\n", "", 1, "topic"),
        ("---", "--", 1, "---"),
    ],
)
def test_errors_name_file_and_line(compile_text, old, new, line, words):
    assert old in GOOD
    with pytest.raises(corpus.CorpusError) as error:
        compile_text(GOOD.replace(old, new, 1))
    assert f"a.txt:{line}: de-test-001:" in str(error.value)
    assert words in str(error.value)


def test_the_whole_corpus_compiles_and_every_document_has_one_split():
    documents = corpus.read()
    assert sum(d.language == "de" for d in documents) >= 150
    assert sum(d.language == "en" for d in documents) >= 100
    splits = {name: (corpus.SEEDS / "splits" / f"{name}.txt").read_text().split() for name in corpus.SPLITS}
    ids = [id_ for members in splits.values() for id_ in members]
    assert len(ids) == len(set(ids))
    assert set(ids) == {d.id for d in documents}


def test_no_text_stands_in_two_splits():
    seen = {}
    for name in corpus.SPLITS:
        for document in corpus.read_split(name):
            digest = hashlib.sha256("".join(document.text.split()).encode()).hexdigest()
            assert seen.setdefault(digest, name) == name
