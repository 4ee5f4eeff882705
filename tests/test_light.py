"""Quantiles of light, counted by level, are those of the light itself."""

import numpy as np
import pytest

from mettici.image.colour import light_quantiles, linear
from mettici.image.quantiles import quantile


@pytest.mark.parametrize("count", [1, 2, 3, 10, 4000])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.98, 1.0])
def test_they_are_the_quantiles_of_the_pixels_that_are_picked(count: int, share: float) -> None:
    chance = np.random.default_rng(count)
    levels = chance.integers(0, 256, (64, 64), np.uint8)
    where = np.zeros(levels.size, bool)
    where[chance.permutation(levels.size)[:count]] = True
    where = where.reshape(levels.shape)
    (found,) = light_quantiles(levels, where, share)
    assert found == pytest.approx(quantile(linear(levels)[where], share), abs=1e-7)


def test_of_no_pixel_there_is_none() -> None:
    with pytest.raises(ValueError, match="no pixel"):
        light_quantiles(np.zeros((4, 4), np.uint8), np.zeros((4, 4), bool), 0.5)
