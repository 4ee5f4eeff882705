"""Is the face uncovered?"""

from __future__ import annotations

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
from mettici.vision.landmarks import NOSE_BRIDGE, OVAL


class FaceVisible(Check):
    """Asks whether the whole face is visible: not covered by a mask, hand, hair, scarf or object, and not cut off.

    Why
        People recognise and trust a face they can see in full. Headwear and glasses alone are fine.

        Source: ISO/IEC 29794-5, face occlusion.

    How
        The value is the probability that the face is uncovered, averaged over two networks trained for this
        project. If the edge of the photo cuts the face off, the value is the share of the face's outline inside
        the photo, if that is smaller; the outline comes from the mesh, which extends beyond the edge. The check
        names what covers the face if its probability among eight kinds is at least `name_from`. If the head is
        turned by at least `turned_from` degrees, the reason given is the turned head, and the check only warns:
        of 29 such faces among the labelled pictures, 24 had nothing in front of them. A face under
        `judged_from_px` pixels is too small to judge and never fails: of 110 good profile photos (train part),
        the networks call 27 % covered with the face reduced to 12 px, 10 % at 14 px, 5 % at 16 px and 1 % from
        18 px.

    Fix
        Take off or move whatever covers the face, keep hair and hands away from it, and leave room around the head.

    Limits
        Thin objects such as a microphone or a straw may be missed. In hard light, a thick dark beard may be mistaken
        for something that covers the face.
    """

    unit = "probability"
    weight = 1.2
    cap = 40.0
    blocking = True
    needs_face = True
    landmarks = (NOSE_BRIDGE,)
    hints = {"cut_by_edge": "middle", "turned": "face_camera", "": "show_face"}
    urgency = 11
    limits = {
        "fail_below": 0.12,
        "warn_below": 0.85,
        "ideal": 0.98,
        "name_from": 0.9,
        "inside_at_least": 0.9,
        "turned_from": TURNED_FROM,
        "judged_from_px": JUDGED_FROM_PX,
    }
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = (
        "uncovered",
        "mask",
        "hand",
        "microphone",
        "phone",
        "cup_or_bottle",
        "object",
        "hair",
        "veil",
        "covered",
        "cut_by_edge",
        "turned",
        "unsure",
    )

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        attributes, mesh = evidence.scene.attributes, evidence.mesh
        if attributes is None or mesh is None:
            return without_mesh(evidence)
        if drawing := without_photograph(evidence, attributes.face_visible):
            return drawing
        outline = mesh.points[list(OVAL), :2]
        within = ((outline >= 0) & (outline <= (evidence.width, evidence.height))).all(1)
        inside = float(within.mean())
        cut = inside < limits["inside_at_least"]
        # The minimum and not the product, because the network also sees that the face is cut off.
        visible = attributes.face_visible
        value = min(visible, inside) if cut else floor_for_small_face(visible, evidence, limits)
        status, score = more_is_better(value, limits)
        details = {"inside_percent": round(100 * inside), "turned": round(evidence.turned)}
        if status is Status.PASS:
            return Assessment(status, "uncovered", value, score, details)
        reason = self._cover(evidence, limits, status, cut)
        if reason == "turned":  # head_pose reports that; it hides nothing
            value = max(value, limits["fail_below"])
            status, score = more_is_better(value, limits)
        return Assessment(status, reason, value, score, details)

    def _cover(self, evidence: Evidence, limits: Limits, status: Status, cut: bool) -> str:
        attributes = evidence.scene.attributes
        assert attributes is not None
        if cut and attributes.face_visible >= limits["fail_below"]:
            return "cut_by_edge"
        name = max(attributes.covers, key=attributes.covers.__getitem__, default="")
        sure = attributes.covers.get(name, 0.0) >= limits["name_from"]
        if sure and name in self.reasons:
            return name
        if evidence.turned >= limits["turned_from"]:
            return "turned"
        return "unsure" if status is Status.WARN else "covered"
