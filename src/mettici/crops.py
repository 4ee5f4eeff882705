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


def cut(pixels: Pixels, centre: tuple[float, float], size: float, angle: float, side: int) -> Crop:
    """The square of `size` px around `centre`, turned back by `angle` radians (clockwise), scaled to `side` px.

    Beyond the edge the picture's border is repeated. A strong reduction is done in two steps, or it would alias.
    """
    scale = side / max(size, 1.0)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    matrix = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    matrix[:, 2] = side / 2 - matrix[:, :2] @ centre
    source, warp = pixels, matrix
    if scale < 0.5:
        half = 2 * scale
        source = np.asarray(cv2.resize(pixels, None, fx=half, fy=half, interpolation=cv2.INTER_AREA), np.uint8)
        warp = matrix @ np.diag([1 / half, 1 / half, 1.0])
    piece = cv2.warpAffine(source, warp, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Crop(np.asarray(piece, np.uint8), matrix)
