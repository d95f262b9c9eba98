"""The corpus compiles, and the compiler says where an annotation is wrong."""

import hashlib

import pytest

from training import corpus
from training.agreement import agreement
from training.duplicates import near_duplicates
from training.score import f1, total
from training.tables import shortfalls

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


def test_near_duplicates_are_found(compile_text):
    one = compile_text(GOOD)[0]
    twin = compile_text(GOOD.replace("de-test-001", "de-test-002").replace("Hartwig", "Hansen"))[0]
    other = compile_text(GOOD.replace("de-test-001", "de-test-003").replace("sprach am", "redete").replace("mit", "neben"))[0]
    assert next((a, b) for a, b, _ in near_duplicates([one, twin, other])) == ("de-test-001", "de-test-002")
    assert near_duplicates([one]) == []


def test_new_documents_get_a_split_of_their_language_and_old_ones_keep_theirs(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "SEEDS", tmp_path)
    (tmp_path / "splits").mkdir()
    (tmp_path / "de").mkdir()
    text = "".join(GOOD.replace("de-test-001", f"de-test-{n:03}") + "\n" for n in range(30))
    (tmp_path / "de" / "test-01.txt").write_text(text, encoding="utf-8")
    (tmp_path / "splits" / "test.txt").write_text("de-test-007\n", encoding="utf-8")
    assert corpus.assign_splits() == {"train": 24, "development": 3, "test": 3}
    assert "de-test-007" in (tmp_path / "splits" / "test.txt").read_text().split()
    assert corpus.assign_splits() == {"train": 24, "development": 3, "test": 3}


def test_the_corpus_holds_what_its_plan_asks_for():
    assert shortfalls(corpus.read()) == []


def test_two_annotators_agree():
    tally = total(agreement())
    assert f1(tally, "event") > 0.8
    assert f1(tally, "arguments") > 0.75
