"""The build hook: it fills `models/` from MediaPipe's wheel and compiles the catalogues of an editable install."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mettici import messages
from mettici.vision import weights

ROOT = Path(__file__).parent.parent
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


COMPILED = "import hatch_build, pathlib, sys; hatch_build.cache_messages(pathlib.Path(sys.argv[1]))"
WITHOUT_BABEL = (
    "import pathlib, sys; sys.modules['babel'] = None; import compiling;"
    "print(len(compiling.up_to_date(pathlib.Path('it.po'))))"
)


def test_an_editable_install_needs_no_babel(tmp_path: Path) -> None:
    """The build hook leaves compiled catalogues where the source tree looks for them."""
    copied = tmp_path / "messages"
    shutil.copytree(Path(messages.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    done = built(COMPILED, copied)
    assert done.returncode == 0, done.stderr
    command = [sys.executable, "-c", WITHOUT_BABEL]
    printed = subprocess.run(command, cwd=copied, check=True, capture_output=True, text=True).stdout
    assert int(printed) > 10_000
