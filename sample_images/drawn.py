"""Faces drawn by code, each in a style of its own: none of them is a photograph."""

from __future__ import annotations

import numpy as np
from canvas import Canvas, Colour, Points, curve, ellipse, mirrored
from PIL import Image

SIZE = 640
AXIS = 50.0  # every face is symmetric about the middle of a 100 x 100 picture


def both(points: Points) -> tuple[Points, Points]:
    return points, mirrored(points, AXIS)


# ------------------------------------------------------------------ flat cartoon avatar


def flat_avatar() -> Image.Image:
    """The flat, hard-edged style of icon sets."""
    c = Canvas.plain(SIZE * 2, (122, 203, 196))
    c.fill(ellipse(50, 52, 43, 43), (250, 224, 148))
    hair: Colour = (92, 52, 38)
    c.fill(
        curve([(24, 40), (27, 20), (50, 10), (73, 20), (76, 40), (80, 66), (70, 78), (30, 78), (20, 66)], closed=True),
        hair,
    )
    _flat_body(c)
    c.fill(
        curve(
            [(30, 38), (31, 25), (50, 18), (69, 25), (70, 38), (68, 56), (59, 68), (50, 71.5), (41, 68), (32, 56)],
            closed=True,
        ),
        (247, 196, 160),
    )
    for ear in both(ellipse(29.5, 46, 3.4, 5)):
        c.fill(ear, (247, 196, 160))
    fringe = [(29, 44), (27, 26), (40, 14), (60, 13), (73, 26), (71, 44), (67, 33), (56, 27.5), (45, 33), (34, 34)]
    c.fill(curve(fringe, closed=True), hair)
    _flat_features(c)
    return c.image().resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _flat_body(c: Canvas) -> None:
    disc = np.maximum(c.mask(ellipse(50, 52, 43, 43)), c.mask([(0, 0), (100, 0), (100, 60), (0, 60)]))
    neck = curve([(43, 62), (57, 62), (58, 78), (61, 86), (50, 92), (39, 86), (42, 78)], closed=True)
    c.fill(neck, (226, 166, 128))
    shirt = [(14, 104), (18, 86), (38, 79), (50, 88), (62, 79), (82, 86), (86, 104)]
    c.fill(curve(shirt, closed=True), (64, 92, 168), within=disc)
    for collar in both([(38, 78.5), (50, 88), (42, 93), (35, 82)]):
        c.fill(collar, (245, 246, 250), within=disc)


def _flat_features(c: Canvas) -> None:
    for x in (40.5, 59.5):
        c.fill(ellipse(x, 46, 4.6, 4.9), (255, 255, 255))
        c.fill(ellipse(x, 46.3, 2.9, 3.3), (70, 118, 92))
        c.fill(ellipse(x, 46.3, 1.7, 2.0), (28, 28, 34))
        c.fill(ellipse(x + 1.0, 45, 0.9, 0.9), (255, 255, 255))
        c.fill(ellipse(x, 57, 4.4, 2.8), (242, 150, 132), alpha=0.75)
    for brow in both([(35.5, 38.6), (40, 36.6), (45, 38)]):
        c.stroke(brow, (92, 52, 38), 1.7, taper=0.4)
    for lid in both([(35.4, 44.6), (38, 41.6), (41, 40.8), (45.2, 43.6)]):
        c.stroke(lid, (48, 30, 28), 1.0, taper=0.5)
    c.stroke([(50, 48), (48, 54), (50.6, 55.4)], (214, 146, 112), 1.2, taper=0.3)
    mouth = curve([(41.5, 59), (50, 60.6), (58.5, 59), (55.5, 65), (50, 66.6), (44.5, 65)], closed=True)
    c.fill(mouth, (150, 44, 52))
    inside = c.mask(mouth)
    c.fill([(40, 57), (60, 57), (60, 62), (40, 62)], (255, 255, 255), within=inside)
    c.fill(ellipse(50, 67, 4.6, 2.6), (232, 108, 104), within=inside)


# ------------------------------------------------------------------ pencil sketch


class Pencil:
    """Graphite on paper: every line is drawn a few times with a slightly unsure hand."""

    def __init__(self, canvas: Canvas, seed: int) -> None:
        self.canvas = canvas
        self.rng = np.random.default_rng(seed)

    def line(self, points: Points, width: float = 0.5, dark: float = 0.55, passes: int = 3) -> None:
        for _ in range(passes):
            wobble = self.rng.normal(0, 0.22, (len(points), 2))
            shade = 50 + float(self.rng.uniform(0, 25))
            self.canvas.stroke(np.asarray(points) + wobble, (shade, shade, shade + 3), width, alpha=dark)

    def hatch(self, outline: Points, slope: float, gap: float, dark: float) -> None:
        """Parallel strokes that stay inside the outline."""
        p = np.asarray(outline)
        (x0, y0), (x1, y1) = p.min(axis=0), p.max(axis=0)
        within = self.canvas.mask(outline, blur=0.5)
        lean = (y1 - y0) * slope
        for x in np.arange(x0 - abs(lean), x1 + abs(lean), gap):
            top = x + float(self.rng.normal(0, gap / 3))
            ends = [(top, y0), (top - lean / 2 + 0.3, (y0 + y1) / 2), (top - lean, y1)]
            self.canvas.stroke(ends, (60, 60, 64), 0.42, 0.3, alpha=dark, within=within)


def pencil_sketch() -> Image.Image:
    c = Canvas.plain(SIZE * 2, (246, 243, 236))
    pencil = Pencil(c, seed=7)
    _sketch_shading(pencil)
    _sketch_features(pencil)
    _sketch_hair(pencil)
    jaw = [(31, 40), (32, 52), (38.5, 65.5), (46, 71.5), (50, 72.6), (54, 71.5), (61.5, 65.5), (68, 52), (69, 40)]
    pencil.line(jaw, 0.7, 0.6, passes=4)
    for ear in both([(31, 42), (28, 41), (27.5, 46), (29.5, 52), (32, 53)]):
        pencil.line(ear, 0.6)
    for neck in both([(41, 69), (41.5, 78), (36, 83), (20, 88), (12, 98)]):
        pencil.line(neck, 0.8, passes=4)
    for collar in both([(40, 80), (45, 89), (50, 94), (50, 99)]):
        pencil.line(collar, 0.6)
    grain = np.random.default_rng(3).normal(0, 1, (*c.pixels.shape[:2], 1)).astype(np.float32)
    c.pixels += grain * (6 + (246 - c.pixels) * 0.16)  # the tooth of the paper breaks up the graphite
    return c.image().resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _sketch_shading(pencil: Pencil) -> None:
    right_cheek = curve([(69, 36), (68, 52), (61, 66), (52, 72), (58, 62), (62, 50), (62, 36)], closed=True)
    pencil.hatch(right_cheek, 0.5, 0.9, 0.42)
    neck = curve([(41, 69), (50, 73.5), (59, 68), (58, 80), (50, 84), (43, 78)], closed=True)
    pencil.hatch(neck, 0.6, 0.8, 0.5)
    for socket in both(curve([(37, 40), (46, 40), (47, 44), (41, 42), (36, 44)], closed=True)):
        pencil.hatch(socket, 0.4, 0.8, 0.35)
    pencil.hatch(curve([(51, 48), (54, 56), (50, 58), (49, 57)], closed=True), 0.5, 0.7, 0.4)
    pencil.hatch(
        curve([(12, 99), (20, 88), (38, 82), (50, 94), (62, 82), (80, 88), (88, 99)], closed=True), 0.35, 1.3, 0.4
    )
    pencil.hatch(curve([(45, 68), (50, 69.5), (55, 68), (50, 67)], closed=True), 0.3, 0.7, 0.35)


def _sketch_features(pencil: Pencil) -> None:
    c = pencil.canvas
    for x in (41.0, 59.0):
        pencil.line([(x - 4.6, 46), (x - 2, 43.6), (x + 1, 43.2), (x + 4.6, 46)], 0.9, 0.75, passes=4)
        pencil.line([(x - 4, 46.6), (x, 48.4), (x + 4, 46.6)], 0.4, 0.5)
        pencil.line(ellipse(x, 45.8, 2.3, 2.4)[::6], 0.4, 0.7)
        pencil.hatch(ellipse(x, 45.8, 2.3, 2.4), 0.2, 0.5, 0.5)
        c.fill(ellipse(x, 45.8, 1.1, 1.2), (38, 38, 42), blur=0.15)
        c.fill(ellipse(x + 0.8, 45, 0.55, 0.55), (250, 248, 242))
    for brow in both([(35.4, 39.8), (39, 37.2), (45.5, 38.6)]):
        pencil.line(brow, 1.3, 0.5, passes=6)
    pencil.line([(48, 47), (47.4, 53), (45.6, 56), (47.2, 57.6), (50, 58.2), (52.8, 57.6), (54.4, 56)], 0.5)
    pencil.line([(40.5, 60.6), (44.5, 62.6), (50, 63.6), (55.5, 62.6), (59.5, 60.6)], 0.7, 0.7, passes=4)
    pencil.line([(43.5, 61.6), (48, 60.9), (50, 61.4), (52, 60.9), (56.5, 61.6)], 0.4)
    pencil.line([(44.5, 65), (50, 66.8), (55.5, 65)], 0.5, 0.5)
    for fold in both([(44.8, 55.6), (40.4, 58.4), (39.2, 62)]):
        pencil.line(fold, 0.35, 0.4)


def _sketch_hair(pencil: Pencil) -> None:
    """Short hair combed to both sides of a parting: strands between the skull's outline and the hairline."""
    rng = pencil.rng
    for outline, hairline, strands in (
        ([(43, 12.5), (60, 12.5), (70.5, 23), (71, 41)], [(44, 23), (55, 22.5), (65, 29), (69, 43)], 95),
        ([(43, 12.5), (33, 17), (28.8, 27), (29.3, 42)], [(43, 23), (37.5, 25), (33.5, 31), (31.2, 43)], 55),
    ):
        for depth in rng.uniform(0, 1, strands):
            strand = np.asarray(outline) * (1 - depth) + np.asarray(hairline) * depth
            strand[-1] += rng.normal(0, 1.2, 2)
            pencil.line(strand, 0.38, float(rng.uniform(0.25, 0.6)), passes=1)
        pencil.line(outline, 0.5, 0.5)
