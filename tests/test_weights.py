"""The weights: complete, matching the manifest, and never used otherwise."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
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


THEIRS = [entry.file for entry in weights.manifest().values() if not entry.trained_here]
BUILT = "import hatch_build, pathlib, sys; hatch_build.fill(pathlib.Path(sys.argv[1]))"
OFFLINE = f"import hatch_build; hatch_build._download = None; {BUILT}"


def built(code: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    """The result of running that code next to the build hook, in a separate process."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_build_in_an_empty_folder_makes_every_file_in_the_manifest(tmp_path: Path) -> None:
    shutil.copy(weights.folder() / "manifest.toml", tmp_path)
    done = built(BUILT, tmp_path)
    if "could not be downloaded" in done.stderr:
        pytest.skip("pip reaches no package index that has MediaPipe's wheel")
    assert done.returncode == 0, done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {"manifest.toml", *THEIRS}
    for entry in weights.manifest().values():
        if not entry.trained_here:
            assert hashlib.sha256((tmp_path / entry.file).read_bytes()).hexdigest() == entry.sha256


def test_the_build_hook_keeps_good_files_and_rejects_others(tmp_path: Path) -> None:
    """Without a network: files with the right hash are kept, and nothing is downloaded."""
    folder = tmp_path / "models"
    shutil.copytree(weights.folder(), folder)
    kept = built(OFFLINE, folder)
    assert kept.returncode == 0, kept.stderr
    (folder / weights.manifest()["face_mesh"].file).write_bytes(b"other")
    assert "'NoneType' object is not callable" in built(OFFLINE, folder).stderr


SWAPPED = """
import hatch_build, pathlib, sys, zipfile
wheel = pathlib.Path(sys.argv[2]) / "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
with zipfile.ZipFile(wheel, "w") as z:
    z.writestr(hatch_build.SCHEMA, f"open({str(wheel) + '.ran'!r}, 'w')")
hatch_build._download = lambda folder: wheel
hatch_build.fill(pathlib.Path(sys.argv[1]))
"""


def test_a_wheel_with_a_wrong_hash_is_rejected_before_any_of_it_runs(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(weights.folder(), folder, ignore=shutil.ignore_patterns(*THEIRS))
    refused = built(SWAPPED, folder, tmp_path)
    assert "the wheel from mediapipe==0.10.21 has sha256" in refused.stderr
    assert not list(tmp_path.glob("*.ran"))
    assert not {file.name for file in folder.iterdir()} & set(THEIRS)


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
