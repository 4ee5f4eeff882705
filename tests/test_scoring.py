"""The verdict: a pure function, according to the contract, and monotone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mettici import PhotoChecker
from mettici.checks.base import FAIL_SCORE, IDEAL_SCORE, WARN_SCORE, Assessment, Status
from mettici.policy import Rule, load
from mettici.report import Report
from mettici.scoring import (
    POINTS,
    UNCAPPED_FROM,
    UNKNOWN_CAP,
    Comparison,
    Finding,
    Verdict,
    compare_reports,
    first_fault,
    judge,
    mark_moot,
    reported_order,
)

POLICY = load()
BLOCKING, OTHER = POLICY["face_visible"], POLICY["smile"]


def finding(status: Status, score: float | None = 90.0, blocking: bool = False) -> Finding:
    return Finding(BLOCKING if blocking else OTHER, Assessment(status, "crashed", 0.5, score))


def report(*findings: Finding) -> Report:
    return Report("x.jpg", Verdict.REJECT, 10.0, {}, (), findings, POLICY, {}, "0")


PASSED, UNSCORED = finding(Status.PASS), finding(Status.SKIPPED, None)
FLAWLESS = finding(Status.PASS, 100.0)


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([PASSED, finding(Status.PASS, blocking=True)], Verdict.ACCEPT),
        ([PASSED, finding(Status.WARN, 89.0)], Verdict.ACCEPT),
        ([PASSED, finding(Status.WARN, 40.0, blocking=True)], Verdict.IMPROVE),
        ([PASSED, finding(Status.FAIL)], Verdict.IMPROVE),
        ([PASSED, finding(Status.FAIL, blocking=True)], Verdict.REJECT),
        ([PASSED, finding(Status.UNKNOWN, None, blocking=True)], Verdict.IMPROVE),
        ([PASSED, finding(Status.UNKNOWN, None)], Verdict.ACCEPT),
        ([UNSCORED], Verdict.IMPROVE),
    ],
)
def test_the_contract_s_rules(findings: list[Finding], verdict: Verdict) -> None:
    assert judge(findings, accept_from=70)[0] is verdict


def of(check_id: str, score: float | None, status: Status = Status.WARN) -> Finding:
    return Finding(POLICY[check_id], Assessment(status, "crashed", 0.5, score))


def test_a_score_that_rounds_to_the_bar_reaches_it() -> None:
    findings = [finding(Status.WARN, 61.0)]
    _, score = judge(findings, accept_from=0)
    assert round(score) > score, "a score rounded up"
    for bar, verdict in ((round(score), Verdict.ACCEPT), (round(score) + 1, Verdict.IMPROVE)):
        assert judge(findings, accept_from=bar)[0] is verdict


def test_the_score_is_a_hundred_minus_the_cost_of_each_finding() -> None:
    findings = [of("noise", WARN_SCORE), of("smile", 0.0), of("gaze", IDEAL_SCORE), UNSCORED]
    costs = [0.5 * POINTS * POLICY["noise"].weight, POINTS * POLICY["smile"].weight, 0, 0]
    assert [f.cost for f in findings] == pytest.approx(costs)
    assert judge(findings, 70)[1] == pytest.approx(100 - sum(costs))


@pytest.mark.parametrize("check_id", ["exposure", "resolution", "face_size", "face_visible"])
def test_a_grave_fault_caps_the_score_by_its_severity(check_id: str) -> None:
    cap = POLICY[check_id].cap
    scores = (0.0, FAIL_SCORE, UNCAPPED_FROM, IDEAL_SCORE)
    assert [of(check_id, score).ceiling for score in scores] == pytest.approx([cap / 2, cap, 100, 100])
    failing = of(check_id, FAIL_SCORE)
    assert judge([FLAWLESS, failing], 70)[1] == pytest.approx(min(cap, 100 - failing.cost))


def test_the_cap_is_set_in_the_policy() -> None:
    noisy = of("noise", FAIL_SCORE).assessment
    lenient, harsh = (Finding(replace(POLICY["noise"], cap=cap), noisy) for cap in (100, 20))
    assert judge([FLAWLESS, harsh], 70)[1] == 20
    assert judge([FLAWLESS, lenient], 70)[1] == pytest.approx(100 - lenient.cost)


def test_an_unknown_blocking_check_caps_the_score() -> None:
    unknown = finding(Status.UNKNOWN, None, blocking=True)
    assert judge([PASSED, unknown], 50) == (Verdict.IMPROVE, UNKNOWN_CAP)
    assert judge([PASSED, finding(Status.UNKNOWN, None)], 50)[1] > UNKNOWN_CAP, "only if it blocks"
    assert judge([PASSED, finding(Status.SKIPPED, None, blocking=True)], 50)[1] > UNKNOWN_CAP, "it does not apply"


def test_a_rejected_photo_scores_below_forty() -> None:
    assert judge([finding(Status.PASS, 100.0), finding(Status.FAIL, 20.0, blocking=True)], 70)[1] < 40


def status_of(score: float) -> Status:
    return Status.FAIL if score < FAIL_SCORE else Status.WARN if score < WARN_SCORE else Status.PASS


FOUND = st.lists(st.tuples(st.sampled_from(POLICY.rules), st.none() | st.floats(0, 100)), min_size=2, max_size=12)
"""Checks with their scores; None if unknown."""
ANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Without deadlines, however busy the machine is."""


def found(rule: Rule, score: float | None) -> Finding:
    status = Status.UNKNOWN if score is None else status_of(score)
    return Finding(rule, Assessment(status, "crashed", score, score))


@ANY
@given(FOUND, st.floats(0, 100), st.data())
def test_fixing_a_fault_never_lowers_the_score(
    states: list[tuple[Rule, float | None]], gain: float, data: st.DataObject
) -> None:
    which = data.draw(st.integers(0, len(states) - 1))
    rule, score = states[which]
    before = [found(*s) for s in states]
    after = [*before[:which], found(rule, 100.0 if score is None else min(100.0, score + gain)), *before[which + 1 :]]
    assert judge(after, 70)[1] >= judge(before, 70)[1] - 1e-9
    assert judge(after, 70)[0].place <= judge(before, 70)[0].place


@ANY
@given(FOUND)
def test_the_gain_from_fixing_a_fault_is_never_negative(states: list[tuple[Rule, float | None]]) -> None:
    whole = report(PASSED, *(found(*s) for s in states))
    assert all(whole.gain(f) >= -1e-9 for f in whole.findings if f is not PASSED)


@ANY
@given(FOUND)
def test_the_score_is_between_zero_and_each_cap(states: list[tuple[Rule, float | None]]) -> None:
    findings = [found(*s) for s in states]
    assert 0 <= judge(findings, 70)[1] <= min(f.ceiling for f in findings)


def test_bonus_advice_comes_after_every_fault() -> None:
    strict = load("strict")
    glum = Finding(strict["smile"], Assessment(Status.WARN, "no_smile", 0.0, 0.0))
    grainy = Finding(strict["noise"], Assessment(Status.WARN, "noisy", 8.0, 55.0))
    assert glum.cost > grainy.cost
    assert [f.id for f in report(glum, grainy).to_fix] == ["noise", "smile"]


def test_every_check_formats_shares_alike() -> None:
    burnt = Finding(POLICY["exposure"], Assessment(Status.FAIL, "burnt", 0.1, 5.0, {"burnt": 0.864}))
    assert "86% of your face" in burnt.message("en")
    assert "86%" in burnt.message("it")
    assert "86\u00a0%" in burnt.message("es")


def test_not_being_a_photograph_comes_before_costlier_faults() -> None:
    rule = replace(POLICY["photographic_origin"], weight=0.5)
    drawn = Finding(rule, Assessment(Status.FAIL, "cartoon", 0.1, 20.0))
    covered = Finding(BLOCKING, Assessment(Status.FAIL, "covered", 0.01, 0.0))
    doubtful = Finding(POLICY["photographic_origin"], Assessment(Status.WARN, "unsure", 0.55, 70.0))
    assert covered.cost > drawn.cost
    assert [f.id for f in report(covered, drawn).to_fix] == ["photographic_origin", "face_visible"]
    assert [f.id for f in report(doubtful, covered).to_fix] == ["face_visible", "photographic_origin"]


def test_a_drawing_only_gets_advice_to_use_another_picture() -> None:
    drawn = Finding(POLICY["photographic_origin"], Assessment(Status.FAIL, "cartoon", 0.1, 20.0))
    faceless = Finding(POLICY["face_present"], Assessment(Status.FAIL, "none", 0.0, 0.0))
    covered = Finding(BLOCKING, Assessment(Status.FAIL, "covered", 0.01, 0.0))
    whole = report(*mark_moot([covered, faceless, drawn]))
    assert {f.id for f in whole.to_fix} == {"photographic_origin", "face_present"}
    assert [f.advice() is None for f in whole.findings] == [True, False, False]
    assert whole["face_visible"].message(), "a failed gate hides nothing"


def test_if_drawings_may_pass_their_faults_get_advice() -> None:
    rule = replace(POLICY["photographic_origin"], blocking=False)
    drawn = Finding(rule, Assessment(Status.FAIL, "cartoon", 0.1, 20.0))
    covered = Finding(BLOCKING, Assessment(Status.FAIL, "covered", 0.01, 0.0))
    assert mark_moot([covered, drawn]) == (covered, drawn)


def test_fixes_have_advice_in_every_language_with_numbers() -> None:
    rule = POLICY["face_size"]
    small = Finding(rule, Assessment(Status.WARN, "small", 0.14, 25.0, {"percent": 14, "aim": 50}))
    assert small.message("en") == "Your head takes up 14% of the height."
    assert "50%" in str(small.advice("en"))
    assert "50%" in str(small.advice("it"))
    assert small.advice("it") != small.advice("en")
    assert PASSED.status is Status.PASS


def report_with(verdict: str, score: int, **scores: int) -> dict[str, Any]:
    """A report as JSON whose checks have these scores; one fails below 30 and warns below 60."""
    checks = [
        {
            "id": check,
            "status": "fail" if points < 30 else "warn" if points < 60 else "pass",
            "score": points,
            "weight": 1.0,
            "blocking": check == "eyes_visible",
            "advice": None if check == "noise" else "Do it.",
        }
        for check, points in scores.items()
    ]
    return {"verdict": verdict, "score": score, "photo": {"width": 10, "height": 10}, "checks": checks}


def test_photos_are_distinguished_by_the_cost_of_each_check() -> None:
    first = report_with("accept", 91, smile=95, exposure=60, background=80, noise=50, gaze=70, eyes_visible=90)
    second = report_with("reject", 20, smile=40, exposure=50, background=79, noise=90, gaze=10, eyes_visible=5)
    expected = Comparison(71, ("eyes_visible",), ("eyes_visible", "gaze", "smile"), ("noise",))
    assert compare_reports(first, second) == expected
    assert compare_reports(first, first) == Comparison(0, (), (), ())


def test_small_differences_count_if_there_are_no_others() -> None:
    first, second = report_with("accept", 91, smile=95, noise=80), report_with("accept", 90, smile=94, noise=80)
    assert compare_reports(first, second) == Comparison(1, (), ("smile",), ())
    assert compare_reports(first, {**second, "score": 91}).better == ()


@pytest.mark.parametrize("name", ["spoiled_dark.jpg", "spoiled_off_centre.jpg", "drawn_flat_avatar.png"])
def test_a_report_and_its_json_name_the_same_first_fault(checker: PhotoChecker, samples: Path, name: str) -> None:
    judged = checker.check(samples / name, crop=False)
    assert first_fault(judged.to_dict()) == judged.faults[0].id
    faults = [c["id"] for c in sorted(judged.to_dict()["checks"], key=reported_order)][: len(judged.faults)]
    assert faults == [f.id for f in judged.faults]


def test_a_photo_without_faults_has_no_first_fault() -> None:
    assert first_fault(report_with("accept", 91, smile=95)) is None
