"""Head pose, from its three angles."""

import pytest
from made_up import evidence, faceless, from_the_side, mirrored

from mettici.checks.base import Status
from mettici.checks.head_pose import HeadPose
from mettici.vision.types import Pose

CHECK = HeadPose()


def assess(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0):
    return CHECK.assess(evidence(pose=Pose(yaw, pitch, roll)), CHECK.limits)


@pytest.mark.parametrize(
    ("pose", "status", "reason"),
    [
        ((0, 0, 0), Status.PASS, "frontal"),
        ((15, 0, 0), Status.PASS, "frontal"),
        ((30, 0, 0), Status.WARN, "turned"),
        ((-60, 0, 0), Status.FAIL, "turned"),
        ((0, 35, 0), Status.WARN, "chin_up"),
        ((0, -35, 0), Status.WARN, "chin_down"),
        ((0, 0, 12), Status.PASS, "frontal"),
        ((5, 5, 16), Status.WARN, "tilted"),
        ((5, 5, -28), Status.FAIL, "tilted"),
    ],
)
def test_the_worst_angle_is_named(pose: tuple[float, float, float], status: Status, reason: str) -> None:
    result = assess(*pose)
    assert (result.status, result.reason) == (status, reason)
    assert result.value == max(map(abs, pose))


def test_all_three_angles_are_reported() -> None:
    details = assess(1.0, -2.0, 3.0).details
    assert (details["yaw_deg"], details["pitch_deg"], details["roll_deg"]) == (1.0, -2.0, 3.0)


def test_turning_further_never_scores_better() -> None:
    scores = [assess(yaw=angle).score for angle in range(0, 90, 5)]
    assert scores == sorted(scores, reverse=True)


def test_a_mirrored_head_scores_the_same() -> None:
    of = evidence(pose=Pose(25.0, 3.0, -8.0))
    one, other = (CHECK.assess(e, CHECK.limits) for e in (of, mirrored(of)))
    assert (one.status, one.reason, one.value, one.score) == (other.status, other.reason, other.value, other.score)


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED


def test_a_profile_fails() -> None:
    assert CHECK.assess(from_the_side(), CHECK.limits).status is Status.FAIL
