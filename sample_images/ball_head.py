"""A 3-D avatar: a head built of ellipsoids, seen from the front, lit and shaded like a rendered toy."""

from __future__ import annotations

import cv2
import numpy as np
from canvas import Colour, Floats, Points, curve
from PIL import Image

SIZE = 640
SKIN: Colour = (240, 188, 150)
HAIR: Colour = (66, 42, 34)
SHIRT: Colour = (228, 96, 72)
LIP: Colour = (196, 84, 82)


class Scene:
    """The nearest surface in each pixel: its depth, direction, colour and gloss. Units: 100 to the side."""

    def __init__(self, size: int) -> None:
        grid = (np.arange(size, dtype=np.float32) + 0.5) * 100 / size
        self.x, self.y = np.meshgrid(grid, grid)
        self.depth = np.full((size, size), -1e3, np.float32)
        self.normal = np.zeros((size, size, 3), np.float32)
        self.colour = np.zeros((size, size, 3), np.float32)
        self.gloss = np.zeros((size, size), np.float32)

    def ball(
        self, at: tuple[float, float, float], radii: tuple[float, float, float], colour: Colour, gloss: float = 0.25
    ) -> None:
        """An ellipsoid; of two that overlap, the nearer one is seen."""
        size = self.depth.shape[0]
        x0, y0 = (max(int((at[i] - radii[i]) * size / 100), 0) for i in (0, 1))
        x1, y1 = (int((at[i] + radii[i]) * size / 100) + 2 for i in (0, 1))
        box = np.s_[y0:y1, x0:x1]  # views: what is written to them is written to the scene
        u, v = (self.x[box] - at[0]) / radii[0], (self.y[box] - at[1]) / radii[1]
        w = np.sqrt(np.maximum(1 - u * u - v * v, 0))
        z = at[2] + radii[2] * w
        seen = (u * u + v * v < 1) & (z > self.depth[box])
        normal = np.stack([u / radii[0], v / radii[1], w / radii[2]], axis=-1)[seen]
        self.normal[box][seen] = normal / np.linalg.norm(normal, axis=1, keepdims=True)
        self.depth[box][seen], self.colour[box][seen], self.gloss[box][seen] = z[seen], colour, gloss

    def rope(self, points: Points, thickness: float, colour: Colour, sink: float = 0.3) -> None:
        """A string of small balls laid on whatever surface is there, thinner at its ends."""
        line = curve(points, steps=24)
        for (x, y), t in zip(line, np.linspace(0, 1, len(line)), strict=True):
            r = thickness * (0.55 + 0.45 * float(np.sin(np.pi * t)))
            self.ball((float(x), float(y), self.at(float(x), float(y)) - r * sink), (r, r, r), colour)

    def at(self, x: float, y: float) -> float:
        """Depth of the skin there, from the head's own shape, so that ropes do not climb on each other."""
        u, v = (x - 50) / 23, (y - 46) / 25
        return 22 * float(np.sqrt(max(1 - u * u - v * v, 0.02)))

    def shaded(self, backdrop: Floats) -> Floats:
        """Key light from the upper left, fill from the right, rim from behind; creases are darker."""
        diffuse = np.zeros_like(self.depth)
        for lamp, power in (((-0.5, -0.6, 0.62), 0.72), ((0.8, -0.1, 0.6), 0.22), ((0, 0.6, 0.8), 0.10)):
            diffuse += power * np.clip(self.normal @ np.asarray(lamp, np.float32), 0, None)
        half = np.array([-0.28, -0.34, 0.9], np.float32)
        shine = self.gloss * np.clip(self.normal @ half, 0, 1) ** 40 * 200
        rim = np.clip(1 - self.normal[..., 2], 0, 1) ** 3 * 0.25
        there = self.depth > -500
        depth = np.where(there, self.depth, -14)
        scale = self.depth.shape[0] / 100
        crease = sum(np.clip(cv2.GaussianBlur(depth, (0, 0), s * scale) - depth, 0, 6) for s in (1.0, 3.0))
        light = (0.42 + diffuse + rim) * np.exp(-0.11 * crease)
        picture = np.clip(self.colour * light[..., None] + shine[..., None], 0, 255)
        return np.where(there[..., None], picture, backdrop).astype(np.float32)


def ball_head() -> Image.Image:
    scene = Scene(SIZE * 2)
    _body_and_head(scene)
    _face(scene)
    _hair(scene)
    middle, corner = np.array([(196, 214, 250), (112, 122, 206)], np.float32)
    backdrop = middle + (corner - middle) * np.hypot(scene.x - 46, scene.y - 40)[..., None] / 75
    pixels = np.clip(scene.shaded(backdrop), 0, 255).astype(np.uint8)
    return Image.fromarray(pixels).resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _body_and_head(scene: Scene) -> None:
    scene.ball((50, 104, -12), (34, 26, 20), SHIRT, 0.05)
    scene.ball((50, 81, -4), (13.5, 4.6, 12), (248, 240, 232), 0.05)
    scene.ball((50, 74, -6), (9.5, 12, 11), SKIN, 0.1)
    scene.ball((50, 46, 0), (23, 25, 22), SKIN)
    for side in (-1, 1):
        scene.ball((50 + side * 23.2, 48, -2), (4.2, 5.8, 4), SKIN)
        scene.ball((50 + side * 23.6, 48, 1.2), (2.1, 3.4, 1.6), (222, 150, 120), 0.1)


def _face(scene: Scene) -> None:
    for x in (41.0, 59.0):
        front, lean = scene.at(x, 45), 1 if x < 50 else -1
        gaze = x - 0.5 * lean  # the head's curve hides the inner part of each eyeball
        scene.ball((x, 45, front - 3.2), (5.2, 6.0, 4.4), (252, 252, 250), 0.5)
        scene.ball((gaze, 45.3, front - 1.6), (3.3, 3.6, 3.2), (66, 120, 168), 0.5)
        scene.ball((gaze, 45.4, front - 0.4), (1.9, 2.1, 2.2), (18, 18, 24), 0.5)
        scene.ball((gaze - 0.9, 44.1, front + 1.2), (0.8, 0.8, 0.8), (255, 255, 255), 0.6)
        scene.rope([(x - 5.3, 36.6 + lean), (x, 34.4), (x + 5.3, 36.6 - lean)], 1.25, HAIR, 0.1)
    scene.ball((50, 52.2, 20.6), (3.4, 3.0, 4.2), (242, 176, 140))
    smile = curve([(38.5, 56.5), (50, 59.4), (61.5, 56.5), (57, 63.6), (50, 65.4), (43, 63.6)], closed=True)
    _inlay(scene, smile, (120, 34, 44))
    teeth = curve([(40.2, 57.2), (50, 59.7), (59.8, 57.2), (58, 60.6), (50, 62), (42, 60.6)], closed=True)
    _inlay(scene, teeth, (252, 250, 246))
    scene.rope([(38.3, 56.3), (43, 58.4), (50, 59.3), (57, 58.4), (61.7, 56.3)], 0.7, LIP)
    scene.rope([(38.3, 56.3), (42.6, 63.4), (50, 65.6), (57.4, 63.4), (61.7, 56.3)], 0.95, LIP)
    for x in (36.5, 63.5):
        blush = np.exp(-(((scene.x - x) / 4) ** 2 + ((scene.y - 54.5) / 2.6) ** 2))[..., None] * 0.45
        scene.colour += (np.array((236, 116, 104), np.float32) - scene.colour) * blush


def _inlay(scene: Scene, outline: Floats, colour: Colour) -> None:
    """Colour a patch of the surface that is there, without changing its shape."""
    patch = np.zeros(scene.depth.shape, np.uint8)
    cv2.fillPoly(patch, [np.round(outline * scene.depth.shape[0] / 100).astype(np.int32)], (1,))
    scene.colour[patch > 0] = colour


def _hair(scene: Scene) -> None:
    """Curls: balls over the crown and down to the ears, leaving the forehead free."""
    rng = np.random.default_rng(4)
    scene.ball((50, 36, -5), (25.5, 24, 20), HAIR, 0.12)
    for angle in np.linspace(-205, 25, 30):
        a = np.deg2rad(angle)
        for reach, z in ((25.0, -2.0), (21.0, 6.0)):
            x, y = 50 + reach * np.cos(a), 37 + reach * 0.95 * np.sin(a)
            r = float(rng.uniform(3.6, 5.4))
            if y < 30 or reach > 22:
                tint = float(rng.uniform(0.85, 1.35))
                scene.ball(
                    (float(x), float(y), z + float(rng.normal(0, 1))),
                    (r, r, r),
                    (HAIR[0] * tint, HAIR[1] * tint, HAIR[2] * tint),
                    0.14,
                )
    front = [(36, 26, 5.4), (43, 23, 6), (51, 22, 6.2), (59, 23.5, 5.8), (65.5, 27, 5), (47, 17, 6), (56, 17, 6)]
    for x, y, r in front:
        scene.ball((x, y, 14), (r, r * 0.9, r), HAIR, 0.14)
