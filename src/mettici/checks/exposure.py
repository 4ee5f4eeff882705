"""Is the face neither too dark nor burnt?"""

from __future__ import annotations

import math

import cv2
import numpy as np

from mettici.checks.base import (
    MAX_LIGHT_RATIO,
    Assessment,
    Check,
    Limits,
    Status,
    interpolate,
    more_is_better,
    without_mesh,
)
from mettici.evidence import Evidence
from mettici.face_view import FaceView, Floats, Mask
from mettici.image.colour import light_quantiles, middle
from mettici.vision.landmarks import BROW_MIDDLE

BURNT, BLACK = 250, 3
"""Level, of 255, from which a pixel is burnt, if two of its colours reach it, and up to which it is black."""
EYE_WHITES, PERSON_BRIGHTS, FACE_BRIGHTS = 0.30, 0.70, 0.70
"""Linear light of the whites of the eyes, of the brightest cloth or hair, and of the highlights of the face in a well
exposed photo: the medians of 61 photos rated good are 0.27 and 0.64 (`wild_profiles`), of 104 portraits of all skins
under one studio light 0.28 and 0.98 (`london`). The last only ever clears a face: a bright one is not dark."""
DETAIL = 14.0
"""Grey levels by which the features of a face stand out at 160 px; 9 in 10 good photos have more. Less of it makes a
face that lacks light darker still."""
DETAIL_STOPS = 0.7
"""Stops that are missing at most because of that."""
REACH = ((0.6, 1.0), (1.15, 0.9), (3.0, 0.4), (4.0, 0.15), (6.0, 0.0))
"""Stops of light that are missing, and the share of the face that is usable then. From 1.15 on, people call five of six
such photos dark or lit from behind (`wild_profiles`, train part); in none of 164 official and studio portraits it
reaches 0.6."""
EYES_DIM = ((9.0, 0.1), (26.0, 0.333), (47.0, 1.0))
"""Grey levels from pupil to white, and the share that is left of the margin above a warning: eyes in shade cost points,
and never lead to a warning by themselves. On 110 published and 147 other profile photos (train parts), left out by
source, this raises the rank correlation with two people's ratings by .02 and .01. Under one light (`london`) it costs
no group more than a fifth of a point on average."""
SHINE = 0.01
"""Share of the face that may be white in any photo: glints in the eyes, on teeth and glasses."""
FOREHEAD = (10, 338, 297, 332, 284, 300, 293, 334, 296, 336, 8, 107, 66, 105, 63, 70, 54, 103, 67, 109)
NOSE = (168, 193, 122, 196, 236, 198, 209, 49, 1, 279, 429, 420, 456, 419, 351, 417)
"""Outlines of forehead and nose in the mesh."""
MOSTLY = 0.7
"""Share of the burnt pixels on forehead and nose from which they are shine, not too much light on all of the face."""
FLOOR = 0.004
"""Linear light below which a camera records noise (level 13); added to both sides of a ratio."""
FLAT = 1.2
"""Stops between the face's shadows and highlights under which contrast is lost; good photos have more."""


class Exposure(Check):
    """Asks whether the face is neither too dark nor overexposed.

    Why
        A face lost in the dark or bleached white is hard to recognise, and no editing brings back clipped detail.

        Source: ISO/IEC 29794-5, under-exposure, over-exposure and dynamic range.

    How
        The share of the face that is usable: not burnt out (two colours at 250 or more, including neighbouring pixels),
        not black (3 or less), not short of light, and with shadows and highlights at least 1.2 stops apart. Missing
        light is never read from the skin, because skin reflects more or less of it. It is read from what is nearly the
        same on everyone, the whites of the eyes, and from the brightest cloth or hair around the face. Light counts as
        missing only if both are dim and the face has no bright spot either, and counts for more if the features of the
        face hardly stand out. The check warns below 0.85: 1.3 stops too dark, or a seventh of the face burnt out. Above
        that, eyes whose whites hardly stand out from the pupils bring the value closer to a warning.

    Fix
        Too dark: face a window or a lamp, and tap your face on the phone's screen before you take the photo.
        Overexposed: step out of the sun or move the lamp away, and lower the exposure by one stop.

    Limits
        A low-key portrait in black clothes with shaded eyes counts as dark. If the eyes are too small to measure, the
        brightest parts of the photo are used instead.
    """

    unit = "ratio"
    weight = 3.5
    cap = 45.0
    needs_face = True
    landmarks = (BROW_MIDDLE,)
    hints = {"dark": "light", "black": "light", "burnt": "bright", "shine": "bright", "flat": "wipe"}
    urgency = 6
    limits = {"fail_below": 0.15, "warn_below": 0.85, "ideal": 0.97}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = ("well_exposed", "dark", "burnt", "shine", "black", "flat")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        view = evidence.view
        if view is None or not view.oval.any():
            return without_mesh(evidence)
        white = _white(view)
        burnt = max(0.0, float(white[view.oval].mean()) - SHINE)
        black = float((view.grey[view.oval] <= BLACK).mean())
        low, high = light_quantiles(view.levels, view.oval, 0.02, 0.98)
        under = _missing(evidence, view, high)
        reach = interpolate(under, REACH)
        contrast = min(1.0, math.log2((high + FLOOR) / (low + FLOOR)) / FLAT)
        value = _in_shade(max(0.0, 1 - burnt - black) * reach * contrast, evidence, limits["warn_below"])
        status, score = more_is_better(value, limits)
        losses = {"burnt": burnt, "black": black, "dark": 1 - reach, "flat": 1 - contrast}
        reason = "well_exposed" if status is Status.PASS else max(losses, key=lambda k: losses[k])
        if reason == "burnt" and _shines(view, white):
            reason = "shine"
        details = {
            "stops_under": max(0.0, under),
            "times": min(MAX_LIGHT_RATIO, max(2.0, 2.0**under)),
            "burnt": burnt,
            "black": black,
            "contrast_stops": contrast * FLAT,
        }
        return Assessment(status, reason, value, score, details)


def _missing(evidence: Evidence, view: FaceView, face_brights: float) -> float:
    """Stops of light that are missing on the face; under 0 where there is more than enough.

    `face_brights`: linear light of the face's highlights.
    """
    eyes = evidence.eye_whites
    person = evidence.person_brights
    if eyes is None or person is None:
        (rest,) = light_quantiles(evidence.overview_levels, np.ones_like(evidence.overview_levels, bool), 0.95)
        eyes, person = eyes if eyes is not None else rest, person if person is not None else rest
    under = min(_stops(eyes, EYE_WHITES), _stops(person, PERSON_BRIGHTS), _stops(face_brights, FACE_BRIGHTS))
    features = view.soft - _smooth(view.grey)
    lost = min(1.0, max(0.0, (DETAIL - float(features[view.oval].std())) / 4))
    return under + DETAIL_STOPS * lost * min(1.0, max(0.0, 1 + under))


def _smooth(grey: Floats) -> Floats:
    """Blurred by 8 px, at half the size: the same to a tenth of a grey level, in a seventh of the time."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(half, (0, 0), 3.97)  # halving and doubling blur by the rest
    return np.asarray(cv2.resize(blurred, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _in_shade(value: float, evidence: Evidence, warn_below: float) -> float:
    """`value`, closer to the warning the less the whites of the eyes stand out from the pupils."""
    eyes = evidence.eye_contrast
    if eyes is None or value <= warn_below:
        return value
    return warn_below + (value - warn_below) * interpolate(eyes, EYES_DIM)


def _stops(light: float, full: float) -> float:
    """Stops by which `light` stays under `full`; under 0 where it does not."""
    return -math.log2(max(light, 1e-4) / full)


def _white(view: FaceView) -> Mask:
    """The burnt part of the face: two colours clipped, and the pixels beside them."""
    clipped = (middle(view.pixels) >= BURNT) & view.oval
    return np.asarray(cv2.dilate(clipped.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & view.oval)


def _shines(view: FaceView, white: Mask) -> bool:
    """Whether what is burnt is mostly shine: on forehead and nose, which bulge, and not on the cheeks beside them."""
    bulging = view.within(FOREHEAD, NOSE)
    return bool(white[bulging].sum() > MOSTLY * white.sum())
