"""Does the head face the camera?"""

from __future__ import annotations

from mettici.checks.base import FROM_SIDE, Assessment, Check, Limits, Status, less_is_better, without_mesh
from mettici.evidence import Evidence
from mettici.vision.landmarks import CHIN


class HeadPose(Check):
    """Asks whether the head is upright and faces the camera.

    Why
        A face turned far to one side is harder to recognise, and a tilted head looks accidental. A slight turn is fine;
        most portraits have one.

        Source: ISO/IEC 29794-5, head pose.

    How
        The check measures yaw (turn), pitch (chin up or down) and roll (tilt) from the face mesh, in degrees, and the
        value is the largest of the three. For the limits, pitch is multiplied by `pitch_factor` and roll by
        `roll_factor`. A face tilted by 60 degrees or more means that the photo is on its side, since nobody holds their
        head like that. Against the labels of GENKI-4K, the mean error is 2.7 degrees in yaw, 3.5 in pitch and 0.9 in
        roll.

    Fix
        Point your nose at the camera, hold the camera at eye level, and keep your head upright.

    Limits
        Beyond about 60 degrees of yaw the mesh does not fit, so the check fails without a value. Pitch is the least
        accurate of the three angles.
    """

    unit = "degrees"
    weight = 2.8
    cap = 80.0
    needs_face = True
    landmarks = (CHIN,)
    hints = {
        FROM_SIDE: "face_camera",
        "turned": "face_camera",
        "chin_up": "chin_lower",
        "chin_down": "chin_higher",
        "tilted": "upright",
        "on_side": "upright",
        "upside_down": "upright",
    }
    urgency = 9
    limits = {"ideal": 10.0, "warn_above": 27.0, "fail_above": 46.0, "pitch_factor": 0.9, "roll_factor": 1.9}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("frontal", "turned", "chin_up", "chin_down", "tilted", "on_side", "upside_down")
    _ON_SIDE, _UPSIDE_DOWN = 60.0, 135.0

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        face = evidence.face
        if face is None:
            return without_mesh(evidence)
        if face.pose is None:
            return Assessment(Status.FAIL, FROM_SIDE)
        pose = face.pose
        angles = {
            "turned": (abs(pose.yaw), 1.0),
            "chin_up" if pose.pitch > 0 else "chin_down": (abs(pose.pitch), limits["pitch_factor"]),
            "tilted": (abs(pose.roll), limits["roll_factor"]),
        }
        worst = max(angles, key=lambda k: angles[k][0] * angles[k][1])
        angle, factor = angles[worst]
        if worst == "tilted" and angle >= self._ON_SIDE:
            worst = "on_side" if angle < self._UPSIDE_DOWN else "upside_down"
        status, score = less_is_better(angle * factor, limits)
        details = {
            "yaw_deg": pose.yaw,
            "pitch_deg": pose.pitch,
            "roll_deg": pose.roll,
            "angle": round(angle),
            "aim": round(limits["ideal"]),
        }
        return Assessment(
            status,
            "frontal" if status is Status.PASS else worst,
            max(abs(pose.yaw), abs(pose.pitch), abs(pose.roll)),
            score,
            details,
        )
