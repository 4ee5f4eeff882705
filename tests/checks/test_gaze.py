"""Gaze from the irises and the head's turn."""

import numpy as np
import pytest
from made_up import evidence, faceless, mesh, mirrored

from mettici.checks.base import Status
from mettici.checks.gaze import Gaze, gaze_yaw
from mettici.faces import Pose

CHECK = Gaze()
IRISES = slice(468, 478)


def looking(shift: float, yaw: float = 0.0):
    """A head turned by `yaw`, with irises moved by `shift` of an eye's width."""
    points = mesh()
    points[IRISES, 0] += shift * float(np.linalg.norm(points[33] - points[133]))
    return evidence(points=points, pose=Pose(yaw, 0.0, 0.0))


def test_eyes_in_the_middle_of_a_straight_head_look_into_the_camera() -> None:
    result = CHECK.assess(looking(0.0), CHECK.limits)
    assert (result.status, result.reason) == (Status.PASS, "into_camera")
    assert result.value == pytest.approx(0, abs=3)


def test_eyes_to_the_side_look_aside() -> None:
    result = CHECK.assess(looking(0.15), CHECK.limits)
    assert (result.status, result.reason) == (Status.WARN, "aside")


def test_eyes_that_turn_back_to_the_camera_make_up_for_a_turned_head() -> None:
    turned = CHECK.assess(looking(0.0, yaw=20.0), CHECK.limits)
    back = CHECK.assess(looking(-0.12, yaw=20.0), CHECK.limits)
    assert turned.status is Status.WARN
    assert back.status is Status.PASS


def test_it_never_fails() -> None:
    assert CHECK.assess(looking(0.3, yaw=85.0), CHECK.limits).status is Status.WARN


def test_to_the_viewer_s_right_is_positive() -> None:
    points = mesh()
    points[IRISES, 0] += 5
    assert gaze_yaw(points, 0.0) > 0


def test_a_mirrored_gaze_is_as_far_off() -> None:
    of = looking(0.1, yaw=5.0)
    assert CHECK.assess(of, CHECK.limits).value == pytest.approx(
        CHECK.assess(mirrored(of), CHECK.limits).value, abs=1.5
    )


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED
