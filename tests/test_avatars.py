"""Rendered avatars, which train the picture network: reproducible, and never taken for photographs."""

from __future__ import annotations

import numpy as np

from mettici import PhotoChecker
from training.synthetic.avatars import avatar
from training.synthetic.canvas import Canvas, Material, turned

SHOWN = 12
"""Seeds that training never uses: `training/picture/store.py` uses 5000 + number."""


def test_the_same_seed_renders_the_same_avatar() -> None:
    one, two, other = (avatar(np.random.default_rng(seed), 96) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, two)
    assert one.dtype == np.uint8
    assert one.shape != other.shape or (one != other).any()


def test_near_surfaces_hide_far_ones() -> None:
    canvas = Canvas(64, turned(0, 0, 0))
    canvas.blob((0, 0, 1), (0.5, 0.5, 0.5), Material((1.0, 0.0, 0.0)))
    canvas.blob((0, 0, -1), (1.0, 1.0, 0.5), Material((0.0, 0.0, 1.0)))
    np.testing.assert_array_equal(canvas.colour[32, 32], (1, 0, 0))
    np.testing.assert_array_equal(canvas.colour[32, 44], (0, 0, 1))


def test_a_turned_figure_shows_its_side() -> None:
    canvas = Canvas(64, turned(np.pi / 2, 0, 0))
    canvas.blob(
        (0, 0, 0.8), (0.3, 0.3, 0.3), Material((1.0, 1.0, 1.0))
    )  # in front of the figure, so on the right after turning
    assert np.isfinite(canvas.depth[32, 44])
    assert not np.isfinite(canvas.depth[32, 20])


def test_avatars_are_not_photographs(checker: PhotoChecker) -> None:
    shown = [avatar(np.random.default_rng((1, number)), 256) for number in range(SHOWN)]
    passed = [n for n, pixels in enumerate(shown) if checker.check(pixels).verdict.value != "reject"]
    assert len(passed) <= 1, f"taken for photographs: {passed}"
