"""How many date values of the training split the service's date module gets right, per language.

    python -m training.dates_check [--errors] [--language LL]

`of events` counts the dates that an event takes.
"""

import argparse
import datetime
from collections import Counter
from dataclasses import dataclass

from service.dates import TENSES, Resolved, read_frames, resolve_date
from service.normalise import AROUND
from training.corpus import Document, read_split


@dataclass(frozen=True)
class Checked:
    """One mention of a date with the corpus's value and the module's."""

    document: Document
    entity: str
    surface: str
    before: str
    status: str | None
    gold: str | None
    found: Resolved


def check(document: Document) -> list[Checked]:
    """Every mention of a date in text order, each with the date before it as its anchor, as the service reads them."""
    statuses = {a: e.status for e in reversed(document.events) for a, _ in e.arguments}
    published = datetime.date.fromisoformat(document.published_at)
    mentions = []
    for entity in document.entities.values():
        if entity.type == "date":
            mentions += [(s.start, s.end, entity) for s in entity.spans if not s.anaphor]
    rows: list[Checked] = []
    frames = read_frames(document.text, document.language)
    for start, end, entity in sorted(mentions, key=lambda m: m[:2]):
        text = document.text
        status = statuses.get(entity.id)
        found = resolve_date(
            text[start:end],
            document.language,
            published,
            tense=TENSES.get(status, "near"),
            before=text[max(0, start - AROUND) : start],
            after=text[end : end + AROUND],
            earlier=[r.found for r in rows],
            frame=frames.at(start),
        )
        rows.append(Checked(document, entity.id, text[start:end], text[max(0, start - AROUND) : start], status, entity.value, found))
    return rows


def main() -> None:
    """Command line: see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print every mention that differs")
    parser.add_argument("--language")
    args = parser.parse_args()
    counts: Counter[tuple[str, str, bool]] = Counter()
    for document in read_split("train"):
        if args.language not in (None, document.language):
            continue
        for row in check(document):
            right = row.found.value == row.gold
            for kind in ("all", "of events") if row.status else ("all",):
                counts[document.language, kind, right] += 1
            if args.errors and not right:
                print(
                    *(
                        document.id,
                        row.entity,
                        document.published_at,
                        row.status or "-",
                        row.before[-25:].replace("\n", " "),
                        f"[{row.surface}]",
                    ),
                    *(f"corpus {row.gold}", f"found {row.found.value or row.found.reason}"),
                    sep=" | ",
                )
    for language in sorted({key[0] for key in counts}):
        for kind in ("all", "of events"):
            right, wrong = counts[language, kind, True], counts[language, kind, False]
            print(f"{language}  {kind:9}  {right}/{right + wrong}  {right / max(1, right + wrong):.3f}")


if __name__ == "__main__":
    main()
