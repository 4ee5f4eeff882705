"""Paints what people wear: dark glasses, which hide the eyes; clear glasses and headwear, which hide nothing.

The harmless things are painted too, so that paint alone gives nothing away. For the arguments, see `occluders`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training.faces.paint import EYES, OVAL, Floats, Pixels, Rng, axes, colour, face_size, fill, lay, texture

if TYPE_CHECKING:
    from collections.abc import Sequence


def _lenses(points: Floats, rng: Rng) -> list[Floats]:
    """The outlines of both lenses: round, square or aviator."""
    across, down = axes(points)
    between = float(np.linalg.norm(points[263, :2] - points[33, :2]))
    w, h = between * rng.uniform(0.24, 0.34), between * rng.uniform(0.17, 0.30)
    power, drop = rng.uniform(1.6, 5), rng.uniform(-0.02, 0.08) * between
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    x = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** (2 / power)
    y = np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** (2 / power)
    slant = rng.uniform(-0.1, 0.2)
    return [
        np.float32(
            points[list(eye), :2].mean(0)
            + down * drop
            + np.outer(x * w * (1 - slant * y), across)
            + np.outer(y * h, down)
        )
        for eye in EYES
    ]


def glasses(picture: Pixels, points: Floats, rng: Rng, textures: Sequence[Pixels], dark: bool) -> npt.NDArray[np.uint8]:
    """Glasses. If `dark` (black, brown, tinted, mirrored, graded), they hide the eyes; clear ones have a rim and
    perhaps a faint tint, a reflection or a glint."""
    size = face_size(points)
    lenses = _lenses(points, rng)
    cover = np.zeros(picture.shape[:2], np.uint8)
    for lens in lenses:
        cover = np.maximum(cover, fill(picture, lens))
    mirror = rng.random() < 0.3
    surface = _mirror(picture.shape[:2], rng, textures) if mirror else _glass(picture, points, rng, dark)
    lay(picture, cover, surface, rng, rng.uniform(0.86, 1.0) if dark else rng.uniform(0, 0.18))
    _rims(picture, lenses, rng, max(1, int(size * rng.uniform(0.005, 0.03))))
    if not dark and rng.random() < 0.3:
        glint = lenses[int(rng.integers(2))].mean(0) + rng.normal(0, size * 0.03, 2)
        x, y = np.round(glint).astype(int).tolist()
        spread = (max(1, int(size * 0.03)), max(1, int(size * 0.012)))
        lean = float(rng.uniform(0, 180))
        cv2.ellipse(picture, (x, y), spread, lean, 0, 360, (250, 250, 255), -1, cv2.LINE_AA)
    return cover


def _mirror(shape: tuple[int, int], rng: Rng, textures: Sequence[Pixels]) -> Floats:
    """What mirrored lenses show: a scene in silver or in a tint (gold, orange, blue, rose), bright or dim."""
    tints = ((1, 1, 1), (1, 0.8, 0.2), (1, 0.55, 0.15), (0.3, 0.6, 1), (1, 0.5, 0.7), (0.4, 0.9, 0.6))
    tint = np.float32(tints[rng.integers(len(tints))])
    scene = texture(shape, rng, textures, 0.2)
    scene = scene * rng.uniform(0.3, 1.0) + rng.uniform(0, 120)
    return np.asarray(scene * (1 - rng.uniform(0.2, 1.0) * (1 - tint)), np.float32)


def _glass(picture: Pixels, points: Floats, rng: Rng, dark: bool) -> Floats:
    """What the lenses show: a tone; on dark ones often a reflected sky or a paler lower edge."""
    tone = rng.uniform(5, 60) * rng.uniform(0.6, 1.4, 3).astype(np.float32)
    surface = np.zeros(picture.shape, np.float32) + tone
    if dark and rng.random() < 0.45:
        sky = rng.uniform(0, 1, (int(rng.integers(2, 5)), 3, 3)).astype(np.float32) * colour(rng) * 0.9
        whole = cv2.resize(sky, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        surface += whole * rng.uniform(0.2, 1.0)
    if dark and rng.random() < 0.4:
        below = np.arange(picture.shape[0]) - points[[33, 263], 1].mean()
        fade = np.clip(below / (0.25 * face_size(points)), -0.5, 1)
        surface *= (1 + 0.5 * fade)[:, None, None].astype(np.float32)
    return surface


def _rims(picture: Pixels, lenses: list[Floats], rng: Rng, thick: int) -> None:
    """Dark or coloured rims and the bridge between them."""
    rim = tuple((np.float32(rng.uniform(0, 90)) * rng.uniform(0.5, 1.5, 3)).tolist())
    if rng.random() < 0.3:
        rim = tuple(rng.uniform(0, 255, 3).tolist())
    for lens in lenses:
        cv2.polylines(picture, [np.round(lens).astype(np.int32)], True, rim, thick, cv2.LINE_AA)
    a, b = (
        np.round(lens[np.argmin(np.abs(lens - other.mean(0)).sum(1))]).astype(int).tolist()
        for lens, other in zip(lenses, lenses[::-1], strict=True)
    )
    cv2.line(picture, a, b, rim, thick, cv2.LINE_AA)


def headwear(picture: Pixels, points: Floats, rng: Rng, textures: Sequence[Pixels]) -> None:
    """A hat, a headband or a headscarf that leaves the face free."""
    size = face_size(points)
    middle = points[list(OVAL), :2].mean(0)
    oval = points[list(OVAL), :2] + (points[list(OVAL), :2] - middle) * rng.uniform(0.0, 0.08)
    around = middle + (oval - middle) * rng.uniform(1.25, 1.6)
    cover = fill(picture, around)
    if rng.random() < 0.6:
        across, down = axes(points)
        edge = points[151, :2] - down * size * rng.uniform(0.02, 0.12)
        below = np.float32(
            [
                edge - across * 9 * size,
                edge + across * 9 * size,
                edge + across * 9 * size + down * 9 * size,
                edge - across * 9 * size + down * 9 * size,
            ]
        )
        cover[fill(picture, below) > 0] = 0
    cover[fill(picture, oval) > 0] = 0
    lay(picture, cover, texture(picture.shape[:2], rng, textures, 0.8), rng)
