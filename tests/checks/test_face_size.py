"""Head size relative to the photo's height."""

import pytest
from made_up import SIDE, evidence, faceless, mesh, portrait

from mettici import policy
from mettici.checks.base import Status
from mettici.checks.face_size import FaceSize

CHECK = FaceSize()


def sized(length: float):
    """A face `length` of the photo's height tall, low enough that its hair fits in."""
    return CHECK.assess(evidence(points=mesh((SIDE / 2, 0.55 * SIDE), length * SIDE)), CHECK.limits)


@pytest.mark.parametrize(
    ("length", "status", "reason"),
    [
        (0.06, Status.FAIL, "small"),
        (0.2, Status.WARN, "small"),
        (0.28, Status.PASS, "good"),  # half-length
        (0.4, Status.PASS, "good"),
    ],
)
def test_hair_counts_as_part_of_the_head(length: float, status: Status, reason: str) -> None:
    result = sized(length)
    assert (result.status, result.reason) == (status, reason)
    assert length < result.value < 1.6 * length, "the head is taller than the face, within reason"


def test_a_head_cut_by_the_edges_is_too_large() -> None:
    result = CHECK.assess(evidence(points=mesh((SIDE / 2, 0.5 * SIDE), 1.15 * SIDE)), CHECK.limits)
    assert (result.status, result.reason) == (Status.WARN, "large")


def test_in_a_wide_photo_the_width_decides() -> None:
    points = mesh((1.25 * SIDE, 0.55 * SIDE), 0.45 * SIDE)
    wide = evidence(portrait(points, (round(2.5 * SIDE), SIDE)), points=points)
    result = CHECK.assess(wide, CHECK.limits)
    assert (result.status, result.reason) == (Status.WARN, "small_in_wide")
    assert result.value > CHECK.limits["warn_below"], "the value is still the share of the height"


def test_the_message_states_the_size_and_the_advice_the_target() -> None:
    result = sized(0.2)
    assert result.details["percent"] == round(100 * result.value)
    assert result.details["aim"] == 50


@pytest.mark.parametrize("length", [0.9, 1.15, 1.6, 2.5])
def test_no_reported_size_exceeds_the_whole_height(length: float) -> None:
    assert sized(length).details["percent"] <= 100


def test_without_a_mask_the_crown_is_estimated() -> None:
    with_mask, without = (CHECK.assess(evidence(mask=m), CHECK.limits).value for m in ("drawn", None))
    assert without == pytest.approx(with_mask, rel=0.25)


@pytest.mark.parametrize("name", policy.names())
def test_every_policy_has_a_face_that_satisfies_size_framing_and_resolution(name: str) -> None:
    loaded = policy.load(name)
    rules = [loaded[c] for c in ("face_size", "framing", "resolution")]
    of = evidence(points=mesh((SIDE / 2, 0.5 * SIDE), 0.42 * SIDE), scale=3.0)
    for rule in rules:
        result = rule.check.assess(of, rule.limits)
        assert result.status is Status.PASS, f"{rule.check.id}: {result.reason} {result.value}"


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED
