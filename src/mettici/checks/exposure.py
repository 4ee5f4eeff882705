"""Is the face neither too dark nor burnt?"""

from __future__ import annotations

import math

import cv2
import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text, more_is_better, without_mesh
from mettici.colour import middle
from mettici.evidence import Evidence, FaceView, Mask
from mettici.quantiles import quantile

BURNT, BLACK = 250, 6
"""Level, of 255, from which a pixel is burnt, if two of its colours reach it, and up to which it is black."""
FACE_FULL, PHOTO_FULL = 0.61, 0.68
"""Linear light of the highlights of a well exposed face (level 205: the median of 188 good profile photos is
207, of 43 official portraits 217) and of a well exposed photo (level 215)."""
SHINE = 0.01
"""Share of the face that may be white in any photo: glints in the eyes, on teeth and glasses."""
TWICE = 2.0
"""A dark photo counts at most so many times what the face's highlights lack: a black backdrop is no fault."""
FOREHEAD = (10, 338, 297, 332, 284, 300, 293, 334, 296, 336, 8, 107, 66, 105, 63, 70, 54, 103, 67, 109)
NOSE = (168, 193, 122, 196, 236, 198, 209, 49, 1, 279, 429, 420, 456, 419, 351, 417)
"""Outlines of forehead and nose in the mesh."""
MOSTLY = 0.7
"""Share of the burnt pixels on forehead and nose from which they are shine, not too much light on all of the face."""
STOPS = 13.0
"""Missing stops, face and photo together, that leave nothing: both then end near level 20 of 255."""
FLOOR = 0.004
"""Linear light below which a camera records noise (level 13); added to both sides of a ratio."""
FLAT = 1.2
"""Stops between the face's shadows and highlights under which contrast is lost; good photos have more."""


class Exposure(Check):
    """Asks whether the face is neither too dark nor burnt.

    Why
        A face lost in the dark or bleached white cannot be recognised, and no editing brings back what was
        clipped.

        Source: ISO/IEC 29794-5, under-exposure, over-exposure and dynamic range.

    How
        The share of the face that is usable: not burnt (two colours at 250 or more, with the pixels beside
        them) and not black (6 or less), less a thirteenth for every stop that the highlights of face and
        photo lack, and less where shadows and highlights come within 1.2 stops of each other. The face's
        highlights are its brightest 2 %: whites of the eyes, teeth, shine on the skin; they follow the light
        more than the skin. Where the rest of the photo holds bright things, the exposure is right, and a dark
        face may be dark skin: so the photo's highlights (its brightest 5 %) count as well, up to twice what
        the face lacks. Warns under 0.9: the face's highlights 1.3 stops low in a bright photo, half a stop
        low in a photo that is all dark, or a tenth burnt. Limits set on 188 good and 7 dark profile photos
        and on official portraits darkened by 4 and brightened by 2.6 stops.

    Mend
        Too dark: face a window or a lamp, and touch the face on the phone's screen before releasing the
        shutter. Burnt: step out of the sun or move the lamp away, and correct the exposure by one stop.

    Limits
        A low-key studio portrait counts as dark. A closed mouth and closed eyes leave only the skin's shine
        to go by.
    """

    title = Text("Exposure", "Esposizione")
    unit = "ratio"
    weight = 1.7
    limits = {"fail_below": 0.4, "warn_below": 0.9, "ideal": 0.97}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = {
        "well_exposed": Reason(Text("The face is well exposed: {value:.0%} of it is usable.",
                                    "Il viso è ben esposto: se ne può usare il {value:.0%}.")),
        "dark": Reason(
            Text("The face is too dark, by about {stops_under:.1f} stops.",
                 "Il viso è troppo scuro, di circa {stops_under:.1f} stop."),
            Text("Face a window or a lamp, about an arm's length away, and touch the face on the screen so "
                 "that the camera exposes for it: {value:.0%} of it is usable now, aim for {warn_below:.0%} "
                 "or more.",
                 "Mettiti di fronte a una finestra o a una lampada, a circa un braccio di distanza, e tocca "
                 "il viso sullo schermo perché la fotocamera esponga per quello: ora se ne può usare il "
                 "{value:.0%}, punta ad almeno il {warn_below:.0%}.")),
        "burnt": Reason(
            Text("{burnt:.0%} of the face is burnt to white.",
                 "Il {burnt:.0%} del viso è bruciato, senza dettaglio."),
            Text("Step out of the direct sun or move the lamp away, and lower the exposure by a stop; less "
                 "than {lost_goal:.0%} should be white.",
                 "Spostati dal sole diretto o allontana la lampada, e abbassa l'esposizione di uno stop; "
                 "dovrebbe essere bianco meno del {lost_goal:.0%}.")),
        "shine": Reason(
            Text("The forehead or nose shines white: {burnt:.0%} of the face is burnt.",
                 "La fronte o il naso sono lucidi: il {burnt:.0%} del viso è bruciato."),
            Text("Dab or powder the skin, and move the lamp higher or to the side, or soften it with a curtain; less "
                 "than {lost_goal:.0%} should be white.",
                 "Tampona o incipria la pelle, e sposta la lampada più in alto o di lato, o ammorbidiscila con una "
                 "tenda; dovrebbe essere bianco meno del {lost_goal:.0%}.")),
        "black": Reason(
            Text("{black:.0%} of the face is lost in black shadow.",
                 "Il {black:.0%} del viso si perde nel nero."),
            Text("Add light on the dark side: turn to a window, or hold something white beside the face; "
                 "less than {lost_goal:.0%} should be black.",
                 "Aggiungi luce dal lato scuro: girati verso una finestra, o tieni qualcosa di bianco "
                 "accanto al viso; dovrebbe essere nero meno del {lost_goal:.0%}.")),
        "flat": Reason(
            Text("The face has little contrast: {contrast_stops:.1f} stops.",
                 "Il viso ha poco contrasto: {contrast_stops:.1f} stop."),
            Text("Wipe the lens, keep bright light out of it, and switch filters off; aim for "
                 "{flat_goal:.1f} stops or more.",
                 "Pulisci l'obiettivo, tieni fuori le luci forti e togli i filtri; punta ad almeno "
                 "{flat_goal:.1f} stop.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        view = evidence.view
        if view is None or not view.oval.any():
            return without_mesh(evidence)
        white = _white(view)
        burnt = max(0.0, float(white[view.oval].mean()) - SHINE)
        black = float((view.grey[view.oval] <= BLACK).mean())
        light = view.light[view.oval]
        low, high = quantile(light, 0.02), quantile(light, 0.98)
        under = _missing(high, FACE_FULL)
        lacking = under + min(TWICE * under, _missing(_photo_highlights(evidence), PHOTO_FULL))
        reach = max(0.0, 1 - lacking / STOPS)
        contrast = min(1.0, math.log2((high + FLOOR) / (low + FLOOR)) / FLAT)
        value = max(0.0, 1 - burnt - black) * reach * contrast
        status, score = more_is_better(value, limits)
        losses = {"burnt": burnt, "black": black, "dark": 1 - reach, "flat": 1 - contrast}
        reason = "well_exposed" if status is Status.PASS else max(losses, key=lambda k: losses[k])
        if reason == "burnt" and _shines(view, white):
            reason = "shine"
        details = {"stops_under": under, "burnt": burnt, "black": black, "contrast_stops": contrast * FLAT,
                   "lost_goal": 1 - limits["warn_below"], "flat_goal": FLAT}
        return Assessment(status, reason, value, score, details)


def _missing(light: float, full: float) -> float:
    """Stops by which `light` stays under `full`."""
    return max(0.0, -math.log2(max(light, 1e-4) / full))


def _photo_highlights(evidence: Evidence) -> float:
    """Linear light that the brightest 5 % of the photo reach."""
    return quantile(evidence.overview_light, 0.95)


def _white(view: FaceView) -> Mask:
    """The burnt part of the face: two colours clipped, and the pixels beside them."""
    clipped = (middle(view.pixels) >= BURNT) & view.oval
    return np.asarray(cv2.dilate(clipped.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & view.oval)


def _shines(view: FaceView, white: Mask) -> bool:
    """Whether what is burnt is mostly shine: on forehead and nose, which bulge, and not on the cheeks beside them."""
    bulging = view.within(FOREHEAD, NOSE)
    return bool(white[bulging].sum() > MOSTLY * white.sum())
