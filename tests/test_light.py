"""Quantiles of light from a histogram of levels equal those of the light itself."""

import numpy as np
import pytest

from mettici.image.colour import light_quantiles, linear
from mettici.image.quantiles import quantile


@pytest.mark.parametrize("count", [1, 2, 3, 10, 4000])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.98, 1.0])
def test_quantiles_match_those_of_the_selected_pixels(count: int, share: float) -> None:
    rng = np.random.default_rng(count)
    levels = rng.integers(0, 256, (64, 64), np.uint8)
    where = np.zeros(levels.size, bool)
    where[rng.permutation(levels.size)[:count]] = True
    where = where.reshape(levels.shape)
    (found,) = light_quantiles(levels, where, share)
    assert found == pytest.approx(quantile(linear(levels)[where], share), abs=1e-7)


def test_no_pixels_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="no pixel"):
        light_quantiles(np.zeros((4, 4), np.uint8), np.zeros((4, 4), bool), 0.5)
