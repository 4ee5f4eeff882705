"""An overlay as SVG, to lay over the photo in a web page; the page's own style sheet defines its look.

It contains neither styles nor scripts, so that a Content-Security-Policy need not allow any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mettici.checks.base import Status
from mettici.output.overlay import needs_line

if TYPE_CHECKING:
    from mettici.output.label_placement import Box, Point
    from mettici.output.overlay import Mark, Overlay

DOT, RING, ROUNDED, FIGURE = 0.22, 1.4, 0.4, 1.15
"""Sizes relative to a badge's radius: the dot on its spot, the ring around the spot, rounded corners, the digits."""


def svg(overlay: Overlay) -> str:
    """The overlay as an SVG element. Each fault is a group with the check's id in `data-check`."""
    width, height = overlay.size
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none"'
    return "".join([head, ' aria-hidden="true">', *_shapes(overlay), "</svg>"])


def _shapes(overlay: Overlay) -> Iterator[str]:
    if overlay.crop is not None:
        width, height = overlay.size
        x, y, w, h = map(_n, overlay.crop)
        hole = f"M0 0H{width}V{height}H0zM{x} {y}v{h}h{w}v-{h}z"
        yield f'<path class="mark-shade" fill-rule="evenodd" d="{hole}"/>'
        yield _rect("mark-crop", overlay.crop)
        if overlay.circle is not None:
            yield _circle("mark-circle", *overlay.circle)
    if overlay.outline:
        yield f'<polygon class="mark-outline" points="{_points(overlay.outline)}"/>'
    for box in overlay.others:
        yield _rect("mark-other", box)
    for check, spot in overlay.polish:
        ring = _circle("mark-ring", spot, RING * overlay.radius)
        yield f'<g class="mark quiet" data-check="{check}">{ring}</g>'
    for mark in overlay.marks:
        parts = "".join(_mark(mark, overlay.radius))
        yield f'<g class="mark {mark.status.value}" data-check="{mark.check}">{parts}</g>'


def _mark(mark: Mark, radius: float) -> Iterator[str]:
    (x, y), spot = mark.position, mark.spot
    if spot is not None and needs_line(mark, radius):
        yield f'<path class="mark-line" d="M{_n(x)} {_n(y)}L{_n(spot[0])} {_n(spot[1])}"/>'
        yield _circle("mark-dot", spot, DOT * radius)
    if mark.status is Status.FAIL:
        yield _rect("mark-badge", (x - radius, y - radius, 2 * radius, 2 * radius), ROUNDED * radius)
    else:
        yield _circle("mark-badge", mark.position, radius)
    yield f'<text class="mark-number" x="{_n(x)}" y="{_n(y)}" font-size="{_n(FIGURE * radius)}">{mark.number}</text>'
    if spot is not None:
        yield _circle("mark-ring", spot, RING * radius)


def _rect(kind: str, box: Box, rounded: float = 0.0) -> str:
    x, y, width, height = map(_n, box)
    corners = f' rx="{_n(rounded)}"' if rounded else ""
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}"{corners}/>'


def _circle(kind: str, at: Point, radius: float) -> str:
    return f'<circle class="{kind}" cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}"/>'


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
