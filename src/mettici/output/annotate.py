"""The photo with what was found drawn on it: face, head, wanted frame, and numbered findings with their advice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from mettici.checks.base import Status
from mettici.evidence import Evidence
from mettici.output import drawing
from mettici.output.drawing import Colour, Overlay, Point
from mettici.output.legend import Key, legend
from mettici.vision.landmarks import EYE_CORNERS, OVAL

if TYPE_CHECKING:
    from mettici.image.types import Pixels, Points
    from mettici.report import Report
    from mettici.scoring import Finding

SHOWN = 960
"""Longer side at which every photo is shown, px: strokes and letters then suit each, small or large."""
WIDE = 1.25
"""Width over height from which the legend stands below the photo instead of beside it."""
BADGE = 15.0
"""Radius of a number's ground, px."""
FACE_BLUE: Colour = (92, 200, 255)
HEAD_YELLOW: Colour = (255, 214, 92)
CROP_GREEN: Colour = (80, 226, 132)
ROUND_WHITE: Colour = (255, 255, 255)
COLOURS: Mapping[Status, Colour] = {Status.FAIL: (200, 32, 40), Status.WARN: (154, 96, 0)}
"""As in the text report; a failure is a square as well, a warning a disc."""


@dataclass(frozen=True)
class _Canvas:
    """The photo as shown: its picture, the sheet of strokes over it, and px of it per analysed pixel."""

    picture: Image.Image
    overlay: Overlay
    scale: float

    def at(self, x: float, y: float) -> Point:
        return x * self.scale, y * self.scale

    def along(self, points: Points) -> list[Point]:
        return [self.at(float(x), float(y)) for x, y in points]


def annotated(report: Report, evidence: Evidence, lang: str = "en") -> Pixels:
    """(H, W, 3) RGB uint8: the photo at 960 px with its findings numbered on it, and a legend beside or below.

    `report` and `evidence` of the same photo. The same report gives the same picture, on every machine.
    """
    canvas = _canvas(evidence)
    keys = [*_frame(canvas, report, evidence), *_guides(canvas, evidence)]
    found = report.faults
    places = _places(canvas, found, evidence)
    for finding, (spot, place) in zip(found, places, strict=True):
        _mark(canvas, finding, spot, place)
    canvas.overlay.onto(canvas.picture)
    draw = ImageDraw.Draw(canvas.picture)
    for i, (_, place) in enumerate(places, 1):
        drawing.number(draw, place, str(i), BADGE)
    below = canvas.picture.width >= WIDE * canvas.picture.height
    side = legend(report, [(f, COLOURS[f.status]) for f in found], keys, lang, canvas.picture.width if below else None)
    return np.asarray(_joined(canvas.picture, side, below=below))


def _canvas(evidence: Evidence) -> _Canvas:
    scale = SHOWN / max(evidence.width, evidence.height)
    size = max(1, round(evidence.width * scale)), max(1, round(evidence.height * scale))
    picture = Image.fromarray(evidence.photo.pixels).resize(size, Image.Resampling.BICUBIC)
    return _Canvas(picture, Overlay(size), scale)


def _frame(canvas: _Canvas, report: Report, evidence: Evidence) -> list[Key]:
    """The suggested crop, with all else in the shade, and the circle that networks show."""
    head = evidence.head
    if head is None:
        return []
    width, height = canvas.picture.size
    left, top, right, bottom = 0.0, 0.0, float(width), float(height)
    keys = [Key("round", ROUND_WHITE, 9)]
    if report.crop is not None:
        k = canvas.scale / evidence.photo.scale
        x, y, w, h = (v * k for v in report.crop.box)
        left, top, right, bottom = x, y, min(x + w, width), min(y + h, height)
        canvas.overlay.shade((left, top, right, bottom), 105)
        inner = (max(left, 2.0), max(top, 2.0), min(right, width - 3.0), min(bottom, height - 3.0))
        canvas.overlay.line(drawing.rectangle(*inner), CROP_GREEN, 4)
        keys.insert(0, Key("crop", CROP_GREEN))
    radius = min(right - left, bottom - top) / 2
    middle = (head.top + head.chin) / 2 * canvas.scale
    centre = (left + right) / 2, min((top + bottom) / 2, max(top + radius, middle))
    canvas.overlay.line(drawing.circle(centre, radius - 3), ROUND_WHITE, 2, 9)
    return keys


def _guides(canvas: _Canvas, evidence: Evidence) -> list[Key]:
    """The face's outline, the line of its eyes, the box of the head, and other faces."""
    keys: list[Key] = []
    mesh, head = evidence.mesh, evidence.head
    if mesh is not None and head is not None:
        outline = canvas.along(mesh.points[[*OVAL, OVAL[0]], :2])
        canvas.overlay.line(outline, FACE_BLUE, 2)
        a, b = (mesh.points[list(eye), :2].mean(axis=0) for eye in EYE_CORNERS)
        canvas.overlay.line(canvas.along(np.array([a + (a - b) * 0.6, b + (b - a) * 0.6])), FACE_BLUE, 2, 7)
        box = drawing.rectangle(*canvas.at(head.left, max(0, head.top)), *canvas.at(head.right, head.chin))
        canvas.overlay.line(box, HEAD_YELLOW, 2)
        keys += [Key("face", FACE_BLUE), Key("eyes", FACE_BLUE, 7), Key("head", HEAD_YELLOW)]
    others = evidence.sight.faces[0 if mesh is None else 1 :]
    for face in others:
        box = drawing.rectangle(*canvas.at(face.box.x, face.box.y), *canvas.at(face.box.right, face.box.bottom))
        canvas.overlay.line(box, FACE_BLUE, 2, 5)
    return [*keys, Key("others" if mesh is not None else "face", FACE_BLUE, 5)] if others else keys


def _mark(canvas: _Canvas, finding: Finding, spot: Point, place: Point) -> None:
    colour = COLOURS[finding.status]
    if math.dist(spot, place) > BADGE:
        canvas.overlay.line([place, spot], drawing.WHITE, 2)
        canvas.overlay.dot(spot, 4, drawing.WHITE)
    canvas.overlay.badge(place, BADGE, colour, square=finding.status is Status.FAIL)


def _places(canvas: _Canvas, found: Sequence[Finding], evidence: Evidence) -> list[tuple[Point, Point]]:
    """For each finding the spot it is about, and where its number stands: outside the face, none over another."""
    places: list[tuple[Point, Point]] = []
    taken: list[Point] = []
    for finding in found:
        at = finding.rule.check.spot(evidence)
        spot = canvas.at(*at) if at is not None else None
        place = _free(canvas, evidence, spot, taken)
        taken.append(place)
        places.append((place if spot is None else spot, place))
    return places


def _free(canvas: _Canvas, evidence: Evidence, spot: Point | None, taken: Sequence[Point]) -> Point:
    """The nearest place for a number to `spot`, outside the face; along the lower edge where there is no spot."""
    step, (width, height) = 2.4 * BADGE, canvas.picture.size
    if spot is None:
        row = [(x, height - step / 2 - 4 - y) for y in (0.0, step) for x in np.arange(step / 2 + 4, width, step)]
        return next((p for p in row if _clear(p, taken)), row[0])
    middle, across, down = _around(canvas, evidence, spot)
    start = math.atan2((spot[1] - middle[1]) / down, (spot[0] - middle[0]) / across)
    for more in (0.0, step, 2 * step, -step):
        for turn in sorted(np.linspace(-math.pi, math.pi, 37), key=abs):
            x, y = math.cos(start + turn), math.sin(start + turn)
            place = middle[0] + (across + more) * x, middle[1] + (down + more) * y
            inside = all(BADGE + 4 < v < side - BADGE - 4 for v, side in zip(place, (width, height), strict=True))
            if inside and _clear(place, taken):
                return place
    return spot


def _around(canvas: _Canvas, evidence: Evidence, spot: Point) -> tuple[Point, float, float]:
    """An ellipse just around the head: centre and half axes; a circle around the spot where that is elsewhere."""
    head = evidence.head
    if head is not None:
        middle = canvas.at(head.middle, (head.top + head.chin) / 2)
        across, down = canvas.at(0.68 * (head.right - head.left), 0.54 * head.height)
        if math.hypot((spot[0] - middle[0]) / across, (spot[1] - middle[1]) / down) <= 1.1:
            return middle, across + BADGE, down + BADGE
    return spot, 2.5 * BADGE, 2.5 * BADGE


def _clear(place: Point, taken: Sequence[Point]) -> bool:
    return all(math.dist(place, other) > 2.3 * BADGE for other in taken)


def _joined(photo: Image.Image, side: Image.Image, *, below: bool) -> Image.Image:
    size = (max(photo.width, side.width), photo.height + side.height) if below else (
        photo.width + side.width, max(photo.height, side.height))  # fmt: skip
    whole = Image.new("RGB", size, drawing.WHITE)
    whole.paste(photo)
    whole.paste(side, (0, photo.height) if below else (photo.width, 0))
    edge = (0, photo.height, size[0], photo.height) if below else (photo.width, 0, photo.width, size[1])
    ImageDraw.Draw(whole).line(edge, drawing.RULE)  # or a white photo would run into the legend
    return whole
