"""Are the colours natural?"""

from __future__ import annotations

import cv2
import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Status, less_is_better, without_mesh
from mettici.evidence import Evidence
from mettici.face_view import Mask
from mettici.image.colour import channel_max, chroma_at, light_quantiles
from mettici.image.types import Pixels
from mettici.vision.landmarks import LEFT_CHEEK

NATURAL_A, NATURAL_B = (5.0, 28.0), (5.0, 38.0)
"""Ranges of CIELAB a* and b* of natural skin at `LUMINANCE`. ISO/IEC 29794-5 allows 5 to 25 and 5 to 35 for skin at its
own luminance; at `LUMINANCE`, 98 % of 259 clean profile photos lie in 5 to 32 and -4 to 36."""
LUMINANCE = 0.25
"""Linear luminance, 0..1, to which the skin is scaled before its colour is judged. Under one lamp, dark and light skin
differ in luminance but hardly in chromaticity, and a* and b* shrink with luminance."""
MIN_SKIN = 200
"""Skin pixels that the face view must contain."""


class ColourCast(Check):
    """Asks whether the colours of the face are natural. Black-and-white and sepia are fine; a duotone is not.

    Why
        A blue, green or stage-lit face looks ill or distant, and colour is the first thing people see at thumbnail
        size.

        Source: ISO/IEC 29794-5, natural colour.

    How
        The check takes the median colour of the skin, without eyes, brows, lips and burnt-out pixels, and scales it to
        a fixed luminance so that the lightness of the skin does not count. The value is its distance (delta E) from the
        range of natural skin in CIELAB: a* 5 to 28 and b* 5 to 38. Even strongly warm light stays within the range;
        blue and green light soon leave it. In a single-tone photo all colours lie on one line through grey; in a
        duotone, lightness determines the colour. If an array has blue skin that becomes natural with red and blue
        swapped, and its surroundings are less blue, the check reports that the channels are in OpenCV's order. If the
        probability that the face is uncovered is below `judged_from` (see `face_visible`), too little skin is visible
        and the result is unknown.

    Fix
        Take the photo in daylight or under one kind of lamp, and leave the white balance on automatic.

    Limits
        Heavy make-up, tattoos and face paint change the skin itself. In a faded photo with almost no colour, only the
        hue distinguishes fading from a cast. Only the skin is measured: two casts that cancel out on the skin pass.
    """

    unit = "delta E"
    weight = 3
    cap = 55.0
    needs_face = True
    landmarks = (LEFT_CHEEK,)
    limits = {"ideal": 3.0, "warn_above": 7.0, "fail_above": 30.0, "judged_from": 0.2}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("natural", "monochrome", "duotone", "covered", "swapped", "blue", "green", "red", "yellow")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        view, attributes = evidence.view, evidence.scene.attributes
        if evidence.monochrome and not evidence.duotone:
            return Assessment(Status.PASS, "monochrome", 0.0, 100.0)
        if view is None:
            return without_mesh(evidence)
        if attributes is not None and attributes.face_visible < limits["judged_from"]:
            return Assessment(Status.UNKNOWN, "covered")
        seen = view.skin & (channel_max(view.pixels) < 250)
        skin = seen if np.count_nonzero(seen) >= MIN_SKIN else view.skin
        if np.count_nonzero(skin) < MIN_SKIN:
            return Assessment(Status.UNKNOWN, "covered")
        red, yellow = _chroma(view.pixels, skin)
        off_red, off_yellow = _outside(red, NATURAL_A), _outside(yellow, NATURAL_B)
        value = float(np.hypot(off_red, off_yellow))
        status, score = less_is_better(value, limits)
        if abs(off_yellow) >= abs(off_red):
            cast = "yellow" if off_yellow > 0 else "blue"
        else:
            cast = "red" if off_red > 0 else "green"
        reason = "natural" if status is Status.PASS else "duotone" if evidence.duotone else cast
        if reason == "blue" and evidence.photo.format == "ARRAY" and _swapped(view.pixels, skin, evidence):
            reason = "swapped"
        return Assessment(status, reason, value, score, {"a": red, "b": yellow})


def _chroma(pixels: Pixels, where: Mask) -> tuple[float, float]:
    """CIELAB a* and b* of the median colour of RGB `pixels` (H, W, 3) under the mask `where`, scaled to `LUMINANCE`."""
    channels = cv2.split(pixels)
    median = np.array([light_quantiles(np.asarray(one, np.uint8), where, 0.5)[0] for one in channels])
    return chroma_at(median, LUMINANCE)


def _swapped(pixels: Pixels, skin: Mask, evidence: Evidence) -> bool:
    """Whether red and blue are swapped: swapping them makes the skin natural, and no blue light falls on everything."""
    red, yellow = _chroma(np.ascontiguousarray(pixels[..., ::-1]), skin)
    natural = _outside(red, NATURAL_A) == 0.0 == _outside(yellow, NATURAL_B)
    whole = np.ones(evidence.overview.shape[:2], bool)
    around = _chroma(evidence.overview, whole)[1]  # a coloured lamp tints the surroundings as much as the skin
    return natural and around > _chroma(pixels, skin)[1] / 2


def _outside(value: float, around: tuple[float, float]) -> float:
    """Distance above (> 0) or below (< 0) the range; 0 inside it."""
    return max(0.0, value - around[1]) + min(0.0, value - around[0])
