"""Does the person smile?"""

from __future__ import annotations

from mettici.checks.base import IDEAL_SCORE, WARN_SCORE, Assessment, Check, Limits, Status, interpolate, without_mesh
from mettici.evidence import Evidence
from mettici.vision.landmarks import MOUTH_CORNERS


class Smile(Check):
    """Asks whether the person smiles. A closed-mouth smile counts.

    Why
        In ratings of profile photos, a smile that shows teeth added 0.33 to perceived competence, 1.35 to likability
        and 0.22 to influence, more than anything else a person can change.

        Source: Photofeeler, 60,000 ratings of 800 profile photos, 2014.

    How
        A network trained for this project looks at the pixels of the face and at the shape of the mesh. The value is
        its calibrated probability of a smile: below `warn_below` there is no smile, from `clear_from` a clear one, and
        in between a slight one. On 116 published photos (`wild_profiles`, train part), it misses one in ten slight
        smiles and sees a slight smile on one in ten faces without one. If the probability that the face is uncovered is
        below `judged_from` (see `face_visible`), the result is unknown.

    Fix
        Think of someone you are glad to see, and take a few shots while you do.

    Limits
        Very slight smiles, mouths behind a beard or a hand, and people who are speaking are harder to judge. A smile is
        a bonus: the check never fails a photo and never by itself keeps one from being accepted.
    """

    unit = "probability"
    weight = 0.7
    bonus = True
    needs_face = True
    landmarks = MOUTH_CORNERS
    hints = {"": "smile"}
    urgency = 1
    limits = {"warn_below": 0.14, "clear_from": 0.7, "judged_from": 0.2}
    ascending = (("warn_below", "clear_from"),)
    reasons = ("clear_smile", "slight_smile", "covered", "no_smile")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        attributes = evidence.scene.attributes
        if attributes is None:
            return without_mesh(evidence)
        value = attributes.smile
        if attributes.face_visible < limits["judged_from"]:
            return Assessment(Status.UNKNOWN, "covered", value)
        points = (0.0, 0.0), (limits["warn_below"], WARN_SCORE), (limits["clear_from"], IDEAL_SCORE)
        score = interpolate(value, points)
        if value < limits["warn_below"]:
            return Assessment(Status.WARN, "no_smile", value, score)
        return Assessment(Status.PASS, "clear_smile" if value >= limits["clear_from"] else "slight_smile", value, score)
