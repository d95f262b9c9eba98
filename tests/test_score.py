"""The measure of clusters: what is a wrong merge, what is a split, and what is neither."""

import pytest

from training.score import Outcome, clusters, count_clusters


def event(*starts: int, type_: str = "meeting", **given) -> dict:
    return {"type": type_, "triggers": [{"start": s, "end": s + 5} for s in starts]} | given


def counted(golds: list[dict], found: list[dict]) -> tuple[int, int, int]:
    """Wrong merges, events, splits."""
    outcome = Outcome("de")
    count_clusters(golds, found, outcome.tally)
    rows = clusters([outcome])
    return rows["merged"]["wrong"], rows["merged"]["of"], rows["split"]["wrong"]


@pytest.mark.parametrize(
    ("golds", "found", "expected"),
    [
        ([event(0, 50)], [event(0, 50)], (0, 1, 0)),
        ([event(0), event(50)], [event(0), event(50)], (0, 2, 0)),
        ([event(0), event(50)], [event(0, 50)], (1, 1, 0)),
        ([event(0, 50)], [event(0), event(50)], (0, 2, 1)),
        # a trigger that tells of two events merges nothing by itself
        ([event(0), event(0)], [event(0)], (0, 1, 0)),
        ([event(0, 50), event(0)], [event(0, 50)], (0, 1, 0)),
        ([event(0, 50), event(0, 90)], [event(50, 90)], (1, 1, 0)),
        # invented triggers and other types are other errors
        ([event(0)], [event(0, 200)], (0, 1, 0)),
        ([event(0), event(50, type_="agreement")], [event(0, 50)], (0, 1, 0)),
        ([event(0), event(50, optional=True)], [event(0, 50)], (1, 1, 0)),
        ([event(0, 50, optional=True)], [event(0), event(50)], (0, 2, 0)),
        ([], [event(0)], (0, 1, 0)),
        ([event(0)], [], (0, 0, 0)),
    ],
)
def test_clusters(golds, found, expected):
    assert counted(golds, found) == expected


def test_shares():
    outcome = Outcome("de")
    count_clusters([event(0), event(50), event(90)], [event(0, 50), event(90)], outcome.tally)
    assert clusters([outcome])["merged"] == {"share": 0.5, "wrong": 1, "of": 2}
    assert clusters([outcome])["merged of several triggers"] == {"share": 1.0, "wrong": 1, "of": 1}
    assert clusters([])["split"] == {"share": 0.0, "wrong": 0, "of": 0}
