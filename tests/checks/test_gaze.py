"""Gaze, from the irises and the head's rotation."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import evidence, faceless, from_the_side, mesh, mirrored

from mettici.checks.base import Assessment, Status
from mettici.checks.gaze import _MAX_EYE_ROTATION, Gaze, gaze_yaw
from mettici.evidence import Evidence
from mettici.vision.types import Pose

CHECK = Gaze()
IRISES = slice(468, 478)
SILENT_FROM = CHECK.limits["turned_from"]


def looking(shift: float, yaw: float = 0.0) -> Evidence:
    """A head rotated by `yaw`, with irises shifted by `shift` of an eye's width."""
    points = mesh()
    points[IRISES, 0] += shift * float(np.linalg.norm(points[33] - points[133]))
    return evidence(points=points, pose=Pose(yaw, 0.0, 0.0))


def assess(shift: float, yaw: float = 0.0) -> Assessment:
    return CHECK.assess(looking(shift, yaw), CHECK.limits)


def test_centred_irises_in_a_frontal_head_look_into_the_camera() -> None:
    result = assess(0.0)
    assert (result.status, result.reason) == (Status.PASS, "into_camera")
    assert result.value == pytest.approx(0, abs=3)


def test_shifted_irises_look_aside() -> None:
    result = assess(0.15)
    assert (result.status, result.reason) == (Status.WARN, "aside")


def test_eyes_can_compensate_for_a_turned_head() -> None:
    assert assess(0.0, yaw=20.0).status is Status.WARN
    assert assess(-0.12, yaw=20.0).status is Status.PASS


@pytest.mark.parametrize("side", [-1, 1])
def test_silent_if_the_head_pose_is_reported(side: int) -> None:
    result = assess(0.2, yaw=side * (SILENT_FROM + 0.1))
    assert (result.status, result.reason, result.score) == (Status.SKIPPED, "head_turned", None)
    assert CHECK.advice(result.reason) is None
    assert assess(0.2 * side, yaw=side * (SILENT_FROM - 0.1)).reason == "aside"


def test_a_profile_is_unknown() -> None:
    assert CHECK.assess(from_the_side(), CHECK.limits).status is Status.UNKNOWN


@pytest.mark.parametrize("shift", [-9.0, -0.5, 0.5, 9.0])
def test_the_gaze_stays_within_anatomical_limits(shift: float) -> None:
    result = assess(shift)
    assert result.value is not None
    assert result.value <= _MAX_EYE_ROTATION
    assert result.status is Status.WARN, "it never fails"


def test_the_viewer_s_right_is_positive() -> None:
    points = mesh()
    points[IRISES, 0] += 5
    assert gaze_yaw(points, 0.0) > 0


def test_a_mirrored_gaze_is_equally_far_off() -> None:
    of = looking(0.1, yaw=5.0)
    assert CHECK.assess(of, CHECK.limits).value == pytest.approx(
        CHECK.assess(mirrored(of), CHECK.limits).value, abs=1.5
    )


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED
