"""Smile on made-up looks."""

from dataclasses import replace

import pytest
from made_up import GOOD, evidence, faceless

from mettici.checks.base import Status
from mettici.checks.smile import Smile

CHECK = Smile()


@pytest.mark.parametrize(
    ("chance", "status", "reason"),
    [(0.97, Status.PASS, "clear_smile"), (0.7, Status.PASS, "slight_smile"), (0.2, Status.WARN, "no_smile")],
)
def test_the_chance_decides(chance: float, status: Status, reason: str) -> None:
    result = CHECK.assess(evidence(looks=replace(GOOD, smile=chance)), CHECK.limits)
    assert (result.status, result.reason, result.value) == (status, reason, chance)
    assert result.score == pytest.approx(100 * chance)


def test_under_a_cover_it_cannot_be_told() -> None:
    result = CHECK.assess(evidence(looks=replace(GOOD, smile=0.6, face_visible=0.1)), CHECK.limits)
    assert (result.status, result.reason, result.score) == (Status.UNKNOWN, "covered", None)


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED
