"""How well agreements are linked to the meetings that they were reached at, on the hand-labelled ones of the development split.

    python -m training.during_check [--errors] [--half tune|report]

The rule reads the corpus's own events, so that its errors alone are counted.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from service.during import meetings_of
from training.corpus import read_split, to_gold

LABELS = Path(__file__).parent.parent / "tests" / "data" / "during.tsv"


@dataclass(frozen=True)
class Judged:
    """One labelled agreement: where its trigger and those of the right and the found meeting start, None for no meeting."""

    document: str
    agreement: int
    right: int | None
    found: int | None


def _first(event: dict) -> int:
    return min(t["start"] for t in event["triggers"])


def judge(half: str) -> list[Judged]:
    """The labelled agreements of one half of the documents."""
    documents = {d.id: to_gold(d) for d in read_split("development")}
    rows = []
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "document")):
            continue
        id_, its_half, agreement, meeting = line.split("\t")
        if its_half == half:
            document = documents[id_]
            meetings = meetings_of(document["text"], document["events"])
            found = next(m for e, m in zip(document["events"], meetings) if e["type"] == "agreement" and _first(e) == int(agreement))
            rows.append(Judged(id_, int(agreement), None if meeting == "-" else int(meeting), found and _first(found)))
    return rows


def precision_and_recall(rows: list[Judged]) -> tuple[float, float]:
    """Of the links found, and of those that there are."""
    hits = sum(r.found is not None and r.found == r.right for r in rows)
    return hits / max(1, sum(r.found is not None for r in rows)), hits / max(1, sum(r.right is not None for r in rows))


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print every agreement that is linked wrongly")
    parser.add_argument("--half", choices=["tune", "report"], default="report")
    args = parser.parse_args()
    rows = judge(args.half)
    precision, recall = precision_and_recall(rows)
    links = sum(r.right is not None for r in rows)
    print(f"{args.half}: {len(rows)} agreements, {links} at a meeting; precision {precision:.3f}, recall {recall:.3f}")
    for row in rows:
        if args.errors and row.found != row.right:
            print(row)


if __name__ == "__main__":
    main()
