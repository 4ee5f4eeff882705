"""What people wear: dark glasses, which hide the eyes, and clear ones and headwear, which hide nothing.

The harmless things are painted so that paint alone gives nothing away. Arguments: see `occluders`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training.faces.paint import EYES, OVAL, Draw, Floats, Pixels, axes, colour, face_size, fill, lay, texture

if TYPE_CHECKING:
    from collections.abc import Sequence


def _lenses(points: Floats, draw: Draw) -> list[Floats]:
    """Outlines of both lenses, round, square or aviator."""
    across, down = axes(points)
    apart = float(np.linalg.norm(points[263, :2] - points[33, :2]))
    w, h = apart * draw.uniform(0.24, 0.34), apart * draw.uniform(0.17, 0.30)
    power, drop = draw.uniform(1.6, 5), draw.uniform(-0.02, 0.08) * apart
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    x = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** (2 / power)
    y = np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** (2 / power)
    slant = draw.uniform(-0.1, 0.2)
    return [
        np.float32(
            points[list(eye), :2].mean(0)
            + down * drop
            + np.outer(x * w * (1 - slant * y), across)
            + np.outer(y * h, down)
        )
        for eye in EYES
    ]


def glasses(picture: Pixels, points: Floats, draw: Draw, stuff: Sequence[Pixels], dark: bool) -> npt.NDArray[np.uint8]:
    """Glasses: `dark` (black, brown, coloured, mirrored, graded) hide the eyes; clear ones have a rim, a
    faint tint or reflection, a glint."""
    size = face_size(points)
    lenses = _lenses(points, draw)
    cover = np.zeros(picture.shape[:2], np.uint8)
    for lens in lenses:
        cover = np.maximum(cover, fill(picture, lens))
    mirror = draw.random() < 0.3
    surface = _mirror(picture.shape[:2], draw, stuff) if mirror else _glass(picture, points, draw, dark)
    lay(picture, cover, surface, draw, draw.uniform(0.86, 1.0) if dark else draw.uniform(0, 0.18))
    _rims(picture, lenses, draw, max(1, int(size * draw.uniform(0.005, 0.03))))
    if not dark and draw.random() < 0.3:
        glint = lenses[int(draw.integers(2))].mean(0) + draw.normal(0, size * 0.03, 2)
        x, y = np.round(glint).astype(int).tolist()
        spread = (max(1, int(size * 0.03)), max(1, int(size * 0.012)))
        lean = float(draw.uniform(0, 180))
        cv2.ellipse(picture, (x, y), spread, lean, 0, 360, (250, 250, 255), -1, cv2.LINE_AA)
    return cover


def _mirror(shape: tuple[int, int], draw: Draw, stuff: Sequence[Pixels]) -> Floats:
    """What lenses show that mirror a scene: silver, or in a colour of their own (gold, orange, blue, rose), bright or
    dim."""
    tints = ((1, 1, 1), (1, 0.8, 0.2), (1, 0.55, 0.15), (0.3, 0.6, 1), (1, 0.5, 0.7), (0.4, 0.9, 0.6))
    tint = np.float32(tints[draw.integers(len(tints))])
    scene = texture(shape, draw, stuff, 0.2)
    scene = scene * draw.uniform(0.3, 1.0) + draw.uniform(0, 120)
    return np.asarray(scene * (1 - draw.uniform(0.2, 1.0) * (1 - tint)), np.float32)


def _glass(picture: Pixels, points: Floats, draw: Draw, dark: bool) -> Floats:
    """What the lenses show: a tone; on dark ones often the sky in it, or a paler lower edge."""
    tone = draw.uniform(5, 60) * draw.uniform(0.6, 1.4, 3).astype(np.float32)
    surface = np.zeros(picture.shape, np.float32) + tone
    if dark and draw.random() < 0.45:
        sky = draw.uniform(0, 1, (int(draw.integers(2, 5)), 3, 3)).astype(np.float32) * colour(draw) * 0.9
        whole = cv2.resize(sky, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        surface += whole * draw.uniform(0.2, 1.0)
    if dark and draw.random() < 0.4:
        below = np.arange(picture.shape[0]) - points[[33, 263], 1].mean()
        fade = np.clip(below / (0.25 * face_size(points)), -0.5, 1)
        surface *= (1 + 0.5 * fade)[:, None, None].astype(np.float32)
    return surface


def _rims(picture: Pixels, lenses: list[Floats], draw: Draw, thick: int) -> None:
    """Dark or coloured rims, and the bridge between them."""
    rim = tuple((np.float32(draw.uniform(0, 90)) * draw.uniform(0.5, 1.5, 3)).tolist())
    if draw.random() < 0.3:
        rim = tuple(draw.uniform(0, 255, 3).tolist())
    for lens in lenses:
        cv2.polylines(picture, [np.round(lens).astype(np.int32)], True, rim, thick, cv2.LINE_AA)
    a, b = (
        np.round(lens[np.argmin(np.abs(lens - other.mean(0)).sum(1))]).astype(int).tolist()
        for lens, other in zip(lenses, lenses[::-1], strict=True)
    )
    cv2.line(picture, a, b, rim, thick, cv2.LINE_AA)


def headwear(picture: Pixels, points: Floats, draw: Draw, stuff: Sequence[Pixels]) -> None:
    """A hat, a band or a headscarf that leaves the face free: harmless."""
    size = face_size(points)
    middle = points[list(OVAL), :2].mean(0)
    oval = points[list(OVAL), :2] + (points[list(OVAL), :2] - middle) * draw.uniform(0.0, 0.08)
    around = middle + (oval - middle) * draw.uniform(1.25, 1.6)
    cover = fill(picture, around)
    if draw.random() < 0.6:
        across, down = axes(points)
        edge = points[151, :2] - down * size * draw.uniform(0.02, 0.12)
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
    lay(picture, cover, texture(picture.shape[:2], draw, stuff, 0.8), draw)
