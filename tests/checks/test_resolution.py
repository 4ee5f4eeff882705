"""Enough pixels, by the original's shorter side."""

import numpy as np
import pytest
from made_up import faceless

from mettici.checks.base import Status
from mettici.checks.resolution import Resolution

CHECK = Resolution()


@pytest.mark.parametrize(
    ("width", "height", "scale", "status"),
    [
        (1024, 900, 1.0, Status.PASS),
        (400, 900, 1.0, Status.PASS),
        (900, 399, 1.0, Status.WARN),
        (128, 200, 1.0, Status.WARN),
        (127, 200, 1.0, Status.FAIL),
        (127, 200, 4.0, Status.PASS),
    ],
)
def test_the_shorter_side_of_the_original_counts(width: int, height: int, scale: float, status: Status) -> None:
    result = CHECK.assess(faceless(np.zeros((height, width, 3), np.uint8), scale=scale), CHECK.limits)
    assert result.status is status
    assert result.value == round(min(width, height) * scale)
