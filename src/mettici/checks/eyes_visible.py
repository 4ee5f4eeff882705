"""Can both eyes be seen?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text, more_is_better, without_mesh
from mettici.evidence import Evidence


class EyesVisible(Check):
    """Asks whether both eyes can be seen: no sunglasses, deep shade, hair or glare over them.

    Why
        Hidden eyes cost competence (-0.29) and sunglasses likability (-0.36) in ratings of profile photos
        (Photofeeler, 60,000 ratings of 800 photos, 2014).

    How
        The value is the calibrated chance, from a network trained here, that both eyes can be seen. Clear glasses,
        thick frames and squints are no fault.

    Mend
        Take off the sunglasses, push the hair aside, tilt the glasses a little or move the lamp so that it does not
        mirror in them.

    Limits
        Lightly tinted glasses lie between; in profile the far eye is hidden by the nose and counts as hidden.
    """

    title = Text("Eyes visible", "Occhi visibili")
    unit = "probability"
    weight = 1.5
    blocking = True
    limits = {"fail_below": 0.6, "warn_below": 0.8, "ideal": 0.95, "name_from": 0.6}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = {
        "visible": Reason(Text("Both eyes can be seen.", "Si vedono entrambi gli occhi.")),
        "sunglasses": Reason(
            Text("Sunglasses hide the eyes.", "Gli occhiali da sole nascondono gli occhi."),
            Text("Take the photo without sunglasses; clear glasses are fine.",
                 "Scatta la foto senza occhiali da sole; quelli da vista vanno benissimo.")),
        "hidden": Reason(
            Text("The eyes cannot be seen well.", "Gli occhi non si vedono bene."),
            Text("Clear what is in front of them (hair, shade, a reflection on the glasses) and face the light.",
                 "Libera gli occhi da ciò che li copre (capelli, ombra, riflessi sugli occhiali) "
                 "e guarda verso la luce.")),
        "unsure": Reason(
            Text("The eyes may be hard to see.", "Gli occhi potrebbero vedersi poco."),
            Text("A little more light on the face, and no reflection on the glasses, would show them.",
                 "Un po' più di luce sul viso, e niente riflessi sugli occhiali, li farebbe vedere meglio.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        looks = evidence.sight.looks
        if looks is None:
            return without_mesh(evidence)
        value = looks.eyes_visible
        status, score = more_is_better(value, limits)
        if status is Status.PASS:
            reason = "visible"
        elif status is Status.WARN:
            reason = "unsure"
        else:
            named = looks.eye_covers.get("sunglasses", 0.0) >= limits["name_from"]
            reason = "sunglasses" if named else "hidden"
        return Assessment(status, reason, value, score)
