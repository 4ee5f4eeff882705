"""The tables behind the weights and the bar, on photos with made-up ratings."""

from __future__ import annotations

import pytest

from benchmarks.ratings import Rated, agreement, by_bar, by_check, rank_correlation
from mettici import policy
from mettici.checks.base import Assessment, Status
from mettici.scoring import Finding

POLICY = policy.load()


def rated(check: str, score: float, rating: float, verdict: str) -> Rated:
    """A photo in which one check has `score` and all others are flawless."""
    scores = {rule.check.id: score if rule.check.id == check else 100.0 for rule in POLICY.rules}
    findings = (Finding(r, Assessment(Status.PASS, "good", 0.5, scores[r.check.id])) for r in POLICY.rules)
    return Rated(tuple(findings), rating, verdict)


PHOTOS = [
    rated("background", 100.0, 5, "accept"),
    rated("framing", 80.0, 4, "accept"),
    rated("background", 60.0, 3, "improve"),
    rated("exposure", 35.0, 1, "improve"),
]


def test_equal_values_share_a_rank() -> None:
    assert rank_correlation([(1, 10), (2, 20), (3, 400)]) == pytest.approx(1)
    assert rank_correlation([(1, 3), (2, 2), (3, 1)]) == pytest.approx(-1)
    assert rank_correlation([(1, 1), (1, 2), (2, 3)]) == pytest.approx(3**0.5 / 2)


def test_a_check_without_weight_does_not_affect_the_order() -> None:
    assert agreement(PHOTOS) == pytest.approx(1)
    assert agreement(PHOTOS, {"background": 0.0}) < agreement(PHOTOS)


def test_the_tables_have_a_row_per_costly_check_and_per_bar() -> None:
    rows = by_check(PHOTOS, POLICY).splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| background", "| exposure", "| framing"]
    cells = dict(row.strip("| ").split(" | ", 1) for row in by_bar(PHOTOS).splitlines()[2:])
    assert cells["70"].split(" | ")[0] == "1.000"
    assert cells["90"].split(" | ")[1] == "0.500", "one of the two improvable photos still reaches it"
