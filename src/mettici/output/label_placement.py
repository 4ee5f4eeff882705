"""Where the numbers of findings stand on a photo: beside what they are about, outside the face, none over another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""x, y, width, height."""

APART = 2.3
"""Radii between the middles of two numbers, at least: they do not touch."""
OFF_SPOT = 1.5
"""Radii between a number and what another finding is about, at least: it does not cover that."""
MARGIN = 1.27
"""Radii between a number's middle and the photo's edge, at least."""
STEP = 2.4
"""Radii from one number to the next along the edge, and from one ellipse around the face to the next."""
TURNS = tuple(sorted((math.radians(10 * i) for i in range(-18, 19)), key=abs))
HEAD_ACROSS, HEAD_DOWN = 0.68, 0.54
"""Half axes of an ellipse just around a head, over the head's width and height."""


def place_labels(
    size: tuple[float, float], radius: float, spots: Sequence[Point | None], head: Box | None
) -> list[Point]:
    """A place for each number, in order.

    `size` is the photo's, `radius` a number's, `spots` what the findings are about (None: the whole photo), all in one
    unit. Where a photo is too small to keep the numbers apart, they may touch.
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
    """The nearest to `spot` first; then, and where there is none, along the lower edge."""
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
        for turn in TURNS:
            more = ring * STEP * radius
            x, y = math.cos(start + turn), math.sin(start + turn)
            yield middle[0] + (across + more) * x, middle[1] + (down + more) * y


def _ellipse(radius: float, spot: Point, head: Box | None) -> tuple[Point, float, float]:
    """Its centre and half axes: just around the head, or around the spot where that lies elsewhere."""
    if head is not None:
        x, y, width, height = head
        middle, across, down = (x + width / 2, y + height / 2), HEAD_ACROSS * width, HEAD_DOWN * height
        if math.hypot((spot[0] - middle[0]) / across, (spot[1] - middle[1]) / down) <= 1.1:
            return middle, across + radius, down + radius
    return spot, 2.5 * radius, 2.5 * radius


def _clear(place: Point, others: Sequence[Point], room: float) -> bool:
    return all(math.dist(place, other) > room for other in others)
