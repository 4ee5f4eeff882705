"""Where face, head and findings are, for a page to draw over the photo. In pixels of the upright photo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mettici.face_view import OVAL
from mettici.render.annotate import SPOTS

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
    spots = {f.id: spot for f in done.report.findings if (spot := _spot(f.id, evidence)) is not None}
    return {**outlines(evidence), "spots": spots}


def outlines(evidence: Evidence) -> dict[str, Any]:
    """The face alone, as in `geometry`."""
    mesh, head, k = evidence.mesh, evidence.head, evidence.photo.scale
    if mesh is None or head is None:
        return {"outline": [], "eyes": [], "head": None}
    top = max(0.0, head.top)
    return {
        "outline": [[round(x * k), round(y * k)] for x, y in mesh.points[list(OVAL), :2].tolist()],
        "eyes": [_point(mesh.points[list(eye), :2].mean(0).tolist(), k) for eye in ((33, 133), (362, 263))],
        "head": [round(v * k) for v in (head.left, top, head.right - head.left, head.chin - top)],
    }


def _spot(check: str, evidence: Evidence) -> Point | None:
    mesh, head, faces, k = evidence.mesh, evidence.head, evidence.sight.faces, evidence.photo.scale
    if check == "single_face" and len(faces) > 1:
        return _point(faces[1].box.centre, k)
    if mesh is None or head is None:
        return None
    if check in SPOTS:
        return _point(mesh.points[list(SPOTS[check]), :2].mean(0).tolist(), k)
    corners = {"face_size": (head.right, head.top), "framing": (head.middle, head.top)}
    return _point(corners[check], k) if check in corners else None


def _point(at: Sequence[float], k: float) -> Point:
    return [round(at[0] * k), round(at[1] * k)]
