"""Cropping and reducing a decoded picture, and converting it to an array, without needless copies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STRIP = 1 << 20  # pixels


def reduced(
    image: Image.Image, full: tuple[int, int], area: tuple[int, int, int, int], side: int | None
) -> Image.Image:
    """Crop `area`, in pixels of the `full` size in the file, from a decoded picture; no side longer than `side` px."""
    x, y, width, height = area
    across, down = image.width / full[0], image.height / full[1]
    edges = (x * across, y * down, (x + width) * across, (y + height) * down)
    if side and max(edges[2] - edges[0], edges[3] - edges[1]) > side:
        wanted = fitted((width, height), side)
        return image.resize(wanted, Image.Resampling.HAMMING, edges, reducing_gap=2.0)
    if (width, height) == full:
        return image
    left, top, right, bottom = map(round, edges)
    return image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))


def array(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of an RGB picture, read-only. A large one is converted in strips, because Pillow copies via bytes."""
    rows = max(1, _STRIP // image.width)
    if rows >= image.height:
        return np.asarray(image)
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for row in range(0, image.height, rows):
        strip = image.crop((0, row, image.width, min(row + rows, image.height)))
        pixels[row : row + rows] = np.asarray(strip)
    pixels.setflags(write=False)
    return pixels


def fitted(size: tuple[int, int], side: float) -> tuple[int, int]:
    """Scale a size down to a longer side of `side`, in whole pixels; a smaller size is returned unchanged."""
    ratio = min(1.0, side / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))
