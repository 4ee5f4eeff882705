"""Helpers to paint things over a face: where, with which surface, in which light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Rng = np.random.Generator

OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
JAW = (234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454)
EYES = ((33, 133, 159, 145), (263, 362, 386, 374))
MOUTH, NOSE = (61, 291, 0, 17), (1, 4, 98, 327)
SKINS = ((245, 215, 195), (225, 180, 150), (200, 150, 115), (160, 110, 80), (115, 75, 50), (75, 48, 35))


def face_size(points: Floats) -> float:
    return float(np.ptp(points[list(OVAL), 1]) + np.ptp(points[list(OVAL), 0])) / 2


def axes(points: Floats) -> tuple[Floats, Floats]:
    """Unit vectors across the face (to the viewer's right) and down."""
    across = points[454, :2] - points[234, :2]
    across = across / max(float(np.linalg.norm(across)), 1e-6)
    return across, np.float32([-across[1], across[0]])


def colour(rng: Rng) -> Floats:
    """A random colour; white, black, grey and surgical blue are more likely."""
    usual = ((240, 240, 240), (25, 25, 28), (130, 130, 135), (150, 195, 220), (120, 190, 190), (40, 50, 90))
    if rng.random() < 0.5:
        return np.float32(usual[rng.integers(len(usual))]) + rng.normal(0, 12, 3).astype(np.float32)
    return rng.uniform(0, 255, 3).astype(np.float32)


def texture(shape: tuple[int, int], rng: Rng, textures: Sequence[Pixels], plain: float = 0.6) -> Floats:
    """A surface (h, w, 3): plain with soft folds, striped, or cut from a picture of things."""
    h, w = shape
    if rng.random() > plain and len(textures):
        piece = textures[rng.integers(len(textures))]
        side = max(8, int(min(piece.shape[:2]) * rng.uniform(0.3, 1.0)))
        y, x = rng.integers(0, piece.shape[0] - side + 1), rng.integers(0, piece.shape[1] - side + 1)
        return np.asarray(
            cv2.resize(piece[y : y + side, x : x + side], (w, h), interpolation=cv2.INTER_AREA), np.float32
        )
    folds = cv2.resize(
        rng.normal(0, 1, (int(rng.integers(2, 7)), int(rng.integers(2, 7)))).astype(np.float32),
        (w, h),
        interpolation=cv2.INTER_CUBIC,
    )
    surface = colour(rng) * (1 + rng.uniform(0.02, 0.15) * folds[..., None])
    if rng.random() < 0.15:
        turn, pitch = rng.uniform(0, np.pi), rng.uniform(4, 20)
        y, x = np.mgrid[:h, :w]
        stripes = (np.sin((x * np.cos(turn) + y * np.sin(turn)) / pitch * 2 * np.pi) > 0)[..., None]
        surface = np.where(stripes, surface, colour(rng))
    return np.asarray(surface, np.float32)


def _light(picture: Pixels, amount: float) -> Floats:
    """The picture's coarse lighting as (H, W, 1) factors around 1, so that painted things match the face."""
    small = cv2.resize(picture, (6, 6), interpolation=cv2.INTER_AREA).mean(2).astype(np.float32)
    whole = cv2.resize(small, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(1 + amount * (whole / max(float(small.mean()), 1.0) - 1), np.float32)[..., None]


def lay(picture: Pixels, cover: npt.NDArray[np.uint8], surface: Floats, rng: Rng, opacity: float = 1.0) -> None:
    """Lay `surface` over `picture` where `cover` (H, W) is set, with soft edges and the picture's lighting."""
    ys, xs = np.flatnonzero(cover.any(1)), np.flatnonzero(cover.any(0))
    if not len(ys) or not len(xs):
        return
    at = (slice(max(0, ys[0] - 3), ys[-1] + 4), slice(max(0, xs[0] - 3), xs[-1] + 4))
    soft = cv2.GaussianBlur(cover[at], (0, 0), rng.uniform(0.5, 1.6)).astype(np.float32)[..., None] / 255 * opacity
    lit = surface[at] * _light(picture, rng.uniform(0.2, 0.9))[at] * rng.uniform(0.6, 1.1)
    picture[at] = np.clip(picture[at] * (1 - soft) + lit * soft, 0, 255).astype(np.uint8)


def fill(picture: Pixels, outline: Floats) -> npt.NDArray[np.uint8]:
    cover = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillPoly(cover, [np.round(outline * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    return cover


def covered(cover: npt.NDArray[np.uint8], points: Floats, which: Sequence[int]) -> float:
    """The share of the convex hull of some mesh points that `cover` hides."""
    region = np.zeros(cover.shape, np.uint8)
    cv2.fillConvexPoly(region, cv2.convexHull(np.round(points[list(which), :2]).astype(np.int32)), 255)
    return float((cover[region > 0] > 127).mean()) if region.any() else 0.0
