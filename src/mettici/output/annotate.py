"""The annotated picture: face, head, suggested crop and numbered findings, with their advice in a legend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from mettici.checks.base import Status
from mettici.output import drawing
from mettici.output.drawing import Colour, Sheet
from mettici.output.legend import Key, legend
from mettici.output.overlay import RADIUS, Overlay, needs_line, overlay

if TYPE_CHECKING:
    from mettici.evidence import Evidence
    from mettici.image.types import Pixels
    from mettici.output.label_placement import Box
    from mettici.report import Report

DISPLAY_SIDE = 960
"""Longer side of the photo in the picture, px: with one size, strokes and letters suit small and large photos alike."""
WIDE = 1.25
"""Aspect ratio from which the legend goes below the photo instead of beside it."""
SHADE = 105
"""Opacity, of 255, of the shade outside the suggested crop."""
FACE_BLUE: Colour = (92, 200, 255)
HEAD_YELLOW: Colour = (255, 214, 92)
CROP_GREEN: Colour = (80, 226, 132)
ROUND_WHITE: Colour = (255, 255, 255)
COLOURS: Mapping[Status, Colour] = {Status.FAIL: (200, 32, 40), Status.WARN: (154, 96, 0)}
"""As in the text report. Shape differs too: a failure is a square, a warning a disc."""


def annotated(report: Report, evidence: Evidence, lang: str = "en") -> Pixels:
    """(H, W, 3) RGB uint8: the photo at 960 px with numbered findings, and a legend beside or below it.

    `report` and `evidence` must be of the same photo. A report always gives the same picture, on every machine.
    """
    layout = overlay(report, evidence, DISPLAY_SIDE)
    picture = _scaled(evidence)
    keys = _paint(picture, layout)
    below = picture.width >= WIDE * picture.height
    found = [(finding, COLOURS[finding.status]) for finding in report.faults]
    side = legend(report, found, keys, lang, picture.width if below else None)
    return np.asarray(_join(picture, side, below=below))


def _scaled(evidence: Evidence) -> Image.Image:
    scale = DISPLAY_SIDE / max(evidence.width, evidence.height)
    size = max(1, round(evidence.width * scale)), max(1, round(evidence.height * scale))
    return Image.fromarray(evidence.photo.pixels).resize(size, Image.Resampling.BICUBIC)


def _paint(picture: Image.Image, layout: Overlay) -> list[Key]:
    """Paint the overlay on the picture; return the legend's keys for its lines."""
    sheet = Sheet(picture.size, DISPLAY_SIDE / max(layout.size))
    keys = [*_frame(sheet, layout), *_guides(sheet, layout)]
    for mark in layout.marks:
        if mark.spot is not None and needs_line(mark, layout.radius):
            sheet.line([mark.position, mark.spot], drawing.WHITE, 2)
            sheet.dot(mark.spot, 4, drawing.WHITE)
        sheet.badge(mark.position, RADIUS, COLOURS[mark.status], square=mark.status is Status.FAIL)
    sheet.onto(picture)
    draw = ImageDraw.Draw(picture)
    for mark in layout.marks:
        drawing.number(draw, sheet.at(mark.position), str(mark.number), RADIUS)
    return keys


def _frame(sheet: Sheet, layout: Overlay) -> list[Key]:
    """Draw the suggested crop, with everything else shaded, and the circle that social networks show."""
    keys: list[Key] = []
    if layout.crop is not None:
        sheet.shade(layout.crop, SHADE)
        sheet.line(drawing.rectangle(_inset(layout.crop, layout.size, sheet.scale)), CROP_GREEN, 4)
        keys.append(Key("crop", CROP_GREEN))
    if layout.circle is not None:
        centre, radius = layout.circle
        sheet.line(drawing.circle(centre, max(0.0, radius - 3 / sheet.scale)), ROUND_WHITE, 2, 9)
        keys.append(Key("round", ROUND_WHITE, 9))
    return keys


def _inset(box: Box, size: tuple[int, int], scale: float) -> Box:
    """The box, inset from the photo's edges so that a stroke around it is fully visible."""
    stroke = 2 / scale
    left, top = max(box[0], stroke), max(box[1], stroke)
    right, bottom = (min(box[i] + box[i + 2], size[i] - 1.5 * stroke) for i in (0, 1))
    return left, top, right - left, bottom - top


def _guides(sheet: Sheet, layout: Overlay) -> list[Key]:
    """Draw the outline of the face, the line of the eyes, the box of the head, and other faces."""
    keys: list[Key] = []
    if layout.outline and layout.head is not None:
        sheet.line(layout.outline, FACE_BLUE, 2)
        sheet.line(layout.eyes, FACE_BLUE, 2, 7)
        sheet.line(drawing.rectangle(layout.head), HEAD_YELLOW, 2)
        keys = [Key("face", FACE_BLUE), Key("eyes", FACE_BLUE, 7), Key("head", HEAD_YELLOW)]
    for box in layout.others:
        sheet.line(drawing.rectangle(box), FACE_BLUE, 2, 5)
    return [*keys, Key("others" if layout.outline else "face", FACE_BLUE, 5)] if layout.others else keys


def _join(photo: Image.Image, side: Image.Image, *, below: bool) -> Image.Image:
    size = (
        (max(photo.width, side.width), photo.height + side.height)
        if below
        else (photo.width + side.width, max(photo.height, side.height))
    )
    whole = Image.new("RGB", size, drawing.WHITE)
    whole.paste(photo)
    whole.paste(side, (0, photo.height) if below else (photo.width, 0))
    edge = (0, photo.height, size[0], photo.height) if below else (photo.width, 0, photo.width, size[1])
    ImageDraw.Draw(whole).line(edge, drawing.RULE)  # separates a white photo from the legend
    return whole
