"""Image pyramids, and square crops that are rotated and scaled, with coordinate transforms in both directions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from mettici.image.types import Pixels, Points

ALIASING = 0.6
"""Crop pixels per picture pixel below which linear interpolation would skip picture pixels."""


@dataclass(frozen=True, eq=False)
class Crop:
    """A square crop: `pixels` (side, side, 3) RGB uint8, and `matrix` (2, 3) from picture to crop coordinates."""

    pixels: Pixels
    matrix: npt.NDArray[np.float64]

    @property
    def scale(self) -> float:
        """Crop pixels per picture pixel."""
        return float(math.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def to_crop(self, points: Points) -> Points:
        """Convert picture points (N, 2 or 3) to crop coordinates; z is scaled too."""
        return _apply(points, self.matrix, self.scale)

    def to_picture(self, points: Points) -> Points:
        """Convert crop points (N, 2 or 3) to picture coordinates; z is scaled too."""
        return _apply(points, np.asarray(cv2.invertAffineTransform(self.matrix), np.float64), 1 / self.scale)


def _apply(points: Points, matrix: npt.NDArray[np.float64], scale: float) -> Points:
    moved = np.empty_like(points)
    moved[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    moved[:, 2:] = points[:, 2:] * scale
    return moved


class Pyramid:
    """A picture (H, W, 3) RGB uint8, halved repeatedly until one side is a single pixel.

    Everything that analyses a photo shrinks it first; sharing the levels saves a tenth of the time of a check.
    """

    def __init__(self, pixels: Pixels) -> None:
        levels = [pixels]
        while min(levels[-1].shape[:2]) > 1:
            levels.append(_halved(levels[-1]))
        self._levels = tuple(levels)
        self._shrunk: dict[tuple[int, int, bool], Pixels] = {}

    @classmethod
    def of(cls, picture: Picture) -> Pyramid:
        """`picture` itself if it is a pyramid, or a pyramid of its pixels."""
        return picture if isinstance(picture, Pyramid) else cls(picture)

    @property
    def pixels(self) -> Pixels:
        return self._levels[0]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.pixels.shape

    def level(self, halvings: int) -> Pixels:
        """The picture, halved `halvings` times."""
        return self._levels[halvings]

    def shrunk(self, width: int, height: int, *, exact: bool = False) -> Pixels:
        """The picture scaled to `width` x `height`; the result is cached.

        Interpolates linearly from the smallest level that is large enough: all its pixels contribute, and averaging
        over fractions of a pixel takes eight times as long. `exact` averages all the same, for measures that react to
        tiny differences. A larger size than the picture's is interpolated.
        """
        key = width, height, exact
        if key not in self._shrunk:
            halvings, (rows, columns) = 0, self.shape[:2]
            while columns >= 2 * width and rows >= 2 * height:
                halvings, rows, columns = halvings + 1, rows // 2, columns // 2
            enlarged, far = width > columns or height > rows, columns > 2 * width or rows > 2 * height
            way = cv2.INTER_AREA if (far or exact) and not enlarged else cv2.INTER_LINEAR
            small = np.asarray(cv2.resize(self.level(halvings), (width, height), interpolation=way), np.uint8)
            small.flags.writeable = False
            self._shrunk[key] = small
        return self._shrunk[key]


def _halved(pixels: Pixels) -> Pixels:
    """Average 2 x 2 pixels; an odd last row or column is dropped."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    half = cv2.resize(pixels[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8)


Picture: TypeAlias = Pixels | Pyramid


def cut(picture: Picture, centre: tuple[float, float], size: float, angle: float, side: int) -> Crop:
    """Crop the square of `size` px around `centre`, rotated by `angle` radians (clockwise) and scaled to `side` px.

    Pixels outside the picture repeat its border.
    """
    return Crop(*warped(picture, centre, size, angle, (side, side)))


def warped(
    picture: Picture,
    centre: tuple[float, float],
    width: float,
    angle: float,
    shape: tuple[int, int],
    outside: tuple[int, int, int] | None = None,
) -> tuple[Pixels, npt.NDArray[np.float64]]:
    """Crop `shape` (height, width) pixels around `centre`, covering `width` px of the picture, rotated by `angle`.

    Returns the pixels, and the (2, 3) matrix from picture to crop coordinates. Outside the picture, pixels have the
    colour `outside` or repeat the border. If the picture is much larger than the crop, a smaller level is used to avoid
    aliasing.
    """
    height, across = shape
    scale = across / max(width, 1.0)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    matrix[:, 2] = np.array([across / 2, height / 2]) - matrix[:, :2] @ centre
    picture, halvings = Pyramid.of(picture), 0
    while scale * 2**halvings < ALIASING and min(picture.shape[:2]) >> halvings > 1:
        halvings += 1
    # Pixel i of a level covers the picture's pixels k i to k i + k - 1, so its centre is (k - 1) / 2 further.
    k = 2.0**halvings
    warp = np.stack([matrix[:, 0] * k, matrix[:, 1] * k, matrix @ [(k - 1) / 2, (k - 1) / 2, 1.0]], axis=1)
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    crop = cv2.warpAffine(
        picture.level(halvings),
        warp,
        (across, height),
        flags=cv2.INTER_LINEAR,
        borderMode=border,
        borderValue=outside or (0, 0, 0),
    )
    return np.asarray(crop, np.uint8), matrix
