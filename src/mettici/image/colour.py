"""Perceptual colour (CIELAB), linear light, and per-pixel channel statistics.

CIELAB is implemented here because OpenCV's conversion builds tables on first use, which added 95 ms to a single check.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from mettici.image.types import Pixels

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ.sum(axis=1, keepdims=True)
_TO_RELATIVE_XYZ = (_TO_XYZ / _WHITE).astype(np.float32)
_TO_LAB = np.array([[0, 116, 0, -16], [500, -500, 0, 0], [0, 200, -200, 0]], np.float32)
"""Maps the cube roots of X, Y, Z to L*, a*, b*; the last column is the offset."""


def linear(levels: Pixels) -> Floats:
    """Linear light 0..1 for sRGB `levels` 0..255 (IEC 61966-2-1); doubling it means one stop more."""
    return np.asarray(cv2.LUT(levels, _LINEAR), np.float32)


def light_quantiles(levels: Pixels, where: Mask, *shares: float) -> list[float]:
    """Quantiles, in linear light 0..1, of the grey `levels` (H, W) selected by the mask `where`.

    Equal to `quantile` of `linear`, but computed from a histogram: selecting and sorting the pixels takes six times as
    long. Raises `ValueError` if the mask is empty.
    """
    counts = cv2.calcHist([levels], [0], where.view(np.uint8), [256], [0, 256])
    upto = np.cumsum(counts, dtype=np.int64)
    last = int(upto[-1]) - 1
    if last < 0:
        raise ValueError("no pixel to take a quantile of")
    found = []
    for share in shares:
        place = share * last
        low = min(int(place), max(0, last - 1))
        below, above = _LINEAR[np.searchsorted(upto, (low, min(low + 1, last)), side="right")]
        found.append(float(below + (above - below) * (place - low)))
    return found


def channel_max(pixels: Pixels) -> Pixels:
    """(H, W): the maximum of the three channels of each pixel. OpenCV needs a twentieth of NumPy's time for this."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def channel_median(pixels: Pixels) -> Pixels:
    """(H, W): the median of the three channels of each pixel."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.min(red, green), cv2.min(cv2.max(red, green), blue)), np.uint8)


def channel_min(pixels: Pixels) -> Pixels:
    """(H, W): the minimum of the three channels of each pixel."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)


def to_lab(pixels: Pixels) -> Floats:
    """CIELAB (D65; L* 0..100, a* and b* about -110..110) of sRGB `pixels` (..., 3) uint8; IEC 61966-2-1, CIE 15."""
    linear_light = cv2.LUT(pixels.reshape(-1, 1, 3), _LINEAR)
    relative = np.asarray(cv2.transform(linear_light, _TO_RELATIVE_XYZ), np.float32)
    # OpenCV's `pow` takes a quarter of the time of NumPy's cube root, and differs in the seventh digit.
    f = np.asarray(cv2.pow(relative, 1 / 3), np.float32)
    dark = relative <= (6 / 29) ** 3
    relative *= np.float32((29 / 6) ** 2 / 3)
    relative += np.float32(4 / 29)
    np.copyto(f, relative, where=dark)  # in place throughout: `np.where` takes four times as long
    return np.asarray(cv2.transform(f, _TO_LAB), np.float32).reshape(pixels.shape)


def chroma_at(light: Floats, luminance: float) -> tuple[float, float]:
    """CIELAB a* and b* of the linear RGB `light` (3,), 0..1, scaled so that its luminance Y is `luminance`, 0..1."""
    x, y, z = _TO_RELATIVE_XYZ @ light * (luminance / max(1e-6, float(_TO_RELATIVE_XYZ[1] @ light)))
    red, green, blue = (float(np.cbrt(v)) if v > (6 / 29) ** 3 else v * (29 / 6) ** 2 / 3 + 4 / 29 for v in (x, y, z))
    return 500 * (red - green), 200 * (green - blue)
