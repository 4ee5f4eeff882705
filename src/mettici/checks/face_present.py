"""Is a human face there?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Status
from mettici.evidence import Evidence


class FacePresent(Check):
    """Asks whether a person's face is in the picture.

    Why
        A profile photo shows who you are; 'Mettici la faccia' means 'put your face to it'.

        Source: LinkedIn's photo rules, under which logos, landscapes, animals and text are removed.

    How
        Two detectors look at the whole picture, and again at tiles of it if they find nothing. A place counts as a face
        if the face mesh fits it and a network trained here recognises a person's face there, not an animal's. The value
        is the number of faces.

    Fix
        Use a photo of yourself, from the shoulders up, facing the camera.

    Limits
        A face turned so far that only the ear and the back of the head show is not found. The check names what the
        picture seems to be instead only if the network is sure. If a face is found only after rotating the picture
        (`turn_deg`, clockwise), the check says so: the photo has to be rotated before it can be judged.
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
        """What the picture seems to be, as far as it can be told."""
        kinds = dict(evidence.scene.origin.kinds) if evidence.scene.origin else {}
        kinds["drawing"] = sum(kinds.pop(k, 0.0) for k in self._DRAWN)
        best = max(kinds, key=kinds.__getitem__)
        return best if best in self.reasons and kinds[best] >= sure else "none"
