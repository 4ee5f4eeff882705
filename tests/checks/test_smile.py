"""Smile with synthetic attributes."""

from dataclasses import replace

import pytest
from made_up import GOOD, evidence, faceless

from mettici import policy
from mettici.checks.base import Assessment, Status
from mettici.checks.smile import Smile
from mettici.scoring import Finding, Verdict, judge

CHECK = Smile()


@pytest.mark.parametrize(
    ("chance", "status", "reason", "score"),
    [
        (0.97, Status.PASS, "clear_smile", 100),
        (CHECK.limits["clear_from"], Status.PASS, "clear_smile", 100),
        (CHECK.limits["warn_below"], Status.PASS, "slight_smile", 60),
        (0.05, Status.WARN, "no_smile", 60 * 0.05 / CHECK.limits["warn_below"]),
    ],
)
def test_the_probability_decides(chance: float, status: Status, reason: str, score: float) -> None:
    result = CHECK.assess(evidence(attributes=replace(GOOD, smile=chance)), CHECK.limits)
    assert (result.status, result.reason, result.value) == (status, reason, chance)
    assert result.score == pytest.approx(score)


def test_a_covered_smile_is_unknown() -> None:
    result = CHECK.assess(evidence(attributes=replace(GOOD, smile=0.6, face_visible=0.1)), CHECK.limits)
    assert (result.status, result.reason, result.score) == (Status.UNKNOWN, "covered", None)


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED


@pytest.mark.parametrize("name", policy.names())
@pytest.mark.parametrize("chance", [0.0, 0.3, 0.6])
def test_a_missing_smile_alone_prevents_acceptance_only_if_the_policy_requires_one(name: str, chance: float) -> None:
    loaded = policy.load(name)
    found = [Finding(r, Assessment(Status.PASS, "x", 1.0, 100.0)) for r in loaded.rules if r.check.id != "smile"]
    rule = loaded["smile"]
    smile = Finding(rule, CHECK.assess(evidence(attributes=replace(GOOD, smile=chance)), rule.limits))
    verdict, score = judge([*found, smile], loaded.accept_from)
    assert (score < judge(found, loaded.accept_from)[1]) == (rule.weight > 0), "it still counts if it has a weight"
    assert (verdict is Verdict.ACCEPT) == (name != "strict")
