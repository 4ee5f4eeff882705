"""The weights: complete, matching the manifest, and never used otherwise."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mettici.errors import ModelCorruptError, ModelError, ModelMissingError
from mettici.vision import onnx, weights

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", weights.manifest())
def test_every_file_is_verified(name: str) -> None:
    assert weights.verified(name).is_file()


def test_every_file_is_in_the_manifest() -> None:
    named = {w.file for w in weights.manifest().values()}
    assert {p.name for p in weights.folder().iterdir() if p.suffix == ".onnx"} == named


def test_third_party_weights_are_named_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    for entry in weights.manifest().values():
        assert entry.licence == "Apache-2.0"
        assert entry.file in notice or entry.trained_here


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    shutil.copytree(weights.folder(), folder)
    monkeypatch.setattr(weights, "folder", lambda: folder)
    monkeypatch.setattr(onnx, "folder", lambda: folder)
    return folder


def test_a_changed_file_is_rejected(copied: Path) -> None:
    path = copied / weights.manifest()["face_mesh"].file
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelCorruptError) as error:
        weights.verified("face_mesh")
    assert error.value.exit_code == 4
    assert path.name in str(error.value)


def test_a_missing_file_is_reported(copied: Path) -> None:
    (copied / weights.manifest()["face_mesh"].file).unlink()
    with pytest.raises(ModelMissingError) as error:
        weights.verified("face_mesh")
    assert error.value.exit_code == 4
    assert error.value.remedy


OURS = [name for name, entry in weights.manifest().items() if entry.trained_here]


@pytest.mark.parametrize("name", OURS)
def test_our_networks_match_their_descriptions(name: str) -> None:
    network = onnx.OnnxNetwork(weights.verified(name), onnx.load_description(name))
    inputs = {key: np.zeros(shape, np.float32) for key, shape in onnx.load_description(name).inputs.items()}
    groups = network.grouped(network.raw(inputs))
    assert {group: tuple(labels) for group, labels in groups.items()} == onnx.load_description(name).outputs


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"inputs": {"nothing": (1, 3, 96, 96)}}, "could not be loaded"),
        ({"outputs": {"heads": ("human",)}}, "7 outputs, expected 1"),
    ],
)
def test_a_network_with_a_wrong_shape_is_rejected(change: dict[str, Any], detail: str) -> None:
    path, right = weights.verified("face_looks"), onnx.load_description("face_looks")
    with pytest.raises(ModelCorruptError, match=detail) as error:
        onnx.OnnxNetwork(path, replace(right, **change))
    assert path.name in str(error.value)


@pytest.mark.parametrize("content", [b"", b"no network", b"\x08\x07" * 400])
def test_a_file_that_is_not_a_network_is_rejected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelCorruptError) as error:
        onnx.OnnxNetwork(path, onnx.load_description("picture"))
    assert error.value.exit_code == 4


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (None, ModelMissingError),
        ("[inputs", ModelCorruptError),
        ("inputs = 3", ModelCorruptError),
    ],
)
def test_an_invalid_description_is_rejected(copied: Path, text: str | None, refused: type[ModelError]) -> None:
    path = copied / "picture.toml"
    path.unlink() if text is None else path.write_text(text, "utf-8")
    onnx.load_description.cache_clear()
    try:
        with pytest.raises(refused, match=r"picture\.toml"):
            onnx.load_description("picture")
    finally:
        onnx.load_description.cache_clear()
