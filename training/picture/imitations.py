"""Turns photographs into paintings, cartoons and sketches, because most styles have few portraits.

Filters scale with the face, so that strokes are as coarse as a painter's: about 1/40 of the face.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

    from mettici.image.types import Pixels
    from training.picture.augment import Scene

Floats = npt.NDArray[np.float32]


def painting(scene: Scene, rng: np.random.Generator) -> Scene:
    """`scene` as a painting in a random manner, perhaps with canvas texture or cracks."""
    unit = max(2.0, scene.extent / 40) * rng.uniform(0.9, 1.8)
    manner: Callable[[Pixels, float, np.random.Generator], Pixels] = _MANNERS[rng.integers(len(_MANNERS))]
    pixels = manner(scene.pixels, unit, rng)
    if rng.random() < 0.4:
        pixels = _canvas(pixels, rng)
    if rng.random() < 0.15:
        pixels = _cracked(pixels, unit, rng)
    return scene.painted(pixels)


def kuwahara(pixels: Pixels, unit: float, _: np.random.Generator) -> Pixels:
    """Replace each pixel by the mean of the least varied of its four corner squares (Kuwahara 1976)."""
    radius = max(2, round(unit * 1.2))
    side = radius + 1
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    best, out = np.full(grey.shape, np.inf, np.float32), pixels.astype(np.float32)
    for x in (0, radius):
        for y in (0, radius):
            mean, square, colour = (
                cv2.boxFilter(a, -1, (side, side), anchor=(x, y))
                for a in (grey, grey * grey, pixels.astype(np.float32))
            )
            calm = square - mean * mean
            at = calm < best
            best[at], out[at] = calm[at], colour[at]
    return out.astype(np.uint8)


def oil(pixels: Pixels, unit: float, rng: np.random.Generator) -> Pixels:
    """Replace each pixel by the mean colour of the most common brightness around it."""
    side, levels = 2 * max(2, round(unit)) + 1, int(rng.integers(6, 14))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.int32) * levels // 256
    most, out = np.full(grey.shape, -1, np.float32), np.zeros(pixels.shape, np.float32)
    for level in range(levels):
        here = (grey == level).astype(np.float32)
        count = cv2.boxFilter(here, -1, (side, side))
        colour = cv2.boxFilter(pixels * here[..., None], -1, (side, side)) / (count[..., None] + 1e-6)
        at = count > most
        most[at], out[at] = count[at], colour[at]
    return out.astype(np.uint8)


def strokes(pixels: Pixels, unit: float, rng: np.random.Generator) -> Pixels:
    """Short strokes along contours, large ones first, finer ones over detail (after Hertzmann 1998)."""
    height, width = pixels.shape[:2]
    out = cv2.GaussianBlur(pixels, (0, 0), unit * 3)
    for size in (unit * 2.2, unit, unit * 0.55):
        soft = cv2.GaussianBlur(pixels, (0, 0), size * 0.7)
        grey = cv2.cvtColor(soft, cv2.COLOR_RGB2GRAY).astype(np.float32)
        gx, gy = cv2.Sobel(grey, -1, 1, 0), cv2.Sobel(grey, -1, 0, 1)
        angle = np.arctan2(gx, -gy)
        wrong = cv2.absdiff(out, soft).max(2)
        count = min(5000, int(height * width / (size * size) * 1.1))
        xs, ys = rng.integers(0, width, count), rng.integers(0, height, count)
        keep = wrong[ys, xs] > rng.uniform(8, 24)
        for x, y in zip(xs[keep].tolist(), ys[keep].tolist(), strict=True):
            turn = angle[y, x] + rng.normal(0, 0.25)
            length = size * rng.uniform(1.2, 3)
            dx, dy = round(np.cos(turn) * length), round(np.sin(turn) * length)
            colour = np.clip(soft[y, x] + rng.normal(0, 7), 0, 255).tolist()
            cv2.line(out, (x - dx, y - dy), (x + dx, y + dy), colour, max(1, round(size)), cv2.LINE_AA)
    return np.asarray(out, np.uint8)


def smears(pixels: Pixels, unit: float, rng: np.random.Generator) -> Pixels:
    """Colours and bristle noise dragged along the contours."""
    height, width = pixels.shape[:2]
    soft = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), unit)
    gx, gy = (cv2.GaussianBlur(cv2.Sobel(soft, -1, a, 1 - a), (0, 0), unit) for a in (1, 0))
    norm = np.sqrt(gx * gx + gy * gy) + 1e-3
    tx, ty = -gy / norm, gx / norm
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bristles = pixels + rng.normal(0, rng.uniform(10, 40), (height, width, 1))
    total, steps = np.zeros(pixels.shape, np.float32), max(3, round(unit * 2))
    for step in range(-steps, steps + 1):
        total += cv2.remap(
            bristles.astype(np.float32),
            x + tx * step,
            y + ty * step,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return np.clip(total / (2 * steps + 1), 0, 255).astype(np.uint8)


def watercolour(pixels: Pixels, unit: float, rng: np.random.Generator) -> Pixels:
    """Flat washes between preserved edges (Gastal and Oliveira 2011)."""
    washed = cv2.stylization(pixels, sigma_s=float(unit * rng.uniform(4, 12)), sigma_r=float(rng.uniform(0.35, 0.8)))
    return np.asarray(washed, np.uint8)


def digital(pixels: Pixels, unit: float, rng: np.random.Generator) -> Pixels:
    """A digital caricature: swollen or shrunken middle, smooth shading, hard rims, rich colours."""
    height, width = pixels.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    cx, cy, reach = width * rng.uniform(0.35, 0.65), height * rng.uniform(0.25, 0.75), min(height, width) * 0.6
    away = np.minimum(np.hypot(x - cx, y - cy) / reach, 1)
    pull = np.float32(1) - rng.uniform(-0.25, 0.45) * (1 - away) ** 2
    bent = cv2.remap(
        pixels,
        (cx + (x - cx) * pull).astype(np.float32),
        (cy + (y - cy) * pull).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    smooth = cv2.edgePreservingFilter(bent, flags=1, sigma_s=float(unit * 8), sigma_r=float(rng.uniform(0.45, 0.8)))
    rims = smooth + rng.uniform(0.3, 1.5) * (
        smooth.astype(np.float32) - cv2.GaussianBlur(smooth, (0, 0), unit).astype(np.float32)
    )
    grey = rims.mean(2, keepdims=True)
    return np.clip(grey + (rims - grey) * rng.uniform(1, 1.7), 0, 255).astype(np.uint8)


_MANNERS = (kuwahara, oil, strokes, strokes, smears, smears, watercolour, digital)


def _canvas(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    period = rng.uniform(2, 4)
    weave = (
        np.sin(np.arange(width) * 2 * np.pi / period)[None] + np.sin(np.arange(height) * 2 * np.pi / period)[:, None]
    )
    weave = weave + rng.normal(0, 0.7, (height, width))
    return np.clip(pixels + weave[..., None] * rng.uniform(1.5, 6), 0, 255).astype(np.uint8)


def _cracked(pixels: Pixels, unit: float, rng: np.random.Generator) -> Pixels:
    """Thin dark lines along the borders of random cells."""
    height, width = pixels.shape[:2]
    noise = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), unit * 2)
    lines = np.abs(noise) < noise.std() * 0.06
    return (pixels * np.where(lines, rng.uniform(0.6, 0.85), 1)[..., None]).astype(np.uint8)


def cartoon(scene: Scene, rng: np.random.Generator) -> Scene:
    """A few flat colours and dark outlines."""
    soft = cv2.bilateralFilter(cv2.medianBlur(scene.pixels, 5), 9, 60, 9)
    levels = int(rng.integers(3, 8))
    flat = (soft.astype(np.int32) * levels // 256 * 255 // (levels - 1)).clip(0, 255)
    grey = cv2.medianBlur(cv2.cvtColor(soft, cv2.COLOR_RGB2GRAY), 5)
    window = max(5, round(scene.extent / 14) | 1)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, window, rng.uniform(3, 6))
    return scene.painted(np.where(ink[..., None] == 0, flat * 0.15, flat) if rng.random() < 0.8 else flat)


def sketch(scene: Scene, rng: np.random.Generator) -> Scene:
    """Pencil on paper: the picture divided by its own blur."""
    grey = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    soft = cv2.GaussianBlur(grey, (0, 0), max(1.5, scene.extent / rng.uniform(20, 60)))
    lines = np.clip(grey / (soft + 1), 0, 1) ** rng.uniform(2, 6) * 255
    grain = rng.normal(0, rng.uniform(1, 9), grey.shape)
    paper = np.float32([1, rng.uniform(0.93, 1), rng.uniform(0.8, 1)])
    return scene.painted((lines + grain)[..., None] * paper)
