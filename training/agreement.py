"""How well two annotators agree: `seeds/second/` holds a second, independent annotation of some documents.

    python -m training.agreement

The second annotation is scored against the first as a model would be; F1 is the same whichever side is taken for gold.
"""

from training import corpus
from training.score import Outcome, accuracy, errors, f1, score_document, total

SECOND = corpus.SEEDS / "second"


def agreement() -> list[Outcome]:
    """One outcome for each document annotated twice; raises CorpusError where a text differs from the first annotator's."""
    first = {d.id: d for d in corpus.read()}
    found = []
    for path in sorted(SECOND.rglob("*.txt")):
        for document in corpus.read_file(path):
            if document.id not in first or document.text != first[document.id].text:
                raise corpus.CorpusError(f"{path}: {document.id} is not the text that the first annotator read")
            gold, other = corpus.to_gold(first[document.id]), corpus.to_gold(document)
            for event in other["events"]:
                event["confidence"] = 1.0
                for role in ("participants", "places", "dates"):
                    event[role] = [a | {"confidence": 1.0} for a in event[role] if not a.get("optional")]
            other["events"] = [e for e in other["events"] if not e.get("optional")]
            found.append(score_document(gold, other["events"]))
    return found


def main() -> None:
    """Print the table and what the annotators differ in most."""
    outcomes = agreement()
    print(f"{'':10}{'documents':>10}{'events F1':>11}{'arguments F1':>14}{'frames F1':>11}{'status':>8}{'form':>7}")
    for name in ["all", *sorted({o.language for o in outcomes})]:
        some = [o for o in outcomes if name in ("all", o.language)]
        tally = total(some)
        print(
            f"{name:10}{len(some):10}{f1(tally, 'event'):11.3f}{f1(tally, 'arguments'):14.3f}{f1(tally, 'frame'):11.3f}"
            f"{accuracy(tally, 'status') or 0:8.3f}{accuracy(tally, 'form') or 0:7.3f}"
        )
    print("\nmost frequent differences")
    for name, n in errors(outcomes):
        print(f"  {n:4}  {name}")


if __name__ == "__main__":
    main()
