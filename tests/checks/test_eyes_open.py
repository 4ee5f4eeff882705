"""Open eyes on made-up looks."""

from dataclasses import replace

import pytest
from made_up import GOOD, evidence, faceless

from mettici.checks.base import Status
from mettici.checks.eyes_open import EyesOpen

CHECK = EyesOpen()


@pytest.mark.parametrize(
    ("chance", "status", "reason"),
    [
        (0.98, Status.PASS, "open"),
        (CHECK.limits["fail_below"] + 0.01, Status.WARN, "unsure"),
        (0.02, Status.FAIL, "closed"),
    ],
)
def test_the_chance_decides(chance: float, status: Status, reason: str) -> None:
    result = CHECK.assess(evidence(looks=replace(GOOD, eyes_open=chance)), CHECK.limits)
    assert (result.status, result.reason, result.value) == (status, reason, chance)


def test_hidden_eyes_are_not_called_closed() -> None:
    hidden = replace(GOOD, eyes_open=0.1, eyes_visible=0.02)
    result = CHECK.assess(evidence(looks=hidden), CHECK.limits)
    assert (result.status, result.reason, result.score) == (Status.UNKNOWN, "hidden", None)


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED
