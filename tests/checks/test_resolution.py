"""Resolution, by the original's shorter side."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import evidence, faceless, mesh

from mettici.checks.base import Assessment, Status
from mettici.checks.resolution import Resolution

CHECK = Resolution()
WARN, ENOUGH = round(CHECK.limits["warn_below"]), round(CHECK.limits["ideal"])


def assess(width: int, height: int, scale: float = 1.0) -> Assessment:
    pixels, points = np.zeros((height, width, 3), np.uint8), mesh((width / 2, height / 2), 0.4 * height)
    return CHECK.assess(evidence(pixels, points=points, scale=scale), CHECK.limits)


@pytest.mark.parametrize(
    ("width", "height", "scale", "status"),
    [
        (1024, 900, 1.0, Status.PASS),
        (900, 399, 1.0, Status.PASS),
        (WARN, 900, 1.0, Status.PASS),
        (WARN - 1, 900, 1.0, Status.WARN),
        (259, 259, 1.0, Status.WARN),
        (128, 200, 1.0, Status.WARN),
        (127, 200, 1.0, Status.FAIL),
        (127, 200, 4.0, Status.PASS),
    ],
)
def test_the_shorter_side_of_the_original_counts(width: int, height: int, scale: float, status: Status) -> None:
    result = assess(width, height, scale)
    assert result.status is status
    assert result.value == round(min(width, height) * scale)


def test_the_size_that_networks_show_is_ideal_and_one_pixel_less_costs_almost_nothing() -> None:
    less, ideal, twice = (assess(side, side).score for side in (ENOUGH - 1, ENOUGH, 2 * ENOUGH))
    assert less == pytest.approx(100, abs=1)
    assert ideal == twice == 100


def test_three_quarters_of_the_ideal_cost_little_and_a_warning_costs_much() -> None:
    nearly, low = (assess(side, side).score for side in (round(0.75 * ENOUGH), WARN - 1))
    assert nearly == pytest.approx(80, abs=1)
    assert low is not None
    assert low < 60


def test_pictures_without_people_get_no_resolution_finding() -> None:
    result = CHECK.assess(faceless(np.zeros((60, 60, 3), np.uint8)), CHECK.limits)
    assert (result.status, result.reason, result.value, result.score) == (Status.SKIPPED, "no_face", 60, None)
