"""Follows "Add a check" in CONTRIBUTING.md to the letter in a copy: one file, its test, its texts, nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mettici.messages import languages

ROOT = Path(__file__).parents[1]
SECTION = re.search(r"^## Add a check\n(.*?)^## ", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M | re.S)
NEEDED = ("src", "tests", "docs", "scripts", "models", "training", "pyproject.toml", "CONTRIBUTING.md")


def files_to_write() -> dict[str, str]:
    """The Python blocks, by the path in the line above."""
    assert SECTION is not None
    return dict(re.findall(r"Write `([\w/.]+)`:\n\n```python\n(.*?)^```$", SECTION[1], re.M | re.S))


def sentences_to_append() -> dict[str, str]:
    """The texts to add to the catalogues, by path."""
    assert SECTION is not None
    return dict(re.findall(r"Append to\s`([\w/.]+)`:\n\n```po\n(.*?)^```$", SECTION[1], re.M | re.S))


def follow(copy: Path) -> None:
    """Write everything that the page says to write."""
    for path, text in files_to_write().items():
        (copy / path).write_text(text, "utf-8")
    for path, text in sentences_to_append().items():
        before = (copy / path).read_text("utf-8")
        (copy / path).write_text(before if text in before else before + text, "utf-8")


def commands_to_run() -> list[str]:
    assert SECTION is not None
    blocks = re.findall(r"^```sh\n(.*?)^```$", SECTION[1], re.M | re.S)
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files that a contributor works on."""
    copy = tmp_path_factory.mktemp("scratch")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture(scope="module")
def environment(scratch: Path) -> dict[str, str]:
    """The active environment, with the copy in place of the installed package."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    return kept | {"PATH": path, "PYTHONPATH": str(scratch / "src"), "PYTHONDONTWRITEBYTECODE": "1"}


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and not re.search(r"cache|\.hypothesis", str(file)))
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_the_steps_give_a_file_its_test_and_its_texts(scratch: Path, environment: dict[str, str]) -> None:
    before, files = contents(scratch), files_to_write()
    check, test = files
    name = Path(check).stem
    assert (check, test) == (f"src/mettici/checks/{name}.py", f"tests/checks/test_{name}.py")
    follow(scratch)
    said = {}
    for command in commands_to_run():
        done = subprocess.run(
            ["bash", "-c", command], cwd=scratch, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        said[command] = done.stdout
    assert "Shape of the photo" in said[f"mettici checks {name}"]
    assert "Forma della foto" in said[f"mettici checks {name} --lang it"]
    assert f"[{name}]" in said["mettici policy professional"]
    after = contents(scratch)
    written = {path for path in after if after[path] != before.get(path)}
    generated = {f"docs/checks/{name}.md", "docs/checks.md", "docs/failings.md", "docs/policies.md"}
    catalogues = {f"src/mettici/messages/{lang}.po" for lang in languages()}
    assert written == {check, test} | catalogues | generated
    assert before.keys() <= after.keys()


def printed(code: str, scratch: Path, environment: dict[str, str]) -> str:
    """The output of the Python `code` in the copy."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_new_check_judges_photos(scratch: Path, environment: dict[str, str]) -> None:
    follow(scratch)
    code = (
        "from skimage import data\n"
        "from mettici import PhotoChecker\n"
        "report = PhotoChecker(strict=True).check(data.chelsea()[:150])\n"
        "print(report['elongation'].status.value, report['elongation'].advice('it'))"
    )
    assert printed(code, scratch, environment).startswith("warn Ritaglia la foto")


FACE_CHECK = '''"""Is the mouth wide?"""

from __future__ import annotations

import numpy as np

from mettici.checks.base import Assessment, Check, Limits, Status, more_is_better, without_mesh
from mettici.evidence import Evidence
from mettici.vision.landmarks import MOUTH_CORNERS, SIDES


class MouthWidth(Check):
    """Asks whether the mouth is wide.

    Why
        A smile widens it.

        Source: made up for this test.

    How
        The width of the mouth over that of the face.

    Fix
        Smile.

    Limits
        It is an example.
    """

    unit = "ratio"
    weight = 0.1
    needs_face = True
    landmarks = MOUTH_CORNERS
    limits = {"fail_below": 0.01, "warn_below": 0.2, "ideal": 0.4}
    ascending = (("fail_below", "warn_below", "ideal"),)
    reasons = ("near_square", "elongated")

    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        mesh = evidence.mesh
        if mesh is None:
            return without_mesh(evidence)
        mouth, face = (float(np.linalg.norm(np.subtract(*mesh.points[list(ends)]))) for ends in (MOUTH_CORNERS, SIDES))
        status, score = more_is_better(mouth / face, limits)
        return Assessment(status, "near_square" if status is Status.PASS else "elongated", mouth / face, score)
'''


def test_the_same_steps_work_for_a_face_check(scratch: Path, environment: dict[str, str]) -> None:
    """One file, its test and its texts are enough: no list of face checks, spots or hints needs an entry."""
    (scratch / "src/mettici/checks/mouth_width.py").write_text(FACE_CHECK, "utf-8")
    (scratch / "tests/checks/test_mouth_width.py").write_text('"""The width of the mouth."""\n', "utf-8")
    for path, text in sentences_to_append().items():
        said = text.replace("elongation.", "mouth_width.").replace("{warn_above", "{warn_below")
        (scratch / path).write_text((scratch / path).read_text("utf-8") + said, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "tests/test_checks_registry.py", "-k", "mouth_width"]
    done = subprocess.run(command, cwd=scratch, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    code = (
        "from skimage import data\n"
        "from mettici import PhotoChecker\n"
        "done = PhotoChecker(strict=True).examine(data.astronaut()[:300, 80:380])\n"
        "print(done.report['mouth_width'].status.value, done.report['mouth_width'].rule.check.spot(done.evidence))"
    )
    status, _, spot = printed(code, scratch, environment).partition(" ")
    assert status in ("pass", "warn", "fail")
    assert spot.startswith("(")
