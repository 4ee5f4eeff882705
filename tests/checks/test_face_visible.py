"""The uncovered face, with synthetic attributes and meshes."""

from dataclasses import replace

import pytest
from made_up import GOOD, SIDE, evidence, faceless, mesh, mirrored

from mettici.checks.base import Status
from mettici.checks.face_visible import FaceVisible
from mettici.vision.types import Origin, Pose

CHECK = FaceVisible()
MASK, SOMETHING = {"mask": 0.9, "other": 0.1}, {"mask": 0.3, "other": 0.7}


@pytest.mark.parametrize(
    ("chance", "covers", "status", "reason"),
    [
        (0.98, MASK, Status.PASS, "uncovered"),
        (CHECK.limits["fail_below"] + 0.01, SOMETHING, Status.WARN, "unsure"),
        (CHECK.limits["fail_below"] + 0.01, MASK, Status.WARN, "mask"),
        (0.02, MASK, Status.FAIL, "mask"),
        (0.02, {"hand": 0.9}, Status.FAIL, "hand"),
        (0.02, {"microphone": 0.9}, Status.FAIL, "microphone"),
        (0.02, {"phone": 0.9}, Status.FAIL, "phone"),
        (0.02, {"cup_or_bottle": 0.9}, Status.FAIL, "cup_or_bottle"),
        (0.02, {"object": 0.9}, Status.FAIL, "object"),
        (0.02, {"hair": 0.9}, Status.FAIL, "hair"),
        (0.02, {"veil": 0.9}, Status.FAIL, "veil"),
        (0.02, {"hand": 0.5, "phone": 0.5}, Status.FAIL, "covered"),
        (0.02, {}, Status.FAIL, "covered"),
        (0.02, SOMETHING, Status.FAIL, "covered"),
    ],
)
def test_the_cover_is_named_only_if_certain(
    chance: float, covers: dict[str, float], status: Status, reason: str
) -> None:
    result = CHECK.assess(evidence(attributes=replace(GOOD, face_visible=chance, covers=covers)), CHECK.limits)
    assert (result.status, result.reason) == (status, reason)


def test_a_drawing_has_a_value_and_no_finding() -> None:
    attributes = replace(GOOD, face_visible=0.02, covers=MASK)
    drawn = evidence(attributes=attributes, origin=Origin(0.1, {"cartoon": 0.9}))
    result = CHECK.assess(drawn, CHECK.limits)
    assert (result.status, result.value, result.score) == (Status.SKIPPED, 0.02, None)
    assert CHECK.message(result.reason)


def test_garments_by_choice_get_no_advice_to_take_them_off() -> None:
    advice = CHECK.advice("veil")
    assert advice is not None
    assert "choose" in advice
    assert not {"remove", "without", "off"} & set(advice.split())


def cut_at(x: float, attributes=GOOD):
    return evidence(points=mesh((x, 0.45 * SIDE), 0.5 * SIDE), attributes=attributes)


def test_a_cut_off_face_is_reported_with_its_share() -> None:
    result = CHECK.assess(cut_at(-0.02 * SIDE), CHECK.limits)
    assert result.reason == "cut_by_edge"
    assert result.status in (Status.WARN, Status.FAIL)
    assert 40 <= result.details["inside_percent"] <= 60


def test_cutting_more_leaves_less_visible() -> None:
    values = [CHECK.assess(cut_at(x), CHECK.limits).value for x in (0.5 * SIDE, 0.12 * SIDE, 0.0, -0.1 * SIDE)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_a_mirrored_face_is_as_visible() -> None:
    of = cut_at(30.0)
    assert CHECK.assess(of, CHECK.limits).value == pytest.approx(
        CHECK.assess(mirrored(of), CHECK.limits).value, abs=0.03
    )


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED


def test_the_cut_off_part_is_not_counted_twice() -> None:
    # The cut makes the network unsure, but half a face is half visible, not a quarter.
    result = CHECK.assess(cut_at(-0.02 * SIDE, replace(GOOD, face_visible=0.5)), CHECK.limits)
    assert result.value == pytest.approx(min(0.5, result.details["inside_percent"] / 100), abs=0.01)
    assert result.reason == "cut_by_edge"


@pytest.mark.parametrize(
    ("yaw", "chance", "covers", "status", "reason"),
    [
        (-50.0, 0.1, SOMETHING, Status.WARN, "turned"),
        (50.0, 0.6, SOMETHING, Status.WARN, "turned"),
        (50.0, 0.1, MASK, Status.FAIL, "mask"),
        (40.0, 0.1, SOMETHING, Status.FAIL, "covered"),
    ],
)
def test_a_face_turned_away_does_not_count_as_covered(
    yaw: float, chance: float, covers: dict[str, float], status: Status, reason: str
) -> None:
    attributes = replace(GOOD, face_visible=chance, covers=covers)
    result = CHECK.assess(evidence(pose=Pose(yaw, 0, 0), attributes=attributes), CHECK.limits)
    assert (result.status, result.reason) == (status, reason)
    assert result.details["turned"] == abs(yaw)


@pytest.mark.parametrize(
    ("size", "status", "reason"),
    [
        (0.9, Status.WARN, "unsure"),
        (1.6, Status.FAIL, "covered"),
    ],
)
def test_a_tiny_face_is_unknown(size: float, status: Status, reason: str) -> None:
    points = mesh((0.5 * SIDE, 0.45 * SIDE), size * CHECK.limits["judged_from_px"])
    attributes = replace(GOOD, face_visible=0.1, covers=SOMETHING)
    result = CHECK.assess(evidence(points=points, attributes=attributes), CHECK.limits)
    assert (result.status, result.reason) == (status, reason)
