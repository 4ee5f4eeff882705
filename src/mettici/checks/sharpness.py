"""Is the face in focus?"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from mettici.checks.base import Assessment, Check, Limits, Status, less_is_better, without_mesh
from mettici.evidence import Evidence
from mettici.face_view import VIEW_FACE, Floats, Mask
from mettici.image.quantiles import quantile
from mettici.vision.landmarks import BROWS, EYES, MOUTH, UNDER_LEFT_BROW

EDGES = (*EYES, *BROWS, MOUTH)
"""Outlines of eyes, brows and mouth. Every face has edges there, whatever its skin, beard or make-up."""
MARGIN = 0.03
"""Margin around the outlines, as a share of the height of the face."""
MIN_FEATURES = 200
"""Minimum number of pixels on eyes, brows and mouth, as in a face about 28 px tall, to measure sharpness."""
PRE_BLUR = 0.6
"""Sigma in px of the Gaussian blur before measuring. Without it, noisy pixels and the JPEG grid count as edges."""
SMOOTHED = 0.04
"""Ratio of the finest contrast on the skin to that on eyes, brows and mouth, below which the skin was smoothed by a
filter. All of 48 portraits and profile photos (train part) are above 0.05, even re-encoded at quality 60. Three passes
of an edge-preserving filter lower them to 0.03. Defocus raises them to 0.15, because it softens eyes and skin alike."""
MIN_FACE, MIN_SKIN = 130, 300
"""Minimum height of the face, px, and number of skin pixels, to detect that pores are missing."""
MIN_SIDE = 128
"""Minimum side in px for the periodic trace of an enlargement to stand out."""
NOISE_FIRST, NOISE_SECOND = 0.272, 0.628
"""Power of the first and second differences of white noise of power 1 after `PRE_BLUR` (computed)."""
ROUNDING = 1 / 12
"""Power of the noise caused by rounding to whole levels."""


class Sharpness(Check):
    """Asks whether the face is in focus, without motion blur or enlargement.

    Why
        People look at the eyes first; if they are soft, the whole photo looks like a snapshot.

        Source: ISO/IEC 29794-5, sharpness.

    How
        The value is the width of the edges of eyes, brows and mouth, as the standard deviation in px of an equivalent
        blur. The face is first scaled to 160 px (as in a head shown at 400 px), unless it is smaller, since a small
        face is not a blurred one. For an edge blurred by s, the power of the second differences is that of the first
        divided by 2 s², whatever its contrast; noise is subtracted from both. The worse of two directions counts, which
        detects motion blur. If the skin is far smoother than the eyes, the check reports a smoothing filter, at no cost
        to the score. Good portraits measure 0.7 to 0.9, good profile photos up to 1.1, and up to 1.15 when enlarged to
        twice their size; all of these are ideal, so resizing costs nothing. A portrait enlarged from 96 px measures 1.3
        to 2, and obvious defocus 2 or more (`us_congress` and `profiles`).

    Fix
        Wipe the lens, tap your eyes on the screen so that the camera focuses there, hold the phone still or rest it on
        something, and use the original file.

    Limits
        The check recognises enlargement by the periodic trace it leaves in the pixels (Gallagher, 2005). Reduction or
        strong compression afterwards erases the trace, and the blur then counts as defocus. In a portrait with shallow
        depth of field, a soft far eye is averaged with the sharp near one.
    """

    unit = "px"
    weight = 2.8
    cap = 45.0
    needs_face = True
    landmarks = (UNDER_LEFT_BROW,)
    hints = {"": "still"}
    urgency = 4
    limits = {"ideal": 1.15, "warn_above": 1.27, "fail_above": 2.2, "motion_ratio": 1.5, "trace_from": 5.0}
    ascending = (("ideal", "warn_above", "fail_above"),)
    reasons = ("sharp", "smoothed", "too_small", "defocus", "motion", "enlarged")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        seen = _features(evidence)
        if seen is None:
            return without_mesh(evidence)
        grey, where, noise = seen
        if where.sum() < MIN_FEATURES:
            return Assessment(Status.UNKNOWN, "too_small", details={"face_goal": VIEW_FACE / 2})
        across, along = (_width(grey, where, axis, noise) for axis in (1, 0))
        value, other = max(across, along), min(across, along)
        status, score = less_is_better(value, limits)
        details = {"across": across, "along": along}
        if status is Status.PASS:
            return Assessment(status, "smoothed" if _smoothed(evidence) else "sharp", value, score, details)
        if value > limits["motion_ratio"] * other:
            reason = "motion"
        else:
            traced = _trace(evidence.grey.astype(np.float32)) > limits["trace_from"]
            reason = "enlarged" if traced else "defocus"
        return Assessment(status, reason, value, score, details)


def _features(evidence: Evidence) -> tuple[Floats, Mask, float] | None:
    """Grey levels, the mask of the features, and the noise: in the face view, or at its own size for a smaller face."""
    view, mesh = evidence.view, evidence.mesh
    if view is None or mesh is None:
        return None
    if view.enlarged <= 1:
        where = _around(view.points, view.grey.shape, VIEW_FACE) & view.oval
        return view.grey, where, evidence.grain * view.enlarged
    x0, y0 = np.floor(mesh.points[:, :2].min(axis=0)).astype(int).tolist()
    x1, y1 = np.ceil(mesh.points[:, :2].max(axis=0)).astype(int).tolist()
    x0, y0 = max(0, x0), max(0, y0)
    grey = evidence.grey[y0 : max(y0, y1), x0 : max(x0, x1)].astype(np.float32)
    points = mesh.points - np.array([x0, y0, 0], np.float32)
    return grey, _around(points, grey.shape, VIEW_FACE / view.enlarged), evidence.grain


def _smoothed(evidence: Evidence) -> bool:
    """Whether the skin lacks the fine contrast that eyes, brows and mouth have."""
    view = evidence.view
    if view is None or view.enlarged > VIEW_FACE / MIN_FACE:
        return False
    features = _around(view.points, view.grey.shape, VIEW_FACE)
    bare = (view.skin & ~features).astype(np.uint8)
    skin = cv2.erode(bare, np.ones((9, 9), np.uint8)).astype(bool)
    if skin.sum() < MIN_SKIN:
        return False
    finest = np.abs(view.grey - view.soft)
    sharpest = quantile(finest[features & view.oval], 0.9)
    return quantile(finest[skin], 0.5) < SMOOTHED * sharpest


def _around(points: npt.NDArray[np.float32], shape: tuple[int, ...], face: float) -> Mask:
    """Mask of shape `shape` of eyes, brows and mouth with a margin; the face is `face` px tall."""
    mask = np.zeros(shape, np.uint8)
    if not mask.size:
        return mask.astype(bool)
    for outline in EDGES:
        cv2.fillPoly(mask, [np.rint(points[list(outline), :2]).astype(np.int32)], 1)
    side = 2 * max(1, round(MARGIN * face)) + 1
    return cv2.dilate(mask, np.ones((side, side), np.uint8)).astype(bool)


def _width(grey: Floats, where: Mask, axis: int, noise: float) -> float:
    """Width of the edges along `axis`, px: √(power of first differences / (2 · power of second differences))."""
    soft = cv2.GaussianBlur(grey, (0, 0), PRE_BLUR)
    first, second = np.diff(soft, axis=axis), np.diff(soft, n=2, axis=axis)
    inner = np.moveaxis(where, axis, 0)
    slopes = np.moveaxis(first, axis, 0) ** 2
    bends = np.moveaxis(second, axis, 0) ** 2
    slope = float(slopes[inner[1:] & inner[:-1]].mean())
    bend = float(bends[inner[1:-1]].mean())
    power = noise**2 + ROUNDING
    slope_power = max(slope - NOISE_FIRST * power, slope / 4)
    bend_power = max(bend - NOISE_SECOND * power, bend / 4, 1e-6)
    return float(np.sqrt(slope_power / bend_power / 2))


def _trace(grey: Floats) -> float:
    """How far the trace of an enlargement stands out: the ratio of its spectral peak to the median amplitude.

    In an enlarged picture, second differences are smaller the closer an interpolated pixel is to an original one, so
    their mean over rows and over columns is periodic (Gallagher, 2005). Periods of the JPEG grid are left out.
    """
    peaks = []
    for axis in (0, 1):
        bends = np.log(np.abs(np.diff(grey, n=2, axis=axis)).mean(axis=1 - axis) + 0.05).astype(np.float32)
        if len(bends) < MIN_SIDE:
            return 0.0
        rough = bends - cv2.GaussianBlur(bends[None], (0, 0), 8)[0]
        strength = np.abs(np.fft.rfft(rough * np.hanning(len(rough))))
        frequency = np.fft.rfftfreq(len(rough))
        grid = np.abs(frequency * 8 - np.rint(frequency * 8)) < 0.06
        strength = strength[(frequency > 0.05) & ~grid]
        peaks.append(float(strength.max() / max(quantile(strength, 0.5), 1e-6)))
    return min(peaks)
