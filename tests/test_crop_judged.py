"""Which crop is suggested, and the reason if none is, with a fake judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mettici.checks.base import Assessment, Status
from mettici.crop import MAX_TRIES, MIN_GAIN, MUST_FIX, suggest
from mettici.image import photo
from mettici.image.photo import Area
from mettici.report import Report, Retake, SuggestedCrop
from mettici.scoring import Finding, Verdict

if TYPE_CHECKING:
    from mettici import PhotoChecker
    from mettici.checker import Examination


@pytest.fixture(scope="module")
def done(checker: PhotoChecker, samples: Path) -> Examination:
    """The off-centre sample with little wall above, 720 x 520 px, without a crop search."""
    pixels = photo.load(samples / "spoiled_off_centre.jpg").pixels[200:]
    return checker.examine(np.ascontiguousarray(pixels), crop=False)


@pytest.fixture
def suggesting(done: Examination) -> Callable[..., SuggestedCrop | Retake | None]:
    """Searches for a crop of that photo with a fake judge."""
    good = replace(done.report, score=99.0, verdict=Verdict.ACCEPT)
    for finding in done.report.findings:
        good = coming_out(good, finding.id, Status.PASS)

    def by(judge: Callable[[Report, Area], Report], blocked: str | None = None) -> SuggestedCrop | Retake | None:
        before = coming_out(done.report, blocked) if blocked else done.report
        return suggest(before, done.evidence, lambda area: judge(good, area))

    return by


def coming_out(report: Report, check: str, status: Status = Status.FAIL) -> Report:
    """The report with one check's status changed."""
    findings = (
        Finding(f.rule, Assessment(status, f.reason, f.value, f.score)) if f.id == check else f for f in report.findings
    )
    return replace(report, findings=tuple(findings))


def test_the_first_verified_crop_wins(suggesting: Callable[..., SuggestedCrop]) -> None:
    judged: list[Area] = []

    def judge(good: Report, area: Area) -> Report:
        judged.append(area)
        return coming_out(good, "framing") if len(judged) == 1 else good

    found = suggesting(judge)
    assert found.box == judged[-1]
    assert len(judged) == 2
    assert found.score_after == 99.0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: coming_out(r, "eyes_open", Status.SKIPPED),
        lambda r: coming_out(r, "noise", Status.UNKNOWN),
        lambda r: coming_out(r, "resolution"),
        lambda r: coming_out(r, "framing", Status.WARN),
        lambda r: replace(r, verdict=Verdict.REJECT),
    ],
)
@pytest.mark.parametrize("score", [10.0, 99.0])
def test_an_unusable_crop_is_not_suggested(
    suggesting: Callable[..., SuggestedCrop | Retake | None], spoil: Callable[[Report], Report], score: float
) -> None:
    judged: list[Area] = []

    def judge(good: Report, area: Area) -> Report:
        judged.append(area)
        return replace(spoil(good), score=score)

    found = suggesting(judge)
    assert found == (Retake("no_better", {"points": 5}) if score == 10.0 else None), "it would be false"
    assert 1 <= len(judged) <= MAX_TRIES + 4
    assert len(set(judged)) == len(judged)


@pytest.mark.parametrize(("gain", "suggested"), [(1.0, False), (MIN_GAIN - 0.1, False), (MIN_GAIN, True)])
def test_a_gain_of_one_point_is_not_suggested(
    suggesting: Callable[..., SuggestedCrop | Retake], done: Examination, gain: float, suggested: bool
) -> None:
    found = suggesting(lambda good, _: replace(good, score=done.report.score + gain))
    assert isinstance(found, SuggestedCrop) is suggested
    assert suggested or found == Retake("no_better", {"points": 5})


@pytest.mark.parametrize("side", [520, 400])
@pytest.mark.parametrize("better", [True, False])
def test_a_plain_square_is_tried_before_giving_up(
    suggesting: Callable[..., SuggestedCrop | Retake | None], side: int, better: bool
) -> None:
    centred = (720 - side) // 2, (520 - side) // 2, side, side

    def judge(good: Report, area: Area) -> Report:
        if area != centred:
            return replace(good, score=10.0)
        return good if better else coming_out(good, "framing", Status.WARN)

    found = suggesting(judge)
    assert (found.box if isinstance(found, SuggestedCrop) else found) == (centred if better else None)


def test_blocking_faults_that_no_crop_fixes_are_not_blamed_on_the_framing(
    suggesting: Callable[..., Retake | None],
) -> None:
    def rejected(good: Report, _: Area) -> Report:
        return replace(good, verdict=Verdict.REJECT, score=10.0)

    assert suggesting(rejected) == Retake("no_better", {"points": 5})
    assert suggesting(rejected, "eyes_visible") is None


def test_a_crop_s_cost_is_reported_and_a_free_crop_preferred(
    suggesting: Callable[..., SuggestedCrop],
) -> None:
    judged: list[Area] = []

    def costly(good: Report, area: Area) -> Report:
        judged.append(area)
        return coming_out(replace(good, score=90.0 + len(judged)), "noise", Status.WARN)

    found = suggesting(costly)
    assert found.costs == ("noise",)
    assert found.score_after == 90.0 + len(judged), "the best of them all"
    assert found.costs == ("noise",)

    judged.clear()
    cheaper = suggesting(lambda good, area: replace(good, score=89.0) if judged else costly(good, area))
    assert (cheaper.costs, cheaper.score_after) == ((), 89.0)


def test_a_busy_background_alone_needs_no_retake(done: Examination) -> None:
    before = coming_out(done.report, "background", Status.WARN)
    for check in MUST_FIX:
        before = coming_out(before, check, Status.PASS)
    assert suggest(before, done.evidence, lambda _: before) is None
