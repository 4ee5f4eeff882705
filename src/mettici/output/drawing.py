"""Strokes, badges and text that stay readable on any background, drawn with Pillow; sizes are in px of the canvas."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from mettici.output.label_placement import Box, Point

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
INK: Colour = (28, 28, 30)
RULE: Colour = (222, 224, 228)
HALO = (0, 0, 0, 150)
"""Drawn under every stroke on the photo, so that light lines stand out from white."""
SUPERSAMPLING = 2
"""Supersampling factor: Pillow draws strokes without antialiasing."""


@lru_cache(maxsize=8)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The bundled font: it has accented letters, and a minimal system has no font at all."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    with resources.as_file(resources.files("mettici") / "output" / "fonts" / name) as path:
        return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Wrap text into lines of at most `width` px; a longer word gets a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class Sheet:
    """A transparent layer over a picture of `size` px, for strokes with a dark halo; `plain` omits the halo.

    Coordinates are multiplied by `scale`; the widths of strokes and badges are in px.
    """

    def __init__(self, size: tuple[int, int], scale: float = 1.0, *, plain: bool = False) -> None:
        self.scale = scale
        self._halo = (0, 0, 0, 0) if plain else HALO
        self._sheet = Image.new("RGBA", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING))
        self._draw = ImageDraw.Draw(self._sheet)

    def at(self, point: Point) -> Point:
        """Convert a point to px of the picture."""
        return point[0] * self.scale, point[1] * self.scale

    def line(self, points: Sequence[Point], colour: Colour, width: float, dash: float = 0.0) -> None:
        """Draw a stroke through `points`; `dash`: the length of its dashes, px, or 0 for a solid line."""
        line = [self.at(point) for point in points]
        pieces = list(_dashes(line, dash)) if dash else [line]
        for fill, wide in ((self._halo, width + 2.5), (colour, width)):
            for piece in pieces:
                self._stroke(piece, fill, wide)

    def _stroke(self, points: Sequence[Point], fill: tuple[int, ...], width: float) -> None:
        self._draw.line(
            [(x * SUPERSAMPLING, y * SUPERSAMPLING) for x, y in points],
            fill,
            max(1, round(width * SUPERSAMPLING)),
            joint="curve",
        )

    def dot(self, at: Point, radius: float, colour: Colour) -> None:
        """Draw a small disc."""
        for fill, r in ((self._halo, radius + 1.5), (colour, radius)):
            self._draw.ellipse(_bounding_box(self.at(at), r), fill)

    def badge(self, at: Point, radius: float, colour: Colour, *, square: bool) -> None:
        """Draw the background of a number: a disc, or a rounded square, with a white ring."""
        for fill, r in ((self._halo, radius + 3.5), (WHITE, radius + 2), (colour, radius)):
            if square:
                self._draw.rounded_rectangle(_bounding_box(self.at(at), r), 0.35 * r * SUPERSAMPLING, fill)
            else:
                self._draw.ellipse(_bounding_box(self.at(at), r), fill)

    def shade(self, box: Box, darkness: int) -> None:
        """Darken everything outside `box`."""
        x, y, width, height = (v * self.scale * SUPERSAMPLING for v in box)
        shade = Image.new("L", self._sheet.size, darkness)
        ImageDraw.Draw(shade).rectangle([x, y, x + width, y + height], 0)
        self._sheet.paste((0, 0, 0, 255), mask=shade)
        self._sheet.putalpha(shade)

    def onto(self, picture: Image.Image) -> None:
        """Composite the sheet onto the picture."""
        sheet = self._sheet.reduce(SUPERSAMPLING)
        picture.paste(sheet, mask=sheet.getchannel("A"))


def number(draw: ImageDraw.ImageDraw, at: Point, text: str, radius: float) -> None:
    """Draw the number on a badge."""
    draw.text(at, text, WHITE, font(round(radius * 1.25), bold=True), anchor="mm")


def circle(at: Point, radius: float) -> list[Point]:
    """A circle as a closed polygon, in steps of two degrees."""
    steps = [2 * math.pi * i / 180 for i in range(181)]
    return [(at[0] + radius * math.cos(a), at[1] + radius * math.sin(a)) for a in steps]


def rectangle(box: Box) -> list[Point]:
    """The box as a closed polygon."""
    x, y, width, height = box
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]


def _bounding_box(at: Point, radius: float) -> list[float]:
    x, y = at
    return [
        (x - radius) * SUPERSAMPLING,
        (y - radius) * SUPERSAMPLING,
        (x + radius) * SUPERSAMPLING,
        (y + radius) * SUPERSAMPLING,
    ]


def _dashes(points: Sequence[Point], dash: float) -> Iterator[list[Point]]:
    """Split a line into dashes of length `dash`, with gaps of 0.7 times that."""
    period, travelled = 1.7 * dash, 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        start = -(travelled % period)
        while start < length and length:
            a, b = max(0.0, start), min(length, start + dash)
            if b > a:
                yield [(x0 + (x1 - x0) * t / length, y0 + (y1 - y0) * t / length) for t in (a, b)]
            start += period
        travelled += length
