"""Do the eyes look into the camera?"""

from __future__ import annotations

import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Status, less_is_better, without_mesh, without_photograph
from mettici.evidence import Evidence
from mettici.image.types import Points
from mettici.vision.landmarks import LEFT_EYE_CORNERS, LEFT_IRIS, RIGHT_EYE_CORNERS, RIGHT_IRIS

_EYES = ((*LEFT_EYE_CORNERS, LEFT_IRIS), (*reversed(RIGHT_EYE_CORNERS), RIGHT_IRIS))
"""For each eye, the mesh points of its left corner, right corner and iris centre."""
_DEGREES_PER_EYE_WIDTH = 150.0
"""Degrees of eye rotation per eye width of iris movement. Of values between 90 and 360, this one best distinguishes
eyes in a turned head that look into the camera from eyes that look away (labelled profile photos, train part)."""
_MAX_EYE_ROTATION = 40.0
"""Maximum rotation in degrees of the eyes relative to the head. Larger measurements come from a badly fitted mesh."""


class Gaze(Check):
    """Asks whether the eyes look into the camera. It only advises and never fails a photo.

    Why
        Eye contact with the camera makes a person look approachable; someone who looks past it seems absent.

        Source: ICAO Doc 9303, which asks people to look into the camera. We know of no study of profile photos.

    How
        The value is the horizontal angle in degrees between the gaze and the camera: the yaw of the head plus the
        rotation of the eyes, measured by where the irises are between the corners of the eyes. The check warns above
        15.5 degrees. Of 115 published photos that neither of two people labelled as looking away (`wild_profiles`),
        none reaches 16.1; of the 29 that at least one did, 22 are above 16.1. If the head is turned by at least
        `turned_from` degrees, `head_pose` reports that and this check is skipped.

    Fix
        Look into the lens, not at the screen beside it.

    Limits
        Small, blurred or hidden eyes give only a rough angle. Looking up or down is rarely detected.
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
        if drawing := without_photograph(evidence, angle):
            return drawing
        if evidence.turned >= limits["turned_from"]:
            return Assessment(Status.SKIPPED, "head_turned", angle, None, {"angle": round(angle)})
        status, score = less_is_better(angle, limits)
        status = Status.PASS if status is Status.PASS else Status.WARN
        reason = "into_camera" if status is Status.PASS else "aside"
        return Assessment(status, reason, angle, score, {"angle": round(angle)})


def gaze_yaw(points: Points, head_yaw: float) -> float:
    """Gaze direction in degrees from the camera, positive to the viewer's right; `points` is the (478, 3) mesh."""
    offsets = []
    for left, right, iris in _EYES:
        across = points[right, :2] - points[left, :2]
        width = max(float(np.linalg.norm(across)), 1e-6)
        along = float((points[iris, :2] - (points[left, :2] + points[right, :2]) / 2) @ across) / width**2
        offsets.append((width, along))
    total = sum(w for w, _ in offsets)
    offset = sum(w * a for w, a in offsets) / total
    return head_yaw + max(-_MAX_EYE_ROTATION, min(_MAX_EYE_ROTATION, _DEGREES_PER_EYE_WIDTH * offset))
