"""Training samples: a stored picture, augmented, with something added or covered, as the network sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mettici.vision.picture_kind import COVERS, HEADS, KINDS, views
from training.faces import accessories, occluders
from training.faces.paint import EYES, MOUTH, NOSE
from training.picture import over_face, overlays
from training.picture.augment import Scene, augmented, compressed
from training.picture.heads import cover_index, vector
from training.picture.store import ONLY_WHOLE, decoded, flat_mesh

if TYPE_CHECKING:
    from mettici.vision.picture_kind import Views
    from training.picture.overlays import Floats, Pixels, Rng
    from training.picture.store import Entry

ADDED, OVER, HIDDEN, OPEN, EYES_HIDDEN, DARK, SMILE = range(len(HEADS))
PERSON = KINDS.index("person")
PLAIN = 0.25
"""Share of samples shown unmodified."""


@dataclass
class Sample:
    """The views and their targets: a kind (-1: unknown), heads (NaN: unknown), a cover (-1: none named)."""

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


def _begun(entry: Entry, rng: Rng) -> _Made:
    """A stored picture, or the part around its face."""
    view = entry.views[rng.integers(len(entry.views))]
    points = None if view.points is None else view.points.copy()
    kind = KINDS.index(entry.kind) if entry.kind else -1
    return _Made(decoded(view), points, kind, vector(entry.heads), cover_index(entry.cover))


def sample(entry: Entry, rng: Rng, textures: list[Pixels], plain: float = PLAIN) -> Sample:
    """`entry` as a user might upload it; `textures` are pictures of things to paint over a face."""
    made = _begun(entry, rng)
    if rng.random() > plain:
        # A window around the face would cut off the screen or the words beside it.
        framed = entry.kind not in ONLY_WHOLE and made.heads[ADDED] != 1
        scene = augmented(_scene(made), rng, framed=framed)
        made.pixels, made.points = scene.pixels, None if scene.mesh is None else scene.mesh.points[:, :2]
        if not entry.made:
            _changed(made, rng, textures)
        if rng.random() < 0.5:
            made.pixels = compressed(Scene(made.pixels, None), rng).pixels
    return Sample(_seen(made, rng), made.kind, made.heads, made.cover)


def _scene(made: _Made) -> Scene:
    if made.points is None:
        return Scene(made.pixels, None)
    return Scene(made.pixels, flat_mesh(made.points))


def _seen(made: _Made, rng: Rng) -> Views:
    """The views, with the mesh slightly off or the face missing."""
    if made.points is None or rng.random() < 0.04:
        return views(made.pixels, None)
    middle, extent = made.points.mean(0), float(np.ptp(made.points, axis=0).max())
    points = (made.points - middle) * rng.normal(1, 0.05) + middle + rng.normal(0, 0.02, 2) * extent
    return views(made.pixels, flat_mesh(points))


def _changed(made: _Made, rng: Rng, textures: list[Pixels]) -> None:
    chance = rng.random()
    if made.kind != PERSON:
        if made.kind > 0 and made.kind < KINDS.index("graphic") and chance < 0.08:
            made.pixels = overlays.chosen(overlays.BESIDE, rng)(made.pixels, made.points, rng)
        return
    if made.points is not None and min(made.heads[HIDDEN], made.heads[EYES_HIDDEN]) == 0 and rng.random() < 0.3:
        _covered(made, rng, textures)
    if chance < 0.2:
        made.pixels = overlays.chosen(overlays.BESIDE, rng)(made.pixels, made.points, rng)
        made.heads[ADDED] = 1
    elif chance < 0.26:
        over = overlays.chosen(over_face.OVER, rng)
        made.pixels = over(made.pixels, made.points, rng)
        made.heads[ADDED] = made.heads[OVER] = 1
        if over is over_face.big_sticker:
            made.heads[HIDDEN], made.cover = 1, -1
            made.heads[[OPEN, EYES_HIDDEN, DARK, SMILE]] = np.nan
        if over is over_face.bar:
            made.heads[EYES_HIDDEN], made.heads[DARK], made.heads[OPEN] = 1, 0, np.nan


def _covered(made: _Made, rng: Rng, textures: list[Pixels]) -> None:
    """Paint something over the face, or harmless glasses and hats."""
    points = made.points
    assert points is not None
    if len(points) < 468 or float(np.ptp(points, axis=0).max()) < 20:
        return
    kind = rng.random()
    pixels = np.ascontiguousarray(made.pixels)
    mouth, nose = points[list(MOUTH)].mean(0), points[list(NOSE)].mean(0)
    eye = points[list(EYES[rng.integers(2)])].mean(0)
    if kind < 0.2:
        occluders.mask(pixels, points, rng, textures)
        made.heads[HIDDEN], made.cover, made.heads[SMILE] = 1, COVERS.index("mask"), np.nan
    elif kind < 0.35:
        at = (mouth, nose, eye)[rng.choice(3, p=(0.5, 0.3, 0.2))]
        occluders.hand(pixels, points, rng, np.float32(at))
        made.heads[HIDDEN], made.cover = 1, COVERS.index("hand")
        made.heads[[OPEN, EYES_HIDDEN, SMILE]] = np.nan
    elif kind < 0.5:
        occluders.thing(
            pixels, points, rng, textures, np.float32((mouth, nose)[rng.integers(2)]), rng.uniform(0.35, 0.7)
        )
        made.heads[HIDDEN], made.cover = 1, COVERS.index("object")
        made.heads[[OPEN, EYES_HIDDEN, SMILE]] = np.nan
    elif kind < 0.72:
        accessories.glasses(pixels, points, rng, textures, dark=True)
        made.heads[[EYES_HIDDEN, DARK]], made.heads[OPEN] = 1, np.nan
    elif kind < 0.88:
        accessories.glasses(pixels, points, rng, textures, dark=False)
    else:
        accessories.headwear(pixels, points, rng, textures)
    made.pixels = pixels
