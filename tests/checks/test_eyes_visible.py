"""Visible eyes with synthetic attributes."""

from dataclasses import replace

import cv2
import pytest
from made_up import GOOD, SIDE, evidence, faceless, mesh, portrait

from mettici.checks.base import Status
from mettici.checks.eyes_visible import EyesVisible
from mettici.vision.types import Origin, Pose

CHECK = EyesVisible()
SUNGLASSES, SOMETHING = {"sunglasses": 0.99, "other": 0.01}, {"sunglasses": 0.3, "other": 0.7}


@pytest.mark.parametrize(
    ("chance", "covers", "status", "reason"),
    [
        (0.98, SUNGLASSES, Status.PASS, "visible"),
        (CHECK.limits["fail_below"] + 0.01, SUNGLASSES, Status.WARN, "unsure"),
        (0.02, SUNGLASSES, Status.FAIL, "sunglasses"),
        (0.02, SOMETHING, Status.FAIL, "hidden"),
        (0.02, {}, Status.FAIL, "hidden"),
    ],
)
def test_the_cover_is_named_only_if_certain(
    chance: float, covers: dict[str, float], status: Status, reason: str
) -> None:
    result = CHECK.assess(evidence(attributes=replace(GOOD, eyes_visible=chance, eye_covers=covers)), CHECK.limits)
    assert (result.status, result.reason, result.value) == (status, reason, chance)


def test_a_drawing_has_a_value_and_no_finding() -> None:
    attributes = replace(GOOD, eyes_visible=0.02, eye_covers=SUNGLASSES)
    drawn = evidence(attributes=attributes, origin=Origin(0.1, {"cartoon": 0.9}))
    result = CHECK.assess(drawn, CHECK.limits)
    assert (result.status, result.value, result.score) == (Status.SKIPPED, 0.02, None)
    assert CHECK.message(result.reason)


def test_lens_reflections_are_named_if_the_eyes_are_hard_to_see() -> None:
    points = mesh()
    pixels = portrait(points)
    x, y = points[[33, 133], :2].mean(0).astype(int).tolist()
    cv2.ellipse(pixels, (x, y), (14, 8), 0, 0, 360, (255, 255, 255), -1)
    for chance, status in ((0.7, Status.WARN), (0.1, Status.FAIL)):
        hidden = replace(GOOD, eyes_visible=chance, eye_covers=SOMETHING)
        result = CHECK.assess(evidence(pixels, points=points, attributes=hidden), CHECK.limits)
        assert (result.status, result.reason) == (status, "glare")
        assert result.details["glare_percent"] > 20
    assert CHECK.assess(evidence(pixels, points=points), CHECK.limits).reason == "visible"


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED


@pytest.mark.parametrize(("covers", "reason"), [(SOMETHING, "turned"), (SUNGLASSES, "sunglasses")])
def test_a_head_turned_away_is_reported_as_such(covers: dict[str, float], reason: str) -> None:
    attributes = replace(GOOD, eyes_visible=0.1, eye_covers=covers)
    result = CHECK.assess(evidence(pose=Pose(-50, 0, 0), attributes=attributes), CHECK.limits)
    assert (result.reason, result.details["turned"]) == (reason, 50)


@pytest.mark.parametrize(
    ("size", "covers", "status", "reason"),
    [
        (0.9, SOMETHING, Status.WARN, "unsure"),
        (0.9, SUNGLASSES, Status.FAIL, "sunglasses"),
        (1.6, SOMETHING, Status.FAIL, "hidden"),
    ],
)
def test_a_tiny_face_is_only_checked_for_sunglasses(
    size: float, covers: dict[str, float], status: Status, reason: str
) -> None:
    points = mesh((0.5 * SIDE, 0.45 * SIDE), size * CHECK.limits["judged_from_px"])
    attributes = replace(GOOD, eyes_visible=0.1, eye_covers=covers)
    result = CHECK.assess(evidence(points=points, attributes=attributes), CHECK.limits)
    assert (result.status, result.reason) == (status, reason)
