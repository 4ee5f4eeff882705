"""Photograph or not: a network trained here looks at the face, at its texture and at the whole picture.

Why four looks: a drawing gives itself away by flat colour and outlines (statistics, whole picture), a
painting by how eyes, skin and hair are done (face) and by strokes where the picture still has its pixels
(texture).
`training/origin` cuts its examples with these same functions.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from mettici.colour import highest, lowest
from mettici.faces import Mesh, Origin, Pixels
from mettici.sampling import Picture, Pyramid, cut

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float32]

KINDS = (
    "person",
    "animal",
    "thing",
    "painting",
    "cartoon",
    "sketch",
    "avatar_3d",
    "logo_or_graphic",
    "screenshot",
)
"""What the network tells apart, in the order of its output."""
PHOTOGRAPHIC = 3
"""The first of `KINDS`, which are photographs."""

FACE, TEXTURE, WHOLE = 112, 80, 96
"""Sides in pixels of the three crops."""
FACE_CROP = 1.7
"""Side of the face crop over the extent of the mesh: hair and collar are in it."""
TEXTURE_CROP = 0.45
"""The texture crop shows pixels as they are, and at least this share of the mesh's extent."""
OVERVIEW = 224
"""Longer side in pixels of the picture whose statistics are taken."""

_EYES = ((33, 133), (263, 362))
"""Outer and inner corner of each eye in the mesh."""
_NOSE = 1

_GRADIENTS = (0, 1, 2, 4, 8, 16, 32, 64, 256)
_CHROMAS = (0, 4, 16, 48, 96, 256)
_LUMAS = (0, 8, 64, 128, 192, 247, 256)
STATISTICS = 8 + 5 + 6 + 4 + 4
"""Length of the vector of statistics."""


class Views(NamedTuple):
    """What the network gets to see: RGB uint8 crops (side, side, 3) and the (STATISTICS,) float32 vector."""

    face: Pixels
    texture: Pixels
    whole: Pixels
    statistics: Floats


def views(picture: Picture, mesh: Mesh | None) -> Views:
    """The views of (H, W, 3) RGB `picture`; without a face its middle takes the face's place."""
    picture = Pyramid.of(picture)
    if min(picture.shape[:2]) < 2:  # a line has no gradients
        wider = cv2.copyMakeBorder(picture.pixels, 0, 1, 0, 1, cv2.BORDER_REPLICATE)
        picture = Pyramid(np.asarray(wider, np.uint8))
    height, width = picture.shape[:2]
    if mesh is None:
        centre, size, angle = (width / 2, height / 2), min(height, width) / FACE_CROP, 0.0
        spot = centre
    else:
        centre, size, angle = _extent(mesh)
        spot = _nearer_eye(mesh)
    overview = _shrunk(picture, OVERVIEW / max(height, width))
    return Views(
        cut(picture, centre, size * FACE_CROP, angle, FACE).pixels,
        cut(picture, spot, max(TEXTURE, size * TEXTURE_CROP), 0.0, TEXTURE).pixels,
        picture.shrunk(WHOLE, WHOLE),
        statistics(overview, mesh is not None),
    )


def _extent(mesh: Mesh) -> tuple[tuple[float, float], float, float]:
    """Centre and longer side (px) of the mesh's box with the eyes turned level, and that turn (radians)."""
    xy = mesh.points[:468, :2]
    dx, dy = (mesh.points[263, :2] - mesh.points[33, :2]).tolist()
    angle = math.atan2(dy, dx)
    cos, sin = math.cos(angle), math.sin(angle)
    turned = xy @ np.array([[cos, -sin], [sin, cos]], np.float32)
    low, high = turned.min(0), turned.max(0)
    x, y = ((low + high) / 2).tolist()
    return (x * cos - y * sin, x * sin + y * cos), float((high - low).max()), angle


def _nearer_eye(mesh: Mesh) -> tuple[float, float]:
    """Midway between the tip of the nose and the eye that shows wider."""
    xy = mesh.points[:, :2]
    eye = max(_EYES, key=lambda corners: float(np.hypot(*(xy[corners[0]] - xy[corners[1]]))))
    x, y = ((xy[eye[0]] + xy[eye[1]]) / 4 + xy[_NOSE] / 2).tolist()
    return x, y


def _shrunk(picture: Pyramid, scale: float) -> Pixels:
    """`picture` at `scale`, where that is below 1."""
    if scale >= 1:
        return picture.pixels
    width, height = (max(2, round(n * scale)) for n in picture.shape[1::-1])
    return picture.shrunk(width, height)


def statistics(overview: Pixels, face: bool) -> Floats:
    """Shares and logarithms that tell flat art from photographs, of a picture of at most `OVERVIEW` px.

    In order: histograms of gradient (8), chroma (5) and luma (6), use of colours (4), residual of a median
    filter (3), and whether there is a face.
    """
    grey = cv2.cvtColor(overview, cv2.COLOR_RGB2GRAY)
    steps = cv2.max(cv2.absdiff(overview[1:, 1:], overview[:-1, 1:]), cv2.absdiff(overview[1:, 1:], overview[1:, :-1]))
    gradient = highest(np.asarray(steps, np.uint8))
    chroma = cv2.subtract(highest(overview), lowest(overview))
    residual = cv2.absdiff(grey, cv2.medianBlur(grey, 3))[1:, 1:]
    smooth = residual[gradient < 16]
    noise = (
        residual.mean(),
        smooth.mean() if smooth.size else 0.0,
        10 * np.count_nonzero(residual > 8) / residual.size,
    )
    parts = (
        _shares(gradient, _GRADIENTS), _shares(np.asarray(chroma, np.uint8), _CHROMAS),
        _shares(np.asarray(grey, np.uint8), _LUMAS), _colours(overview), np.log1p(noise), [face],
    )  # fmt: skip
    return np.concatenate(parts).astype(np.float32)


def _shares(values: Pixels, edges: tuple[int, ...]) -> Floats:
    """The share of `values` in each bin, 0..1."""
    counts = cv2.calcHist([values], [0], None, [256], [0, 256]).ravel()
    return (np.add.reduceat(counts, edges[:-1]) / max(1, values.size)).astype(np.float32)


def _colours(overview: Pixels) -> Floats:
    """Of 32768 colours: how many are used (log); shares of the first, the first eight, and common ones."""
    counts = cv2.calcHist([overview], [0, 1, 2], None, [32, 32, 32], [0, 256] * 3)
    size = overview.shape[0] * overview.shape[1]
    shares = np.sort(counts[counts > 0])[::-1] / size
    used = math.log(len(shares) / min(size, 32768))
    return np.array([used, shares[0], shares[:8].sum(), shares[shares > 0.002].sum()], np.float32)


class OriginReader:
    """Says what kind of picture it is. One thread at a time."""

    def __init__(self, path: Path):
        self._network = cv2.dnn.readNetFromONNX(str(path))

    def __call__(self, picture: Picture, mesh: Mesh | None) -> Origin:
        """The origin of (H, W, 3) RGB `picture`, `mesh` being the main face's, where there is one."""
        shares = self.shares(views(picture, mesh))
        kinds = {k: float(s) for k, s in zip(KINDS[1:], shares[1:], strict=True)}
        return Origin(float(shares[:PHOTOGRAPHIC].sum()), kinds)

    def shares(self, seen: Views) -> Floats:
        """The chances of `KINDS`, adding up to 1."""
        for name in ("face", "texture", "whole"):
            blob = getattr(seen, name).transpose(2, 0, 1)[None].astype(np.float32)
            self._network.setInput(np.ascontiguousarray(blob), name)
        self._network.setInput(seen.statistics[None], "statistics")
        return np.asarray(self._network.forward(), np.float32).ravel()
