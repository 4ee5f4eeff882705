"""Is a human face there?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text
from mettici.evidence import Evidence

_SHOW_YOUR_FACE = Text(
    "Use a photo of yourself, from the shoulders up, facing the camera.",
    "Usa una foto di te, dalle spalle in su, rivolta verso l'obiettivo.",
)


def _nobody(en: str, it: str) -> Reason:
    return Reason(
        Text(f"No face was found: it looks like {en}.", f"Nessun volto trovato: sembra {it}."), _SHOW_YOUR_FACE
    )


class FacePresent(Check):
    """Asks whether a person's face is in the picture.

    Why
        A profile photo is there to show who you are; 'Mettici la faccia' means 'put your face to it'.

        Source: LinkedIn's photo rules, by which logos, landscapes, animals and text are removed.

    How
        Two detectors look at the whole picture, then again in tiles where they find nothing; a place counts as a
        face when the face mesh fits it and a network trained here sees a person's face there, not an animal's.
        The value is the number of faces.

    Mend
        Use a photo of yourself, from the shoulders up, facing the camera.

    Limits
        A face seen from behind the ear on, or upside down, is not found. What the picture seems to be instead is
        named only where the network is sure of it.
    """

    title = Text("Face", "Volto")
    unit = "count"
    weight = 2
    blocking = True
    foremost = True
    limits = {"name_from": 0.6}
    reasons = {
        "found": Reason(Text("A face was found.", "C'è un volto.")),
        "none": Reason(Text("No face was found.", "Non è stato trovato un volto."), _SHOW_YOUR_FACE),
        "drawing": _nobody("a drawing", "un disegno"),
        "graphic": _nobody("a logo or a graphic", "un logo o una grafica"),
        "screen": _nobody("a screenshot", "la schermata di un dispositivo"),
        "card": _nobody("a card or a page", "un tesserino o una pagina"),
        "figure": _nobody("a statue, a doll or a mannequin", "una statua, una bambola o un manichino"),
        "animal": _nobody("an animal", "un animale"),
        "thing": _nobody("a thing or a place", "una cosa o un luogo"),
    }  # fmt: skip
    _DRAWN = ("painting", "cartoon", "sketch", "avatar_3d")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        count = len(evidence.sight.faces)
        if count:
            return Assessment(Status.PASS, "found", float(count), 100.0)
        return Assessment(Status.FAIL, self._instead(evidence, limits["name_from"]), 0.0, 0.0)

    def _instead(self, evidence: Evidence, sure: float) -> str:
        """What the picture seems to be, as far as it can be told."""
        kinds = dict(evidence.sight.origin.kinds) if evidence.sight.origin else {}
        kinds["drawing"] = sum(kinds.pop(k, 0.0) for k in self._DRAWN)
        best = max(kinds, key=kinds.__getitem__)
        return best if best in self.reasons and kinds[best] >= sure else "none"
