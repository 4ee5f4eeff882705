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
from mettici.evidence import Evidence
from mettici.face_view import OVAL


def _covered_by(what_en: str, what_it: str, advice_en: str, advice_it: str) -> Reason:
    message = Text(f"{what_en} part of the face.", f"{what_it} una parte del volto.")
    return Reason(message, Text(advice_en, advice_it))


class FaceVisible(Check):
    """Asks whether the face is uncovered: no mask, hand, hair, scarf or object over it, none of it cut off.

    Why
        People recognise and trust a face they can see whole. Headwear and glasses alone are no fault.

        Source: ISO/IEC 29794-5, face occlusion.

    How
        The value is the chance that the face is uncovered, as two networks trained here see it on average, or the share
        of the face's outline that lies inside the photo, where that is less. The outline comes from the mesh, which
        goes on beyond the edge. What covers the face is named where its share among eight kinds is `name_from` or more.
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
    weight = 1.2
    cap = 40.0
    blocking = True
    limits = {
        "fail_below": 0.3, "warn_below": 0.91, "ideal": 0.97, "name_from": 0.75, "inside_at_least": 0.9,
        "turned_from": TURNED_FROM, "told_from_px": TOLD_FROM_PX,
    }  # fmt: skip
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = {
        "uncovered": Reason(Text("The whole face can be seen.", "Si vede tutto il volto.")),
        "mask": _covered_by(
            "A mask covers", "Una mascherina copre",
            "Take the photo without the mask.", "Scatta la foto senza mascherina."),
        "hand": _covered_by(
            "A hand covers", "Una mano copre",
            "Take the hand away from the face and take the photo again.",
            "Togli la mano dal viso e rifai la foto."),
        "microphone": _covered_by(
            "A microphone covers", "Un microfono copre",
            "Use a photo without a microphone in front of the mouth, or one taken from the other side.",
            "Usa una foto senza il microfono davanti alla bocca, o scattata dall'altro lato."),
        "phone": _covered_by(
            "A phone or a camera covers", "Un telefono o una fotocamera copre",
            "Hold it lower or use the timer, so that nothing is in front of your face.",
            "Tienilo più in basso o usa l'autoscatto, così davanti al viso non c'è niente."),
        "cup_or_bottle": _covered_by(
            "A cup or a bottle covers", "Una tazza o una bottiglia copre",
            "Put it down for the photo.", "Posala un attimo per la foto."),
        "object": _covered_by(
            "An object covers", "Un oggetto davanti al viso copre",
            "Move it away and take the photo again.", "Spostalo e rifai la foto."),
        "hair": _covered_by(
            "Hair covers", "I capelli coprono",
            "Move the hair out of your face.", "Sposta i capelli dal viso."),
        "veil": _covered_by(
            "A veil covers", "Un velo copre",
            "This check asks for the whole face. If you wear the veil by choice, ask whether your photo is accepted as "
            "it is.",
            "Questo controllo chiede di vedere tutto il volto. Se porti il velo per scelta, chiedi se la tua foto va "
            "bene così."),
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
        name = max(looks.covers, key=looks.covers.__getitem__, default="")
        sure = looks.covers.get(name, 0.0) >= limits["name_from"] and not evidence.sight.drawn
        if sure and name in self.reasons:
            return name
        if evidence.turned >= limits["turned_from"]:
            return "turned"
        return "unsure" if status is Status.WARN else "covered"
