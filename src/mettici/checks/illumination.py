"""Is the light on the face even?"""

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

MIRRORED_POINTS = (
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
"""Pairs of mesh points, left and right, that mirror each other on forehead, cheekbones and cheeks, where no beard
grows."""
CENTRE = (71, 108, 337, 301, 345, 352, 411, 425, 2, 205, 187, 123, 116)
"""Outline of the middle of the face, from the forehead to the upper lip: beard-free, and rarely covered by hair."""
PATCH_RADIUS, MIN_PAIRS = 4, 5
"""Half the side of a patch in the face view, px, and the number of pairs that must be visible."""
FULLY_INSIDE = 1 - 1e-6
"""Minimum mean of a mask over a patch for the whole patch to count as inside the mask."""
FLOOR = 0.0008
"""Linear light added to both sides of a ratio (level 2.6 of 255), low enough to preserve the ratios on dark skin."""
EYE_SHADE_STOPS = 1.2
"""How many stops darker the whites of the eyes are than a white wall in the same light, because brows and lashes shade
them (median of 104 portraits under one studio light, `london`)."""
BACKGROUND_STOPS = 0.6
"""How many stops brighter than the person the background may be, as a white wall is in even light."""
BLUR_REACH = 20
"""Reach in px of a Gaussian blur with a sigma of 5 px. Pixels beyond it are cropped away before blurring."""
SPREAD_WEIGHT = 0.7
"""Weight of the spread over the face relative to the left-right ratio, since noses and eye sockets shade every face:
95 % of good profile photos have less than 1.8 stops between quartiles, and less than 1.6 between the halves."""


class Illumination(Check):
    """Asks whether the light on the face is even: no hard side light, shadow or backlight.

    Why
        With half of the face in shadow, or a bright window behind it, people notice the light and not the person.

        Source: ISO/IEC 29794-5, illumination uniformity.

    How
        The value is the lowest of three ratios of linear light; 1 is even light. Sides: left against right, as the
        median over mirrored patches of forehead and cheeks. Shadow: the lower against the upper quartile of the light
        in the middle of the face. Background: the brightest things in the same light as the face (the whites of the
        eyes, and the cloth or hair around it) against the median of the background, allowing 0.6 stops for a white
        wall. Ratios within one person's skin, or between things that are not skin, do not depend on skin colour. Areas
        where beards and fringes grow are left out. Portrait light up to 1.6:1 is ideal, which includes the tenth of a
        stop by which a ratio changes when a photo is resized; 2:1 to 3:1 is common and passes.

    Fix
        Turn your face towards the window or lamp, hold something white on the dark side, and keep windows and lamps out
        of the background.

    Limits
        In a profile view only one half of the face is visible, so the sides are not compared. Hair over the forehead
        counts as shadow, and so may a beard that grows high on the cheeks.
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
        stops = {"side_light": abs(side), "shadow": SPREAD_WEIGHT * spread, "backlight": back - BACKGROUND_STOPS}
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
    """How many stops lighter the viewer's left half of the face is than the right; 0 if one half is hidden."""
    light, seen = _patches(view.light, view), _patches(view.oval.astype(np.float32), view) > FULLY_INSIDE
    both = seen.all(axis=1)
    ratios = np.log2((light[both, 0] + FLOOR) / (light[both, 1] + FLOOR))
    return quantile(ratios, 0.5) if len(ratios) >= MIN_PAIRS else 0.0


def _patches(values: Floats, view: FaceView) -> npt.NDArray[np.float64]:
    """The mean of `values` in the patches around `MIRRORED_POINTS`, (pairs, 2), clipped to the view; 0 outside it."""
    sums = cv2.integral(values, sdepth=cv2.CV_64F)
    middles = np.rint(view.points[np.array(MIRRORED_POINTS), :2]).astype(int)
    low, high = (np.clip(middles + reach, 0, VIEW_SIDE) for reach in (-PATCH_RADIUS, PATCH_RADIUS + 1))
    (x0, y0), (x1, y1) = np.moveaxis(low, -1, 0), np.moveaxis(high, -1, 0)
    area = (x1 - x0) * (y1 - y0)
    means = (sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]) / np.maximum(area, 1)
    return np.asarray(means, np.float64)


def _spread(view: FaceView) -> float:
    """Stops between the quartiles of the light in the middle of the face, with shiny spots smoothed out."""
    middle = cv2.erode((view.within(CENTRE) & view.skin).astype(np.float32), np.ones((3, 3), np.uint8))
    if middle.sum() < 200:
        return 0.0
    x, y, width, height = cv2.boundingRect(middle.astype(np.uint8))
    near = slice(max(0, y - BLUR_REACH), y + height + BLUR_REACH), slice(max(0, x - BLUR_REACH), x + width + BLUR_REACH)
    middle = middle[near]
    stops = np.log2(view.light[near] + np.float32(FLOOR)) * middle
    smooth = cv2.GaussianBlur(stops, (0, 0), 5) / np.maximum(cv2.GaussianBlur(middle, (0, 0), 5), 1e-3)
    seen = smooth[middle > 0]
    return quantile(seen, 0.75) - quantile(seen, 0.25)


def _background(evidence: Evidence) -> float:
    """How many stops brighter the background is than anything lit like the face; 0 if that cannot be measured."""
    around = evidence.surroundings
    lit = [
        light * 2.0**stops
        for light, stops in ((evidence.eye_whites, EYE_SHADE_STOPS), (evidence.person_highlights, 0.0))
        if light is not None
    ]
    if around is None or around.mean() < 0.05 or not lit:
        return 0.0
    (behind,) = light_quantiles(evidence.overview_levels, around, 0.5)
    return math.log2((behind + FLOOR) / (max(lit) + FLOOR))
