"""Is the face uncovered?"""

from __future__ import annotations

from mettici.checks.base import (
    TOLD_FROM_PX,
    TURNED_FROM,
    Assessment,
    Check,
    Limits,
    Reason,
    Status,
    Text,
    more_is_better,
    told,
    without_mesh,
)
from mettici.evidence import OVAL, Evidence


class FaceVisible(Check):
    """Asks whether the face is uncovered: no mask, hand, hair, scarf or object over it, none of it cut off.

    Why
        People recognise and trust a face they can see whole. Headwear and glasses alone are no fault.

        Source: ISO/IEC 29794-5, face occlusion.

    How
        The value is a network's calibrated chance that the face is uncovered, or the share of the face's outline that
        lies inside the photo, where that is less. The outline comes from the mesh, which goes on beyond the edge.
        Of a head turned by `turned_from` degrees or more, that is what is said and not that something covers it: of
        29 such faces among the labelled pictures, looked at one by one, 24 had nothing in front of them. A face
        under `told_from_px` pixels does not fail, for it cannot be told: of 110 good profile photos of the train part
        brought to a face of 12 px, 27 in 100 would be called covered, at 14 ten, at 16 five, from 18 on one.

    Mend
        Take off what covers the face, move hair and hands away, and leave room around the head.

    Limits
        Thin things (a microphone, a straw) may be missed; a thick dark beard under hard light comes nearest to a cover.
    """

    title = Text("Face uncovered", "Volto scoperto")
    unit = "probability"
    weight = 1.5
    blocking = True
    limits = {
        "fail_below": 0.4, "warn_below": 0.8, "ideal": 0.95, "name_from": 0.6, "inside_at_least": 0.9,
        "turned_from": TURNED_FROM, "told_from_px": TOLD_FROM_PX,
    }  # fmt: skip
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = {
        "uncovered": Reason(Text("The whole face can be seen.", "Si vede tutto il volto.")),
        "mask": Reason(
            Text("A mask covers part of the face.", "Una mascherina copre parte del volto."),
            Text("Take the photo without the mask.", "Scatta la foto senza mascherina.")),
        "covered": Reason(
            Text("Something covers part of the face.", "Qualcosa copre parte del volto."),
            Text("Move away what covers it (a hand, hair, a scarf, an object) and take the photo again.",
                 "Sposta ciò che lo copre (una mano, i capelli, una sciarpa, un oggetto) e rifai la foto.")),
        "cut_by_edge": Reason(
            Text("The edge of the photo cuts off part of the face: {inside_percent} % of it is inside.",
                 "Il bordo della foto taglia una parte del volto: ne resta dentro il {inside_percent} %."),
            Text("Use a photo with some room on every side of the head.",
                 "Usa una foto con un po' di spazio da ogni lato della testa.")),
        "turned": Reason(
            Text("The head is turned {turned} degrees to the side: part of the face cannot be seen.",
                 "La testa è girata di {turned} gradi di lato: una parte del volto non si vede."),
            Text("Turn your face towards the camera, with nothing in front of it.",
                 "Gira il viso verso l'obiettivo, senza niente davanti.")),
        "unsure": Reason(
            Text("Part of the face may be covered.", "Una parte del volto potrebbe essere coperta."),
            Text("If something is in front of your face, move it away; more light on the face helps too.",
                 "Se hai qualcosa davanti al volto, spostalo; aiuta anche un po' più di luce sul viso.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        looks, mesh = evidence.sight.looks, evidence.mesh
        if looks is None or mesh is None:
            return without_mesh(evidence)
        outline = mesh.points[list(OVAL), :2]
        within = ((outline >= 0) & (outline <= (evidence.width, evidence.height))).all(1)
        inside = float(within.mean())
        cut = inside < limits["inside_at_least"]
        # The smaller, not the product: the network sees what the edge takes away too.
        value = min(looks.face_visible, inside) if cut else told(looks.face_visible, evidence, limits)
        status, score = more_is_better(value, limits)
        details = {"inside_percent": round(100 * inside), "turned": round(evidence.turned)}
        if status is Status.PASS:
            return Assessment(status, "uncovered", value, score, details)
        return Assessment(status, self._cover(evidence, limits, status, cut), value, score, details)

    def _cover(self, evidence: Evidence, limits: Limits, status: Status, cut: bool) -> str:
        looks = evidence.sight.looks
        assert looks is not None
        if cut and looks.face_visible >= limits["fail_below"]:
            return "cut_by_edge"
        mask = looks.covers.get("mask", 0.0) >= limits["name_from"] and not evidence.sight.drawn
        if mask and status is Status.FAIL:
            return "mask"
        if evidence.turned >= limits["turned_from"]:
            return "turned"
        return "unsure" if status is Status.WARN else "covered"
