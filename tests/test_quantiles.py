"""The fast quantiles equal numpy's."""

import numpy as np
import pytest

from mettici.image.quantiles import medians, quantile


@pytest.mark.parametrize("count", [1, 2, 3, 10, 1001])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.25, 0.5, 0.98, 1.0])
def test_quantiles_are_those_of_numpy(count: int, share: float) -> None:
    values = np.random.default_rng(count).normal(size=count).astype(np.float32)
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=1e-6)


def test_a_quantile_of_a_list_or_a_picture() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert quantile(np.array([[0.0, 1.0], [2.0, 3.0]]), 0.5) == 1.5


@pytest.mark.parametrize("columns", [1, 2, 7, 8])
def test_medians_of_rows(columns: int) -> None:
    table = np.random.default_rng(columns).random((5, columns), np.float32)
    np.testing.assert_allclose(medians(table), np.quantile(table, 0.5, axis=1), atol=1e-6)
