"""MediaPipe's networks after conversion: they give MediaPipe's own outputs for the same pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mettici.errors import ModelCorruptError
from mettici.image.types import Pixels
from mettici.vision.runtime import Network
from mettici.vision.weights import verified

RECORDED = Path(__file__).parent / "support" / "mediapipe_outputs.npz"
"""Outputs of MediaPipe 0.10.31 (`ImageEmbedder`, on the files of 0.10.21) for `drawn`: about 160 evenly spaced numbers
of each. Their magnitudes reach 174, and the mask's 1."""
SIDES = {"face_detector_near": 128, "face_detector_far": 192, "face_mesh": 192, "person_mask": 256}
APART = 5e-4


def drawn(side: int) -> Pixels:
    """A face above shoulders, realistic enough for every network to find its target."""
    down, right = np.mgrid[:side, :side] * (128 / side)
    picture = np.full((side, side, 3), (90, 120, 160), np.uint8)

    def ellipse(x: float, y: float, across: float, along: float, colour: tuple[int, int, int]) -> None:
        picture[((right - x) / across) ** 2 + ((down - y) / along) ** 2 < 1] = colour

    ellipse(64, 138, 48, 44, (40, 40, 70))
    ellipse(64, 48, 27, 34, (60, 40, 30))
    ellipse(64, 54, 22, 29, (215, 170, 145))
    for x in (55, 73):
        ellipse(x, 49, 4, 2.5, (250, 250, 250))
        ellipse(x, 49, 2, 2, (60, 40, 30))
        ellipse(x, 43, 5, 1, (60, 40, 30))
    ellipse(64, 60, 2.5, 3, (190, 140, 120))
    ellipse(64, 70, 8, 2.5, (170, 70, 70))
    return picture


@pytest.mark.parametrize("name", SIDES)
def test_a_converted_network_matches_mediapipe(name: str) -> None:
    said = Network(verified(name))(drawn(SIDES[name]))
    with np.load(RECORDED) as recorded:
        expected = [recorded[key] for key in recorded if key.startswith(f"{name}.")]
    assert len(said) == len(expected)
    for ours, theirs in zip(said, expected, strict=True):
        np.testing.assert_allclose(ours[:: max(1, ours.size // 160)], theirs, atol=APART)


@pytest.mark.parametrize("content", [b"", b"no network", b"\x08\x07" * 400])
def test_a_file_that_is_not_a_network_is_rejected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "face_mesh.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelCorruptError, match=r"face_mesh\.onnx"):
        Network(path)
