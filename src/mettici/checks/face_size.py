"""Is the head large enough in the frame?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text, without_mesh
from mettici.evidence import Evidence
from mettici.mapping import FAILS, IDEAL, WARNS, interpolate


class FaceSize(Check):
    """Asks whether the head is large enough in the frame, and not too large.

    Why
        At 48 px, the smallest size that networks show, a head of a quarter of the height is 12 px: nobody can be
        known. Framings from head-and-shoulders to the waist are rated best, face-only and full-body worst
        (Photofeeler, 60,000 ratings of 800 photos, 2014).

    How
        The height of the head, from the top of the hair or hat (person mask) to the chin (mesh), over the photo's.

    Mend
        Come closer or crop; step back where the head fills the frame.

    Limits
        Very high hair or a tall hat counts up to 0.9 of the face's height.
    """

    title = Text("Head size", "Grandezza della testa")
    unit = "ratio"
    weight = 1.0
    limits = {
        "fail_below": 0.15,
        "warn_below": 0.41,
        "aim_from": 0.5,
        "aim_to": 0.75,
        "warn_above": 0.95,
        "fail_above": 1.15,
    }
    ascending = (("fail_below", "warn_below", "aim_from", "aim_to", "warn_above", "fail_above"),)
    reasons = {
        "good": Reason(
            Text("The head takes up {percent} % of the height.", "La testa occupa il {percent} % dell'altezza.")),
        "small": Reason(
            Text("Your head takes up {percent} % of the height.", "La testa occupa il {percent} % dell'altezza."),
            Text("Come closer or crop the photo until it is about {aim} %.",
                 "Avvicinati o ritaglia la foto finché non arriva a circa il {aim} %.")),
        "large": Reason(
            Text("Your head takes up {percent} % of the height.", "La testa occupa il {percent} % dell'altezza."),
            Text("Step back, or leave more room around the head, until it is about {aim} %.",
                 "Allontanati, o lascia più spazio intorno alla testa, finché non arriva a circa il {aim} %.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        head = evidence.head
        if head is None:
            return without_mesh(evidence)
        value = head.height / evidence.height
        score = interpolate(
            value,
            (
                (0.0, 0.0),
                (limits["fail_below"], FAILS),
                (limits["warn_below"], WARNS),
                (limits["aim_from"], IDEAL),
                (limits["aim_to"], IDEAL),
                (limits["warn_above"], WARNS),
                (limits["fail_above"], FAILS),
            ),
        )
        small = value < limits["aim_from"]
        aim = 50 if small else 70
        details = {"percent": round(100 * value), "aim": aim}
        if limits["warn_below"] <= value <= limits["warn_above"]:
            return Assessment(Status.PASS, "good", value, score, details)
        status = Status.WARN if limits["fail_below"] <= value <= limits["fail_above"] else Status.FAIL
        return Assessment(status, "small" if small else "large", value, score, details)
