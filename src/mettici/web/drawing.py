"""Where face, head and findings are, for a page to draw over the photo. In pixels of the upright photo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mettici.vision.landmarks import EYE_CORNERS, OVAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mettici.checker import Examination
    from mettici.evidence import Evidence

Point = list[int]


def geometry(done: Examination) -> dict[str, Any]:
    """`outline` and `eyes` of the main face and its `head`, empty or null without a mesh; `spots` by check's id.

    A finding without a spot concerns the whole photo. What passes and could be better still has its spot, too.
    """
    evidence = done.evidence
    found = ((f.id, f.rule.check.spot(evidence)) for f in done.report.findings)
    spots = {check: _point(spot, evidence.photo.scale) for check, spot in found if spot is not None}
    return {**outlines(evidence), "spots": spots}


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
