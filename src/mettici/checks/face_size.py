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
"""Share of the smallest good head (`aim_from`) under which the person is far away: half of it is twice as far, and "a
little closer" would be asked for again and again."""
_FAR = "far"


class FaceSize(Check):
    """Asks whether the head is large enough in the frame, and not too large.

    Why
        At 48 px, the smallest size that networks show, a head of a quarter of the height is 12 px: too small to
        recognise anyone. Framings from head-and-shoulders to the waist are rated best, face-only and full-body worst.

        Source: Photofeeler, 60,000 ratings of 800 profile photos, 2014; LinkedIn's sizes of the picture shown.

    How
        The height of the head, from the top of the hair or hat (person mask) to the chin (mesh), divided by the photo's
        height. A wide photo is shown no wider than others and therefore smaller, so for wide photos the height of the
        head is divided by the width. Half-length portraits, with heads of 35 to 45 % of the height, are common and
        fine. Of 115 published photos whose head two people did not call small (`wild_profiles`), the smallest measures
        0.31 and 5 in 100 are under 0.35; of the 43 that at least one called small, the largest measures 0.35. Of 18
        older profile photos called small-faced (`profiles`, train part), all are under 0.39.

    Fix
        Come closer or crop; step back if the head fills the frame.

    Limits
        Very high hair or a tall hat counts only up to 0.9 of the face's height.
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
    """The share to aim at, per cent, kept within what the policy calls ideal."""
    return min(max(percent, round(100 * limits["aim_from"])), round(100 * limits["aim_to"]))


def _points(limits: Limits) -> tuple[tuple[float, float], ...]:
    """Share of the frame and score, from nothing to far too large."""
    return (
        (0.0, 0.0),
        (limits["fail_below"], FAIL_SCORE),
        (limits["warn_below"], WARN_SCORE),
        (limits["aim_from"], IDEAL_SCORE),
        (limits["aim_to"], IDEAL_SCORE),
        (limits["warn_above"], WARN_SCORE),
        (limits["fail_above"], FAIL_SCORE),
    )
