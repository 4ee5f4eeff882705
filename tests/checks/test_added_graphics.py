"""Added graphics, based on the network's probabilities."""

from __future__ import annotations

import pytest
from made_up import evidence, faceless, portrait

from mettici.checks.added_graphics import AddedGraphics
from mettici.checks.base import Assessment, Status
from mettici.vision.types import Origin

CHECK = AddedGraphics()
WARN, OVER = CHECK.limits["warn_above"], CHECK.limits["over_face_from"]


def assess(graphics: float, over_face: float = 0.0, photograph: float = 0.98) -> Assessment:
    return CHECK.assess(evidence(origin=Origin(photograph, {}, graphics, over_face)), CHECK.limits)


@pytest.mark.parametrize(
    ("graphics", "over_face", "status", "reason"),
    [
        (0.02, 0.0, Status.PASS, "plain"),
        (WARN, 1.0, Status.PASS, "plain"),
        (WARN + 0.01, OVER - 0.01, Status.WARN, "graphics"),
        (1.0, 0.0, Status.WARN, "graphics"),
        (WARN + 0.01, OVER, Status.FAIL, "over_face"),
        (1.0, 1.0, Status.FAIL, "over_face"),
    ],
)
def test_it_warns_and_fails_only_over_the_face(graphics: float, over_face: float, status: Status, reason: str) -> None:
    result = assess(graphics, over_face)
    assert (result.status, result.reason, result.value) == (status, reason, graphics)


@pytest.mark.parametrize("over_face", [0.0, 1.0])
def test_more_graphics_never_raise_the_score(over_face: float) -> None:
    scores = [assess(k / 20, over_face).score for k in range(21)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100


def test_graphics_over_the_face_cost_more() -> None:
    assert assess(0.9, 1.0).score < assess(0.9, 0.0).score


def test_without_a_face_nothing_can_cover_it() -> None:
    banner = faceless(origin=Origin(0.9, {}, 0.9, 0.9))
    assert CHECK.assess(banner, CHECK.limits).reason == "graphics"


@pytest.mark.parametrize("origin", [None, Origin(0.1, {"cartoon": 0.9}, 0.9, 0.9)])
def test_drawings_are_skipped(origin: Origin | None) -> None:
    result = CHECK.assess(evidence(origin=origin), CHECK.limits)
    assert (result.status, result.value, result.score) == (Status.SKIPPED, None, None)
    assert CHECK.message(result.reason)


@pytest.mark.parametrize(
    ("background", "texture", "status", "reason"),
    [
        ((0, 0, 0), 0.0, Status.WARN, "cut_out"),
        ((0, 0, 0), 2.0, Status.PASS, "plain"),  # a studio's black has the camera's noise
        ((9, 75, 97), 0.0, Status.PASS, "plain"),
        ((255, 255, 255), 0.0, Status.PASS, "plain"),
    ],
)
def test_plain_black_around_a_person_is_no_backdrop(
    background: tuple[int, int, int], texture: float, status: Status, reason: str
) -> None:
    seen = evidence(portrait(background=background, texture=texture))
    result = CHECK.assess(seen, CHECK.limits)
    assert (result.status, result.reason) == (status, reason)
    assert type(seen.black_around) is float, "reports refuse numbers of NumPy"
