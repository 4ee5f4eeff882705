"""Do the eyes look into the camera?"""

from __future__ import annotations

import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text, less_is_better, without_mesh
from mettici.evidence import Evidence
from mettici.faces import Points

_EYES = ((33, 133, 468), (362, 263, 473))
"""Each eye: its left and right corner and its iris."""
_TURN_PER_IRIS = 150.0
"""Degrees that the eyes turn while the irises move by one eye width. Measured on labelled profile photos (train part):
of 90 to 360 it parts eyes that look into the camera from a turned head best from eyes that look away."""


class Gaze(Check):
    """Asks whether the eyes look into the camera; advice only, it never fails a photo.

    Why
        Eye contact is part of looking approachable, and a gaze past the camera reads as elsewhere.

        Source: ICAO Doc 9303, which asks for a look into the camera. No study of profile photos is known to us.

    How
        The sum of the head's turn and of the eyes' turn against it, read from where the irises stand between the
        corners of the eyes, as an angle off the camera in degrees.

    Mend
        Look into the lens, not at the screen beside it.

    Limits
        Small, blurred or hidden eyes give a coarse angle; up and down are hardly told.
    """

    title = Text("Gaze", "Sguardo")
    unit = "degrees"
    weight = 0.8
    limits = {"ideal": 7.0, "warn_above": 11.0, "fail_above": 90.0}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = {
        "into_camera": Reason(Text("The eyes look into the camera.", "Gli occhi guardano nell'obiettivo.")),
        "aside": Reason(
            Text("The eyes look about {angle} degrees past the camera.",
                 "Gli occhi guardano circa {angle} gradi di lato rispetto all'obiettivo."),
            Text("Look straight into the lens.", "Guarda dritto nell'obiettivo.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        face = evidence.face
        if face is None or face.mesh is None or face.pose is None:
            return without_mesh(evidence)
        angle = abs(gaze_yaw(face.mesh.points, face.pose.yaw))
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
    return head_yaw + _TURN_PER_IRIS * offset
