"""Renders 3-D avatars in many styles: a head, with or without shoulders.

Real examples are few and all from one maker. What they share with other avatars: a smooth head made of few shapes,
large eyes, hair in one piece, and a plain background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.synthetic.canvas import SPAN, Canvas, Material, Vector, turned

if TYPE_CHECKING:
    from mettici.image.types import Pixels
    from training.synthetic.canvas import Mask, Points

SKINS = ("f6d7c0", "eebf9c", "d99f76", "b97a50", "8d5836", "6a3f28", "46291c", "ffcf3f", "7d7df0", "6fc28e")
"""From light to dark; the last three, used rarely, are unnatural colours."""
HAIRS = ("17120f", "2b1b12", "54301b", "8a4f26", "c58a45", "e6cc94", "a8a8a8", "e9e9ec", "c8492d", "3f6fd8", "d24f93")
CLOTHES = ("d8433b", "2f6fd0", "f2b530", "3fa66b", "f4f4f4", "22252e", "8d5bd0", "e58ab0", "2aa5b8", "7a5b40")


def avatar(rng: np.random.Generator, side: int = 256) -> Pixels:
    """One avatar, RGB (side, side, 3) uint8."""
    figure = _Figure(rng, side)
    figure.head()
    figure.face()
    figure.hair()
    figure.accessories()
    return figure.finished()


def _colour(rng: np.random.Generator, names: tuple[str, ...], usual: int | None = None) -> Vector:
    """A slightly varied colour from `names`, usually one of the first `usual`."""
    among = names if usual is None or rng.random() < 0.15 else names[:usual]
    code = among[rng.integers(len(among))]
    r, g, b = (int(code[i : i + 2], 16) / 255 * float(rng.uniform(0.9, 1.08)) for i in (0, 2, 4))
    return min(r, 1.0), min(g, 1.0), min(b, 1.0)


def _darker(colour: Vector, share: float) -> Vector:
    return colour[0] * share, colour[1] * share, colour[2] * share


def _ring(middle: Vector, wide: float, deep: float) -> list[Vector]:
    """Points around the head at one height."""
    x, y, z = middle
    return [(x + float(np.cos(t)) * wide, y, z + float(np.sin(t)) * deep) for t in np.linspace(0, 2 * np.pi, 60)]


class _Figure:
    """An avatar under construction, with the centre of its head at the origin and a radius of about 1."""

    def __init__(self, rng: np.random.Generator, side: int) -> None:
        self.rng = rng
        limits = np.array([0.45, 0.2, 0.18])
        yaw, pitch, roll = np.clip(rng.normal(0, limits / 2), -limits, limits)
        self.canvas = Canvas(side * 2, turned(float(yaw), float(pitch), float(roll)))
        self.skin = Material(_colour(rng, SKINS, 7), float(rng.uniform(0.02, 0.22)))
        self.dyed = Material(_colour(rng, HAIRS, 8), float(rng.uniform(0.05, 0.4)), float(rng.uniform(0, 1)))
        self.wide = float(rng.uniform(0.82, 1.02))
        self.jaw = float(rng.uniform(0.62, 0.82))
        self.eye = float(rng.uniform(0.13, 0.27))
        self.eye_x = float(rng.uniform(0.33, 0.42))
        self.hairline = float(rng.uniform(0.42, 0.68))
        self.iris = Material(_colour(rng, ("3b2314", "5a3a1e", "2f5f8f", "4f7a4a", "20160f")), 0.5)
        self.look = float(np.clip(rng.normal(0, 0.15), -0.3, 0.3)) * self.eye
        self.dots = self.chance(0.15)
        self.lashes = self.chance(0.6)

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def front(self, x: float, y: float) -> float:
        """The z coordinate of the face at (x, y)."""
        skull = 1 - (x / self.wide) ** 2 - ((y - 0.12) / 1.0) ** 2
        jaw = 1 - (x / self.jaw) ** 2 - ((y + 0.42) / 0.68) ** 2
        return float(max(0.95 * np.sqrt(max(skull, 0)), 0.05 + 0.88 * np.sqrt(max(jaw, 0))))

    def head(self) -> None:
        canvas, skin = self.canvas, self.skin
        if self.chance(0.45):
            cloth = Material(_colour(self.rng, CLOTHES), 0.05)
            canvas.blob((0, -1.35, -0.25), (0.42, 0.75, 0.42), skin)
            canvas.blob((0, -2.35, -0.3), (float(self.rng.uniform(1.2, 1.7)), 0.95, 0.7), cloth)
        canvas.blob((0, 0.12, 0), (self.wide, 1.0, 0.95), skin)
        canvas.blob((0, -0.42, 0.05), (self.jaw, 0.68, 0.88), skin)
        for sign in (-1, 1):
            canvas.blob((sign * self.wide * 0.98, -0.05, -0.05), (0.16, 0.26, 0.12), skin)
            canvas.blob((sign * 0.42, -0.28, 0.52), (0.34, 0.32, 0.32), skin)
        canvas.soften(float(self.rng.uniform(0.008, 0.02)))
        nose = Material(_darker(skin.colour, 0.96), skin.gloss + 0.08)
        size = float(self.rng.uniform(0.09, 0.18))
        canvas.blob((0, -0.16, self.front(0, -0.16)), (size, size * 1.1, size * 1.3), nose)

    def face(self) -> None:
        for sign in (-1, 1):
            self._brow(sign)
            if self.chance(0.1):
                self._shut(sign)
            else:
                self._eye(sign)
        self._mouth()
        if self.chance(0.3):
            blush = _darker(self.skin.colour, 0.9)
            for sign in (-1, 1):
                colour = min(1.0, blush[0] * 1.15), blush[1] * 0.85, blush[2] * 0.85
                x = sign * 0.5
                self.canvas.paint(lambda p, x=x: (p.z > 0.2) & ((p.x - x) ** 2 + (p.y + 0.3) ** 2 < 0.04), colour, 0.5)
        if self.chance(0.3):
            self._beard()

    def _eye(self, sign: int) -> None:
        canvas, size = self.canvas, self.eye
        x, y = sign * self.eye_x, 0.06
        z = self.front(x, y) - 0.04
        if self.dots:
            canvas.blob((x, y, z), (size * 0.45, size * 0.5, 0.08), Material((0.05, 0.04, 0.04), 0.6))
        else:
            canvas.blob((x, y, z), (size, size * 1.1, 0.1), Material((0.97, 0.97, 0.97), 0.3))
            canvas.blob((x + self.look, y, z + 0.05), (size * 0.62, size * 0.66, 0.07), self.iris)
            canvas.blob(
                (x + self.look, y, z + 0.09), (size * 0.34, size * 0.36, 0.045), Material((0.03, 0.03, 0.03), 0.6)
            )
        glint = x + self.look + size * 0.2, y + size * 0.25, z + 0.13
        canvas.blob(glint, (size * 0.14,) * 3, Material((1.0, 1.0, 1.0), 1.0))
        if self.lashes:
            lash = Material((0.06, 0.05, 0.05), 0.1)
            canvas.chain(self._arc(x, y, size * 1.02, size * 1.1, 25, 155), size * 0.08, lash)

    def _arc(self, x: float, y: float, wide: float, high: float, start: float, end: float) -> list[Vector]:
        """Points on the face along an ellipse about (x, y); angles in degrees from the right."""
        points = []
        for angle in np.radians(np.arange(start, end + 1, 6)):
            at = x + wide * float(np.cos(angle)), y + high * float(np.sin(angle))
            points.append((*at, self.front(*at) + 0.03))
        return points

    def _shut(self, sign: int) -> None:
        up = self.chance(0.5)
        arc = self._arc(sign * self.eye_x, 0.06, self.eye, self.eye * 0.5, *((20, 160) if up else (200, 340)))
        self.canvas.chain(arc, 0.03, Material((0.08, 0.06, 0.06), 0.1))

    def _brow(self, sign: int) -> None:
        y = 0.1 + self.eye * 1.1 + float(self.rng.uniform(0.02, 0.12))
        arc = self._arc(sign * self.eye_x, y, self.eye * 1.15, float(self.rng.uniform(0.02, 0.12)), 15, 165)
        self.canvas.chain(arc, float(self.rng.uniform(0.025, 0.06)), Material(_darker(self.dyed.colour, 0.85)))

    def _mouth(self) -> None:
        wide, y = float(self.rng.uniform(0.22, 0.42)), float(self.rng.uniform(-0.58, -0.48))
        if self.chance(0.35):
            bend = float(self.rng.uniform(0.02, 0.12))
            self.canvas.chain(self._arc(0, y, wide * 0.8, bend, 200, 340), 0.025, Material((0.45, 0.16, 0.15)))
            return
        high = wide * float(self.rng.uniform(0.45, 0.95))
        edge = Material(_darker(self.skin.colour, 0.7))
        self.canvas.chain(self._arc(0, y, wide, high, 180, 360), 0.018, edge)

        def opened(p: Points) -> Mask:
            return (p.y < y) & (p.z > 0.2) & ((p.x / wide) ** 2 + ((p.y - y) / high) ** 2 < 1)

        def tongue(p: Points) -> Mask:
            round_ = p.x**2 + (p.y - y + high * 1.05) ** 2 < (wide * 0.6) ** 2
            return opened(p) & round_ & (p.y < y - high * 0.45)

        self.canvas.paint(opened, (0.38, 0.06, 0.08))
        self.canvas.paint(lambda p: opened(p) & (p.y > y - high * 0.38), (0.97, 0.97, 0.97))
        if self.chance(0.7):
            self.canvas.paint(tongue, (0.88, 0.42, 0.44))

    def _beard(self) -> None:
        mouth = float(self.rng.uniform(0.2, 0.34))
        top = float(self.rng.uniform(-0.6, -0.15))

        def grown(p: Points) -> Mask:
            lips = (p.x / (mouth + 0.12)) ** 2 + ((p.y + 0.62) / 0.2) ** 2 < 1
            return (p.y < top + 0.7 * p.x**2) & ~lips & (p.z > -0.5)

        self.canvas.blob((0, -0.45, 0.06), (self.jaw + 0.05, 0.74, 0.9), self.dyed, grown)
        if self.chance(0.6):
            for sign in (-1, 1):
                self.canvas.chain(self._arc(sign * 0.13, -0.42, 0.16, 0.06, 10, 170), 0.06, self.dyed)

    def hair(self) -> None:
        style = self.rng.choice(["none", "cap", "cap", "fringe", "long", "long", "curls", "buns", "plaits"])
        if style == "none":
            return
        line, side = self.hairline, float(self.rng.uniform(0.0, 0.3))
        part = float(self.rng.uniform(-0.4, 0.4))

        def grown(p: Points) -> Mask:
            rim = line - side * np.abs(p.x - part) ** 1.5 + (0.1 * np.sin(9 * p.x) if style == "fringe" else 0)
            return (p.y > rim) | (p.z < 0.12)

        self.canvas.blob((0, 0.2, -0.08), (self.wide + 0.1, 1.06, 1.05), self.dyed, grown)
        self.canvas.blob((part * 0.6, 0.62, 0.02), (self.wide * 0.86, float(self.rng.uniform(0.5, 0.75)), 0.86),
                       self.dyed, grown)  # fmt: skip
        getattr(self, f"_{style}", lambda: None)()

    def _long(self) -> None:
        low = float(self.rng.uniform(-1.5, -0.6))
        for sign in (-1, 1):
            for depth in (-0.35, -0.05):
                at = (sign * self.wide * float(self.rng.uniform(0.88, 1.05)), (low + 0.6) / 2, depth)
                self.canvas.blob(at, (float(self.rng.uniform(0.2, 0.36)), (0.8 - low) / 2, 0.35), self.dyed)
        self.canvas.blob((0, (low + 0.5) / 2, -0.55), (self.wide * 1.02, (0.9 - low) / 2, 0.4), self.dyed)

    def _curls(self) -> None:
        reach, size = float(self.rng.uniform(1.0, 1.35)), float(self.rng.uniform(0.14, 0.3))
        for _ in range(int(self.rng.integers(50, 120))):
            turn, lift = self.rng.uniform(0, 2 * np.pi), self.rng.uniform(-0.25, 1)
            flat = np.sqrt(1 - lift * lift)
            at = np.array([np.cos(turn) * flat, 0.1 + lift, np.sin(turn) * flat]) * reach * [self.wide, 1, 1]
            if at[2] < 0.15 or at[1] > self.hairline + 0.1:
                self.canvas.blob((float(at[0]), float(at[1]), float(at[2])), (size,) * 3, self.dyed)

    def _buns(self) -> None:
        size = float(self.rng.uniform(0.25, 0.5))
        for x in (0.0,) if self.chance(0.5) else (-0.65, 0.65):
            self.canvas.blob((x, 1.15 + size / 2, -0.2), (size, size * 0.9, size), self.dyed)

    def _plaits(self) -> None:
        low = float(self.rng.uniform(-1.6, -0.9))
        for x in np.linspace(-self.wide - 0.1, self.wide + 0.1, int(self.rng.integers(2, 9))):
            at = float(x), -0.3 if abs(x) < self.wide * 0.8 else 0.05
            points = [(at[0], float(y), at[1] - 0.2) for y in np.linspace(0.6, low, 18)]
            self.canvas.chain(points, float(self.rng.uniform(0.07, 0.13)), self.dyed)

    def accessories(self) -> None:
        if self.chance(0.35):
            self._glasses()
        if self.chance(0.35):
            getattr(self, str(self.rng.choice(["_beanie", "_brim", "_scarf", "_turban"])))()

    def _glasses(self) -> None:
        rim = Material(_colour(self.rng, ("101010", "3a2a1c", "b98a3a", "c0392b", "dddddd")), 0.5)
        wide, thick = min(self.eye * 1.35 + 0.04, self.eye_x - 0.04), float(self.rng.uniform(0.02, 0.05))
        high = wide * float(self.rng.uniform(0.75, 1.05))
        lens = Material(_colour(self.rng, ("15161a", "f5a623", "35506b")), 0.9) if self.chance(0.4) else None
        for sign in (-1, 1):
            ring = self._arc(sign * self.eye_x, 0.04, wide, high, 0, 357)
            if lens:
                middle = sign * self.eye_x, 0.04, self.front(self.eye_x, 0.04) + 0.1
                self.canvas.blob(middle, (wide, high, 0.06), lens)
            self.canvas.chain([(x, y, z + 0.14) for x, y, z in ring], thick, rim)
        self.canvas.chain(
            [(float(x), 0.08, self.front(0, 0.08) + 0.18) for x in np.linspace(-0.12, 0.12, 9)], thick, rim
        )

    def _beanie(self) -> None:
        cloth, low = Material(_colour(self.rng, CLOTHES), 0.05, 0.4), self.hairline
        self.canvas.blob((0, 0.3, -0.05), (self.wide + 0.16, 1.1, 1.12), cloth, lambda p: p.y > low)
        if self.chance(0.5):
            self.canvas.chain(_ring((0, low, -0.05), self.wide + 0.12, 1.05), 0.13, cloth)

    def _brim(self) -> None:
        cloth, low = Material(_colour(self.rng, CLOTHES), 0.08), self.hairline + 0.05
        tilt = turned(0, float(self.rng.uniform(-0.25, 0.1)), 0)
        reach = float(self.rng.uniform(1.25, 1.75))
        self.canvas.blob((0, low, 0), (reach, 0.09, reach), cloth, own=tilt)
        self.canvas.blob((0, low + 0.2, -0.05), (self.wide + 0.05, float(self.rng.uniform(0.6, 0.9)), 1.0), cloth,
                       lambda p: p.y > low)  # fmt: skip
        band = _ring((0, low + 0.12, 0), self.wide + 0.02, 0.98)
        self.canvas.chain(band, 0.07, Material(_darker(cloth.colour, 0.6)))

    def _scarf(self) -> None:
        cloth, high = Material(_colour(self.rng, CLOTHES), 0.05), self.hairline + 0.1

        def around(p: Points) -> Mask:
            return (p.z < 0.1) | ((p.x / (self.wide * 0.86)) ** 2 + ((p.y + 0.12) / (high + 0.15)) ** 2 > 1)

        self.canvas.blob((0, 0.02, -0.06), (self.wide + 0.16, 1.22, 1.12), cloth, around)
        self.canvas.blob((0.1, -1.15, 0.1), (0.75, 0.45, 0.6), cloth)

    def _turban(self) -> None:
        cloth, low = Material(_colour(self.rng, CLOTHES), 0.05), self.hairline - 0.05
        for lift, lean in zip(np.linspace(0, 0.5, 5), (0.5, -0.5, 0.35, -0.35, 0.0), strict=True):
            radii = self.wide + 0.2 - float(lift) * 0.3, 0.34, 1.15
            self.canvas.blob((0, low + 0.3 + float(lift), -0.05), radii, cloth, own=turned(0, 0, float(lean)))

    def finished(self) -> Pixels:
        """The picture, lit at random in front of a plain background."""
        rng, side = self.rng, self.canvas.side
        light = float(rng.normal(0, 0.7)), float(rng.uniform(0.3, 1.2)), 1.0
        first, second = (np.float32(_colour(rng, (*CLOTHES, "88a0b8", "c9d6e2"))) for _ in range(2))
        kind = rng.random()
        if kind < 0.5:
            first = second = np.float32([1, 1, 1]) * np.float32(1 if kind < 0.4 else rng.uniform(0.8, 1))
        elif kind < 0.8:
            second = first
        share = np.linspace(0, 1, side, dtype=np.float32)[:, None, None]
        ground = np.broadcast_to(first * (1 - share) + second * share, (side, side, 3))
        pixels = self.canvas.lit(light, ground)
        closer = float(rng.uniform(0.62, 1.0))
        half = round(pixels.shape[0] * closer / 2)
        middle = pixels.shape[0] // 2
        low = min(pixels.shape[0] - half, middle + round(float(rng.uniform(-0.05, 0.1)) * middle / SPAN))
        return np.ascontiguousarray(pixels[max(0, low - half) : low + half, middle - half : middle + half])
