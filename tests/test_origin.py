"""Photographic origin: what the network gets to see, and what it answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mettici.faces import Mesh
from mettici.vision.origin import (
    FACE,
    KINDS,
    PHOTOGRAPHIC,
    STATISTICS,
    TEXTURE,
    WHOLE,
    OriginReader,
    statistics,
    views,
)

MODEL = Path(__file__).parents[1] / "models" / "origin.onnx"


def _mesh(x: float, y: float, size: float) -> Mesh:
    """A mesh whose points fill a square of `size` px around (x, y), the eyes level."""
    points = np.random.default_rng(0).uniform(-0.5, 0.5, (478, 3)).astype(np.float32)
    points[[33, 133, 362, 263], :2] = [[-0.4, -0.2], [-0.1, -0.2], [0.1, -0.2], [0.3, -0.2]]
    points[1, :2] = 0
    return Mesh(points * size + np.float32([x, y, 0]), 1.0)


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (17, 9), (200, 640), (1024, 768)])
@pytest.mark.parametrize("face", [False, True])
def test_views_of_any_picture_have_the_sizes_of_the_inputs(shape: tuple[int, int], face: bool) -> None:
    seen = views(_noise(*shape), _mesh(shape[1] / 2, shape[0] / 2, min(shape) / 2) if face else None)
    assert seen.face.shape == (FACE, FACE, 3)
    assert seen.texture.shape == (TEXTURE, TEXTURE, 3)
    assert seen.whole.shape == (WHOLE, WHOLE, 3)
    assert seen.statistics.shape == (STATISTICS,)
    assert np.isfinite(seen.statistics).all()


@pytest.mark.parametrize(("x", "y"), [(-500.0, 50.0), (50.0, 5000.0), (0.0, 0.0)])
def test_a_face_outside_the_picture_repeats_its_edge(x: float, y: float) -> None:
    seen = views(np.full((100, 100, 3), 77, np.uint8), _mesh(x, y, 60))
    assert (seen.face == 77).all()
    assert (seen.texture == 77).all()


def test_the_texture_keeps_the_pixels_of_a_small_face() -> None:
    pixels = _noise(300, 300)
    mesh = _mesh(150, 150, 100)
    texture = views(pixels, mesh).texture
    rows = np.lib.stride_tricks.sliding_window_view(pixels[..., 0], (3, 3)).astype(int)
    middle = texture[39:42, 39:42, 0].astype(int)
    assert np.abs(rows - middle).max((2, 3)).min() < 90  # half-pixel interpolation at most


def test_statistics_tell_flat_art_from_noise() -> None:
    flat, noisy = statistics(np.full((90, 90, 3), 200, np.uint8), False), statistics(_noise(90, 90), True)
    for at in (0, 20):  # shares of pixels without gradient, and of the commonest colour
        assert flat[at] == pytest.approx(1)
        assert noisy[at] < 0.05
    assert (flat[-1], noisy[-1]) == (0, 1), "whether there is a face"


@pytest.fixture(scope="module")
def reader() -> OriginReader:
    return OriginReader(MODEL)


@pytest.mark.parametrize("face", [False, True])
def test_the_answer_adds_up(reader: OriginReader, face: bool) -> None:
    origin = reader(_noise(240, 200), _mesh(100, 100, 90) if face else None)
    assert 0 <= origin.photograph <= 1
    assert tuple(origin.kinds) == KINDS[1:]
    drawn = sum(origin.kinds[k] for k in KINDS[PHOTOGRAPHIC:])
    assert origin.photograph + drawn == pytest.approx(1, abs=1e-4)


def test_the_same_picture_gets_the_same_answer(reader: OriginReader) -> None:
    pixels = _noise(120, 160)
    assert reader(pixels, None) == reader(pixels, None)


def test_a_flat_drawing_without_a_face_is_no_photograph(reader: OriginReader) -> None:
    pixels = np.full((256, 256, 3), 255, np.uint8)
    pixels[60:200, 80:180] = (30, 90, 200)
    pixels[90:120, 100:160] = (250, 220, 30)
    assert reader(pixels, None).photograph < 0.5
