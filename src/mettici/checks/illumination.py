"""Does the light fall evenly on the face?"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from mettici.checks.base import (
    MAX_LIGHT_RATIO,
    Assessment,
    Check,
    Detail,
    Limits,
    Status,
    more_is_better,
    without_mesh,
)
from mettici.evidence import Evidence
from mettici.face_view import VIEW_SIDE, FaceView, Floats
from mettici.image.colour import light_quantiles
from mettici.image.quantiles import quantile
from mettici.vision.landmarks import RIGHT_CHEEK

PAIRS = (
    (50, 280),
    (101, 330),
    (205, 425),
    (187, 411),
    (123, 352),
    (103, 332),
    (69, 299),
    (104, 333),
    (108, 337),
    (117, 346),
    (118, 347),
    (119, 348),
    (36, 266),
    (216, 436),
)
"""Mesh points of the left and the right half that mirror each other: forehead, cheekbones and cheeks, where
no beard grows."""
CENTRE = (71, 108, 337, 301, 345, 352, 411, 425, 2, 205, 187, 123, 116)
"""The face between the middle of the forehead, the cheekbones and the upper lip: no beard, seldom hair."""
RADIUS, FEWEST = 4, 5
"""Half the side of a patch in the face view, px, and how many pairs must be seen."""
WHOLE = 1 - 1e-6
"""Mean of a mask from which all of a patch lies in it."""
FLOOR = 0.0008
"""Linear light added to both sides of a ratio (level 2.6 of 255): low enough that dark skin keeps its ratios."""
EYES_IN_SHADE = 1.2
"""Stops by which the whites of the eyes stay under a white wall in the same light: brows and lashes shade them (median
of 104 portraits under one studio light, `london`)."""
STUDIO = 0.6
"""Stops by which a background may outshine the person: a white wall in even light does."""
BLURRED = 20
"""Pixels that a blur of 5 px draws on at either side: beyond these, nothing is computed."""
SPREAD = 0.7
"""Weight of the spread over the face against left/right: noses and eye sockets shade every face, and 95 %
of good profile photos spread less than 1.8 stops between the quartiles where their halves differ by less
than 1.6."""


class Illumination(Check):
    """Asks whether the light falls evenly on the face: no hard side light, shadow or backlight.

    Why
        With half of the face in shadow, or a bright window behind, people see the light and not the person.

        Source: ISO/IEC 29794-5, illumination uniformity.

    How
        The weakest of three ratios of linear light, as a share of even light (1). Sides: the median over mirrored
        patches of forehead and cheeks. Shadow: the quartiles of the light over the middle of the face. Background: the
        median of the background against the brightest things that share the face's light (the whites of the eyes, and
        the cloth or hair around the face), allowing 0.6 stops for a white wall. Ratios within one person's skin, or
        between things that are not skin, do not depend on skin colour. Areas where beards and fringes grow are left
        out. Portrait light up to 1.6:1 is ideal (the patches move by a tenth of a stop as a photo is resized); 2:1 to
        3:1 is common and passes. The check warns below `warn_below` and fails below `fail_below`.

    Fix
        Turn your face towards the window or lamp, hold something white on the dark side, and keep windows and lamps out
        of the background.

    Limits
        In profile only one half of the face is visible, so the sides are not compared. Hair over the forehead looks
        like a shadow, and so may a beard that grows high.
    """

    unit = "ratio"
    weight = 2
    cap = 65.0
    needs_face = True
    landmarks = (RIGHT_CHEEK,)
    hints = {"side_light": "light", "shadow": "out_of_shadow", "backlight": "light_in_front"}
    urgency = 5
    limits = {"fail_below": 0.08, "warn_below": 0.27, "ideal": 0.62}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = ("even", "side_light", "shadow", "backlight")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        view = evidence.view
        if view is None or not view.oval.any():
            return without_mesh(evidence)
        side, spread, back = _sides(view), _spread(view), _background(evidence)
        stops = {"side_light": abs(side), "shadow": SPREAD * spread, "backlight": back - STUDIO}
        worst = max(stops, key=lambda k: stops[k])
        value = 2.0 ** -max(0.0, stops[worst])
        status, score = more_is_better(value, limits)
        details: dict[str, Detail] = {
            "side_stops": abs(side),
            "side_times": min(MAX_LIGHT_RATIO, 2.0 ** abs(side)),
            "darker_side": "left" if side < 0 else "right",
            "shadow_stops": spread,
            "back_stops": back,
        }
        return Assessment(status, "even" if status is Status.PASS else worst, value, score, details)


def _sides(view: FaceView) -> float:
    """Stops by which the viewer's left half is lighter than the right; 0 where one half is hidden."""
    light, seen = _patches(view.light, view), _patches(view.oval.astype(np.float32), view) > WHOLE
    both = seen.all(axis=1)
    ratios = np.log2((light[both, 0] + FLOOR) / (light[both, 1] + FLOOR))
    return quantile(ratios, 0.5) if len(ratios) >= FEWEST else 0.0


def _patches(values: Floats, view: FaceView) -> npt.NDArray[np.float64]:
    """The mean of `values` in the patches of `PAIRS`, (pairs, 2), as far as they lie in the view; 0 outside."""
    sums = cv2.integral(values, sdepth=cv2.CV_64F)
    middles = np.rint(view.points[np.array(PAIRS), :2]).astype(int)
    low, high = (np.clip(middles + reach, 0, VIEW_SIDE) for reach in (-RADIUS, RADIUS + 1))
    (x0, y0), (x1, y1) = np.moveaxis(low, -1, 0), np.moveaxis(high, -1, 0)
    area = (x1 - x0) * (y1 - y0)
    means = (sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]) / np.maximum(area, 1)
    return np.asarray(means, np.float64)


def _spread(view: FaceView) -> float:
    """Stops between the lighter and the darker quarter of the middle of the face, shines smoothed away."""
    middle = cv2.erode((view.within(CENTRE) & view.skin).astype(np.float32), np.ones((3, 3), np.uint8))
    if middle.sum() < 200:
        return 0.0
    x, y, width, height = cv2.boundingRect(middle.astype(np.uint8))
    near = slice(max(0, y - BLURRED), y + height + BLURRED), slice(max(0, x - BLURRED), x + width + BLURRED)
    middle = middle[near]
    stops = np.log2(view.light[near] + np.float32(FLOOR)) * middle
    smooth = cv2.GaussianBlur(stops, (0, 0), 5) / np.maximum(cv2.GaussianBlur(middle, (0, 0), 5), 1e-3)
    seen = smooth[middle > 0]
    return quantile(seen, 0.75) - quantile(seen, 0.25)


def _background(evidence: Evidence) -> float:
    """Stops by which the background outshines all that is lit with the face; 0 where that is not known."""
    around = evidence.surroundings
    lit = [
        light * 2.0**stops
        for light, stops in ((evidence.eye_whites, EYES_IN_SHADE), (evidence.person_brights, 0.0))
        if light is not None
    ]
    if around is None or around.mean() < 0.05 or not lit:
        return 0.0
    (behind,) = light_quantiles(evidence.overview_levels, around, 0.5)
    return math.log2((behind + FLOOR) / (max(lit) + FLOOR))
