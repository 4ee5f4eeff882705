"""Can both eyes be seen?"""

from __future__ import annotations

import numpy as np

from mettici.checks.base import (
    JUDGED_FROM_PX,
    TURNED_FROM,
    Assessment,
    Check,
    Limits,
    Status,
    floor_for_small_face,
    more_is_better,
    without_mesh,
    without_photograph,
)
from mettici.evidence import Evidence
from mettici.face_view import FaceView
from mettici.image.colour import channel_min
from mettici.vision.landmarks import EYE_CORNERS, RIGHT_EYE_CORNERS

WHITE = 245
"""Level, of 255, that all channels of a reflection reach."""
GLARE = 0.12
"""Minimum white share of a lens whose glare hides the eye. The white of an eye and its glint stay below 0.05."""


class EyesVisible(Check):
    """Asks whether both eyes can be seen: no sunglasses, deep shade, hair or glare over them.

    Why
        In ratings of profile photos, hidden eyes lowered perceived competence by 0.29 and sunglasses lowered likability
        by 0.36.

        Source: Photofeeler, 60,000 ratings of 800 profile photos, 2014; ISO/IEC 29794-5, eyes visible.

    How
        The value is the probability that both eyes are visible, averaged over two networks trained for this project.
        Clear glasses, thick frames and squints are fine. The reason given is sunglasses if their probability is at
        least `name_from`, glare if at least 12 % of one lens is white, and otherwise the turned head if it is turned by
        at least `turned_from` degrees. A face under `judged_from_px` pixels is too small to judge and fails for
        sunglasses only. Of 110 good profile photos (train part) reduced to a face of 12 to 16 px, the networks call the
        eyes hidden in 5 %, about half of them because of sunglasses. They recognise half to three quarters of the
        sunglasses on faces of that size.

    Fix
        Take off the sunglasses, push the hair aside, and tilt the glasses a little or move the lamp so that it does not
        reflect in them.

    Limits
        Lightly tinted glasses are borderline. In a profile view the nose hides the far eye, so the eyes count as
        hidden.
    """

    unit = "probability"
    weight = 1.2
    cap = 40.0
    blocking = True
    needs_face = True
    landmarks = RIGHT_EYE_CORNERS
    hints = {"sunglasses": "sunglasses", "turned": "face_camera", "": "show_eyes"}
    urgency = 10
    limits = {
        "fail_below": 0.6,
        "warn_below": 0.8,
        "ideal": 0.95,
        "name_from": 0.95,
        "turned_from": TURNED_FROM,
        "judged_from_px": JUDGED_FROM_PX,
    }
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = ("visible", "sunglasses", "glare", "turned", "hidden", "unsure")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        attributes = evidence.scene.attributes
        if attributes is None:
            return without_mesh(evidence)
        if drawing := without_photograph(evidence, attributes.eyes_visible):
            return drawing
        dark = attributes.eye_covers.get("sunglasses", 0.0) >= limits["name_from"]
        value = attributes.eyes_visible if dark else floor_for_small_face(attributes.eyes_visible, evidence, limits)
        status, score = more_is_better(value, limits)
        if status is Status.PASS:
            return Assessment(status, "visible", value, score)
        glare = _glare(evidence.view) if evidence.view is not None else 0.0
        details = {"glare_percent": round(100 * glare), "turned": round(evidence.turned)}
        if dark and status is Status.FAIL:
            reason = "sunglasses"
        elif glare >= GLARE:
            reason = "glare"
        elif evidence.turned >= limits["turned_from"]:
            reason = "turned"
        else:
            reason = "unsure" if status is Status.WARN else "hidden"
        return Assessment(status, reason, value, score, details)


def _glare(view: FaceView) -> float:
    """White share, 0..1, of the lens with more glare.

    A lens is an ellipse around the middle of an eye, about 1.5 times as wide as the eye.
    """
    rows, columns = np.mgrid[: view.grey.shape[0], : view.grey.shape[1]]
    white = channel_min(view.pixels) >= WHITE
    shares = []
    for corners in EYE_CORNERS:
        one, other = view.points[list(corners), :2]
        x, y = ((one + other) / 2).tolist()
        radius = max(4.0, 0.75 * float(np.linalg.norm(one - other)))
        lens = (columns - x) ** 2 + (1.3 * (rows - y)) ** 2 <= radius**2
        shares.append(float(white[lens].mean()) if lens.any() else 0.0)
    return max(shares)
