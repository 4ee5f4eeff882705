"""Does the photo show one person?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Cropping, Limits, Status, less_is_better, without_mesh
from mettici.evidence import Evidence


class SingleFace(Check):
    """Asks whether the photo shows one person.

    Why
        If the photo shows two people, nobody knows which one is you, and at 48 px neither can be recognised.

        Source: ISO/IEC 29794-5, single face present.

    How
        The value is the area of the second-largest face divided by that of the main face, as in ISO/IEC 29794-5 (single
        face present). A much smaller face in the background is a warning; one of comparable size is a fail.

    Fix
        Crop the photo to yourself, or take one without anyone else.

    Limits
        A face on a poster or a T-shirt counts as a face. People seen from behind are not counted.
    """

    unit = "ratio"
    weight = 0.6
    cap = 60.0
    blocking = True
    crop = Cropping.MUST
    hints = {"": "alone"}
    urgency = 12
    limits = {"ideal": 0.0, "warn_above": 0.02, "fail_above": 0.2}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("alone", "bystander", "several")

    def spot(self, evidence: Evidence) -> tuple[float, float] | None:
        others = evidence.scene.faces[1:]
        return others[0].box.centre if others else None

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        faces = evidence.scene.faces
        if not faces:
            return without_mesh(evidence)
        ratio = faces[1].box.area / faces[0].box.area if len(faces) > 1 else 0.0
        status, score = less_is_better(ratio, limits)
        reason = {Status.PASS: "alone", Status.WARN: "bystander"}.get(status, "several")
        return Assessment(status, reason, ratio, score, {"faces": len(faces)})
