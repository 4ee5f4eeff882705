"""Is it a photograph?"""

from __future__ import annotations

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text, more_is_better
from mettici.evidence import Evidence

_USE_A_PHOTO = Text(
    "Use a real photo in which your face is seen well.", "Usa una foto vera, in cui il tuo volto si veda bene."
)


def _looks_like(en: str, it: str) -> Reason:
    return Reason(Text(f"It looks like {en}, not a photograph.", f"Sembra {it}, non una fotografia."), _USE_A_PHOTO)


class PhotographicOrigin(Check):
    """Asks whether the picture is a photograph, and not a drawing, painting, cartoon, 3-D avatar, logo or screenshot.

    Why
        A photo in which your face is seen is what gives a professional image of you; a drawing cannot. Networks
        remove logos, landscapes, animals and text from profile photos.

        Source: LinkedIn's photo rules, by which logos, landscapes, animals and text are removed.

    How
        A network, pretrained by others and trained further here, looks at the face, at its texture at full
        resolution and at the whole picture; the value is its calibrated chance of a photograph. Black-and-white,
        retouched and filtered photos are photos. Between `fail_below` and `warn_below` it cannot be told, and the
        reason says so. From `ideal` on nothing is taken off: the chance of a photo saved again at half its size may
        come down to 0.84 (`tests/test_properties.py`).

    Mend
        Use a real photo.

    Limits
        Painterly digital caricatures and very smooth 3-D renderings come nearest to photographs; heavily filtered
        or very small photos come nearest to drawings. A photograph of a picture on a wall is a photograph.
    """

    title = Text("Photograph", "Fotografia")
    unit = "probability"
    weight = 1.0
    blocking = True
    foremost = True
    replaces = True
    limits = {"fail_below": 0.55, "warn_below": 0.65, "ideal": 0.8, "name_from": 0.6}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = {
        "photograph": Reason(Text("A photograph.", "Una fotografia.")),
        "unsure": Reason(
            Text("It cannot be told for sure that this is a photograph.",
                 "Non si può dire con certezza che sia una fotografia."),
            Text("Use the original photo, without filters and not reduced.",
                 "Usa la foto originale, senza filtri e non rimpicciolita.")),
        "not_a_photograph": Reason(
            Text("It does not look like a photograph.", "Non sembra una fotografia."), _USE_A_PHOTO),
        "painting": _looks_like("a painting", "un dipinto"),
        "cartoon": _looks_like("a cartoon or comic", "un cartone animato o un fumetto"),
        "sketch": _looks_like("a sketch", "un disegno a matita"),
        "avatar_3d": _looks_like("a 3-D avatar", "un avatar 3D"),
        "logo_or_graphic": _looks_like("a logo or a graphic", "un logo o una grafica"),
        "screenshot": _looks_like("a screenshot", "la schermata di un dispositivo"),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        origin = evidence.sight.origin
        if origin is None:
            return Assessment(Status.UNKNOWN, "unsure")
        status, score = more_is_better(origin.photograph, limits)
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
