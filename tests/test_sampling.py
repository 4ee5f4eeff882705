"""Pictures at the sizes needed, and regions cut out of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mettici.image.sampling import Pyramid, cut
from mettici.image.types import Pixels


def test_a_pyramid_averages_pairs_and_drops_odd_edges() -> None:
    pixels = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)
    pyramid = Pyramid(pixels)
    assert Pyramid.of(pyramid) is pyramid
    assert pyramid.shape == (5, 4, 3)
    assert pyramid.level(1).shape == (2, 2, 3)
    assert pyramid.level(2).shape == (1, 1, 3)
    np.testing.assert_allclose(pyramid.level(1)[0, 0], pixels[:2, :2].mean(axis=(0, 1)), atol=0.51)


@pytest.mark.parametrize("size", [(96, 96), (256, 256), (300, 128)])
def test_a_pyramid_computes_each_size_once(portrait: Pixels, size: tuple[int, int]) -> None:
    pyramid = Pyramid(portrait)
    small = pyramid.shrunk(*size)
    assert small.shape == (size[1], size[0], 3)
    assert pyramid.shrunk(*size) is small
    expected = cv2.resize(portrait, size, interpolation=cv2.INTER_AREA)
    assert cv2.absdiff(small, np.asarray(expected, np.uint8)).mean() < 4


def test_a_pyramid_upscales_if_more_pixels_are_requested() -> None:
    assert Pyramid(np.full((3, 5, 3), 7, np.uint8)).shrunk(40, 30).min() == 7


@pytest.mark.parametrize("factor", [1, 2, 4, 8])
def test_a_region_looks_the_same_at_every_picture_size(portrait: Pixels, factor: int) -> None:
    small = cv2.resize(portrait, (128, 128), interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    expected = cut(np.asarray(small, np.uint8), (60, 70), 64, 0.2, 64)
    x, y = ((c + 0.5) * factor - 0.5 for c in (60, 70))  # coordinates refer to pixel centres
    seen = cut(np.asarray(large, np.uint8), (x, y), 64 * factor, 0.2, 64)
    assert cv2.absdiff(expected.pixels, seen.pixels).mean() < 1.5
    np.testing.assert_allclose(seen.matrix[:, :2] * factor, expected.matrix[:, :2], atol=1e-9)
