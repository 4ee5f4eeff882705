"""Does the light fall evenly on the face?"""

from __future__ import annotations

import math

import cv2
import numpy as np

from mettici.checks.base import (
    Assessment,
    Check,
    Detail,
    Limits,
    Reason,
    Status,
    Text,
    more_is_better,
    without_mesh,
)
from mettici.evidence import Evidence, FaceView
from mettici.quantiles import quantile

PAIRS = ((50, 280), (101, 330), (205, 425), (187, 411), (123, 352), (103, 332), (69, 299), (104, 333),
         (108, 337), (117, 346), (118, 347), (119, 348), (36, 266), (216, 436))  # fmt: skip
"""Mesh points of the left and the right half that mirror each other: forehead, cheekbones and cheeks, where
no beard grows."""
CENTRE = (71, 108, 337, 301, 345, 352, 411, 425, 2, 205, 187, 123, 116)
"""The face between the middle of the forehead, the cheekbones and the upper lip: no beard, seldom hair."""
RADIUS, FEWEST = 4, 5
"""Half the side of a patch in the face view, px, and how many pairs must be seen."""
FLOOR = 0.004
"""Linear light added to both sides of a ratio: below it (level 13 of 255) a camera records noise."""
HIGHLIGHT = 1.5
"""Blur, px in the face view, over which a highlight is taken: single pixels change with the photo's size."""
STUDIO = 0.6
"""Stops by which a background may outshine the face's highlights: a white wall in even light does."""
SPREAD = 0.7
"""Weight of the spread over the face against left/right: noses and eye sockets shade every face, and 95 %
of good profile photos spread less than 1.8 stops between the quartiles where their halves differ by less
than 1.6."""


class Illumination(Check):
    """Asks whether the light falls evenly on the face: no hard side light, shadow or backlight.

    Why
        With half of the face in shadow, or a bright window behind, people see the light and not the person.

        Source: ISO/IEC 29794-5, illumination uniformity.

    How
        The weakest of three ratios of linear light, as a share of an even light (1). Sides: the median over
        mirrored patches of forehead and cheeks. Shadow: the quartiles of the light over the middle of the
        face. Background: the face's highlights (eyes, teeth, shine) against the median of the background,
        with 0.6 stops allowed for a white wall. Ratios of one face with itself do not depend on the colour of
        the skin; where beards and fringes grow is left out. Portrait light up to 1.6:1
        is ideal (the patches move by a tenth of a stop as a photo is resized), 2:1 to 3:1 is common and
        passes; it warns under 0.36 (1.5 stops, about 14:5) and fails under 0.1 (3.3 stops, 10:1).

    Mend
        Turn until the face looks towards the window or lamp, hold something white on the dark side, and keep
        windows and lamps out of the background.

    Limits
        In profile only one half can be seen, and the sides are not compared. Hair over the forehead looks
        like a shadow, and so may a beard that grows high.
    """

    title = Text("Illumination", "Illuminazione")
    unit = "ratio"
    weight = 1.2
    limits = {"fail_below": 0.1, "warn_below": 0.36, "ideal": 0.62}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = {
        "even": Reason(Text("The light on the face is even.", "La luce sul viso è uniforme.")),
        "side_light": Reason(
            Text("One half of the face gets {side_stops:.1f} stops less light than the other.",
                 "Una metà del viso riceve {side_stops:.1f} stop di luce in meno dell'altra."),
            Text("Turn towards the light until both cheeks are lit alike, or hold something white on the "
                 "dark side; less than {goal_stops:.1f} stops is fine.",
                 "Girati verso la luce finché le due guance sono illuminate allo stesso modo, o tieni "
                 "qualcosa di bianco dal lato scuro; meno di {goal_stops:.1f} stop va bene.")),
        "shadow": Reason(
            Text("A shadow lies across the face, {shadow_stops:.1f} stops deep.",
                 "Un'ombra attraversa il viso, profonda {shadow_stops:.1f} stop."),
            Text("Look for soft light: the open shade, a window without direct sun, or a lamp at eye level; "
                 "less than {shadow_goal:.1f} stops is fine.",
                 "Cerca una luce morbida: all'ombra all'aperto, una finestra senza sole diretto o una "
                 "lampada all'altezza degli occhi; meno di {shadow_goal:.1f} stop va bene.")),
        "backlight": Reason(
            Text("The background is {back_stops:.1f} stops brighter than the face.",
                 "Lo sfondo è più luminoso del viso di {back_stops:.1f} stop."),
            Text("Turn round, so that the window or lamp lights the face and not the camera; less than "
                 "{back_goal:.1f} stops is fine.",
                 "Girati, così che la finestra o la lampada illumini il viso e non la fotocamera; meno di "
                 "{back_goal:.1f} stop va bene.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        view = evidence.view
        if view is None or not view.oval.any():
            return without_mesh(evidence)
        side, spread, back = _sides(view), _spread(view), _background(evidence, view)
        stops = {"side_light": abs(side), "shadow": SPREAD * spread, "backlight": back - STUDIO}
        worst = max(stops, key=lambda k: stops[k])
        value = 2.0 ** -max(0.0, stops[worst])
        status, score = more_is_better(value, limits)
        goal = -math.log2(max(limits["warn_below"], FLOOR))
        details: dict[str, Detail] = {
            "side_stops": abs(side), "darker_side": "left" if side < 0 else "right", "shadow_stops": spread,
            "back_stops": back, "goal_stops": goal, "shadow_goal": goal / SPREAD, "back_goal": goal + STUDIO}
        return Assessment(status, "even" if status is Status.PASS else worst, value, score, details)


def _sides(view: FaceView) -> float:
    """Stops by which the viewer's left half is lighter than the right; 0 where one half is hidden."""
    ratios = []
    for one, other in PAIRS:
        left, right = view.patch(one, RADIUS), view.patch(other, RADIUS)
        if all(view.oval[side].size and view.oval[side].all() for side in (left, right)):
            ratios.append(math.log2((view.light[left].mean() + FLOOR) / (view.light[right].mean() + FLOOR)))
    return quantile(ratios, 0.5) if len(ratios) >= FEWEST else 0.0


def _spread(view: FaceView) -> float:
    """Stops between the lighter and the darker quarter of the middle of the face, shines smoothed away."""
    middle = cv2.erode((view.within(CENTRE) & view.skin).astype(np.float32), np.ones((3, 3), np.uint8))
    if middle.sum() < 200:
        return 0.0
    stops = np.log2(view.light + np.float32(FLOOR)) * middle
    smooth = cv2.GaussianBlur(stops, (0, 0), 5) / np.maximum(cv2.GaussianBlur(middle, (0, 0), 5), 1e-3)
    seen = smooth[middle > 0]
    return quantile(seen, 0.75) - quantile(seen, 0.25)


def _background(evidence: Evidence, view: FaceView) -> float:
    """Stops by which the background outshines the face's highlights; at most 0 where it does not."""
    around = evidence.surroundings
    if around is None or around.mean() < 0.05:
        return 0.0
    behind = quantile(evidence.overview_light[around], 0.5)
    soft = cv2.GaussianBlur(view.light, (0, 0), HIGHLIGHT)
    return math.log2((behind + FLOOR) / (quantile(soft[view.oval], 0.98) + FLOOR))
