"""Evidence about a photo, transformed to the coordinates of a crop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mettici.cutting import crop_evidence, scene_of
from mettici.evidence import Evidence
from mettici.image import photo
from mettici.image.encode import Original
from mettici.vision.types import Box, Face, Mesh, Scene

if TYPE_CHECKING:
    from mettici import PhotoChecker


def test_cropped_evidence_matches_the_crop(checker: PhotoChecker, samples: Path) -> None:
    done = checker.examine(samples / "spoiled_off_centre.jpg")
    assert done.report.crop is not None
    predicted = crop_evidence(done.evidence, done.report.crop.box)
    seen = checker.examine(Original(done.evidence.photo).cropped(done.report.crop.box), crop=False).evidence
    assert (predicted.width, predicted.height) == (seen.width, seen.height)
    assert len(predicted.scene.faces) == len(seen.scene.faces) == 1
    assert predicted.head is not None
    assert seen.head is not None
    for side in ("top", "chin", "left", "right"):
        assert getattr(predicted.head, side) == pytest.approx(getattr(seen.head, side), abs=0.04 * seen.height)


def test_a_crop_has_no_outline_if_the_photo_has_none(checker: PhotoChecker, samples: Path) -> None:
    evidence = checker.examine(samples / "portrait_good.jpg", crop=False).evidence
    without = Evidence(evidence.photo, replace(evidence.scene, mask=None))
    inside = crop_evidence(without, (10, 10, 300, 300))
    assert (inside.width, inside.height, inside.scene.mask) == (300, 300, None)
    assert crop_evidence(evidence, (10, 10, 300, 300)).scene.mask is not None


def test_a_face_without_a_mesh_moves_with_its_crop() -> None:
    pixels = np.zeros((200, 200, 3), np.uint8)
    scene = Scene((Face(Box(30, 40, 50, 60), 0.9),))
    whole = Evidence(photo.load(pixels), scene)
    (moved,) = crop_evidence(whole, (10, 20, 100, 100)).scene.faces
    assert (moved.box, moved.mesh) == (Box(20, 20, 50, 60), None)


def test_evidence_scales_with_a_crop_decoded_at_a_larger_size() -> None:
    mesh = Mesh(np.full((478, 3), (60, 80, 4), np.float32), 1.0)
    whole = photo.load(np.zeros((1200, 2400, 3), np.uint8))
    mask = np.arange(256 * 256, dtype=np.float32).reshape(256, 256)
    scene = Scene((Face(Box(30, 40, 50, 60), 0.9, mesh), Face(Box(700, 40, 50, 60), 0.9)), mask)
    area = 24, 48, 480, 480
    inside = photo.load(np.zeros((480, 480, 3), np.uint8))
    seen = scene_of(Evidence(whole, scene), area, inside)
    (face,) = seen.faces
    k = whole.scale
    assert (face.box.x, face.box.y) == pytest.approx((30 * k - 24, 40 * k - 48))
    assert (face.box.width, face.box.height) == pytest.approx((50 * k, 60 * k))
    assert face.mesh is not None
    assert face.mesh.points[0].tolist() == pytest.approx([60 * k - 24, 80 * k - 48, 4 * k], rel=1e-5)
    assert seen.mask is not None
    assert seen.mask.shape == (round(256 * 528 / 1200) - round(256 * 48 / 1200), round(256 * 504 / 2400) - 3)
