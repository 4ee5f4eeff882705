"""The overlay on the photo, and where the face, the head and the findings are, in pixels of the upright photo."""

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
"""Display sizes (longer side, px) that the overlay is laid out for. The page uses the nearest one, so its numbers are
at most a fifth too large or too small."""


def geometry(done: Examination) -> dict[str, Any]:
    """`outline`, `eyes` and `head` of the main face, empty or null without a mesh, and what the overlay needs.

    `spots`: the position of each finding by check id, including passed checks that could improve. A finding without a
    spot concerns the whole photo. `overlays`: the overlay as SVG, by display size. `numbered`: the ids of the faults,
    in the order of the overlay's numbers.
    """
    evidence = done.evidence
    found = ((f.id, f.rule.check.spot(evidence)) for f in done.report.findings)
    spots = {check: _point(spot, evidence.photo.scale) for check, spot in found if spot is not None}
    overlays = {str(size): svg(overlay(done.report, evidence, size)) for size in SIZES}
    numbered = [fault.id for fault in done.report.faults]
    return {**outlines(evidence), "spots": spots, "numbered": numbered, "overlays": overlays}


def outlines(evidence: Evidence) -> dict[str, Any]:
    """`outline`, `eyes` and `head` of `geometry`."""
    mesh, head, scale = evidence.mesh, evidence.head, evidence.photo.scale
    if mesh is None or head is None:
        return {"outline": [], "eyes": [], "head": None}
    top = max(0.0, head.top)
    return {
        "outline": [_point(point, scale) for point in mesh.points[list(OVAL), :2].tolist()],
        "eyes": [_point(mesh.points[list(eye), :2].mean(0).tolist(), scale) for eye in EYE_CORNERS],
        "head": [round(v * scale) for v in (head.left, top, head.right - head.left, head.chin - top)],
    }


def _point(at: Sequence[float], scale: float) -> Point:
    return [round(at[0] * scale), round(at[1] * scale)]
