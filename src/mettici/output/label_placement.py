"""Placing the numbers of findings on a photo: next to their spots, outside the face, without overlaps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""x, y, width, height."""

APART = 2.3
"""Minimum distance between the centres of two numbers, in radii, so that they do not touch."""
OFF_SPOT = 1.5
"""Minimum distance between a number and the spot of another finding, in radii, so that it does not cover it."""
MARGIN = 1.27
"""Minimum distance between a number's centre and the edge of the photo, in radii."""
STEP = 2.4
"""Distance, in radii, between candidates along the edge, and between the ellipses around the face."""
ANGLES = tuple(sorted((math.radians(10 * i) for i in range(-18, 19)), key=abs))
HEAD_ACROSS, HEAD_DOWN = 0.68, 0.54
"""Semi-axes of an ellipse around a head, in widths and heights of the head."""


def place_labels(
    size: tuple[float, float], radius: float, spots: Sequence[Point | None], head: Box | None
) -> list[Point]:
    """A position for each number, in order.

    `size` is that of the photo, `radius` that of a number, `spots` are the points the findings concern (None: the whole
    photo), all in the same unit. If the photo is too small to keep the numbers apart, they may touch.
    """
    known = [spot for spot in spots if spot is not None]
    taken: list[Point] = []
    for spot in spots:
        candidates = [*_candidates(size, radius, spot, head)]
        apart = [place for place in candidates if _clear(place, taken, APART * radius)]
        free = (place for place in apart if _clear(place, known, OFF_SPOT * radius))
        taken.append(next(chain(free, apart, candidates)))
    return taken


def _candidates(size: tuple[float, float], radius: float, spot: Point | None, head: Box | None) -> Iterator[Point]:
    """Candidate positions: those closest to `spot` first, then along the bottom edge."""
    width, height = size
    edge = MARGIN * radius
    if spot is not None:
        for x, y in _around(radius, spot, head):
            if edge < x < width - edge and edge < y < height - edge:
                yield x, y
    columns = max(1, int((width - 2 * edge) / (STEP * radius)) + 1)
    for row in range(3):
        for column in range(columns):
            yield edge + column * STEP * radius, max(height / 2, height - edge - row * STEP * radius)


def _around(radius: float, spot: Point, head: Box | None) -> Iterator[Point]:
    middle, across, down = _ellipse(radius, spot, head)
    start = math.atan2((spot[1] - middle[1]) / down, (spot[0] - middle[0]) / across)
    for ring in (0, 1, 2, -1):
        for angle in ANGLES:
            more = ring * STEP * radius
            x, y = math.cos(start + angle), math.sin(start + angle)
            yield middle[0] + (across + more) * x, middle[1] + (down + more) * y


def _ellipse(radius: float, spot: Point, head: Box | None) -> tuple[Point, float, float]:
    """Centre and semi-axes of an ellipse around the head, or around the spot if that lies outside it."""
    if head is not None:
        x, y, width, height = head
        middle, across, down = (x + width / 2, y + height / 2), HEAD_ACROSS * width, HEAD_DOWN * height
        if math.hypot((spot[0] - middle[0]) / across, (spot[1] - middle[1]) / down) <= 1.1:
            return middle, across + radius, down + radius
    return spot, 2.5 * radius, 2.5 * radius


def _clear(place: Point, others: Sequence[Point], room: float) -> bool:
    return all(math.dist(place, other) > room for other in others)
