"""`mettici checks`, `policy` and `doctor`: what the program says about itself."""

from __future__ import annotations

import io
import re
import sys
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import run

from mettici.checks import all_checks
from mettici.checks.base import SECTIONS, Check
from mettici.cli import diagnostics
from mettici.errors import ModelCorruptError, ModelMissingError
from mettici.messages import languages, say
from mettici.output.explained import explained, texts_table
from mettici.output.page import MIN_COLUMNS, Page
from mettici.policy import load, names
from mettici.vision import weights

if TYPE_CHECKING:
    pass

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def test_checks_are_listed_in_each_language() -> None:
    listed = run("checks").stdout
    for rule in load().rules:
        assert rule.check.id in listed
        assert rule.check.title() in listed
    assert "Sorriso" in run("checks", "--lang", "it").stdout


def words_of(text: str) -> str:
    """The text without the markup of Markdown or the terminal, and without line breaks."""
    return " ".join(re.sub(r"[#|─]|---", " ", re.sub("[`*]", "", text)).split())


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_a_check_s_explanation_matches_its_page_in_the_docs(check: Check, lang: str) -> None:
    printed = run("checks", check.id, "--lang", lang, COLUMNS="100")
    assert printed.exit_code == 0
    page = explained(load(), check.id, lang)
    assert all(say(f"explained.{section.lower()}", lang) in printed.stdout for section in SECTIONS)
    assert set(words_of(page).split()) <= set(words_of(printed.stdout).split())
    assert max(len(line) for line in printed.stdout.splitlines()) <= 100
    written = (Path(__file__).parents[1] / "docs" / "checks" / f"{check.id}.md").read_text("utf-8")
    assert (page if lang == "en" else texts_table(check, lang)) in written


def test_an_explanation_fits_a_narrow_plain_terminal() -> None:
    printed = run("checks", "smile", COLUMNS="20").stdout
    assert max(len(line) for line in printed.splitlines()) <= MIN_COLUMNS
    assert "\x1b" not in printed
    assert "\x1b[1m" in run("checks", "smile", FORCE_COLOR="1").stdout
    plain = Page("it", 80, "ascii").markdown(explained(load(), "sharpness", "it"))
    assert plain.isascii()
    assert "?" not in plain


def test_an_unknown_check_is_wrong_usage() -> None:
    done = run("checks", "smil")
    assert done.exit_code == 2
    assert "Did you mean smile?" in done.stderr


def test_a_printed_policy_is_a_valid_policy_file(tmp_path: Path) -> None:
    printed = run("policy", "professional").stdout
    assert tomllib.loads(printed)["name"] == "professional"
    path = tmp_path / "mine.toml"
    path.write_text(printed, "utf-8")
    assert run("policy", str(path)).stdout == printed


@pytest.mark.parametrize("lang", languages())
def test_the_policies_are_listed_with_their_purpose(lang: str) -> None:
    done = run("policy", "--list", "--lang", lang)
    assert done.exit_code == 0
    printed = " ".join(done.stdout.split())
    for name in names():
        assert f"{name} {load(name).described(lang)}" in printed


def test_doctor_passes_a_healthy_installation() -> None:
    done = run("doctor", "--lang", "it")
    assert done.exit_code == 0, done.stdout
    for word in ("ONNX Runtime", "opencv", "face_mesh", "Apache-2.0", "JPEG", "Codifica".lower()):
        assert word in done.stdout


@pytest.mark.parametrize("lang", languages())
def test_doctor_describes_every_model_in_the_language_asked_for(lang: str) -> None:
    told = " ".join(run("doctor", "--lang", lang).stdout.split())
    for name, entry in weights.manifest().items():
        source = say("doctor.trained_here", lang) if entry.trained_here else entry.source
        assert f"{name}: {say(f'doctor.model.{name}', lang)}. {entry.licence}; {source}" in told


def test_doctor_reports_a_corrupt_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def corrupt(name: str) -> Path:
        raise ModelCorruptError("hash", file=f"{name}.onnx")

    monkeypatch.setattr(weights, "verified", corrupt)
    done = run("doctor")
    assert done.exit_code == 4
    assert "✘ face_mesh: The model face_mesh.onnx is not the one that was shipped." in done.stdout
    assert "→ Reinstall mettici" in done.stdout


@pytest.mark.parametrize(
    ("library", "module", "error", "remedy"),
    [
        ("OpenCV", "cv2", "libGL.so.1: cannot open shared object file", "pip install opencv-python-headless"),
        ("Pillow", "PIL.Image", "libtiff.so.6: cannot open shared object file", "libtiff.so.6"),
        ("numpy", "numpy", "No module named 'numpy'", "pip install --force-reinstall numpy"),
    ],
)
def test_doctor_advises_on_a_library_that_fails_to_load(
    monkeypatch: pytest.MonkeyPatch, library: str, module: str, error: str, remedy: str
) -> None:
    def broken(name: str) -> object:
        if name == module:
            raise ImportError(error)
        return import_module(name)

    monkeypatch.setattr(diagnostics.importlib, "import_module", broken)
    lines = {line.name: line for line in diagnostics.versions("en")}
    assert lines[library].fatal
    assert remedy in (lines[library].remedy or "")


def test_doctor_reports_inaccessible_models(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> object:
        raise ModelMissingError(file="manifest.toml")

    monkeypatch.setattr(weights, "manifest", missing)
    (line,) = diagnostics.models("en")
    assert line.fatal
    assert "manifest.toml" in line.found
    monkeypatch.setattr(diagnostics.importlib, "import_module", lambda _: import_module("no_such_library"))
    (line,) = diagnostics.models("en")
    assert line.fatal


def test_doctor_reports_two_packages_with_the_same_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnostics, "_version", lambda _: "4.12")
    lines = {line.name: line for line in diagnostics.versions("en")}
    assert "pip uninstall opencv-" in (lines["OpenCV"].remedy or "")
    assert not lines["OpenCV"].fatal


def test_doctor_reports_a_terminal_without_the_symbols() -> None:
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with redirect_stdout(plain):
        encoding, _ = diagnostics.terminal("en")
    assert encoding.found == "ascii"
    assert encoding.remedy
