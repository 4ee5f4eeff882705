"""The verdict: pure, as the contract says, and monotone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mettici.checks.base import Assessment, Status
from mettici.policy import load
from mettici.verdict import SPREAD, Finding, Report, Verdict, judge, worth_mending

POLICY = load()
BLOCKING, OTHER = POLICY["face_visible"], POLICY["smile"]


def finding(status: Status, score: float | None = 90.0, blocking: bool = False) -> Finding:
    return Finding(BLOCKING if blocking else OTHER, Assessment(status, "crashed", 0.5, score))


def report(*findings: Finding) -> Report:
    return Report("x.jpg", Verdict.REJECT, 10.0, {}, (), findings, POLICY, {}, "0")


PASSED, UNSCORED = finding(Status.PASS), finding(Status.SKIPPED, None)


@pytest.mark.parametrize(("findings", "verdict"), [
    ([PASSED, finding(Status.PASS, blocking=True)], Verdict.ACCEPT),
    ([PASSED, finding(Status.WARN, 89.0)], Verdict.ACCEPT),
    ([finding(Status.PASS, 60.0)], Verdict.IMPROVE),
    ([PASSED, finding(Status.FAIL)], Verdict.IMPROVE),
    ([PASSED, finding(Status.FAIL, blocking=True)], Verdict.REJECT),
    ([PASSED, finding(Status.UNKNOWN, None, blocking=True)], Verdict.IMPROVE),
    ([PASSED, finding(Status.UNKNOWN, None)], Verdict.ACCEPT),
    ([UNSCORED], Verdict.IMPROVE),
])  # fmt: skip
def test_the_contract_s_rules(findings: list[Finding], verdict: Verdict) -> None:
    assert judge(findings, accept_from=70)[0] is verdict


def test_the_score_is_the_weighted_mean_stretched() -> None:
    findings = [finding(Status.PASS, 100.0), finding(Status.PASS, 80.0, blocking=True), UNSCORED]
    expected = (OTHER.weight * 100 + BLOCKING.weight * 80) / (OTHER.weight + BLOCKING.weight)
    assert judge(findings, 70)[1] == pytest.approx(100 - SPREAD * (100 - expected))


def test_a_rejected_photo_scores_under_forty() -> None:
    assert judge([finding(Status.PASS, 100.0), finding(Status.FAIL, 20.0, blocking=True)], 70)[1] < 40


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), min_size=1, max_size=8), st.floats(0, 100), st.data())
def test_mending_never_lowers_the_score(states: list[tuple[float, bool]], gain: float, data: st.DataObject) -> None:
    def made(score: float, blocking: bool) -> Finding:
        status = Status.FAIL if score < 30 else Status.WARN if score < 60 else Status.PASS
        return finding(status, score, blocking)

    which = data.draw(st.integers(0, len(states) - 1))
    before = [made(*s) for s in states]
    after = list(before)
    after[which] = made(min(100.0, states[which][0] + gain), states[which][1])
    assert judge(after, 70)[1] >= judge(before, 70)[1] - 1e-9


def test_decimals_are_written_as_the_language_does() -> None:
    dark = Finding(POLICY["illumination"], Assessment(Status.FAIL, "side_light", 3.0, 10.0, {"side_stops": 3.04}))
    assert "3.0 stops" in dark.message("en")
    assert "3,0 stop" in dark.message("it")


def test_a_share_is_written_alike_by_every_check() -> None:
    burnt = Finding(POLICY["exposure"], Assessment(Status.FAIL, "burnt", 0.1, 5.0, {"burnt": 0.864}))
    assert "86 % of the face" in burnt.message("en")
    assert "86 % del viso" in burnt.message("it")


def test_that_it_is_no_photograph_comes_before_what_costs_more() -> None:
    drawn = Finding(POLICY["photographic_origin"], Assessment(Status.FAIL, "cartoon", 0.1, 20.0))
    covered = Finding(BLOCKING, Assessment(Status.FAIL, "covered", 0.01, 0.0))
    doubtful = Finding(POLICY["photographic_origin"], Assessment(Status.WARN, "unsure", 0.55, 70.0))
    assert covered.cost > drawn.cost
    assert [f.id for f in report(covered, drawn).to_mend] == ["photographic_origin", "face_visible"]
    assert [f.id for f in report(doubtful, covered).to_mend] == ["face_visible", "photographic_origin"]


def test_of_a_drawing_only_another_picture_is_advised() -> None:
    drawn = Finding(POLICY["photographic_origin"], Assessment(Status.FAIL, "cartoon", 0.1, 20.0))
    faceless = Finding(POLICY["face_present"], Assessment(Status.FAIL, "none", 0.0, 0.0))
    covered = Finding(BLOCKING, Assessment(Status.FAIL, "covered", 0.01, 0.0))
    whole = report(*worth_mending([covered, faceless, drawn]))
    assert {f.id for f in whole.to_mend} == {"photographic_origin", "face_present"}
    assert [f.to_dict()["advice"] is None for f in whole.findings] == [True, False, False]
    assert whole["face_visible"].message(), "a failed gate hides nothing"


def test_where_a_drawing_may_pass_what_is_amiss_in_it_is_advised() -> None:
    rule = replace(POLICY["photographic_origin"], blocking=False)
    drawn = Finding(rule, Assessment(Status.FAIL, "cartoon", 0.1, 20.0))
    covered = Finding(BLOCKING, Assessment(Status.FAIL, "covered", 0.01, 0.0))
    assert worth_mending([covered, drawn]) == (covered, drawn)


def test_what_to_mend_has_advice_in_both_languages_with_its_numbers() -> None:
    rule = POLICY["face_size"]
    small = Finding(rule, Assessment(Status.WARN, "small", 0.14, 25.0, {"percent": 14, "aim": 50}))
    assert small.message("en") == "Your head takes up 14 % of the height."
    assert "50 %" in str(small.advice("en"))
    assert "50 %" in str(small.advice("it"))
    assert small.advice("it") != small.advice("en")
    assert PASSED.to_dict()["status"] == "pass"
