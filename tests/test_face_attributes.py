"""The network that reads a face: its crops, and its outputs for the sample portraits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from mettici.image import photo
from mettici.vision.face_attributes import (
    EYE,
    FACE,
    FILL,
    MOUTH,
    SHAPE_LENGTH,
    FacePosition,
    Views,
    shape_vector,
    views,
)
from mettici.vision.pipeline import Vision

if TYPE_CHECKING:
    from pathlib import Path

    from mettici.image.types import Pixels
    from mettici.vision.types import FaceAttributes


def attributes(vision: Vision, pixels: Pixels) -> FaceAttributes:
    found = vision.look(pixels).attributes
    assert found is not None
    return found


def points(vision: Vision, pixels: Pixels) -> np.ndarray:
    main = vision.look(pixels).main
    assert main is not None
    assert main.mesh is not None
    return main.mesh.points


def seen_by(mesh: np.ndarray, pixels: Pixels) -> Views:
    return views(pixels, FacePosition(mesh), shape_vector(mesh))


def test_crops_have_the_right_shapes_and_level_eyes(vision: Vision, portrait: Pixels) -> None:
    seen = seen_by(points(vision, portrait), portrait)
    assert seen.face.shape == (FACE, FACE, 3)
    assert seen.eyes.shape == (EYE[0], 2 * EYE[1], 3)
    assert seen.mouth.shape == (*MOUTH, 3)
    assert seen.shape.shape == (SHAPE_LENGTH,)


def test_rotating_the_photo_does_not_change_a_crop(vision: Vision, portrait: Pixels) -> None:
    height, width = portrait.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 15, 1.0)
    turned = np.asarray(cv2.warpAffine(portrait, turn, (width, height)), np.uint8)
    mesh = points(vision, portrait).copy()
    straight = seen_by(mesh, portrait).face
    mesh[:, :2] = mesh[:, :2] @ turn[:, :2].T + turn[:, 2]
    inner = (slice(16, -16), slice(16, -16))
    again = seen_by(mesh.astype(np.float32), turned).face
    assert np.corrcoef(straight[inner].ravel(), again[inner].ravel())[0, 1] > 0.9


def test_a_crop_ends_where_the_photo_ends(vision: Vision, portrait: Pixels) -> None:
    mesh = points(vision, portrait).copy()
    mesh[:, 0] -= mesh[:468, 0].mean()
    crop = seen_by(mesh, portrait).face
    assert (crop[:, : FACE // 3] == FILL).mean() > 0.9
    mesh[:, 0] -= 10_000
    assert (seen_by(mesh, portrait).face == FILL).all()


def test_the_shape_vector_ignores_position_and_size(vision: Vision, portrait: Pixels) -> None:
    mesh = points(vision, portrait)
    moved = (2.5 * mesh + np.array([70, -30, 5], np.float32)).astype(np.float32)
    np.testing.assert_allclose(shape_vector(mesh), shape_vector(moved), atol=2e-3)


def test_a_good_portrait_smiles_with_open_eyes(vision: Vision, portrait: Pixels) -> None:
    seen = attributes(vision, portrait)
    assert seen.smile > 0.8
    assert min(seen.human, seen.eyes_open, seen.eyes_visible, seen.face_visible) > 0.7


def test_the_mirror_image_looks_the_same(vision: Vision, portrait: Pixels) -> None:
    one, other = attributes(vision, portrait), attributes(vision, np.ascontiguousarray(portrait[:, ::-1]))
    for name in ("human", "smile", "eyes_open", "eyes_visible", "face_visible"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=0.15)


def test_sunglasses_are_detected_and_named(vision: Vision, samples: Path) -> None:
    seen = attributes(vision, photo.load(samples / "spoiled_sunglasses.jpg").pixels)
    assert seen.eyes_visible < 0.5
    assert seen.eye_covers["sunglasses"] > 0.5
    assert seen.face_visible > 0.5


def test_a_mask_is_detected_and_named(vision: Vision, samples: Path) -> None:
    seen = attributes(vision, photo.load(samples / "spoiled_face_mask.jpg").pixels)
    assert seen.face_visible < 0.5
    assert seen.covers["mask"] > 0.5
    assert seen.eyes_visible > 0.5


def test_a_cat_is_not_a_person(vision: Vision, samples: Path) -> None:
    seen = vision.look(photo.load(samples / "thing_cat.jpg").pixels).attributes
    assert seen is None or seen.human < 0.5


@pytest.mark.parametrize("name", ["portrait_hat_no_smile.jpg", "portrait_good_mono.jpg"])
def test_a_hat_or_missing_colour_hides_nothing(vision: Vision, samples: Path, name: str) -> None:
    seen = attributes(vision, photo.load(samples / name).pixels)
    assert min(seen.human, seen.eyes_visible, seen.face_visible) > 0.5
