"""Is the picture a photograph?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Status, more_is_better
from mettici.evidence import Evidence


class PhotographicOrigin(Check):
    """Asks whether the picture is a photograph of a living person, and not a drawing, a screen, a card or a statue.

    Why
        A profile photo shows people who you are, which a drawing cannot. Networks remove logos, landscapes, animals and
        text from profiles.

        Source: LinkedIn's photo rules, under which logos, landscapes, animals and text are removed.

    How
        A pretrained network, fine-tuned for this project, looks at the face and at the whole picture. The value is the
        probability that the picture is a photograph, and not a drawing, a rendering, a screen, a card, a page or a
        figure. Black-and-white, retouched and filtered photos count as photographs, and so do photographs of objects.
        Between `fail_below` and `warn_below` the check warns that it cannot be sure. The limits are set so that, among
        pictures from sources the network did not see in training (`models/picture_card.md`), 1 % of the real
        photographs of a person fail.

        A picture without a face is rejected anyway, so the check fails it only below `nobody_fail_below`. A picture
        under `judged_from_px` pixels on its shorter side is too small to judge and never fails.

    Fix
        Use a real photo of yourself: the original file, not a screenshot or a scan of a card that shows it.

    Limits
        Photos made to look like paintings and very smooth 3-D renderings may be mistaken for photographs, and heavily
        filtered or very small photos for drawings. A photo with a picture on the wall is a photograph.
    """

    unit = "probability"
    weight = 3
    cap = 40.0
    blocking = True
    fix_first = True
    needs_another_photo = True
    limits = {
        "fail_below": 0.5,
        "nobody_fail_below": 0.2,
        "warn_below": 0.6,
        "ideal": 0.7,
        "name_from": 0.6,
        "judged_from_px": 100.0,
    }
    ascending = (("nobody_fail_below", "fail_below", "warn_below", "ideal"),)
    reasons = (
        "photograph",
        "unsure",
        "not_a_photograph",
        "painting",
        "cartoon",
        "sketch",
        "avatar_3d",
        "graphic",
        "screen",
        "card",
        "figure",
    )

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        origin = evidence.scene.origin
        if origin is None:
            return Assessment(Status.UNKNOWN, "unsure")
        small = min(evidence.width, evidence.height) < limits["judged_from_px"]
        fail_below = limits["fail_below" if evidence.scene.faces else "nobody_fail_below"]
        value = max(origin.photograph, fail_below) if small else origin.photograph
        status, score = more_is_better(value, {**limits, "fail_below": fail_below})
        if status is Status.PASS:
            reason = "photograph"
        elif status is Status.WARN:
            reason = "unsure"
        else:
            drawn = {k: v for k, v in origin.kinds.items() if k in self.reasons}
            reason = max(drawn, key=drawn.__getitem__, default="not_a_photograph")
            if drawn.get(reason, 0.0) < limits["name_from"] * sum(drawn.values()):
                reason = "not_a_photograph"
        return Assessment(status, reason, origin.photograph, score)
