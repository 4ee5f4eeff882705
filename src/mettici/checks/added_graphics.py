"""Was anything added to the photo?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mettici.checks.base import NOT_A_PHOTO, Assessment, Check, Limits, Status, falling, interpolate

if TYPE_CHECKING:
    from mettici.evidence import Evidence

CUT_OUT = ((0.97, 0.0), (0.99, 0.3), (1.0, 0.45))
"""Share of the surroundings that is black, and the probability that the person was cut out and pasted onto it."""


class AddedGraphics(Check):
    """Asks whether something was added to the photo: words, a frame, a ring, a badge, stickers.

    Why
        Added graphics draw the eye away from the face and go out of date, and networks remove photos with text and
        graphics. Words may also give away a telephone number, an address or a link that should stay private.

        Source: LinkedIn's photo rules, under which logos and text are removed.

    How
        A pretrained network, fine-tuned for this project, looks at the face and at the whole picture. The value is its
        estimate of the probability that graphics were added. It does not read text. The check fails if the probability
        that graphics cover the face reaches `over_face_from`.

        A person cut out and pasted onto plain black also counts as added graphics. No camera records a background more
        than 99% of which is within one level of black: in 300 portraits (`profiles`, `us_congress`), the darkest
        studio background has 92%.

    Fix
        Use the photo as the camera took it, without words, frames, rings or stickers.

    Limits
        Anything the camera saw, such as a sign on the wall or print on a shirt, is part of the photo, but large print
        may be mistaken for added text. A faint watermark may be missed. A person cut out and pasted onto white or onto
        a plain colour is not reported: two raters accepted half of these photos as they are (`wild_profiles`).
    """

    unit = "probability"
    weight = 1.3
    cap = 55.0
    limits = {"ideal": 0.29, "warn_above": 0.3, "zero_above": 1.0, "over_face_from": 0.6}
    ascending = (("ideal", "warn_above", "zero_above"),)
    reasons = ("plain", "graphics", "over_face", "cut_out")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        origin = evidence.scene.origin
        if origin is None or evidence.scene.drawn:
            return Assessment(Status.SKIPPED, NOT_A_PHOTO)
        cut_out = interpolate(evidence.black_around, CUT_OUT)
        value = max(origin.graphics, cut_out)
        score = falling(value, limits["ideal"], limits["warn_above"], limits["zero_above"])
        if value <= limits["warn_above"]:
            return Assessment(Status.PASS, "plain", value, score)
        if cut_out > origin.graphics:
            return Assessment(Status.WARN, "cut_out", value, score)
        if evidence.mesh is not None and origin.graphics_over_face >= limits["over_face_from"]:
            return Assessment(Status.FAIL, "over_face", value, min(score, 20.0))
        return Assessment(Status.WARN, "graphics", value, score)
