"""Does the background compete with the face?"""

from __future__ import annotations

import cv2
import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Reason, Status, Text, less_is_better, without_mesh
from mettici.colour import to_lab
from mettici.evidence import Evidence, Floats, Mask
from mettici.faces import Pixels

FEWEST = 0.05
"""Share of the photo that must be background for it to compete at all."""
QUIETEST = 4.0
"""Contrast of a face, CIELAB units per px at 256 px, below which clutter is not set against it any more."""


class Background(Check):
    """Asks whether the background competes with the face.

    Why
        A busy background draws the eye from the face; how much the setting itself matters was not significant
        in 60,000 ratings, so this weighs little and never fails.

        Source: Photofeeler, 60,000 ratings of 800 profile photos, 2014.

    How
        The strength of edges in light and colour outside every person, against that of the face, with the
        photo at 256 px: what is left of both in a small round picture. Where nearly all of the background is one
        colour to the last grey level, as no lens leaves a wall, the person was cut out: that is said, and costs
        nothing.

    Mend
        Step two metres away from the wall or shelf so that it blurs, use the portrait mode, or take a plain
        wall.

    Limits
        Clutter that the person's outline hides in part counts as background; a face in fog has no contrast to
        compare.
    """

    title = Text("Background", "Sfondo")
    unit = "ratio"
    weight = 0.8
    limits = {"ideal": 0.6, "warn_above": 1.3, "zero_above": 2.6, "cut_out_from": 0.98}
    ascending = (("ideal", "warn_above", "zero_above"),)
    reasons = {
        "calm": Reason(Text("The background leaves the face in front.",
                            "Lo sfondo lascia in primo piano il viso.")),
        "cut_out": Reason(
            Text("The background is one flat colour, as of a person cut out: see that hair and ears are whole.",
                 "Lo sfondo è di un solo colore, come in un ritaglio: controlla che capelli e orecchie siano interi.")),
        "none": Reason(Text("There is hardly any background.", "Di sfondo non ce n'è quasi.")),
        "busy": Reason(
            Text("The background is busy: {value:.1f} times the contrast of the face.",
                 "Lo sfondo è movimentato: {value:.1f} volte il contrasto del viso."),
            Text("Step two metres away from what is behind, use the portrait mode, or choose a plain wall; "
                 "less than {warn_above:.1f} times is fine.",
                 "Allontanati due metri da ciò che hai dietro, usa la modalità ritratto o scegli una parete "
                 "semplice; meno di {warn_above:.1f} volte va bene.")),
    }  # fmt: skip

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        around, head = evidence.surroundings, evidence.head
        if around is None or head is None:
            return without_mesh(evidence)
        if around.mean() < FEWEST:
            return Assessment(Status.PASS, "none", 0.0, 100.0)
        edges = _edges(evidence)
        kx, ky = around.shape[1] / evidence.width, around.shape[0] / evidence.height
        rows = slice(max(0, round(head.top * ky)), max(1, round(head.chin * ky)))
        columns = slice(max(0, round(head.left * kx)), max(1, round(head.right * kx)))
        face = edges[rows, columns]
        contrast = float(np.sqrt(face.mean())) if face.size else 0.0
        value = float(np.sqrt(edges[around].mean())) / max(contrast, QUIETEST)
        _, score = less_is_better(value, {**limits, "fail_above": limits["zero_above"]})
        if value > limits["warn_above"]:
            return Assessment(Status.WARN, "busy", value, score)
        flat = _flat(evidence.overview, around) >= limits["cut_out_from"]
        return Assessment(Status.PASS, "cut_out" if flat else "calm", value, score)


def _flat(picture: Pixels, around: Mask) -> float:
    """Share of RGB `picture` that, where `around`, lies within one grey level of the median there."""
    where = around.astype(np.uint8)
    counts = (cv2.calcHist([channel], [0], where, [256], [0, 256]).cumsum() for channel in cv2.split(picture))
    median = np.array([np.searchsorted(count, count[-1] / 2) for count in counts], np.float64)
    near = cv2.inRange(picture, median - 1, median + 1)
    return cv2.countNonZero(cv2.bitwise_and(near, near, mask=where)) / cv2.countNonZero(where)


def _edges(evidence: Evidence) -> Floats:
    """(256, 256) squared strength of edges, CIELAB units per px."""
    lab = to_lab(evidence.overview)
    right, down = (cv2.Sobel(lab, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    squares = cv2.accumulateSquare(down, cv2.multiply(right, right, dst=right))
    return np.asarray(cv2.transform(squares, np.ones((1, 3), np.float32)), np.float32)
