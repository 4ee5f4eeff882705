"""The legend of an annotated photo: verdict, score, numbered findings with their advice, and the meaning of lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from mettici.checks.base import Status
from mettici.messages import say
from mettici.output import drawing
from mettici.output.drawing import Colour, Sheet
from mettici.output.label_placement import Point
from mettici.output.text import crop_text
from mettici.scoring import Verdict

if TYPE_CHECKING:
    from mettici.report import Report
    from mettici.scoring import Finding

BESIDE, MIN_WIDTH = 460, 640
"""Width of a legend beside a photo, and the minimum width of one below it, px."""
MARGIN, GAP = 24, 14
BODY, SMALL, TITLE, SCORE = 17, 15, 22, 19
SAMPLE, ROW = 44, 27
"""Width of a sample line, and height of its row, px."""
LINE = 1.38
"""Line height over font size."""
BADGE = 13.0
GREY: Colour = (88, 92, 100)
PATCH: Colour = (70, 74, 82)
VERDICT_COLOURS: Mapping[Verdict, Colour] = {
    Verdict.ACCEPT: (22, 120, 58),
    Verdict.IMPROVE: (154, 96, 0),
    Verdict.REJECT: (200, 32, 40),
}
_SIGNS = {Verdict.ACCEPT: "✔", Verdict.IMPROVE: "!", Verdict.REJECT: "✘"}


@dataclass(frozen=True)
class Key:
    """A kind of line in the overlay, by its key in the catalogues; `dash` is 0 for a solid line."""

    kind: str
    colour: Colour
    dash: float = 0.0

    def text(self, lang: str) -> str:
        """What the line means."""
        return say(f"annotate.{self.kind}", lang)


class _Column:
    """A column of text and shapes, laid out from top to bottom and drawn at the end, when its height is known."""

    def __init__(self, width: int) -> None:
        self.width, self.y = width, float(MARGIN)
        self._texts: list[tuple[Point, str, int, bool, Colour]] = []
        self._badges: list[tuple[Point, str, Colour, bool]] = []
        self._lines: list[tuple[list[Point], Key]] = []
        self._rules: list[tuple[list[float], Colour]] = []

    def text(self, text: str, size: int, *, bold: bool = False, colour: Colour = drawing.INK, indent: int = 0) -> None:
        """Add a paragraph."""
        for line in drawing.wrapped(text, drawing.font(size, bold=bold), self.width - 2 * MARGIN - indent):
            self._texts.append(((MARGIN + indent, self.y), line, size, bold, colour))
            self.y += LINE * size

    def bar(self, share: float, colour: Colour) -> None:
        """Add a progress bar filled to `share`."""
        left, right = MARGIN, self.width - MARGIN
        for fill, end in ((drawing.RULE, right), (colour, left + (right - left) * share)):
            self._rules.append(([left, self.y, max(left + 1, end), self.y + 8], fill))
        self.y += 8

    def rule(self) -> None:
        """Add a thin horizontal line."""
        self._rules.append(([MARGIN, self.y, self.width - MARGIN, self.y], drawing.RULE))

    def badge(self, text: str, colour: Colour, *, square: bool) -> None:
        """Add a number to the left of the next paragraph."""
        self._badges.append(((MARGIN + BADGE, self.y + BODY * 0.6), text, colour, square))

    def keys(self, keys: Sequence[Key], lang: str) -> None:
        """Add line samples on dark patches with their meanings, side by side if there is room."""
        wide = SAMPLE + GAP + math.ceil(max(drawing.font(SMALL).getlength(key.text(lang)) for key in keys))
        columns = max(1, (self.width - 2 * MARGIN) // wide)
        for i, key in enumerate(keys):
            x, y = MARGIN + i % columns * wide, self.y + i // columns * ROW
            self._rules.append(([x, y, x + 34, y + 18], PATCH))
            self._lines.append(([(x + 3, y + 9), (x + 31, y + 9)], key))
            self._texts.append(((x + SAMPLE, y), key.text(lang), SMALL, False, GREY))
        self.y += math.ceil(len(keys) / columns) * ROW

    def drawn(self) -> Image.Image:
        """Draw everything on a white picture."""
        size = self.width, round(self.y + MARGIN)
        picture, sheet = Image.new("RGB", size, drawing.WHITE), Sheet(size, plain=True)
        draw = ImageDraw.Draw(picture)
        for box, colour in self._rules:
            draw.rectangle(box, colour)
        for points, key in self._lines:
            sheet.line(points, key.colour, 3, key.dash)
        for at, _, colour, square in self._badges:
            sheet.badge(at, BADGE, colour, square=square)
        sheet.onto(picture)
        for at, text, size_, bold, colour in self._texts:
            draw.text(at, text, colour, drawing.font(size_, bold=bold))
        for at, text, _, _ in self._badges:
            drawing.number(draw, at, text, BADGE)
        return picture


def legend(
    report: Report,
    found: Sequence[tuple[Finding, Colour]],
    keys: Sequence[Key],
    lang: str,
    width: int | None = None,
) -> Image.Image:
    """The legend as a picture: `found` numbered from 1, `keys` below. `width`: that of the photo above it, if any."""
    column = _Column(BESIDE if width is None else max(width, MIN_WIDTH))
    colour = VERDICT_COLOURS[report.verdict]
    verdict = say(f"report.verdict.{report.verdict.value}", lang)
    column.text(f"{_SIGNS[report.verdict]} {verdict}", TITLE, bold=True, colour=colour)
    column.text(f"{round(report.score)}/100", SCORE, bold=True)
    column.y += 4
    column.bar(report.score / 100, colour)
    column.y += GAP + 4
    if not found:
        column.text(say("report.nothing_to_fix", lang), BODY)
    for i, (finding, shade) in enumerate(found, 1):
        _finding(column, i, finding, shade, lang)
    if cropping := crop_text(report, lang):
        column.text(cropping, BODY, bold=True)
        column.y += GAP
    if keys:
        column.rule()
        column.y += GAP
        column.keys(keys, lang)
    return column.drawn()


def _finding(column: _Column, number: int, finding: Finding, colour: Colour, lang: str) -> None:
    indent = 40
    column.badge(str(number), colour, square=finding.status is Status.FAIL)
    column.text(finding.title(lang), BODY, bold=True, indent=indent)
    column.text(finding.message(lang), SMALL, indent=indent)
    if advice := finding.advice(lang):
        column.text(advice, SMALL, colour=GREY, indent=indent)
    column.y += GAP
