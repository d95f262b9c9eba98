"""An engine that knows the page's examples: it answers what `data/page-examples.txt` marks in them, else as the fake engine does.

`python -m tests.page_stub` serves the page over it, to look at.
"""

from schemas.article import Article
from service.dates.iso import bounds
from service.places import find_place
from service.sentences import evidence_spans
from tests.conftest import ROOT, FakeEngine, make_app
from training.corpus import Document, read_file, to_gold

EXAMPLES = ROOT / "tests" / "data" / "page-examples.txt"


def _date(row: dict, confidence: float) -> dict:
    first, last = bounds(row["value"])
    days = {"value": row["value"], "start": first.isoformat(), "end": last.isoformat(), "basis": "published_at", "reason": None}
    return days | {"confidence": confidence, "mentions": row["mentions"]}


def _place(row: dict, language: str, kind: str | None, confidence: float) -> dict:
    known = find_place(row["name"], language)
    found = {name: getattr(known, name, None) for name in ("latitude", "longitude", "geonames_id")}
    return {"name": row["name"], "kind": kind, "country": row["country"]} | found | {"confidence": confidence, "mentions": row["mentions"]}


def answer(document: Document) -> dict:
    """The document's annotation as the service would answer it, with made-up confidences."""
    gold, events = to_gold(document), []
    entities = {e.name: e for e in document.entities.values()}
    for number, event in enumerate(sorted(gold["events"], key=lambda e: e["triggers"][0]["start"]), 1):
        confidence = round(0.97 - 0.06 * number, 2)
        people = [
            {"name": p["name"], "type": p["type"], "title": entities[p["name"]].title, "country": p["country"], "confidence": confidence}
            | {"mentions": p["mentions"]}
            for p in event["participants"]
        ]
        places = [_place(p, gold["language"], entities[p["name"]].kind, confidence) for p in event["places"]]
        row = {"id": f"e{number}"} | {name: event[name] for name in ("type", "form", "status")}
        row |= {"confidence": confidence, "triggers": event["triggers"], "participants": people, "places": places}
        row |= {"dates": [_date(d, confidence) for d in event["dates"]]}
        row |= {name: event.get(name) for name in ("topic", "instrument")}
        events.append(row | {"evidence": evidence_spans(gold["text"], event["triggers"]), "during": None})
    head = {"id": None, "language": gold["language"], "published_at": gold["published_at"], "characters_read": len(gold["text"])}
    return head | {"events": events, "model": {"name": "fake", "version": "0"}, "warnings": []}


class PageEngine(FakeEngine):
    """Answers the examples in full."""

    def __init__(self):
        self.known = {document.text: answer(document) for document in read_file(EXAMPLES)}

    def answer(self, article: Article) -> dict:
        return self.known.get(article.text) or super().answer(article)


if __name__ == "__main__":
    make_app(engine=PageEngine()).run(port=8099)
