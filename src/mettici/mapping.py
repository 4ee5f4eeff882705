"""From a native measure to a score: 0..100, higher is better. Pure."""

from __future__ import annotations

from bisect import bisect_right

FAILS, WARNS, IDEAL = 30.0, 60.0, 100.0
"""The score at the limit of failing, at the limit of a warning, and from the ideal on.

Piecewise linear between them, so that a score says the same as the status: under 30 fails, under 60 warns.
"""


def interpolate(value: float, points: tuple[tuple[float, float], ...]) -> float:
    """Piecewise linear through `points` (x ascending), constant outside them."""
    xs = [x for x, _ in points]
    i = bisect_right(xs, value)
    if i == 0:
        return points[0][1]
    if i == len(points):
        return points[-1][1]
    (x0, y0), (x1, y1) = points[i - 1], points[i]
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)


def rising(value: float, fail: float, warn: float, ideal: float) -> float:
    """Score of a measure of which more is better; `fail` < `warn` < `ideal`.

    Below `fail` it falls on with the slope between `fail` and `warn`, down to 0.
    """
    zero = fail - (warn - fail) * FAILS / (WARNS - FAILS)
    return interpolate(value, ((zero, 0.0), (fail, FAILS), (warn, WARNS), (ideal, IDEAL)))


def falling(value: float, ideal: float, warn: float, fail: float) -> float:
    """Score of a measure of which less is better; `ideal` < `warn` < `fail`."""
    return rising(-value, -fail, -warn, -ideal)
