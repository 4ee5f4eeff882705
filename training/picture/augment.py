"""Augments pictures as they change on their way to a profile, photographs and drawings alike.

Many sets have a single label, and they differ in size, framing, compression, colour and borders, which a network would
learn instead. So every picture is framed, resized, retouched, coloured, blurred and compressed at random, with the same
probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from mettici.image.types import Pixels
from mettici.vision.types import Mesh

LARGEST = (360, 480, 720)
"""The possible limits for the longer side of an augmented picture, in pixels."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture, RGB (H, W, 3) uint8, and its mesh, which follows every change of geometry."""

    pixels: Pixels
    mesh: Mesh | None

    @property
    def extent(self) -> float:
        """Longer side of the mesh in px; without a face, a third of the picture's shorter side."""
        if self.mesh is None:
            return min(self.pixels.shape[:2]) / 3
        xy = self.mesh.points[:468, :2]
        return float((xy.max(0) - xy.min(0)).max())

    def resized(self, scale: float, how: int = cv2.INTER_AREA) -> Scene:
        height, width = (max(24, round(n * scale)) for n in self.pixels.shape[:2])
        pixels = cv2.resize(self.pixels, (width, height), interpolation=how)
        return Scene(np.asarray(pixels, np.uint8), self._moved(scale, 0, 0))

    def framed(self, left: int, top: int, right: int, bottom: int, border: int, colour: list[int]) -> Scene:
        """The window in px, which may reach beyond the picture; `border` says how to fill the outside."""
        height, width = self.pixels.shape[:2]
        inside = self.pixels[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
        over = max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width)
        pixels = cv2.copyMakeBorder(inside, *over, border, value=colour)
        return Scene(np.asarray(pixels, np.uint8), self._moved(1.0, left, top))

    def surrounded(self, background: Pixels, left: int, top: int) -> Scene:
        """The scene pasted at (left, top) into the picture `background`, which must be large enough."""
        height, width = self.pixels.shape[:2]
        whole = background.copy()
        whole[top : top + height, left : left + width] = self.pixels
        return Scene(whole, self._moved(1.0, -left, -top))

    def painted(self, pixels: npt.NDArray[np.generic]) -> Scene:
        return Scene(np.ascontiguousarray(np.clip(pixels, 0, 255).astype(np.uint8)), self.mesh)

    def _moved(self, scale: float, left: int, top: int) -> Mesh | None:
        if self.mesh is None:
            return None
        points = (self.mesh.points - np.float32([left, top, 0])) * np.float32(scale)
        return Mesh(points, self.mesh.presence)


def augmented(scene: Scene, rng: np.random.Generator, *, framed: bool = True) -> Scene:
    """`scene` as a user might upload it; if `framed`, perhaps only a window of it."""
    if framed and rng.random() < 0.6:
        scene = _framed(scene, rng)
    scene = _sized(scene, rng)
    if rng.random() < 0.12:
        scene = _retouched(scene, rng)
    scene = coloured(scene, rng)
    if rng.random() < 0.2:
        scene = _blurred(scene, rng)
    if rng.random() < 0.2:
        noise = rng.standard_normal((*scene.pixels.shape[:2], 3 if rng.random() < 0.6 else 1), np.float32)
        scene = scene.painted(scene.pixels + noise * np.float32(rng.uniform(1, 14)))
    if rng.random() < 0.75:
        scene = compressed(scene, rng)
    if rng.random() < 0.25:
        scene = _sized(scene, rng)
    return compressed(scene, rng) if rng.random() < 0.3 else scene


def surrounded(scene: Scene, background: Pixels, rng: np.random.Generator) -> Scene:
    """`scene` with another picture around it, because only the face counts, not what is behind or beside it."""
    height, width = scene.pixels.shape[:2]
    tall, wide = round(height * rng.uniform(1.05, 1.7)), round(width * rng.uniform(1.05, 1.7))
    around = np.asarray(cv2.resize(background, (wide, tall), interpolation=cv2.INTER_AREA), np.uint8)
    return scene.surrounded(around, int(rng.integers(wide - width + 1)), int(rng.integers(tall - height + 1)))


def _framed(scene: Scene, rng: np.random.Generator) -> Scene:
    """A window around the face, from tight to wide. Parts beyond the picture are cut off or filled."""
    height, width = scene.pixels.shape[:2]
    side = scene.extent * np.exp(rng.uniform(np.log(1.25), np.log(5)))
    tall = side * np.exp(rng.normal(0, 0.15))
    x, y = (width / 2, height / 2) if scene.mesh is None else scene.mesh.points[:468, :2].mean(0).tolist()
    x, y = x + rng.normal(0, 0.1) * side, y + rng.uniform(-0.15, 0.25) * tall
    window = [round(x - side / 2), round(y - tall / 2), round(x + side / 2), round(y + tall / 2)]
    if rng.random() < 0.7:
        window = [max(0, window[0]), max(0, window[1]), min(width, window[2]), min(height, window[3])]
    if window[2] - window[0] < 32 or window[3] - window[1] < 32 or window[0] >= width or window[1] >= height:
        return scene
    if window[2] <= 0 or window[3] <= 0:
        return scene
    border = int(rng.choice([cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT]))
    colour = [int(rng.choice([0, 255, rng.integers(256)]))] * 3
    return scene.framed(*window, border, colour)


def _sized(scene: Scene, rng: np.random.Generator) -> Scene:
    """A random resolution: the face from 36 px to slightly above its original size; sometimes enlarged again."""
    most = float(rng.choice(LARGEST)) / max(scene.pixels.shape[:2])
    scale = min(1.0, most)
    if rng.random() < 0.6:
        face = np.exp(rng.uniform(np.log(36), np.log(max(60, min(scene.extent * 1.2, 400)))))
        scale = min(face / max(scene.extent, 8), most, 1.6)
    how = cv2.INTER_AREA if scale < 1 else int(rng.choice([cv2.INTER_CUBIC, cv2.INTER_LINEAR]))
    if rng.random() < 0.15 and scale < 1:
        how = cv2.INTER_LINEAR
    if scale != 1:
        scene = scene.resized(scale, how)
    if rng.random() < 0.25:
        scale = min(rng.uniform(1.2, 3), 600 / max(scene.pixels.shape[:2]))
        if scale > 1:
            scene = scene.resized(scale, int(rng.choice([cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LANCZOS4])))
    return scene


def _retouched(scene: Scene, rng: np.random.Generator) -> Scene:
    """A beauty filter: smooths the skin and keeps the edges. The kind of picture stays the same."""
    smooth = cv2.bilateralFilter(scene.pixels, 7, rng.uniform(15, 45), rng.uniform(3, 7))
    share = rng.uniform(0.4, 0.9)
    return scene.painted(smooth * share + scene.pixels * (1 - share))


def coloured(scene: Scene, rng: np.random.Generator) -> Scene:
    """Exposure, contrast, cast and saturation; black-and-white, sepia, old varnish, stage lighting, burnt skin."""
    if rng.random() < 0.25:
        return scene
    pixels = scene.pixels / np.float32(255)
    grey = pixels @ np.float32([0.299, 0.587, 0.114])
    kind = rng.random()
    if kind < 0.28:
        pixels = np.repeat(grey[..., None], 3, 2)
        if kind < 0.16:
            pixels = pixels * np.float32([1, rng.uniform(0.75, 0.97), rng.uniform(0.45, 0.9)])
    elif kind < 0.38:
        pixels = pixels * np.float32([1, rng.uniform(0.72, 0.95), rng.uniform(0.4, 0.85)])
    elif kind < 0.44:
        pixels = pixels * np.float32(rng.uniform(1.3, 2.6))
    elif kind < 0.49:
        light = rng.uniform(0.15, 1, 3).astype(np.float32)
        pixels = (pixels * 0.4 + grey[..., None] * 0.6) * light / light.max()
    else:
        more = np.float32(rng.uniform(0.5, 1.5))
        pixels = grey[..., None] + (pixels - grey[..., None]) * more
        pixels = pixels * rng.normal(1, 0.07, 3).astype(np.float32)
    pixels = cv2.pow(np.clip(pixels, 0, 1), np.exp(rng.normal(0, 0.3)))
    pixels = (pixels - 0.5) * np.float32(rng.uniform(0.7, 1.3)) + 0.5 + np.float32(rng.normal(0, 0.06))
    return scene.painted(pixels * 255)


def _blurred(scene: Scene, rng: np.random.Generator) -> Scene:
    if rng.random() < 0.7:
        return scene.painted(cv2.GaussianBlur(scene.pixels, (0, 0), scene.extent * rng.uniform(0.004, 0.018) + 0.2))
    length = int(scene.extent * rng.uniform(0.01, 0.05)) | 1
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1 / length
    return scene.painted(cv2.filter2D(scene.pixels, -1, line if rng.random() < 0.5 else line.T))


def compressed(scene: Scene, rng: np.random.Generator) -> Scene:
    quality = int(rng.uniform(22, 97))
    _, coded = cv2.imencode(".jpg", scene.pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return scene.painted(cv2.imdecode(coded, cv2.IMREAD_COLOR))


def palette(scene: Scene, other: Pixels, share: float) -> Scene:
    """`scene` with the mean and spread of its colours shifted by `share` towards those of `other`."""
    lab = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    goal = cv2.cvtColor(other, cv2.COLOR_RGB2LAB).astype(np.float32)
    (mean, spread), (to, wide) = ((a.mean((0, 1)), a.std((0, 1)) + 4) for a in (lab, goal))
    moved = (lab - mean) * np.clip(wide / spread, 0.5, 1.6) + to
    mixed = np.clip(lab * (1 - share) + moved * share, 0, 255).astype(np.uint8)
    return scene.painted(cv2.cvtColor(mixed, cv2.COLOR_LAB2RGB))
