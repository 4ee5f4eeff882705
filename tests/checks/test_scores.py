"""Scores: piecewise linear, monotone, within 0..100."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mettici.checks.base import falling, interpolate, rising

LIMITS = {"fail": 1.0, "warn": 2.0, "ideal": 4.0}


@pytest.mark.parametrize(
    ("value", "score"), [(-9, 0), (0, 0), (0.5, 15), (1, 30), (2, 60), (3, 80), (4, 100), (9, 100)]
)
def test_a_rising_score_matches_the_status(value: float, score: float) -> None:
    assert rising(value, **LIMITS) == pytest.approx(score)


def test_a_falling_score_mirrors_a_rising_one() -> None:
    assert falling(2.0, ideal=1.0, warn=2.0, fail=3.0) == pytest.approx(60)
    assert falling(0.5, ideal=1.0, warn=2.0, fail=3.0) == 100
    assert falling(9.0, ideal=1.0, warn=2.0, fail=3.0) == 0


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_more_is_never_worse(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= rising(low, **LIMITS) <= rising(high, **LIMITS) <= 100


def test_interpolation_is_constant_beyond_its_points() -> None:
    points = ((0.0, 5.0), (1.0, 7.0))
    assert [interpolate(x, points) for x in (-1.0, 0.5, 2.0)] == [5.0, 6.0, 7.0]
