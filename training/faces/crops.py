"""Cuts faces out of the labelled pictures once and caches them: the region around each face, its mesh, its crops."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from mettici.image.types import Pixels
from mettici.vision.detector import Detection, Detector, merge, tiles
from mettici.vision.face_attributes import FacePosition, Views, shape_vector, views
from mettici.vision.mesh import MeshFitter
from mettici.vision.model_set import CANDIDATE_SCORE, MAX_EXAMINED, MESH_PRESENCE, prominence
from mettici.vision.runtime import Network
from mettici.vision.types import Box, Face
from training.data import Row, cached, prepared, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Floats = npt.NDArray[np.float32]

STREET = (
    "wild_profiles",
    "street_covered",
    "tricky",
    "lfw_occlusion",
    "lfw_eyes",
    "lfw_glasses",
    "lfw_smile",
    "st40_objects",
    "london",
    "portraits_snorre48",
    "glasses_denilv40",
)
"""Sets from which both networks learn the same labels (`training.picture.heads`)."""
PEOPLE = (
    "profiles",
    "us_congress",
    "genki4k",
    "smiles64",
    "cew",
    "selfie_sunglasses",
    "facemask_cd",
    "facemask_synth",
    "rmfd",
    "fairface",
    "utkface",
    "humans160",
    "caltech_faces",
    "icao",
    "facerepos",
    "event_photos",
    "apdrawing",
    "pacs",
    "painted_portraits",
    "wikiart_faces",
    "avatars",
    "caricature",
    "anime64",
    "memes",
    *STREET,
)
THINGS = ("pets", "logos", "screenshots", "imagenet1k")
REGION = 2.1
"""Side of the cached region, relative to the longer side of the mesh."""
LARGEST = 170
"""A cached region is downscaled until the longer side of its mesh is this many pixels."""


@dataclass
class Sample:
    """One face: its row, the region around it (RGB), its mesh points in the region, and its crops as at run time."""

    row: Row
    variant: int
    score: float
    presence: float
    region: Pixels
    points: Floats
    views: Views

    @property
    def main(self) -> bool:
        """Whether this is the face that the program itself would judge in the unmodified picture."""
        return self.variant == 0 and self.presence >= MESH_PRESENCE


class Finder:
    """Finds faces as the program does, optionally with lower thresholds."""

    def __init__(self, models: Path):
        self._near = Detector(Network(models / "face_detector_near.onnx"), 128, ((8, 2), (16, 6)))
        self._far = Detector(Network(models / "face_detector_far.onnx"), 192, ((4, 1),))
        self._mesh = MeshFitter(Network(models / "face_mesh.onnx"))

    def main(self, pixels: Pixels) -> Face | None:
        """The main face in RGB `pixels`, as the program finds it."""
        candidates = merge(self._near(pixels, CANDIDATE_SCORE) + self._far(pixels, CANDIDATE_SCORE))
        found = self._fit(pixels, candidates[:MAX_EXAMINED], MESH_PRESENCE)
        if not found:
            found = self._fit(pixels, self._tiles(pixels)[:MAX_EXAMINED], MESH_PRESENCE)
        return max(found, key=lambda face: prominence(face, pixels.shape)) if found else None

    def mistaken(self, pixels: Pixels) -> list[Face]:
        """Possible false detections in RGB `pixels`, found with every threshold lowered."""
        return self._fit(pixels, merge(self._near(pixels, 0.1) + self._far(pixels, 0.1))[:2], 0.03)

    def _fit(self, pixels: Pixels, candidates: list[Detection], present: float) -> list[Face]:
        fitted = [(d, self._mesh(pixels, d)) for d in candidates]
        return [Face(d.box, d.score, m) for d, m in fitted if m.presence >= present]

    def _tiles(self, pixels: Pixels) -> list[Detection]:
        return merge(
            [
                Detection(
                    Box(d.box.x + x, d.box.y + y, d.box.width, d.box.height),
                    d.score,
                    d.keypoints + np.float32([x, y]),
                )
                for x, y, tile in tiles(pixels)
                for d in self._near(tile, CANDIDATE_SCORE)
            ]
        )


def sample(row: Row, variant: int, pixels: Pixels, face: Face) -> Sample:
    """`face`, cropped from RGB `pixels`."""
    assert face.mesh is not None
    points = face.mesh.points
    frame = FacePosition(points)
    half = frame.size * REGION / 2
    left, top = (max(0, int(c - half)) for c in frame.middle)
    region = pixels[top : max(top + 8, int(frame.middle[1] + half)), left : max(left + 8, int(frame.middle[0] + half))]
    moved = points - np.float32([left, top, 0])
    scale = LARGEST / frame.size
    if scale < 1:
        size = (max(1, round(region.shape[1] * scale)), max(1, round(region.shape[0] * scale)))
        moved = moved * np.float32([size[0] / region.shape[1], size[1] / region.shape[0], scale])
        region = np.asarray(cv2.resize(region, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Sample(
        row,
        variant,
        face.score,
        face.mesh.presence,
        region.copy(),
        moved.astype(np.float32),
        views(pixels, frame, shape_vector(points)),
    )


def _closer(pixels: Pixels, rng: np.random.Generator) -> Iterator[Pixels]:
    """Enlarged or mirrored parts of a picture without people, in which something else may be mistaken for a face."""
    height, width = pixels.shape[:2]
    for share in (0.75, 0.5):
        h, w = max(16, int(height * share)), max(16, int(width * share))
        y, x = rng.integers(0, max(1, height - h)), rng.integers(0, max(1, width - w))
        part = pixels[y : y + h, x : x + w]
        if rng.random() < 0.5:
            part = part[:, ::-1]
        yield np.ascontiguousarray(part)


def cut(data: Path, models: Path, names: tuple[str, ...]) -> Iterator[Sample]:
    """Every face of the sets `names`; in pictures without people, several false detections per picture."""
    finder = Finder(models)
    for row in rows(data, *names):
        pixels = prepared(row)
        if pixels is None:
            continue
        empty = row.set in THINGS or row.labels.get("has_person") == "0" or "no human" in row.labels.get("kind", "")
        face = finder.main(pixels)
        if face is not None:
            yield sample(row, 0, pixels, face)
        if empty:
            rng = np.random.default_rng(hash_of(row.key))
            for n, view in enumerate([pixels, *_closer(pixels, rng)]):
                for face in finder.mistaken(view):
                    yield sample(row, n + 1, view, face)


def hash_of(text: str) -> int:
    """A number that depends only on `text`."""
    return int(hashlib.sha1(text.encode()).hexdigest()[:12], 16)


def load(data: Path, models: Path, cache: Path) -> list[Sample]:
    """Every sample, from one file per set in `cache`; missing files are made."""
    found: list[Sample] = []
    for name in (*PEOPLE, *THINGS):
        found += cached(cache / f"{name}.pickle", lambda name=name: list(cut(data, models, (name,))))  # type: ignore[misc]
    return found
