"""Open eyes with synthetic attributes."""

from dataclasses import replace

import pytest
from made_up import GOOD, evidence, faceless

from mettici.checks.base import Status
from mettici.checks.eyes_open import EyesOpen
from mettici.vision.types import Pose

CHECK = EyesOpen()


@pytest.mark.parametrize(
    ("chance", "status", "reason"),
    [
        (0.98, Status.PASS, "open"),
        (CHECK.limits["fail_below"] + 0.01, Status.WARN, "unsure"),
        (0.02, Status.FAIL, "closed"),
    ],
)
def test_the_probability_decides(chance: float, status: Status, reason: str) -> None:
    result = CHECK.assess(evidence(attributes=replace(GOOD, eyes_open=chance)), CHECK.limits)
    assert (result.status, result.reason, result.value) == (status, reason, chance)


def test_hidden_eyes_are_not_called_closed() -> None:
    hidden = replace(GOOD, eyes_open=0.1, eyes_visible=0.02)
    result = CHECK.assess(evidence(attributes=hidden), CHECK.limits)
    assert (result.status, result.reason, result.score) == (Status.UNKNOWN, "hidden", None)


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED


LOWERED = replace(GOOD, eyes_open=0.2)


@pytest.mark.parametrize(
    ("yaw", "pitch", "status", "reason"),
    [
        (0, -10, Status.FAIL, "closed"),  # bowed but facing the camera: both lids are clearly visible
        (25, 8, Status.FAIL, "closed"),  # turned but lifted: nobody looks down like this
        (25, -4, Status.WARN, "lowered"),
        (-25, -4, Status.WARN, "lowered"),
    ],
)
def test_lowered_lids_on_a_turned_head_may_mean_looking_down(
    yaw: float, pitch: float, status: Status, reason: str
) -> None:
    result = CHECK.assess(evidence(attributes=LOWERED, pose=Pose(yaw, pitch, 0)), CHECK.limits)
    assert (result.status, result.reason) == (status, reason)


def test_clearly_closed_lids_fail_on_a_turned_head_too() -> None:
    shut = replace(GOOD, eyes_open=CHECK.limits["turned_fail_below"] - 0.01)
    result = CHECK.assess(evidence(attributes=shut, pose=Pose(25, -4, 0)), CHECK.limits)
    assert (result.status, result.reason) == (Status.FAIL, "closed")
