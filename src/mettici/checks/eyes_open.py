"""Are both eyes open?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Status, more_is_better, without_mesh, without_photograph
from mettici.evidence import Evidence
from mettici.vision.landmarks import LEFT_EYE_CORNERS
from mettici.vision.types import Pose


class EyesOpen(Check):
    """Asks whether both eyes are open. A squint or a laugh counts as open.

    Why
        A blink is the most common accident in a portrait. A slight squint is fine: in ratings of profile photos, it
        added 0.33 to perceived competence and 0.37 to perceived influence.

        Source: Photofeeler, 60,000 ratings of 800 profile photos, 2014; ISO/IEC 29794-5, eyes open.

    How
        The value is the probability that both eyes are open, averaged over two networks trained for this project: one
        looks at the eyes up close, the other at the whole face. If the eyes are hidden (see `eyes_visible`), the result
        is unknown.

    Fix
        Take a few shots in a row; close your eyes and open them just before each one.

    Limits
        Eyes looking down resemble closed ones, and in everyday photos (FairFace) people in some groups look down more
        often than in others. So if the head is turned by more than `turned_yaw` degrees and not raised, the check fails
        only below `turned_fail_below`, and otherwise warns that the eyes are lowered. Both limits were set on training
        pictures so that most closed eyes (CEW) fail and no two groups differ by more than 5 percentage points.
    """

    unit = "probability"
    weight = 1
    cap = 45.0
    needs_face = True
    landmarks = LEFT_EYE_CORNERS
    hints = {"": "open_eyes"}
    urgency = 3
    limits = {
        "fail_below": 0.35,
        "warn_below": 0.95,
        "ideal": 0.98,
        "judged_from": 0.2,
        "turned_yaw": 15.0,
        "turned_fail_below": 0.1,
    }
    ascending = (("fail_below", "warn_below", "ideal"), ("turned_fail_below", "fail_below"))
    reasons = ("open", "closed", "unsure", "lowered", "hidden")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        attributes = evidence.scene.attributes
        if attributes is None:
            return without_mesh(evidence)
        if drawing := without_photograph(evidence, attributes.eyes_open):
            return drawing
        if attributes.eyes_visible < limits["judged_from"]:
            return Assessment(Status.UNKNOWN, "hidden", attributes.eyes_open)
        status, score = more_is_better(attributes.eyes_open, limits)
        pose = evidence.face.pose if evidence.face else None
        if status is Status.FAIL and not closed(attributes.eyes_open, pose, limits):
            return Assessment(Status.WARN, "lowered", attributes.eyes_open, score)
        reason = {Status.PASS: "open", Status.WARN: "unsure"}.get(status, "closed")
        return Assessment(status, reason, attributes.eyes_open, score)


def closed(probability: float, pose: Pose | None, limits: Limits) -> bool:
    """Whether eyes that are open with this `probability` count as closed, given the head `pose`.

    A head turned aside and not raised often belongs to someone looking down, so a stricter limit applies.
    """
    turned = pose is not None and abs(pose.yaw) > limits["turned_yaw"] and pose.pitch < 0
    return probability < limits["turned_fail_below" if turned else "fail_below"]
