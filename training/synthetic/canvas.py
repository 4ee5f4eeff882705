"""Renders solid figures made of ellipsoids, lit and seen from the front: the building blocks of 3-D avatars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from mettici.image.types import Pixels

Floats = npt.NDArray[np.float32]
Vector = tuple[float, float, float]
Mask = npt.NDArray[np.bool_]
SPAN = 2.0
"""Half the side of the picture, in the figure's units: a head has a radius of about 1."""


class Points(NamedTuple):
    """Points in the figure's own coordinates, before its rotation."""

    x: Floats
    y: Floats
    z: Floats


Region = Callable[[Points], Mask]
"""Tells which points belong to a region."""


@dataclass(frozen=True)
class Material:
    """A part's colour (RGB 0..1), gloss (0..1) and visibility of strands (0..1)."""

    colour: Vector
    gloss: float = 0.15
    strands: float = 0.0


def turned(yaw: float, pitch: float, roll: float) -> Floats:
    """The rotation matrix (3, 3) of a figure; angles in radians: to its left, upwards, to the shoulder."""
    (cy, sy), (cp, sp), (cr, sr) = ((np.cos(a), np.sin(a)) for a in (yaw, pitch, roll))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return (about_z @ about_x @ about_y).astype(np.float32)


@dataclass
class Canvas:
    """The nearest surface at each of `side` x `side` pixels; x points right, y up, z towards the viewer."""

    side: int
    pose: Floats
    depth: Floats = field(init=False)
    normal: Floats = field(init=False)
    colour: Floats = field(init=False)
    gloss: Floats = field(init=False)

    def __post_init__(self) -> None:
        shape = self.side, self.side
        self.depth = np.full(shape, -np.inf, np.float32)
        self.normal, self.colour = np.zeros((*shape, 3), np.float32), np.zeros((*shape, 3), np.float32)
        self.gloss = np.zeros(shape, np.float32)

    def blob(
        self, at: Vector, radii: Vector, material: Material, keep: Region | None = None, own: Floats | None = None
    ) -> None:
        """An ellipsoid at `at` in the figure, rotated by `own` about its centre, and only where `keep` allows."""
        middle = self.pose @ np.float32(at)
        axes = self.pose if own is None else self.pose @ own
        form = (axes / np.square(np.float32(radii))) @ axes.T
        rows, columns = self._window(middle, max(radii))
        x, y = self._grid(rows, columns)
        x, y = x - middle[0], y - middle[1]
        half = form[0, 2] * x + form[1, 2] * y
        rest = form[0, 0] * x * x + 2 * form[0, 1] * x * y + form[1, 1] * y * y - 1
        inside = half * half - form[2, 2] * rest
        z = (np.sqrt(np.maximum(inside, 0)) - half) / form[2, 2]
        nearer = (inside > 0) & (z + middle[2] > self.depth[rows, columns])
        if keep is not None:
            nearer &= keep(self._own(x + middle[0], y + middle[1], z + middle[2]))
        normal = np.stack([x, y, z], -1) @ form
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-6
        self.depth[rows, columns][nearer] = (z + middle[2])[nearer]
        self.normal[rows, columns][nearer] = normal[nearer]
        self.gloss[rows, columns][nearer] = material.gloss
        self.colour[rows, columns][nearer] = self._streaked(x, y, material)[nearer]

    def chain(self, points: list[Vector], radius: float, material: Material) -> None:
        """Balls along a line, for brows, rims and plaits."""
        for point in points:
            self.blob(point, (radius, radius, radius), material)

    def paint(self, region: Region, colour: Vector, cover: float = 1.0) -> None:
        """Colour the visible surface in `region`, with opacity `cover`, 0..1."""
        x, y = self._grid(slice(0, self.side), slice(0, self.side))
        solid = np.isfinite(self.depth)
        at = region(self._own(x, y, np.where(solid, self.depth, 0))) & solid
        self.colour[at] += (np.float32(colour) - self.colour[at]) * np.float32(cover)

    def soften(self, share: float) -> None:
        """Smooth the seams between parts over a radius of `share` of the picture's side."""
        solid = np.isfinite(self.depth).astype(np.float32)
        spread = self.side * share
        normal = cv2.GaussianBlur(self.normal * solid[..., None], (0, 0), spread)
        self.normal = np.asarray(normal / (np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-6), np.float32)

    def lit(self, light: Vector, background: Floats) -> Pixels:
        """RGB uint8 at half the side: the figure softly lit from `light`, over `background` (side, side, 3), 0..1."""
        towards = np.float32(light) / np.float32(np.linalg.norm(light))
        solid = np.isfinite(self.depth)
        depth = np.where(solid, self.depth, -1.5).astype(np.float32)
        hollow = np.clip(cv2.GaussianBlur(depth, (0, 0), self.side / 45) - depth, 0, 0.35)
        bright = 0.62 + 0.42 * (self.normal @ towards) - 0.9 * hollow
        half = towards + np.float32([0, 0, 1])
        shine = np.clip(self.normal @ (half / np.linalg.norm(half)), 0, 1) ** 24 * self.gloss
        warm = np.float32([1.0, 0.9, 0.85]) ** np.clip(1 - bright, 0, 1)[..., None]
        shaded = np.clip(self.colour * bright[..., None] * warm + shine[..., None], 0, 1)
        whole = np.where(solid[..., None], shaded, background).astype(np.float32)
        small = cv2.resize(whole, (self.side // 2, self.side // 2), interpolation=cv2.INTER_AREA)
        return np.asarray(np.clip(small * 255, 0, 255), np.uint8)

    def _window(self, middle: Floats, reach: float) -> tuple[slice, slice]:
        """The rows and columns that something with radius `reach` can cover."""
        scale = self.side / (2 * SPAN)
        spans = []
        for value in (SPAN - middle[1], SPAN + middle[0]):
            low, high = (int(np.clip((value + r) * scale, 0, self.side)) for r in (-reach, reach))
            spans.append(slice(low, max(high + 1, low + 1)))
        return spans[0], spans[1]

    def _grid(self, rows: slice, columns: slice) -> tuple[Floats, Floats]:
        scale = 2 * SPAN / self.side
        line = (np.arange(self.side, dtype=np.float32) + 0.5) * np.float32(scale) - np.float32(SPAN)
        x, y = np.meshgrid(line[columns], -line[rows])
        return x, y

    def _own(self, x: Floats, y: Floats, z: Floats) -> Points:
        own = np.stack([x, y, z], -1) @ self.pose
        return Points(own[..., 0], own[..., 1], own[..., 2])

    @staticmethod
    def _streaked(x: Floats, y: Floats, material: Material) -> Floats:
        colour = np.broadcast_to(np.float32(material.colour), (*x.shape, 3))
        if not material.strands:
            return colour
        wave = np.sin(31 * x + 5 * np.sin(3 * y)) * np.sin(67 * x + 4 * y + 3 * np.sin(5 * x))
        return np.asarray(colour * (1 + np.float32(0.45 * material.strands) * wave[..., None]), np.float32)
