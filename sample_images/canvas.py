"""A small painting surface: smooth shapes, soft edges and tapered strokes on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
Points = Sequence[tuple[float, float]] | NDArray[Any]
Colour = tuple[float, float, float]

FINER = 4


def curve(points: Points, closed: bool = False, steps: int = 12) -> Floats:
    """A smooth (Catmull-Rom) line through the points (..., count, 2), of which there may be many."""
    p = np.asarray(points, np.float32)
    first, second, last_but_one, last = (p[..., i : i + 1 or None, :] for i in (0, 1, -2, -1))
    ends = (last, p[..., :2, :]) if closed else (2 * first - second, 2 * last - last_but_one)
    p = np.concatenate([ends[0], p, ends[1]], axis=-2)
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[:, None]
    a, b, c, d = (p[..., i : i - 3 or None, None, :] for i in range(4))
    line = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    line = line.reshape(*p.shape[:-2], -1, 2)
    return line if closed else np.concatenate([line, p[..., -2:-1, :]], axis=-2)


def ellipse(x: float, y: float, rx: float, ry: float, turn_deg: float = 0.0) -> Floats:
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    turn = np.deg2rad(turn_deg)
    u, v = rx * np.cos(angle), ry * np.sin(angle)
    ring = [x + u * np.cos(turn) - v * np.sin(turn), y + u * np.sin(turn) + v * np.cos(turn)]
    return np.stack(ring, axis=1).astype(np.float32)


def mirrored(points: Points, axis: float) -> Floats:
    """The same shape on the other side of the vertical line x = axis."""
    p = np.array(points, np.float32)
    p[:, 0] = 2 * axis - p[:, 0]
    return p


def ribbon(line: Floats, width: float, taper: float) -> Floats:
    """The outline of a stroke along a line (..., count, 2); taper 1 makes both ends pointed, 0 leaves them blunt."""
    along = np.gradient(line, axis=-2)
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-6)
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    swell = np.sin(np.pi * np.linspace(0.02, 0.98, line.shape[-2]))[:, None] ** 0.7
    half = width / 2 * (1 - taper + taper * swell)
    sides = line + across * half, (line - across * half)[..., ::-1, :]
    return np.concatenate(sides, axis=-2).astype(np.float32)


class Canvas:
    """Shapes are given in units of `scale` pixels; colours are 0..255 RGB."""

    def __init__(self, base: Image.Image, scale: float = 1.0) -> None:
        self.pixels: Floats = np.asarray(base.convert("RGB")).astype(np.float32)
        self.scale = scale

    @classmethod
    def plain(cls, size: int, colour: Colour, units: float = 100.0) -> Canvas:
        return cls(Image.new("RGB", (size, size), tuple(round(c) for c in colour)), size / units)

    def image(self) -> Image.Image:
        return Image.fromarray(np.clip(self.pixels + 0.5, 0, 255).astype(np.uint8))

    def mask(self, outline: Points, blur: float = 0.0) -> Floats:
        """Coverage 0..1 of a closed outline over the whole picture."""
        height, width = self.pixels.shape[:2]
        return _cover(np.asarray(outline, np.float32) * self.scale, width, height, blur * self.scale)

    def fill(
        self, outline: Points, colour: Colour, blur: float = 0.0, alpha: float = 1.0, within: Floats | None = None
    ) -> None:
        """Paint a closed outline, soft-edged by `blur`, only where the mask `within` lets it."""
        spot = np.asarray(outline, np.float32) * self.scale
        margin = 3 * blur * self.scale + 2
        height, width = self.pixels.shape[:2]
        x0, y0 = np.clip(np.floor(spot.min(axis=0) - margin), 0, (width, height)).astype(int)
        x1, y1 = np.clip(np.ceil(spot.max(axis=0) + margin), 0, (width, height)).astype(int)
        if x0 >= x1 or y0 >= y1:
            return
        corner = np.array((x0, y0), np.float32)
        cover = _cover(spot - corner, x1 - x0, y1 - y0, blur * self.scale) * np.float32(alpha)
        if within is not None:
            cover = cover * within[y0:y1, x0:x1]
        here = self.pixels[y0:y1, x0:x1]
        here += (np.asarray(colour, np.float32) - here) * cover[..., None]

    def stroke(
        self,
        points: Points,
        colour: Colour,
        width: float,
        taper: float = 1.0,
        blur: float = 0.0,
        alpha: float = 1.0,
        within: Floats | None = None,
    ) -> None:
        """A smooth line through the points, as one pass of a pen or brush."""
        self.fill(ribbon(curve(points), width, taper), colour, blur, alpha, within)


def _cover(outline: Floats, width: int, height: int, sigma: float) -> Floats:
    """How much of each pixel lies inside. Counted on a finer grid: OpenCV's own smooth edges are bumpy."""
    fine = np.zeros((height * FINER, width * FINER), np.uint8)
    cv2.fillPoly(fine, [np.round((outline * FINER - 0.5) * 16).astype(np.int32)], (255,), cv2.LINE_8, 4)
    part = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    cover = np.divide(part, 255, dtype=np.float32)
    if sigma < 0.3:
        return cover
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)
