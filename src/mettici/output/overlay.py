"""The layout of everything drawn on a photo: face, suggested crop, and a number for each fault.

Computed once: the annotated picture is painted from it, and web pages show it as SVG (`svg`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mettici.checks.base import Status
from mettici.output.label_placement import Box, Point, place_labels
from mettici.scoring import FAULTS, reported_order
from mettici.vision.landmarks import EYE_CORNERS, OVAL

if TYPE_CHECKING:
    from mettici.evidence import Evidence
    from mettici.report import Report
    from mettici.schema import Object
    from mettici.scoring import Finding

RADIUS = 15.0
"""Radius of a badge, px as displayed, so that its number is readable."""
BEYOND_EYES = 0.6
"""How far the line of the eyes extends beyond them, in eye distances."""


@dataclass(frozen=True)
class Mark:
    """The number of a fault: `spot` is the point it concerns, None for the whole photo; `position` is where it goes."""

    number: int
    check: str
    status: Status
    spot: Point | None
    position: Point


@dataclass(frozen=True)
class Overlay:
    """Everything to draw, in px of the upright photo of `size`; `radius` is that of the badges.

    `outline`: the main face, closed; `eyes`: the ends of the line through them; `head`: with its hair; `others`: faces
    without an outline; `crop`: the suggested one; `circle`: centre and radius of what social networks show; `polish`:
    checks that pass and could still improve, with their spots.
    """

    size: tuple[int, int]
    radius: float
    outline: tuple[Point, ...] = ()
    eyes: tuple[Point, ...] = ()
    head: Box | None = None
    others: tuple[Box, ...] = ()
    crop: Box | None = None
    circle: tuple[Point, float] | None = None
    marks: tuple[Mark, ...] = ()
    polish: tuple[tuple[str, Point], ...] = ()


def overlay(report: Report, evidence: Evidence, shown: float) -> Overlay:
    """Lay out the overlay for a photo displayed at `shown` px. `report` and `evidence` must be of the same photo."""
    photo, k = evidence.photo, evidence.photo.scale
    size = photo.width, photo.height
    radius = _radius(size, shown)
    head = evidence.head
    top = 0.0 if head is None else max(0.0, head.top)
    box = None if head is None else (head.left * k, top * k, (head.right - head.left) * k, (head.chin - top) * k)
    spots = {f.id: _spot(f, evidence) for f in report.findings}
    polish = [(f.id, spots[f.id]) for f in report.findings if f.status is Status.PASS and f.advice()]
    crop = None if report.crop is None else _inside(report.crop.box, size)
    faults = [(f.id, f.status) for f in report.faults]
    return Overlay(
        size,
        radius,
        *_face(evidence),
        head=box,
        others=tuple(face.box for face in report.faces if evidence.mesh is None or not face.main),
        crop=crop,
        circle=None if box is None else _circle(crop or (0, 0, *size), box),
        marks=_marks(size, radius, faults, [spots[check] for check, _ in faults], box),
        polish=tuple((check, spot) for check, spot in polish if spot is not None),
    )


def overlay_from_json(report: Object, shown: float) -> Overlay:
    """Like `overlay`, from a report as JSON, which has the position of faces but not of findings."""
    size = report["photo"]["width"], report["photo"]["height"]
    faults = [c for c in sorted(report["checks"], key=reported_order) if c["status"] in FAULTS]
    named = [(check["id"], Status(check["status"])) for check in faults]
    radius = _radius(size, shown)
    return Overlay(
        size,
        radius,
        others=tuple(tuple(face["box"]) for face in report["faces"]),
        crop=_inside(report["crop"]["box"], size) if report.get("crop") else None,
        marks=_marks(size, radius, named, [None] * len(named), None),
    )


def _radius(size: tuple[int, int], shown: float) -> float:
    return RADIUS * max(size) / shown


def _marks(
    size: tuple[int, int],
    radius: float,
    faults: Sequence[tuple[str, Status]],
    spots: Sequence[Point | None],
    head: Box | None,
) -> tuple[Mark, ...]:
    places = place_labels(size, radius, spots, head)
    found = zip(faults, spots, places, strict=True)
    return tuple(Mark(i, check, status, spot, position) for i, ((check, status), spot, position) in enumerate(found, 1))


def _spot(finding: Finding, evidence: Evidence) -> Point | None:
    at, k = finding.rule.check.spot(evidence), evidence.photo.scale
    return None if at is None else (at[0] * k, at[1] * k)


def _face(evidence: Evidence) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """The outline of the main face, and the line of its eyes; both are empty without a mesh."""
    mesh, k = evidence.mesh, evidence.photo.scale
    if mesh is None or evidence.head is None:
        return (), ()
    outline = tuple((x * k, y * k) for x, y in mesh.points[[*OVAL, OVAL[0]], :2].tolist())
    (ax, ay), (bx, by) = (mesh.points[list(eye), :2].mean(axis=0).tolist() for eye in EYE_CORNERS)
    dx, dy = BEYOND_EYES * (bx - ax), BEYOND_EYES * (by - ay)
    return outline, (((ax - dx) * k, (ay - dy) * k), ((bx + dx) * k, (by + dy) * k))


def _inside(box: Sequence[float], size: tuple[int, int]) -> Box:
    x, y, width, height = box
    return x, y, min(width, size[0] - x), min(height, size[1] - y)


def _circle(box: Box, head: Box) -> tuple[Point, float]:
    """The round picture that social networks make of `box`, centred vertically on the head as far as possible."""
    x, y, width, height = box
    radius = min(width, height) / 2
    middle = head[1] + head[3] / 2
    return (x + width / 2, min(y + height / 2, max(y + radius, middle))), radius


def needs_line(mark: Mark, radius: float) -> bool:
    """Whether the number is so far from its spot that it needs a connecting line."""
    return mark.spot is not None and math.dist(mark.spot, mark.position) > radius
