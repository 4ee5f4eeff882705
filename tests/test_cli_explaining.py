"""`mettici checks`, `policy` and `doctor`: what the program tells about itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import run

from mettici.checks import all_checks
from mettici.checks.base import LANGUAGES, Check
from mettici.errors import ModelCorruptError
from mettici.policy import load
from mettici.render.explained import HEADINGS, explained, said
from mettici.render.page import NARROWEST, Page
from mettici.vision import weights

if TYPE_CHECKING:
    pass

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def test_checks_are_listed_in_both_languages() -> None:
    listed = run("checks").stdout
    for rule in load().rules:
        assert rule.check.id in listed
        assert rule.check.title.en in listed
    assert "Sorriso" in run("checks", "--lang", "it").stdout


def words_of(text: str) -> str:
    """Without what Markdown and the terminal each add, and without where lines break."""
    return " ".join(re.sub(r"[#|─]|---", " ", re.sub("[`*]", "", text)).split())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_a_check_is_explained_by_the_page_of_the_docs(check: Check, lang: str) -> None:
    told = run("checks", check.id, "--lang", lang, COLUMNS="100")
    assert told.exit_code == 0
    page = explained(load(), check.id, lang)
    assert all(heading(lang) in told.stdout for heading in HEADINGS.values())
    assert set(words_of(page).split()) <= set(words_of(told.stdout).split())
    assert max(len(line) for line in told.stdout.splitlines()) <= 100
    written = (Path(__file__).parents[1] / "docs" / "checks" / f"{check.id}.md").read_text("utf-8")
    assert (page if lang == "en" else said(check, lang)) in written


def test_an_explanation_fits_a_narrow_terminal_without_colours_and_signs() -> None:
    told = run("checks", "smile", COLUMNS="20").stdout
    assert max(len(line) for line in told.splitlines()) <= NARROWEST
    assert "\x1b" not in told
    assert "\x1b[1m" in run("checks", "smile", color=True).stdout
    plain = Page("it", 80, "ascii").markdown(explained(load(), "sharpness", "it"))
    assert plain.isascii()
    assert "?" not in plain


def test_an_unknown_check_is_wrong_usage() -> None:
    done = run("checks", "smil")
    assert done.exit_code == 2
    assert "Did you mean: smile" in done.stderr


def test_a_printed_policy_is_a_policy_file(tmp_path: Path) -> None:
    printed = run("policy", "professional").stdout
    assert tomllib.loads(printed)["name"] == "professional"
    path = tmp_path / "mine.toml"
    path.write_text(printed, "utf-8")
    assert run("policy", str(path)).stdout == printed


def test_doctor_finds_all_in_order() -> None:
    done = run("doctor", "--lang", "it")
    assert done.exit_code == 0, done.stdout
    for word in ("mediapipe", "opencv", "face_mesh", "Apache-2.0", "JPEG", "Codifica".lower()):
        assert word in done.stdout


def test_doctor_tells_a_corrupt_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def corrupt(name: str) -> Path:
        raise ModelCorruptError("hash", file=f"{name}.tflite")

    monkeypatch.setattr(weights, "verified", corrupt)
    done = run("doctor")
    assert done.exit_code == 4
    assert "✘ face_mesh: The model face_mesh.tflite is not the one that was shipped." in done.stdout
    assert "→ Install mettici again" in done.stdout


def test_doctor_knows_the_missing_desktop_library(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    from mettici.cli import diagnosis

    def broken(name: str) -> object:
        if name == "cv2":
            raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
        return import_module(name)

    monkeypatch.setattr(diagnosis.importlib, "import_module", broken)
    lines = {line.name: line for line in diagnosis.versions("en")}
    assert lines["OpenCV"].fatal
    assert "pip install opencv-python-headless" in (lines["OpenCV"].remedy or "")
