"""Is the head large enough in the frame?"""

from __future__ import annotations

from mettici.checks.base import (
    FAIL_SCORE,
    IDEAL_SCORE,
    WARN_SCORE,
    Assessment,
    Check,
    Cropping,
    Limits,
    Status,
    interpolate,
    without_mesh,
)
from mettici.evidence import Evidence

FAR_BELOW = 0.5
"""Share of the smallest ideal head (`aim_from`) below which the coach says that the person is far away. At half the
size the person is twice as far, and would hear "a little closer" again and again."""
_FAR = "far"


class FaceSize(Check):
    """Asks whether the head is large enough in the frame, and not too large.

    Why
        At 48 px, the smallest size networks show, a head of a quarter of the height is 12 px tall: too small to
        recognise anyone. People rate head-and-shoulders to waist-up framing best, and face-only and full-body worst.

        Source: Photofeeler, 60,000 ratings of 800 profile photos, 2014; the sizes at which LinkedIn shows photos.

    How
        The value is the height of the head, from the top of the hair or hat (person mask) to the chin (mesh), divided
        by the height of the photo. Wide photos are shown at the same width as others, and therefore smaller, so there a
        small head is judged by its height divided by the width of the photo. Half-length portraits, with heads of 35 to
        45 % of the height, are common and fine. Of 115 published photos whose head neither of two people called small
        (`wild_profiles`), the smallest measures 0.31 and 5 % are below 0.35; of the 43 that at least one person called
        small, the largest measures 0.35. The 18 photos labelled small-faced in `profiles` (train part) are all below
        0.39.

    Fix
        Come closer or crop; step back if the head fills the frame.

    Limits
        Tall hair or a tall hat counts only up to 0.9 of the height of the face.
    """

    unit = "ratio"
    weight = 2.2
    cap = 30.0
    needs_face = True
    crop = Cropping.MUST
    hints = {"small": "closer", "small_in_wide": "closer", "large": "back", _FAR: "far"}
    urgency = 7
    limits = {
        "fail_below": 0.15,
        "warn_below": 0.32,
        "aim_from": 0.45,
        "aim_to": 0.75,
        "warn_above": 0.95,
        "fail_above": 1.15,
    }
    ascending = (("fail_below", "warn_below", "aim_from", "aim_to", "warn_above", "fail_above"),)
    reasons = ("good", "small", "small_in_wide", "large")

    def hint(self, assessment: Assessment, limits: Limits) -> str | None:
        small = assessment.reason in ("small", "small_in_wide")
        if small and assessment.value is not None and assessment.value < FAR_BELOW * limits["aim_from"]:
            return self.hints[_FAR]
        return super().hint(assessment, limits)

    def spot(self, evidence: Evidence) -> tuple[float, float] | None:
        head = evidence.head
        return (head.right, head.top) if head is not None else None

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        head = evidence.head
        if head is None:
            return without_mesh(evidence)
        value, shown = head.height / evidence.height, head.height / max(evidence.height, evidence.width)
        small = shown < limits["aim_from"]
        details = {"percent": min(100, round(100 * value)), "aim": _aim(50 if small else 70, limits)}
        share = shown if small else value
        score = interpolate(share, _points(limits))
        if limits["warn_below"] <= share <= limits["warn_above"]:
            return Assessment(Status.PASS, "good", value, score, details)
        status = Status.WARN if limits["fail_below"] <= share <= limits["fail_above"] else Status.FAIL
        reason = "large" if not small else "small_in_wide" if value >= limits["warn_below"] else "small"
        return Assessment(status, reason, value, score, details)


def _aim(percent: int, limits: Limits) -> int:
    """`percent` clipped to the range that the policy calls ideal, `aim_from` to `aim_to`."""
    return min(max(percent, round(100 * limits["aim_from"])), round(100 * limits["aim_to"]))


def _points(limits: Limits) -> tuple[tuple[float, float], ...]:
    """Points (share of the frame, score) that define the score."""
    return (
        (0.0, 0.0),
        (limits["fail_below"], FAIL_SCORE),
        (limits["warn_below"], WARN_SCORE),
        (limits["aim_from"], IDEAL_SCORE),
        (limits["aim_to"], IDEAL_SCORE),
        (limits["warn_above"], WARN_SCORE),
        (limits["fail_above"], FAIL_SCORE),
    )
