"""Is the face neither too dark nor burnt?"""

from __future__ import annotations

import math

import cv2
import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text, more_is_better, no_face
from mettici.evidence import Evidence, FaceView

BURNT, BLACK = 250, 6
"""8-bit levels from which a pixel is burnt, where two of its three colours reach it, and up to which it is black."""
FULL = 0.58
"""Linear light of the highlights of a well exposed face (level 200): the median of 188 profile photos is 207, the lower
quartile 191, and portraits of dark and light skin under one light differ little in it (183..251, median 217)."""
STOPS = 8.0
"""Stops between white and the level where an 8-bit picture has no tones left to tell apart (2.2 / 256 of the light)."""
FLAT = 75.0
"""Levels between the face's shadows and highlights under which contrast is lost: 188 of 188 good photos have more."""


class Exposure(Check):
    """Asks whether the face is neither too dark nor burnt.

    Why
        A face lost in the dark or bleached white cannot be recognised, and no editing brings back what was clipped.

    How
        The share of the face that is usable: not burnt (two colours at 250 or more, with the pixels beside them), not
        black (6 or less), less an eighth for every stop that the face's highlights lie below those of a well exposed
        face. Highlights are the brightest 2 % of the face: whites of the eyes, teeth, shine on the skin. They follow
        the light and hardly the colour of the skin, so how light or dark the skin is does not count: portraits of
        Black and white people under the same light differ by less than 0.1 stops (us_congress, measured).
        Warns under 0.9 (three quarters of a stop too dark, or 5 % burnt to pieces), fails under 0.55 (three and a half
        stops).

    Mend
        Too dark: face a window or a lamp, and touch the face on the phone's screen before releasing the shutter. Burnt:
        step out of the sun or move the lamp away, and correct the exposure by one stop.

    Limits
        A low-key studio portrait counts as dark. A closed mouth and closed eyes leave only the skin's shine to go by.
    """

    title = Text("Exposure", "Esposizione")
    unit = "ratio"
    weight = 1.5
    limits = {"fail_below": 0.55, "warn_below": 0.9, "ideal": 0.97}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = {
        "well_exposed": Reason(Text("The face is well exposed: {value:.0%} of it is usable.",
                                    "Il viso è ben esposto: se ne può usare il {value:.0%}.")),
        "dark": Reason(
            Text("The face is too dark, by about {stops_under:.1f} stops.",
                 "Il viso è troppo scuro, di circa {stops_under:.1f} stop."),
            Text("Face a window or a lamp, about an arm's length away, and touch the face on the screen so that the "
                 "camera exposes for it: {value:.0%} of it is usable now, aim for {warn_below:.0%} or more.",
                 "Mettiti di fronte a una finestra o a una lampada, a circa un braccio di distanza, e tocca il viso "
                 "sullo schermo perché la fotocamera esponga per quello: ora se ne può usare il {value:.0%}, punta "
                 "ad almeno il {warn_below:.0%}.")),
        "burnt": Reason(
            Text("{burnt:.0%} of the face is burnt to white.", "Il {burnt:.0%} del viso è bruciato, senza dettaglio."),
            Text("Step out of the direct sun or move the lamp away, and lower the exposure by a stop; less than "
                 "{burnt_goal:.0%} should be white.",
                 "Spostati dal sole diretto o allontana la lampada, e abbassa l'esposizione di uno stop; dovrebbe "
                 "essere bianco meno del {burnt_goal:.0%}.")),
        "black": Reason(
            Text("{black:.0%} of the face is lost in black shadow.", "Il {black:.0%} del viso si perde nel nero."),
            Text("Add light on the dark side: turn to a window, or hold something white beside the face; less than "
                 "{burnt_goal:.0%} should be black.",
                 "Aggiungi luce dal lato scuro: girati verso una finestra, o tieni qualcosa di bianco accanto al viso; "
                 "dovrebbe essere nero meno del {burnt_goal:.0%}.")),
        "flat": Reason(
            Text("The face has little contrast: {levels:.0f} levels of 255.",
                 "Il viso ha poco contrasto: {levels:.0f} livelli su 255."),
            Text("Wipe the lens, keep bright light out of it, and switch filters off; aim for {flat:.0f} levels or more.",
                 "Pulisci l'obiettivo, tieni fuori le luci forti e togli i filtri; punta ad almeno {flat:.0f} livelli.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        view = evidence.view
        if view is None or not view.oval.any():
            return no_face()
        burnt, black = _burnt(view), float((view.grey[view.oval] <= BLACK).mean())
        shadow, high = np.percentile(view.grey[view.oval], (2, 98)).tolist()
        under = max(0.0, -math.log2(max(float(np.percentile(view.light[view.oval], 98)), 1e-4) / FULL))
        reach, contrast = max(0.0, 1 - under / STOPS), min(1.0, (high - shadow) / FLAT)
        value = max(0.0, 1 - burnt - black) * reach * contrast
        status, score = more_is_better(value, limits)
        losses = {"burnt": burnt, "black": black, "dark": 1 - reach, "flat": 1 - contrast if under < 1 else 0.0}
        reason = "well_exposed" if status is Status.PASS else max(losses, key=lambda k: losses[k])
        details = {"stops_under": under, "burnt": burnt, "black": black, "levels": high - shadow, "highlights": high,
                   "burnt_goal": 1 - limits["warn_below"], "flat": FLAT}
        return Assessment(status, reason, value, score, details)


def _burnt(view: FaceView) -> float:
    """Share of the face that is burnt: two colours clipped, and the pixels beside, whose detail went with them."""
    clipped = (np.sort(view.pixels, axis=2)[..., 1] >= BURNT) & view.oval
    spread = cv2.dilate(clipped.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return float(spread[view.oval].mean())
