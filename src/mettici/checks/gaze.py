"""Do the eyes look into the camera?"""

from __future__ import annotations

import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Status, less_is_better, without_mesh
from mettici.evidence import Evidence
from mettici.image.types import Points
from mettici.vision.landmarks import LEFT_EYE_CORNERS, LEFT_IRIS, RIGHT_EYE_CORNERS, RIGHT_IRIS

_EYES = ((*LEFT_EYE_CORNERS, LEFT_IRIS), (*reversed(RIGHT_EYE_CORNERS), RIGHT_IRIS))
"""Each eye: its left and right corner and its iris."""
_TURN_PER_IRIS = 150.0
"""Degrees that the eyes turn while the irises move by one eye width. Measured on labelled profile photos (train part):
of 90 to 360 it parts eyes that look into the camera from a turned head best from eyes that look away."""
_EYES_REACH = 40.0
"""Degrees that eyes turn at most against the head; what seems more is a mesh that does not fit."""


class Gaze(Check):
    """Asks whether the eyes look into the camera; advice only, it never fails a photo.

    Why
        Eye contact makes a person look approachable; a gaze past the camera looks absent.

        Source: ICAO Doc 9303, which asks for a look into the camera. We know of no study of profile photos.

    How
        The turn of the head plus the turn of the eyes within it, measured from the position of the irises between the
        corners of the eyes, as an angle off the camera in degrees. It warns from 15.5 degrees: of 115 published photos
        that neither of two people called looking away (`wild_profiles`), none reaches 16.1; of the 29 that at least one
        did, 22 lie above. If the head is turned by `turned_from` degrees or more, `head_pose` says so and this check
        stays silent.

    Fix
        Look into the lens, not at the screen beside it.

    Limits
        Small, blurred or hidden eyes give only a rough angle, and looking up or down is hardly detected.
    """

    unit = "degrees"
    weight = 3
    cap = 65.0
    needs_face = True
    landmarks = (LEFT_IRIS,)
    hints = {"": "look"}
    urgency = 2
    limits = {"ideal": 8.0, "warn_above": 15.5, "fail_above": 90.0, "turned_from": 27.0}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("into_camera", "aside", "head_turned")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        face = evidence.face
        if face is None or face.mesh is None or face.pose is None:
            return without_mesh(evidence)
        angle = abs(gaze_yaw(face.mesh.points, face.pose.yaw))
        if evidence.turned >= limits["turned_from"]:
            return Assessment(Status.SKIPPED, "head_turned", angle, None, {"angle": round(angle)})
        status, score = less_is_better(angle, limits)
        status = Status.PASS if status is Status.PASS else Status.WARN
        reason = "into_camera" if status is Status.PASS else "aside"
        return Assessment(status, reason, angle, score, {"angle": round(angle)})


def gaze_yaw(points: Points, head_yaw: float) -> float:
    """Degrees off the camera, to the viewer's right, of where the eyes look; `points` is the (478, 3) mesh."""
    offsets = []
    for left, right, iris in _EYES:
        across = points[right, :2] - points[left, :2]
        width = max(float(np.linalg.norm(across)), 1e-6)
        along = float((points[iris, :2] - (points[left, :2] + points[right, :2]) / 2) @ across) / width**2
        offsets.append((width, along))
    total = sum(w for w, _ in offsets)
    offset = sum(w * a for w, a in offsets) / total
    return head_yaw + max(-_EYES_REACH, min(_EYES_REACH, _TURN_PER_IRIS * offset))
