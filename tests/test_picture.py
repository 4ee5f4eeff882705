"""The network that tells what a picture is: its inputs and outputs."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from mettici.checks.base import Status
from mettici.vision.picture_kind import (
    COVERS,
    EYES_OPEN_SHARE,
    FACE,
    HEADS,
    KINDS,
    PHOTOGRAPHS,
    WHOLE,
    PictureReader,
    PictureReading,
    combined,
    views,
)
from mettici.vision.types import FaceAttributes, Mesh, Origin

MODEL = Path(__file__).parents[1] / "models" / "picture.onnx"
LOOKS = FaceAttributes(human=0.99, smile=0.9, eyes_open=0.9, eyes_visible=0.9, face_visible=0.9, covers={"mask": 0.1})


def _mesh(x: float, y: float, size: float) -> Mesh:
    """A mesh whose points fill a square of `size` px around (x, y), with level eyes."""
    points = np.random.default_rng(0).uniform(-0.5, 0.5, (478, 3)).astype(np.float32)
    points[[33, 133, 362, 263], :2] = [[-0.4, -0.2], [-0.1, -0.2], [0.1, -0.2], [0.3, -0.2]]
    return Mesh(points * size + np.float32([x, y, 0]), 1.0)


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (17, 9), (200, 640), (1024, 768)])
@pytest.mark.parametrize("face", [False, True])
def test_views_of_any_picture_have_the_input_sizes(shape: tuple[int, int], face: bool) -> None:
    seen = views(_noise(*shape), _mesh(shape[1] / 2, shape[0] / 2, min(shape) / 2) if face else None)
    assert seen.face.shape == (FACE, FACE, 3)
    assert seen.whole.shape == (WHOLE, WHOLE, 3)
    assert seen.present == face


@pytest.mark.parametrize(("x", "y"), [(-500.0, 50.0), (50.0, 5000.0), (0.0, 0.0)])
def test_a_face_outside_the_picture_repeats_its_edge(x: float, y: float) -> None:
    assert (views(np.full((100, 100, 3), 77, np.uint8), _mesh(x, y, 60)).face == 77).all()


@pytest.fixture(scope="module")
def reader() -> PictureReader:
    return PictureReader(MODEL)


@pytest.mark.parametrize("face", [False, True])
def test_the_probabilities_add_up(reader: PictureReader, face: bool) -> None:
    seen = reader(_noise(240, 200), _mesh(100, 100, 90) if face else None)
    assert tuple(seen.origin.kinds) == KINDS[1:]
    assert tuple(seen.heads) == HEADS
    drawn = sum(seen.origin.kinds[k] for k in KINDS[len(PHOTOGRAPHS) :])
    assert seen.origin.photograph + drawn == pytest.approx(1, abs=1e-4)
    assert sum(seen.covers.values()) == pytest.approx(1, abs=1e-4)
    assert 0 <= seen.origin.graphics <= 1


def test_the_same_picture_gets_the_same_answer(reader: PictureReader) -> None:
    pixels = _noise(120, 160)
    assert reader(pixels, None) == reader(pixels, None)


def test_a_flat_drawing_without_a_face_is_not_a_photograph(reader: PictureReader) -> None:
    pixels = np.full((256, 256, 3), 255, np.uint8)
    pixels[60:200, 80:180] = (30, 90, 200)
    pixels[90:120, 100:160] = (250, 220, 30)
    assert reader(pixels, None).origin.photograph < 0.5


@pytest.fixture(scope="module")
def portrait(samples: Path) -> np.ndarray:
    return cv2.imread(str(samples / "portrait_good.jpg"))[..., ::-1].copy()


def _bordered(pixels: np.ndarray) -> np.ndarray:
    return cv2.copyMakeBorder(pixels, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(20, 20, 20))


def _saved_again(pixels: np.ndarray) -> np.ndarray:
    _, coded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 70])
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1].copy()


def _tinted(pixels: np.ndarray) -> np.ndarray:
    return np.clip(pixels * np.float32([1.08, 1.0, 0.85]), 0, 255).astype(np.uint8)


def _ringed(pixels: np.ndarray) -> np.ndarray:
    found, (height, width) = pixels.copy(), pixels.shape[:2]
    cv2.circle(found, (width // 2, height // 2), int(min(height, width) * 0.48), (30, 150, 60), height // 16)
    return found


@pytest.mark.parametrize("change", [_bordered, _saved_again, _tinted, _ringed, np.fliplr])
def test_borders_tints_rings_and_resaving_do_not_turn_a_photo_into_a_drawing(checker, portrait, change) -> None:
    before, after = (
        checker.check(np.ascontiguousarray(p), crop=False)["photographic_origin"] for p in (portrait, change(portrait))
    )
    assert before.value > 0.9
    # Over 130 real portraits, a border moves the mean by 0.006 and the most sensitive by 0.16; this composite, by more.
    assert after.status is Status.PASS
    assert abs(after.value - before.value) < 0.25


def test_agreement_of_two_networks_lies_between_their_logits() -> None:
    heads = dict.fromkeys(HEADS, 0.0) | {"smile": -9.0, "eyes_hidden": math.log(9), "sunglasses": math.log(3)}
    covers = dict.fromkeys(COVERS, 0.0) | {"hand": 0.9, "mask": 0.1}
    seen = combined(LOOKS, PictureReading(Origin(0.9), heads, covers))
    assert seen.smile == LOOKS.smile
    assert 1 - LOOKS.eyes_visible < 1 - seen.eyes_visible < 0.9
    assert seen.eyes_open == pytest.approx(1 / (1 + 9 ** -(1 - EYES_OPEN_SHARE)))
    assert seen.eye_covers["sunglasses"] == pytest.approx(0.75)
    assert seen.covers == pytest.approx(covers)
    assert seen.human == LOOKS.human
