"""Converting the evidence of a photo to the coordinates of a crop."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mettici.evidence import Evidence
from mettici.image.photo import Area, Photo
from mettici.vision.types import Box, Face, Mesh, Scene


def crop_evidence(evidence: Evidence, area: Area) -> Evidence:
    """The evidence of a crop, derived from that of the photo without running the networks again."""
    box = to_analysed(area, evidence)
    rows = slice(round(box.y), max(round(box.y) + 1, round(box.bottom)))
    columns = slice(round(box.x), max(round(box.x) + 1, round(box.right)))
    part = Box(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
    inside = replace(evidence.photo, pixels=evidence.photo.pixels[rows, columns], width=area[2], height=area[3])
    return Evidence(inside, _transformed(evidence, part, 1.0))


def scene_of(evidence: Evidence, area: Area, crop: Photo) -> Scene:
    """What the networks saw in `area` of the photo, in pixels of `crop`, which is that area decoded on its own."""
    box = to_analysed(area, evidence)
    return _transformed(evidence, box, crop.pixels.shape[1] / box.width)


def to_analysed(area: Area, evidence: Evidence) -> Box:
    """Convert an area to pixels of the analysed photo."""
    kx, ky = evidence.width / evidence.photo.width, evidence.height / evidence.photo.height
    x, y, width, height = area
    return Box(x * kx, y * ky, width * kx, height * ky)


def _transformed(evidence: Evidence, part: Box, scale: float) -> Scene:
    """Convert what the networks saw to the coordinates of `part` (analysed pixels) of the photo, scaled by `scale`."""
    scene = evidence.scene
    faces = tuple(_transformed_face(f, part, scale) for f in scene.faces if f.box.overlap(part) > 0.5)
    mask = scene.mask
    if mask is not None:
        ky, kx = mask.shape[0] / evidence.height, mask.shape[1] / evidence.width
        top, left = round(part.y * ky), round(part.x * kx)
        mask = mask[top : max(top + 1, round(part.bottom * ky)), left : max(left + 1, round(part.right * kx))]
    return replace(scene, faces=faces, mask=mask)


def _transformed_face(face: Face, part: Box, scale: float) -> Face:
    x, y = (face.box.x - part.x) * scale, (face.box.y - part.y) * scale
    box = Box(x, y, face.box.width * scale, face.box.height * scale)
    if face.mesh is None:
        return replace(face, box=box)
    points = (face.mesh.points - np.array([part.x, part.y, 0], np.float32)) * np.float32(scale)
    return replace(face, box=box, mesh=Mesh(points, face.mesh.presence))
