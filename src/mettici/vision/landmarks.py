"""Names for the points of the face mesh (MediaPipe's numbering), and the box of a face with level eyes.

"Left" and "right" are the viewer's.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mettici.image.types import Points

SURFACE = 468
"""Number of points on the face itself; those of the irises follow."""
LEFT_IRIS, RIGHT_IRIS = 468, 473
"""Centres of the irises. The four points after each are on its rim."""
FOREHEAD, CHIN = 10, 152
NOSE_TIP, NOSE_BRIDGE = 1, 5
BROW_MIDDLE, UNDER_LEFT_BROW = 151, 159
LEFT_CHEEK, RIGHT_CHEEK = 205, 425
SIDES = (234, 454)
"""The face's left and right edge at the ears."""
LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS = (33, 133), (263, 362)
"""Outer and inner corner of each eye."""
OUTER_EYE_CORNERS = (33, 263)
EYE_CORNERS = (LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS)
MOUTH_CORNERS = (61, 291)

OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
        148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)  # fmt: skip
"""Outline of the face, clockwise from the forehead."""
EYES = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)  # fmt: skip
"""Outline of each eye."""
MOUTH = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
"""Outer outline of the lips."""
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
"""Outline of each brow."""


class Levelled(NamedTuple):
    """The box around a face after levelling its eyes: `centre` and longer side `size` in px of the picture, and the
    `angle` in radians by which the eyes were tilted clockwise."""

    centre: tuple[float, float]
    size: float
    angle: float


def angle_between(left: Points, right: Points) -> float:
    """Clockwise angle in radians of the line from `left` to `right`."""
    dx, dy = (right - left).tolist()
    return math.atan2(dy, dx)


def levelled(points: Points, angle: float | None = None, *, single: bool = False) -> Levelled:
    """The level box around a mesh's (478, 2 or more) `points`.

    `angle`: the tilt of the eyes; by default, that of the line through their outer corners. `single`: rotate the centre
    back in single precision. The precision slightly affects the networks that use the box, so each keeps the one it was
    measured with.
    """
    if angle is None:
        left, right = OUTER_EYE_CORNERS
        angle = angle_between(points[left, :2], points[right, :2])
    cos, sin = math.cos(angle), math.sin(angle)
    turned = points[:SURFACE, :2] @ np.array([[cos, -sin], [sin, cos]], np.float32)
    low, high = turned.min(0), turned.max(0)
    middle = (low + high) / 2
    x, y = middle if single else middle.tolist()
    return Levelled((float(x * cos - y * sin), float(x * sin + y * cos)), float((high - low).max()), angle)
