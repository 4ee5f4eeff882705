"""What a page shows over the photo: the overlay, and where face, head and findings are. In px of the upright photo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mettici.output.overlay import overlay
from mettici.output.svg import svg
from mettici.vision.landmarks import EYE_CORNERS, OVAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mettici.checker import Examination
    from mettici.evidence import Evidence

Point = list[int]
SIZES = (280, 390, 540, 750)
"""Longer side, px, at which a page may show the photo: the overlay is laid out for each, and the page takes the
nearest, so that a number is at most a fifth larger or smaller than it should be."""


def geometry(done: Examination) -> dict[str, Any]:
    """`outline` and `eyes` of the main face and its `head`, empty or null without a mesh; `spots` by check's id.

    A finding without a spot concerns the whole photo. What passes and could be better still has its spot, too.
    `overlays`: all that is shown over the photo, as SVG, by the photo's longer side on the screen; its numbers are the
    places in `numbered`, the faults' ids.
    """
    evidence = done.evidence
    found = ((f.id, f.rule.check.spot(evidence)) for f in done.report.findings)
    spots = {check: _point(spot, evidence.photo.scale) for check, spot in found if spot is not None}
    overlays = {str(shown): svg(overlay(done.report, evidence, shown)) for shown in SIZES}
    numbered = [fault.id for fault in done.report.faults]
    return {**outlines(evidence), "spots": spots, "numbered": numbered, "overlays": overlays}


def outlines(evidence: Evidence) -> dict[str, Any]:
    """The face alone, as in `geometry`."""
    mesh, head, k = evidence.mesh, evidence.head, evidence.photo.scale
    if mesh is None or head is None:
        return {"outline": [], "eyes": [], "head": None}
    top = max(0.0, head.top)
    return {
        "outline": [[round(x * k), round(y * k)] for x, y in mesh.points[list(OVAL), :2].tolist()],
        "eyes": [_point(mesh.points[list(eye), :2].mean(0).tolist(), k) for eye in EYE_CORNERS],
        "head": [round(v * k) for v in (head.left, top, head.right - head.left, head.chin - top)],
    }


def _point(at: Sequence[float], k: float) -> Point:
    return [round(at[0] * k), round(at[1] * k)]
