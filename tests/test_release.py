"""The contents of a release, and consistency of CI, make and the changelog."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tarfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

from mettici import __version__
from mettici.vision.weights import manifest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(file.name for file in (ROOT / "scripts").iterdir())
MADE_BY_THE_BUILD = {f"models/{entry.file}" for entry in manifest().values() if not entry.trained_here}
MAKEFILE, CI = ((ROOT / name).read_text("utf-8") for name in ("Makefile", ".ci/run"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the source distribution."""
    folder = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(folder / f"mettici-{__version__}.tar.gz") as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers()}


def test_the_sdist_has_everything_to_build_and_test(sdist: set[str]) -> None:
    rooms = (
        *("src", "tests", "docs", "models", "scripts", "training", "tflite_to_onnx"),
        *("benchmarks", "examples", "sample_images"),
    )
    wanted = {
        str(file.relative_to(ROOT))
        for room in rooms
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and "made" not in file.parts
    }
    assert {file for file in wanted if not file.endswith(".pyc")} - MADE_BY_THE_BUILD <= sdist
    assert {"hatch_build.py", "pyproject.toml", "LICENSE", "NOTICE", "Makefile", ".ci/run"} <= sdist


def test_the_sdist_has_no_third_party_weights_and_no_generated_pictures(sdist: set[str]) -> None:
    assert sdist & MADE_BY_THE_BUILD == set()
    assert [name for name in sdist if name.startswith("sample_images/made/")] == []


def test_no_third_party_weights_are_committed() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {name for name in MADE_BY_THE_BUILD if any(fnmatch(name, line) for line in ignored)} == MADE_BY_THE_BUILD
    listed = subprocess.run(["git", "ls-files", "models"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert MADE_BY_THE_BUILD & set(listed.stdout.split()) == set()  # an sdist is not a repository and lists no files


def test_pages_link_only_to_files_in_the_sdist(sdist: set[str]) -> None:
    for page in ROOT.glob("*.md"):
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            name = link.rstrip("/")
            assert name in sdist or any(file.startswith(f"{name}/") for file in sdist), f"{page.name}: {link}"


def test_the_version_is_defined_once_and_has_a_changelog_entry() -> None:
    assert f"\n## [{__version__}] - " in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text("utf-8")
    stated = [file for file in (ROOT / "src").rglob("*.py") if f'"{__version__}"' in file.read_text("utf-8")]
    assert stated == [ROOT / "src" / "mettici" / "_version.py"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_ci_and_make_run_the_same_scripts(script: str) -> None:
    assert re.search(rf"^scripts/{script}\b", CI, re.MULTILINE), "CI does not run it"
    assert re.search(rf"^\t@scripts/{script}\b", MAKEFILE, re.MULTILINE), "make does not run it"
    assert (ROOT / "scripts" / script).stat().st_mode & 0o111


def test_make_names_existing_modules() -> None:
    modules = re.findall(r"python -m ([\w.]+)", MAKEFILE)
    assert [name for name in modules if name != "venv" and importlib.util.find_spec(name) is None] == []


def test_every_target_of_make_is_explained() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert targets == set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert targets == set(phony[1].split())
