"""Framing: centred, complete, high enough, and within the round crop."""

import pytest
from made_up import SIDE, evidence, faceless, mesh, mirrored

from mettici.checks.base import Status
from mettici.checks.framing import Framing

CHECK = Framing()


def framed(x: float, y: float, length: float = 0.36):
    return evidence(points=mesh((x * SIDE, y * SIDE), length * SIDE))


def assess(x: float, y: float, length: float = 0.36):
    return CHECK.assess(framed(x, y, length), CHECK.limits)


def test_a_centred_head_is_well_framed() -> None:
    result = assess(0.5, 0.45)
    assert (result.status, result.reason) == (Status.PASS, "good")


def test_shoulders_are_reported_if_the_photo_shows_them() -> None:
    assert 1.5 < assess(0.5, 0.45).details["shoulders"] < 4
    assert assess(0.5, 0.86, 0.3).details["shoulders"] == 0


@pytest.mark.parametrize(
    ("x", "y", "length", "reason"),
    [
        (0.72, 0.45, 0.3, "off_centre"),
        (0.5, 0.12, 0.36, "head_cut"),
        (0.5, 0.86, 0.2, "low"),
        (0.5, 0.9, 0.6, "chin_cut"),
        (0.65, 0.7, 0.7, "out_of_circle"),
    ],
)
def test_the_worst_fault_is_named(x: float, y: float, length: float, reason: str) -> None:
    result = assess(x, y, length)
    assert result.status in (Status.WARN, Status.FAIL)
    assert result.reason == reason


def test_the_offset_is_in_percent() -> None:
    assert assess(0.75, 0.45, 0.2).details["percent"] == pytest.approx(25, abs=1)


def test_the_round_crop_s_sizes_are_reported() -> None:
    details = assess(0.5, 0.45).details
    assert 12 < details["head_px_at_48"] < 48
    assert details["head_px_at_400"] == pytest.approx(400 / 48 * details["head_px_at_48"], rel=0.05)


def test_further_off_centre_is_never_better() -> None:
    scores = [assess(0.5 + k / 20, 0.45).score for k in range(9)]
    assert scores == sorted(scores, reverse=True)


def test_a_mirrored_photo_is_as_well_framed() -> None:
    of = framed(0.68, 0.4)
    assert CHECK.assess(of, CHECK.limits).value == pytest.approx(
        CHECK.assess(mirrored(of), CHECK.limits).value, abs=0.01
    )


def test_without_a_face_it_is_skipped() -> None:
    assert CHECK.assess(faceless(), CHECK.limits).status is Status.SKIPPED
