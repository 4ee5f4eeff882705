"""Does the picture show a human face?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Status
from mettici.evidence import Evidence


class FacePresent(Check):
    """Asks whether a person's face is in the picture.

    Why
        A profile photo shows who you are. “Mettici la faccia” is Italian for “put your face to it”.

        Source: LinkedIn's photo rules, under which logos, landscapes, animals and text are removed.

    How
        Two detectors look at the whole picture; if they find nothing, one of them searches overlapping tiles. A
        detection counts as a face if the face mesh fits it and a network trained for this project recognises a person's
        face, and not an animal's. The value is the number of faces.

    Fix
        Use a photo of yourself, from the shoulders up, facing the camera.

    Limits
        A face turned so far that only the ear and the back of the head are visible is not found. The check says what
        the picture shows instead only if the network is at least `name_from` sure. If a face is found only after
        rotating the picture (by `turn_deg` clockwise), the photo must be rotated before it can be judged.
    """

    unit = "count"
    weight = 2
    blocking = True
    fix_first = True
    hints = {"": "come_in"}
    urgency = 13
    limits = {"name_from": 0.6}
    reasons = (
        "found",
        "upside_down",
        "on_side",
        "none",
        "drawing",
        "graphic",
        "screen",
        "card",
        "figure",
        "animal",
        "thing",
    )
    _DRAWN = ("painting", "cartoon", "sketch", "avatar_3d")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        count = len(evidence.scene.faces)
        if count:
            return Assessment(Status.PASS, "found", float(count), 100.0)
        if rotation := evidence.scene.rotation:
            reason = "upside_down" if rotation == 180 else "on_side"
            return Assessment(Status.FAIL, reason, 0.0, 0.0, {"turn_deg": rotation})
        return Assessment(Status.FAIL, self._instead(evidence, limits["name_from"]), 0.0, 0.0)

    def _instead(self, evidence: Evidence, sure: float) -> str:
        """The reason that names what the picture shows instead of a face; "none" below `sure`."""
        kinds = dict(evidence.scene.origin.kinds) if evidence.scene.origin else {}
        kinds["drawing"] = sum(kinds.pop(k, 0.0) for k in self._DRAWN)
        best = max(kinds, key=kinds.__getitem__)
        return best if best in self.reasons and kinds[best] >= sure else "none"
