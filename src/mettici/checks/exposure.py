"""Is the face well exposed?"""

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
from mettici.image.colour import channel_median, light_quantiles
from mettici.vision.landmarks import BROW_MIDDLE

BURNT, BLACK = 250, 3
"""Levels 0..255: a pixel is burnt out if two of its channels reach `BURNT`, and black up to `BLACK`."""
EYE_WHITES, PERSON_BRIGHTS, FACE_BRIGHTS = 0.30, 0.70, 0.70
"""Linear light, 0..1, of the whites of the eyes, the brightest cloth or hair, and the highlights of the face in a
well-exposed photo. For the first two, the medians are 0.27 and 0.64 in 61 photos rated good (`wild_profiles`), and 0.28
and 0.98 in 104 portraits of all skin colours under one studio light (`london`). The third only rules darkness out."""
FEATURE_CONTRAST = 14.0
"""Standard deviation, grey levels, of the features of a face 160 px tall. Nine in ten good photos have more. Lower
contrast makes an underexposed face count as darker."""
MAX_CONTRAST_STOPS = 0.7
"""Maximum number of stops that low feature contrast adds to the underexposure."""
USABLE_BY_STOPS = ((0.6, 1.0), (1.15, 0.9), (3.0, 0.4), (4.0, 0.15), (6.0, 0.0))
"""Stops of underexposure, and the share of the face that is still usable. People call five in six photos above 1.15
dark or backlit (`wild_profiles`, train part); none of 164 official and studio portraits reaches 0.6."""
MARGIN_BY_EYE_CONTRAST = ((9.0, 0.1), (26.0, 0.333), (47.0, 1.0))
"""Grey levels between pupil and white, and the share of the margin above the warning that remains. Shaded eyes cost
points but never cause a warning alone. This raises the rank correlation with two people's ratings by .02 on 110
published and .01 on 147 other profile photos (train parts, cross-validated by source). Under one light (`london`) it
costs no group more than a fifth of a point on average."""
GLINTS = 0.01
"""Share of the face that may be burnt out in any photo: glints in the eyes, on teeth and on glasses."""
FOREHEAD = (10, 338, 297, 332, 284, 300, 293, 334, 296, 336, 8, 107, 66, 105, 63, 70, 54, 103, 67, 109)
NOSE = (168, 193, 122, 196, 236, 198, 209, 49, 1, 279, 429, 420, 456, 419, 351, 417)
"""Outlines of forehead and nose in the mesh."""
SHINE_SHARE = 0.7
"""If more than this share of the burnt pixels is on forehead and nose, the cause is shiny skin and not overexposure."""
FLOOR = 0.004
"""Linear light below which cameras record mostly noise (level 13); added to both sides of a ratio."""
MIN_CONTRAST_STOPS = 1.2
"""Minimum contrast, in stops between shadows and highlights of the face; below it, a face looks flat."""


class Exposure(Check):
    """Asks whether the face is well exposed: neither too dark nor too bright.

    Why
        A face lost in the dark or bleached white is hard to recognise, and no editing brings back clipped detail.

        Source: ISO/IEC 29794-5, under-exposure, over-exposure and dynamic range.

    How
        The value is the share of the face that is usable: not burnt out (two channels at 250 or more, or next to such a
        pixel), not black (3 or less), not underexposed, and with shadows and highlights at least 1.2 stops apart.
        Underexposure is never measured on the skin, because skin colours reflect different amounts of light. It is
        measured on the whites of the eyes, which are nearly the same on everyone, and on the brightest cloth or hair
        around the face. A face counts as underexposed only if both are dim and the face has no bright spots, and more
        so if its features have little contrast. The check warns below 0.85: 1.3 stops too dark, or a seventh of the
        face burnt out. Above that, low contrast between pupils and whites moves the value closer to a warning.

    Fix
        Too dark: face a window or a lamp, and tap your face on the phone's screen before you take the photo.
        Overexposed: step out of the sun or move the lamp away, and lower the exposure by one stop.

    Limits
        A low-key portrait with black clothes and shaded eyes counts as dark. If the eyes are too small to measure, the
        check uses the brightest parts of the photo instead.
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
        white = _burnt(view)
        burnt = max(0.0, float(white[view.oval].mean()) - GLINTS)
        black = float((view.grey[view.oval] <= BLACK).mean())
        low, high = light_quantiles(view.levels, view.oval, 0.02, 0.98)
        under = _stops_under(evidence, view, high)
        usable = interpolate(under, USABLE_BY_STOPS)
        contrast = min(1.0, math.log2((high + FLOOR) / (low + FLOOR)) / MIN_CONTRAST_STOPS)
        value = _with_eye_contrast(max(0.0, 1 - burnt - black) * usable * contrast, evidence, limits["warn_below"])
        status, score = more_is_better(value, limits)
        losses = {"burnt": burnt, "black": black, "dark": 1 - usable, "flat": 1 - contrast}
        reason = "well_exposed" if status is Status.PASS else max(losses, key=lambda k: losses[k])
        if reason == "burnt" and _shines(view, white):
            reason = "shine"
        details = {
            "stops_under": max(0.0, under),
            "times": min(MAX_LIGHT_RATIO, max(2.0, 2.0**under)),
            "burnt": burnt,
            "black": black,
            "contrast_stops": contrast * MIN_CONTRAST_STOPS,
        }
        return Assessment(status, reason, value, score, details)


def _stops_under(evidence: Evidence, view: FaceView, face_brights: float) -> float:
    """Underexposure of the face in stops; negative if it has more light than needed.

    `face_brights`: linear light, 0..1, of the highlights of the face.
    """
    eyes = evidence.eye_whites
    person = evidence.person_highlights
    if eyes is None or person is None:
        (rest,) = light_quantiles(evidence.overview_levels, np.ones_like(evidence.overview_levels, bool), 0.95)
        eyes, person = eyes if eyes is not None else rest, person if person is not None else rest
    under = min(_stops(eyes, EYE_WHITES), _stops(person, PERSON_BRIGHTS), _stops(face_brights, FACE_BRIGHTS))
    features = view.soft - _blurred(view.grey)
    lost = min(1.0, max(0.0, (FEATURE_CONTRAST - float(features[view.oval].std())) / 4))
    return under + MAX_CONTRAST_STOPS * lost * min(1.0, max(0.0, 1 + under))


def _blurred(grey: Floats) -> Floats:
    """Gaussian blur of 8 px, computed at half size: within 0.1 grey levels of the full one in a seventh of the time."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(half, (0, 0), 3.97)  # resizing down and up adds the rest of the 8 px
    return np.asarray(cv2.resize(blurred, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _with_eye_contrast(value: float, evidence: Evidence, warn_below: float) -> float:
    """`value`, moved closer to `warn_below` if the contrast between pupils and whites of the eyes is low."""
    eyes = evidence.eye_contrast
    if eyes is None or value <= warn_below:
        return value
    return warn_below + (value - warn_below) * interpolate(eyes, MARGIN_BY_EYE_CONTRAST)


def _stops(light: float, full: float) -> float:
    """How many stops `light` is below `full`; negative if it is above."""
    return -math.log2(max(light, 1e-4) / full)


def _burnt(view: FaceView) -> Mask:
    """The burnt-out part of the face: pixels with two clipped channels, and their neighbours."""
    clipped = (channel_median(view.pixels) >= BURNT) & view.oval
    return np.asarray(cv2.dilate(clipped.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & view.oval)


def _shines(view: FaceView, white: Mask) -> bool:
    """Whether the burnt pixels `white` are mostly shine: on the bulging forehead and nose, and not on the cheeks."""
    bulging = view.within(FOREHEAD, NOSE)
    return bool(white[bulging].sum() > SHINE_SHARE * white.sum())
