"""The order of several photos, and the reason given for the first."""

from __future__ import annotations

from pathlib import Path

import pytest

from mettici import PhotoChecker
from mettici.checks import all_checks
from mettici.messages import section
from mettici.output.ranking import why
from mettici.scoring import order


def test_verdicts_come_before_scores_and_ties_keep_their_order(checker: PhotoChecker, samples: Path) -> None:
    names = ["thing_cat.jpg", "portrait_good.jpg", "spoiled_noisy.jpg", "portrait_good.jpg"]
    reports = [{"index": i, **checker.check(samples / name, crop=False).to_dict()} for i, name in enumerate(names)]
    assert [report["index"] for report in sorted(reports, key=order)] == [1, 3, 2, 0]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("portrait_good.jpg", "equally good"),
        ("spoiled_dark.jpg", "better verdict, mainly because of exposure"),
        ("portrait_hat_no_smile.jpg", "points more, mainly because of smile"),
        ("portrait_half_body.jpg", "mainly because of head size"),
        ("spoiled_two_people.jpg", "better verdict, mainly because of one person"),
    ],
)
def test_why_the_first_is_first(checker: PhotoChecker, samples: Path, second: str, words: str) -> None:
    best, other = (checker.check(samples / name, crop=False).to_dict() for name in ("portrait_good.jpg", second))
    assert words in why(best, other)
    assert why(best, other, "it") != why(best, other)


def test_hints_refer_to_existing_checks_and_reasons(checker: PhotoChecker) -> None:
    for check in (rule.check for rule in checker.policy.rules):
        assert set(check.hints) - {"", "from_side", "far"} <= set(check.reasons), check.id
        assert bool(check.hints) == bool(check.urgency), check.id


def test_hints_and_texts_match() -> None:
    assert {hint for check in all_checks() for hint in check.hints.values()} == section("coach").keys()
