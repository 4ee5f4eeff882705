"""A portrait in oil: a shaded schematic face, painted over with brush strokes, coarse to fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from canvas import Canvas, Colour, Floats, curve, ellipse, mirrored, ribbon
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

SIZE = 640
AXIS = 50.0
SKIN: Colour = (214, 160, 122)
SHADE: Colour = (118, 66, 44)
HAIR: Colour = (96, 44, 22)
DARK: Colour = (40, 24, 20)


def oil_painting() -> Image.Image:
    c = Canvas.plain(SIZE, (58, 50, 40))
    c.fill(ellipse(26, 34, 34, 40), (128, 112, 80), blur=14)
    _clothes(c)
    face = curve([(33, 40), (34, 28), (42, 20), (50, 18.5), (58, 20), (66, 28), (67, 40), (65.5, 54),
                  (60, 66), (50, 73), (40, 66), (34.5, 54)], closed=True)  # fmt: skip
    hair_back = [(29, 46), (28, 28), (38, 12), (52, 9), (66, 14), (73, 30), (72, 50), (75, 70), (66, 82),
                 (34, 82), (25, 70)]  # fmt: skip
    c.fill(curve(hair_back, closed=True), HAIR, blur=0.8)
    _neck(c)
    c.fill(face, SKIN, blur=0.4)
    _model_face(c, c.mask(face, blur=0.4))
    _eyes(c)
    _mouth(c)
    _hair_front(c)
    return _brushed(c)


def _clothes(c: Canvas) -> None:
    dress = curve([(4, 104), (10, 88), (32, 81), (50, 90), (68, 81), (90, 88), (96, 104)], closed=True)
    c.fill(dress, (44, 78, 72), blur=0.6)
    within = c.mask(dress)
    c.fill(ellipse(22, 90, 12, 6, -20), (104, 150, 132), blur=4, within=within)
    c.fill(ellipse(84, 98, 16, 12), (16, 34, 36), blur=5, within=within)


def _neck(c: Canvas) -> None:
    neck = curve([(42, 62), (58, 62), (58.5, 76), (68, 82), (50, 93), (32, 82), (41.5, 76)], closed=True)
    c.fill(neck, (196, 142, 106), blur=0.5)
    within = c.mask(neck, blur=0.5)
    c.fill(ellipse(51, 71, 12, 7), SHADE, blur=2, alpha=0.75, within=within)
    c.fill(ellipse(63, 82, 9, 12), SHADE, blur=3, alpha=0.6, within=within)


def _model_face(c: Canvas, within: Floats) -> None:
    """Light from the left: one bright cheek, one in shadow, and the nose that throws its own."""
    far_side = curve([(68, 18), (60, 30), (61, 46), (58, 60), (51, 74), (76, 74), (76, 18)], closed=True)
    c.fill(far_side, SHADE, blur=3.2, alpha=0.72, within=within)
    c.fill(ellipse(43, 27, 9, 5), (246, 206, 168), blur=3, alpha=0.8, within=within)
    c.fill(ellipse(39.5, 53, 4.2, 3.6), (236, 142, 116), blur=2.2, alpha=0.8, within=within)
    c.fill(ellipse(40, 50, 3, 1.6), (250, 212, 178), blur=1.4, alpha=0.7, within=within)
    c.fill(ellipse(60.5, 54, 4, 3.6), (188, 96, 74), blur=2.4, alpha=0.6, within=within)
    for x in (41.5, 58.5):
        c.fill(ellipse(x, 42.2, 5.4, 3.0), (140, 84, 60), blur=1.6, alpha=0.6, within=within)
    nose = curve([(51, 40), (53, 50), (54.8, 55), (52.5, 58), (50.6, 57), (51, 48)], closed=True)
    c.fill(nose, SHADE, blur=0.9, alpha=0.7)
    c.stroke([(49.4, 40), (49.2, 48), (49.2, 54)], (250, 212, 178), 1.8, blur=0.7, alpha=0.8)
    c.fill(ellipse(49.4, 55, 1.4, 1.1), (255, 230, 206), blur=0.6, alpha=0.9)
    wings = [(46, 55.5), (46.4, 57.6), (50, 58.6), (53.6, 57.6), (54.2, 55.5)]
    c.stroke(wings, SHADE, 1.0, blur=0.3, alpha=0.75)
    for x in (47.9, 52.3):
        c.fill(ellipse(x, 57.2, 1.0, 0.55), DARK, blur=0.25, alpha=0.8)
    c.fill(ellipse(50, 68.6, 5, 1.2), SHADE, blur=1, alpha=0.45)
    c.fill(ellipse(48.6, 71, 3, 1.4), (236, 186, 148), blur=1, alpha=0.7, within=within)


def _eyes(c: Canvas) -> None:
    for x, white in ((41.5, (232, 222, 206)), (58.5, (186, 168, 150))):
        eye = curve(
            [(x - 4.4, 44), (x - 1.6, 41.8), (x + 1.8, 41.8), (x + 4.4, 44), (x + 1.5, 45.9), (x - 1.8, 45.9)],
            closed=True,
        )
        c.fill(eye, white, blur=0.15)
        within = c.mask(eye, blur=0.15)
        c.fill(ellipse(x, 43.7, 2.2, 2.3), (74, 92, 70), blur=0.15, within=within)
        c.fill(ellipse(x, 43.7, 1.1, 1.2), (18, 14, 14), blur=0.1, within=within)
        c.fill(ellipse(x - 0.8, 42.9, 0.6, 0.6), (255, 252, 244))
        c.stroke([(x - 4.8, 44.2), (x - 1.6, 41.6), (x + 1.8, 41.6), (x + 4.8, 44.2)], DARK, 1.1, blur=0.15)
        c.stroke([(x - 4.2, 44.6), (x, 46.4), (x + 4.2, 44.6)], SHADE, 0.6, blur=0.2)
    brow = [(35.8, 39), (39.4, 36.6), (46, 38)]
    for line in (brow, mirrored(brow, AXIS)):
        c.stroke(line, (84, 42, 24), 1.6, blur=0.3, alpha=0.9)


def _mouth(c: Canvas) -> None:
    """A closed-mouth smile."""
    upper = curve(
        [
            (42, 62),
            (46, 61.4),
            (48.8, 60.8),
            (50, 61.4),
            (51.2, 60.8),
            (54, 61.4),
            (58, 62),
            (54, 63.4),
            (50, 63.8),
            (46, 63.4),
        ],
        closed=True,
    )
    lower = curve([(43, 62.6), (50, 63.8), (57, 62.6), (54, 66), (50, 67), (46, 66)], closed=True)
    c.fill(upper, (166, 66, 58), blur=0.3)
    c.fill(lower, (206, 98, 86), blur=0.3)
    c.fill(ellipse(48.4, 65.2, 2.4, 0.7), (244, 172, 156), blur=0.4, alpha=0.9)
    c.stroke([(41.2, 61.2), (45, 63), (50, 63.7), (55, 63), (58.8, 61.2)], (84, 26, 26), 0.9, blur=0.15)
    for x in (40.9, 59.1):
        c.fill(ellipse(x, 61.3, 0.9, 1.1), SHADE, blur=0.5, alpha=0.7)


def _hair_front(c: Canvas) -> None:
    left = curve(
        [(50, 13), (38, 20), (35.5, 32), (34, 48), (33.5, 66), (27, 76), (26, 50), (28, 26), (38, 12)], closed=True
    )
    right = curve(
        [(48, 13), (60, 19), (65.5, 30), (66.5, 48), (68, 66), (73, 74), (73.5, 50), (72, 28), (64, 13)], closed=True
    )
    for lock in (left, right):
        c.fill(lock, HAIR, blur=0.5)
    rng = np.random.default_rng(11)
    tones: list[Colour] = [(60, 26, 14), (150, 78, 36), (190, 112, 58), (116, 54, 26)]
    for t in np.tile(np.linspace(0, 1, 30), 2):
        tone = tones[int(rng.integers(len(tones)))]
        for outer, inner, dim in (((27.5, 30), (36, 30), 1.0), ((72.5, 30), (64.5, 30), 0.6)):
            x = outer[0] + (inner[0] - outer[0]) * t
            sway = float(rng.normal(0, 0.6))
            lean = (x - 50) * 0.16
            points = [
                (50 + (x - 50) * 0.25, 12 + 5 * t),
                (50 + (x - 50) * 0.78, 16 + 7 * t),
                (x + sway, 34),
                (x - lean * 0.4 * t, 54),
                (x + lean + sway, 76),
            ]
            c.stroke(points, tuple(v * dim for v in tone), 0.9, blur=0.15, alpha=0.6)  # type: ignore[arg-type]


# ------------------------------------------------------------------ brush


def _brushed(under: Canvas) -> Image.Image:
    """Paint the picture again in curved strokes that follow its contours (after Hertzmann, 1998)."""
    rng = np.random.default_rng(5)
    oil = Canvas(under.image().resize((16, 16)).resize((SIZE, SIZE)))  # a rough ground shows between strokes
    for radius, threshold in ((11.0, -1.0), (5.5, 26.0), (2.4, 42.0)):
        model = cv2.GaussianBlur(under.pixels, (0, 0), radius * 0.5).astype(np.float32)
        flow = _flow(model, radius)
        wrong = np.abs(oil.pixels - model).sum(axis=2) > threshold
        step = radius * 1.1
        grid = np.arange(0, SIZE, step)
        spots = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
        spots = np.clip(spots + rng.normal(0, step / 3, spots.shape), 0, SIZE - 1)
        spots = rng.permutation(spots)
        x, y = spots.astype(int).T
        _dabs(oil, model, flow, spots[wrong[y, x]].astype(np.float32), radius, rng)
    weave = np.add.outer(np.sin(np.arange(SIZE) * 1.9), np.sin(np.arange(SIZE) * 1.9)).astype(np.float32)
    oil.pixels += weave[..., None] * 1.6
    return oil.image()


def _flow(model: Floats, radius: float) -> Floats:
    """Unit vectors along the contours: across the steepest change of lightness, smoothed as a tensor."""
    grey = model.mean(axis=2)
    gx, gy = (np.asarray(cv2.Scharr(grey, cv2.CV_32F, *d)) for d in ((1, 0), (0, 1)))
    xx, yy, xy = (cv2.GaussianBlur(p, (0, 0), radius) for p in (gx * gx, gy * gy, gx * gy))
    angle = np.arctan2(2 * xy, xx - yy) / 2 + np.pi / 2
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32)


def _dabs(oil: Canvas, model: Floats, flow: Floats, spots: Floats, radius: float, rng: np.random.Generator) -> None:
    """Strokes of a worn brush from the spots on: a body each, and two streaks of bristle, lighter and darker."""
    chance = rng.normal(0, 5, (len(spots), 4))
    colours = _at(model, spots) + chance[:, :3] + chance[:, 3:]
    paths, lengths, headings = _paths(model, flow, spots, radius)
    aside = np.stack([-headings[:, 1], headings[:, 0]], axis=1) * radius
    outlines: list[list[Floats]] = [[] for _ in spots]
    for length in np.unique(lengths):
        which = np.flatnonzero(lengths == length)
        line = paths[which, :length]
        for offset, width, taper in ((0.0, 2.0, 0.35), (-0.55, 0.35, 0.6), (0.5, 0.35, 0.6)):
            moved = line + (aside[which] * offset)[:, None]
            for index, outline in zip(which, ribbon(curve(moved), radius * width, taper), strict=True):
                outlines[index].append(outline)
    for colour, (body, lighter, darker) in zip(colours, outlines, strict=True):
        oil.fill(body, tuple(colour), alpha=0.9)
        oil.fill(lighter, tuple(colour + 12), alpha=0.55)
        oil.fill(darker, tuple(colour - 12), alpha=0.55)


def _at(values: Floats, spots: Floats) -> Floats:
    x, y = np.clip(spots, 0, SIZE - 1).astype(int).T
    return np.asarray(values[y, x])


def _paths(model: Floats, flow: Floats, spots: Floats, radius: float) -> tuple[Floats, NDArray[np.intp], Floats]:
    """From each spot up to five points along the contours, while the colour stays; how many; the last direction."""
    paths = np.repeat(spots[:, None], 5, axis=1)
    lengths = np.ones(len(spots), np.intp)
    headings = _at(flow, spots)
    for step in range(1, 5):
        on = np.flatnonzero(lengths == step)
        last = paths[on, step - 1]
        on = on[np.abs(_at(model, last) - _at(model, spots[on])).sum(axis=1) <= 60]
        last = paths[on, step - 1]
        here = _at(flow, last)
        here = here * np.where((here * headings[on]).sum(axis=1) >= 0, 1, -1).astype(np.float32)[:, None]
        paths[on, step] = last + here * radius * 1.3
        lengths[on], headings[on] = step + 1, here
    short = lengths == 1
    paths[short, 1] = spots[short] + headings[short] * radius
    lengths[short] = 2
    return paths, lengths, headings
