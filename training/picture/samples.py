"""Training samples: a stored picture, disguised, with something added or covered, as the network sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mettici.vision.picture_kind import COVERS, HEADS, KINDS, views
from training.faces import occluders, worn
from training.faces.paint import EYES, MOUTH, NOSE
from training.picture import over_face, overlays
from training.picture.disguise import Scene, compressed, disguised
from training.picture.heads import cover_index, vector
from training.picture.store import ONLY_WHOLE, flat_mesh, opened

if TYPE_CHECKING:
    from mettici.vision.picture_kind import Views
    from training.picture.overlays import Draw, Floats, Pixels
    from training.picture.store import Entry

ADDED, OVER, HIDDEN, OPEN, EYES_HIDDEN, DARK, SMILE = range(len(HEADS))
PERSON = KINDS.index("person")
PLAIN = 0.25
"""Share of samples shown as they are."""


@dataclass
class Sample:
    """What is shown, and what is wanted: a kind (-1: not known), heads (NaN: not known), a cover (-1: none named)."""

    views: Views
    kind: int
    heads: Floats
    cover: int


@dataclass
class _Made:
    pixels: Pixels
    points: Floats | None
    kind: int
    heads: Floats
    cover: int


def _begun(entry: Entry, draw: Draw) -> _Made:
    """A stored picture, or the part of it around its face."""
    view = entry.views[draw.integers(len(entry.views))]
    points = None if view.points is None else view.points.copy()
    kind = KINDS.index(entry.kind) if entry.kind else -1
    return _Made(opened(view), points, kind, vector(entry.heads), cover_index(entry.cover))


def sample(entry: Entry, draw: Draw, stuff: list[Pixels], plain: float = PLAIN) -> Sample:
    """`entry` as it might reach us; `stuff`: pictures of things, for what is painted before a face."""
    made = _begun(entry, draw)
    if draw.random() > plain:
        # A window around the face would show nothing of the screen or of the words beside it.
        framed = entry.kind not in ONLY_WHOLE and made.heads[ADDED] != 1
        scene = disguised(_scene(made), draw, framed=framed)
        made.pixels, made.points = scene.pixels, None if scene.mesh is None else scene.mesh.points[:, :2]
        if not entry.made:
            _changed(made, draw, stuff)
        if draw.random() < 0.5:
            made.pixels = compressed(Scene(made.pixels, None), draw).pixels
    return Sample(_seen(made, draw), made.kind, made.heads, made.cover)


def _scene(made: _Made) -> Scene:
    if made.points is None:
        return Scene(made.pixels, None)
    return Scene(made.pixels, flat_mesh(made.points))


def _seen(made: _Made, draw: Draw) -> Views:
    """The views; the mesh lies a little off, or the face was missed."""
    if made.points is None or draw.random() < 0.04:
        return views(made.pixels, None)
    middle, extent = made.points.mean(0), float(np.ptp(made.points, axis=0).max())
    points = (made.points - middle) * draw.normal(1, 0.05) + middle + draw.normal(0, 0.02, 2) * extent
    return views(made.pixels, flat_mesh(points))


def _changed(made: _Made, draw: Draw, stuff: list[Pixels]) -> None:
    chance = draw.random()
    if made.kind != PERSON:
        if made.kind > 0 and made.kind < KINDS.index("graphic") and chance < 0.08:
            made.pixels = overlays.chosen(overlays.BESIDE, draw)(made.pixels, made.points, draw)
        return
    if made.points is not None and min(made.heads[HIDDEN], made.heads[EYES_HIDDEN]) == 0 and draw.random() < 0.3:
        _covered(made, draw, stuff)
    if chance < 0.2:
        made.pixels = overlays.chosen(overlays.BESIDE, draw)(made.pixels, made.points, draw)
        made.heads[ADDED] = 1
    elif chance < 0.26:
        over = overlays.chosen(over_face.OVER, draw)
        made.pixels = over(made.pixels, made.points, draw)
        made.heads[ADDED] = made.heads[OVER] = 1
        if over is over_face.big_sticker:
            made.heads[HIDDEN], made.cover = 1, -1
            made.heads[[OPEN, EYES_HIDDEN, DARK, SMILE]] = np.nan
        if over is over_face.bar:
            made.heads[EYES_HIDDEN], made.heads[DARK], made.heads[OPEN] = 1, 0, np.nan


def _covered(made: _Made, draw: Draw, stuff: list[Pixels]) -> None:
    """Something painted before the face, or harmless glasses and hats."""
    points = made.points
    assert points is not None
    if len(points) < 468 or float(np.ptp(points, axis=0).max()) < 20:
        return
    kind = draw.random()
    pixels = np.ascontiguousarray(made.pixels)
    mouth, nose = points[list(MOUTH)].mean(0), points[list(NOSE)].mean(0)
    eye = points[list(EYES[draw.integers(2)])].mean(0)
    if kind < 0.2:
        occluders.mask(pixels, points, draw, stuff)
        made.heads[HIDDEN], made.cover, made.heads[SMILE] = 1, COVERS.index("mask"), np.nan
    elif kind < 0.35:
        at = (mouth, nose, eye)[draw.choice(3, p=(0.5, 0.3, 0.2))]
        occluders.hand(pixels, points, draw, np.float32(at))
        made.heads[HIDDEN], made.cover = 1, COVERS.index("hand")
        made.heads[[OPEN, EYES_HIDDEN, SMILE]] = np.nan
    elif kind < 0.5:
        occluders.thing(
            pixels, points, draw, stuff, np.float32((mouth, nose)[draw.integers(2)]), draw.uniform(0.35, 0.7)
        )
        made.heads[HIDDEN], made.cover = 1, COVERS.index("object")
        made.heads[[OPEN, EYES_HIDDEN, SMILE]] = np.nan
    elif kind < 0.72:
        worn.glasses(pixels, points, draw, stuff, dark=True)
        made.heads[[EYES_HIDDEN, DARK]], made.heads[OPEN] = 1, np.nan
    elif kind < 0.88:
        worn.glasses(pixels, points, draw, stuff, dark=False)
    else:
        worn.headwear(pixels, points, draw, stuff)
    made.pixels = pixels
