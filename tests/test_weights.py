"""The weights: all there, as the manifest says, and never used otherwise."""

from __future__ import annotations

import re
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
    assert {p.name for p in weights.folder().iterdir() if p.suffix in (".tflite", ".onnx")} == named


def test_what_others_made_is_named_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    for entry in weights.manifest().values():
        assert entry.licence == "Apache-2.0"
        assert entry.file in notice or entry.file.endswith(".onnx")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    shutil.copytree(weights.folder(), folder)
    monkeypatch.setattr(weights, "folder", lambda: folder)
    monkeypatch.setattr(onnx, "folder", lambda: folder)
    return folder


def test_a_changed_file_is_refused(copied: Path) -> None:
    path = copied / weights.manifest()["face_mesh"].file
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelCorruptError) as error:
        weights.verified("face_mesh")
    assert error.value.exit_code == 4
    assert path.name in str(error.value)


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / weights.manifest()["face_mesh"].file).unlink()
    with pytest.raises(ModelMissingError) as error:
        weights.verified("face_mesh")
    assert error.value.exit_code == 4
    assert error.value.remedy


def test_the_build_hook_keeps_good_files_and_refuses_others(tmp_path: Path) -> None:
    """Without a network: files with the right hash are kept, and nothing is downloaded."""
    folder = tmp_path / "models"
    shutil.copytree(weights.folder(), folder)
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import hatch_build, pathlib; "
        "hatch_build._download = None; hatch_build.fill(pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)
    (folder / weights.manifest()["face_mesh"].file).write_bytes(b"other")
    again = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, check=False)
    assert again.returncode != 0


SWAPPED = """
import hatch_build, pathlib, sys, zipfile
wheel = pathlib.Path(sys.argv[2]) / "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
with zipfile.ZipFile(wheel, "w") as z:
    for name in hatch_build.SCHEMAS:
        z.writestr(f"mediapipe/tasks/metadata/{name}.py", f"open({str(wheel) + '.ran'!r}, 'w')")
hatch_build._download = lambda folder: wheel
hatch_build.fill(pathlib.Path(sys.argv[1]))
"""


def test_a_wheel_with_another_hash_is_refused_before_anything_in_it_runs(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(weights.folder(), folder, ignore=shutil.ignore_patterns("*.tflite"))
    build = [sys.executable, "-c", SWAPPED, str(folder), str(tmp_path)]
    refused = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "the wheel from mediapipe==0.10.21 has sha256" in refused.stderr
    assert not list(tmp_path.glob("*.ran"))
    assert not list(folder.glob("*.tflite"))


ON_ARM = """
import platform
platform.machine = lambda: "aarch64"
import hatchling.build, sys
hatchling.build.prepare_metadata_for_build_wheel(sys.argv[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ARM is fine")
def test_pip_says_why_it_cannot_install_on_linux_on_arm(tmp_path: Path) -> None:
    """pip asks for the metadata first, and shows what that says; it resolves MediaPipe only afterwards."""
    asked = [sys.executable, "-c", ON_ARM, str(tmp_path)]
    refused = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "RuntimeError: mettici does not run on Linux on ARM yet" in refused.stderr
    named = re.search(r"docs/decisions/\S+\.md", refused.stderr)
    assert named is not None
    assert (ROOT / named[0]).is_file()


OURS = [name for name, entry in weights.manifest().items() if entry.file.endswith(".onnx")]


@pytest.mark.parametrize("name", OURS)
def test_ours_are_what_is_described_beside_them(name: str) -> None:
    network = onnx.OnnxNetwork(weights.verified(name), onnx.described(name))
    inputs = {key: np.zeros(shape, np.float32) for key, shape in onnx.described(name).inputs.items()}
    told = network.grouped(network.raw(inputs))
    assert {group: tuple(labels) for group, labels in told.items()} == onnx.described(name).outputs


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"inputs": {"nothing": (1, 3, 96, 96)}}, "could not be loaded"),
        ({"outputs": {"heads": ("human",)}}, "7 outputs in place of 1"),
    ],
)
def test_a_network_of_another_shape_is_refused(change: dict[str, Any], detail: str) -> None:
    path, right = weights.verified("face_looks"), onnx.described("face_looks")
    with pytest.raises(ModelCorruptError, match=detail) as error:
        onnx.OnnxNetwork(path, replace(right, **change))
    assert path.name in str(error.value)


@pytest.mark.parametrize("content", [b"", b"no network", b"\x08\x07" * 400])
def test_a_file_that_is_no_network_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "picture.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelCorruptError) as error:
        onnx.OnnxNetwork(path, onnx.described("picture"))
    assert error.value.exit_code == 4


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (None, ModelMissingError),
        ("[inputs", ModelCorruptError),
        ("inputs = 3", ModelCorruptError),
    ],
)
def test_a_description_that_is_none_is_refused(copied: Path, text: str | None, refused: type[ModelError]) -> None:
    path = copied / "picture.toml"
    path.unlink() if text is None else path.write_text(text, "utf-8")
    onnx.described.cache_clear()
    try:
        with pytest.raises(refused, match=r"picture\.toml"):
            onnx.described("picture")
    finally:
        onnx.described.cache_clear()
