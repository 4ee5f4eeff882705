"""Square cut-outs of a picture, turned and scaled, with the way there and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mettici.faces import Pixels, Points


@dataclass(frozen=True, eq=False)
class Crop:
    """A square piece: `pixels` (side, side, 3) RGB uint8, and `matrix` (2, 3) from picture to crop coordinates."""

    pixels: Pixels
    matrix: npt.NDArray[np.float64]

    @property
    def scale(self) -> float:
        """Crop pixels per picture pixel."""
        return float(math.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def into(self, points: Points) -> Points:
        """Picture points (N, 2 or 3) in crop coordinates; z is scaled alike."""
        return _apply(points, self.matrix, self.scale)

    def out_of(self, points: Points) -> Points:
        """Crop points (N, 2 or 3) in picture coordinates; z is scaled alike."""
        return _apply(points, np.asarray(cv2.invertAffineTransform(self.matrix), np.float64), 1 / self.scale)


def _apply(points: Points, matrix: npt.NDArray[np.float64], scale: float) -> Points:
    moved = np.empty_like(points)
    moved[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    moved[:, 2:] = points[:, 2:] * scale
    return moved


def shrunk(pixels: Pixels, width: int, height: int) -> Pixels:
    """`pixels` (H, W, 3) averaged down to `width` x `height`; where that is more than there is, enlarged linearly.

    Halving is quick, so that comes first, as often as it fits.
    """
    while pixels.shape[1] >= 2 * width and pixels.shape[0] >= 2 * height:
        pixels = _halved(pixels)
    larger = width > pixels.shape[1] or height > pixels.shape[0]
    way = cv2.INTER_LINEAR if larger else cv2.INTER_AREA
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), np.uint8)


def _halved(pixels: Pixels) -> Pixels:
    """Means of 2 x 2 pixels; an odd last row or column is left out."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    half = cv2.resize(pixels[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8)


def cut(pixels: Pixels, centre: tuple[float, float], size: float, angle: float, side: int) -> Crop:
    """The square of `size` px around `centre`, turned back by `angle` radians (clockwise), scaled to `side` px.

    Beyond the edge the picture's border is repeated.
    """
    return Crop(*warped(pixels, centre, size, angle, (side, side)))


def warped(
    pixels: Pixels,
    centre: tuple[float, float],
    width: float,
    angle: float,
    shape: tuple[int, int],
    outside: tuple[int, int, int] | None = None,
) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """`shape` (height, width) pixels around `centre`, `width` px of the picture across, turned back by `angle`.

    The pixels, and the (2, 3) matrix from picture to crop coordinates. Beyond the edge stands the colour `outside`, or
    the border is repeated. A picture much larger than the crop is halved first, as often as that fits, or the crop
    would alias.
    """
    height, across = shape
    scale = across / max(width, 1.0)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    matrix[:, 2] = np.array([across / 2, height / 2]) - matrix[:, :2] @ centre
    part, left, top = _around(pixels, centre, math.hypot(*shape) / 2 / scale + 2)
    warp = np.vstack([matrix, [0.0, 0.0, 1.0]]) @ np.array([[1.0, 0.0, left], [0.0, 1.0, top], [0.0, 0.0, 1.0]])
    while scale < 0.6 and min(part.shape[:2]) > 1:
        part, scale = _halved(part), 2 * scale
        # a halved picture's pixel i covers the pixels 2 i and 2 i + 1
        warp = warp @ np.array([[2.0, 0.0, 0.5], [0.0, 2.0, 0.5], [0.0, 0.0, 1.0]])
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    crop = cv2.warpAffine(
        part, warp[:2], (across, height), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=outside or (0, 0, 0)
    )
    return np.asarray(crop, np.uint8), matrix


def _around(pixels: Pixels, centre: tuple[float, float], reach: float) -> tuple[Pixels, int, int]:
    """The part of `pixels` within `reach` px of `centre`, at least one pixel, and where it begins (left, top)."""
    (top, bottom), (left, right) = (
        (int(np.clip(c - reach, 0, n - 1)), int(np.clip(c + reach + 1, 1, n)))
        for c, n in zip(centre[::-1], pixels.shape[:2], strict=True)
    )
    return pixels[top : max(bottom, top + 1), left : max(right, left + 1)], left, top
