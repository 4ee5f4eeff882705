"""Is the photo free of visible sensor noise?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Status, less_is_better, without_face
from mettici.evidence import Evidence


class Noise(Check):
    """Asks whether the photo is free of visible sensor noise (grain).

    Why
        Grain, usually caused by too little light, makes skin look rough and edges ragged, and it compresses badly.

        Source: this project's own judgement. We know of no study of profile photos that measures it.

    How
        The value is the standard deviation of the noise in grey levels, at the analysed size (at most 1024 px). It is
        estimated by Immerkaer's method (1996) in the flattest fifth of the picture, so that hair and fabric do not
        count. Official portraits measure 0.3 to 3; from about 6, grain is visible at arm's length.

    Fix
        Add light so that the camera needs less sensitivity (ISO), and hold the phone still or rest it on something.

    Limits
        Strong compression and noise reduction remove noise along with detail: see `compression` and `sharpness`.
    """

    unit = "grey levels"
    weight = 2
    cap = 65.0
    limits = {"ideal": 2.5, "warn_above": 7.0, "fail_above": 16.0}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("clean", "noisy")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        value = evidence.grain
        if nobody := without_face(evidence, value):
            return nobody
        status, score = less_is_better(value, limits)
        return Assessment(status, "clean" if status is Status.PASS else "noisy", value, score)
