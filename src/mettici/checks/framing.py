"""Does the head sit well in the frame?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Cropping, Limits, Status, less_is_better, without_mesh
from mettici.evidence import Evidence
from mettici.face_view import Head
from mettici.vision.landmarks import LEFT_EYE_CORNERS, RIGHT_EYE_CORNERS

ROUND = (48, 100, 400)
"""Diameters in px at which networks show the round crop (LinkedIn: 48 next to a message, 400 on the profile)."""


class Framing(Check):
    """Asks whether the head sits well in the frame: centred, whole, with some room above, the eyes above the middle.

    Why
        Networks show the photo in a circle, from 400 px on the profile down to 48 px next to a message, and whatever
        lies outside the circle is lost. Portraits usually have the head in the centre and the eyes above the middle;
        ISO/IEC 19794-5 asks for eyes at 0.5 to 0.7 of the height from the bottom.

        Source: LinkedIn's round crop; ISO/IEC 19794-5, position of the eyes.

    How
        The check measures five offsets, each 0 in a well-framed photo, and the value is the largest. They are the
        horizontal distance from the centre of the head to that of the photo, divided by the width of the photo; how
        much of the head is cut off at the top, and how much of the face at the bottom, divided by the height of the
        head; how far the eyes are below `eyes_lowest` of the height; and how far the head extends beyond the round
        crop, divided by its diameter.

        The details give the headroom and the eye line as shares of the height, the width of the shoulders divided by
        that of the face (0 if the photo ends above them), and the height of the head in px when the round crop is shown
        at 48, 100 and 400 px.

    Fix
        Move the camera or crop the photo so that the head is in the centre, with a hand's breadth of space above it.

    Limits
        If hair and background look alike, the top of the head is only an estimate.
    """

    unit = "ratio"
    weight = 3.8
    cap = 55.0
    needs_face = True
    crop = Cropping.MUST
    hints = {
        "off_centre": "middle",
        "head_cut": "room",
        "chin_cut": "higher",
        "low": "higher",
        "out_of_circle": "middle",
    }
    urgency = 8
    limits = {"ideal": 0.04, "warn_above": 0.15, "fail_above": 0.3, "eyes_lowest": 0.6}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("good", "off_centre", "head_cut", "chin_cut", "low", "out_of_circle")

    def spot(self, evidence: Evidence) -> tuple[float, float] | None:
        head = evidence.head
        return (head.middle, head.top) if head is not None else None

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        head, mesh = evidence.head, evidence.mesh
        if head is None or mesh is None:
            return without_mesh(evidence)
        eyes = float(mesh.points[[*LEFT_EYE_CORNERS, *RIGHT_EYE_CORNERS], 1].mean()) / evidence.height
        whole = head.height + head.missing_above
        offsets = {
            "off_centre": abs(head.middle / evidence.width - 0.5),
            "head_cut": head.missing_above / whole,
            "chin_cut": max(0.0, head.chin - evidence.height) / whole,
            "low": max(0.0, eyes - limits["eyes_lowest"]),
            "out_of_circle": _outside_circle(evidence, head),
        }
        worst = max(offsets, key=offsets.__getitem__)
        status, score = less_is_better(offsets[worst], limits)
        details = {
            **offsets,
            "percent": round(100 * offsets["off_centre"]),
            "eyes_percent": round(100 * eyes),
            "cut_percent": round(100 * max(offsets["head_cut"], offsets["chin_cut"])),
            "headroom": max(0.0, head.top / evidence.height),
            "eye_line": eyes,
            "shoulders": _shoulders(evidence, head),
            **{f"head_px_at_{d}": round(head.height / min(evidence.width, evidence.height) * d) for d in ROUND},
        }
        return Assessment(status, "good" if status is Status.PASS else worst, offsets[worst], score, details)


def _shoulders(evidence: Evidence, head: Head) -> float:
    """Width of the shoulders (the person mask down to half a head below the chin) divided by that of the face."""
    mask = evidence.scene.mask
    if mask is None:
        return 0.0
    rows, columns = mask.shape
    first, last = (round((head.chin + share * head.height) / evidence.height * rows) for share in (0.1, 0.5))
    below = mask[first:last] >= 0.5
    widest = below.sum(1).max() / columns * evidence.width if below.size else 0.0
    return float(widest) / (head.right - head.left)


def _outside_circle(evidence: Evidence, head: Head) -> float:
    """How far the head extends beyond the round crop, divided by the diameter of the crop."""
    radius = min(evidence.width, evidence.height) / 2
    x, y = evidence.width / 2, min(evidence.height / 2, max(radius, (head.top + head.chin) / 2))
    reach = 0.0
    for at_x, at_y in ((head.left, head.chin), (head.right, head.chin), (head.middle, head.top)):
        reach = max(reach, ((at_x - x) ** 2 + (at_y - y) ** 2) ** 0.5)
    return max(0.0, reach - radius) / (2 * radius)
