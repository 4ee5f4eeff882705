"""The lock file covers the project, the bill of materials is complete, and an incomplete audit does not pass."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from supply import audit, bom
from supply.lock import BUILD, CONTAINER, CONTAINER_EXTRAS, EXTRAS, LOCK, ROOT, project

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ; (.+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)


WANTED_BY = {LOCK: EXTRAS, BUILD: (), CONTAINER: CONTAINER_EXTRAS}
HEADLESS = {"opencv-python": "opencv-python-headless"}
"""What the container installs in place of a dependency in pyproject.toml."""


def pins(lock: Path) -> list[Requirement]:
    """Every pin in the lock file, with its marker."""
    text = lock.read_text("utf-8")
    found = [
        f"{name}=={version}" + (f" ; {marker}" if marker else "") for name, version, marker, _ in PIN.findall(text)
    ]
    lines = [line for line in text.splitlines() if line[:1] not in ("#", " ", "")]
    assert len(found) == len(lines) > 5, "each line is a pin, and each pin has hashes"
    return [Requirement(pin) for pin in found]


def pinned(lock: Path, python: str) -> dict[str, str]:
    """The version of each package that the lock file installs for that Python."""
    surroundings = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": "linux"}
    return {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin in pins(lock)
        if pin.marker is None or pin.marker.evaluate(surroundings)
    }


def wanted(lock: Path, python: str) -> list[Requirement]:
    """The requirements that the lock file must cover: the project, its extras and its build dependencies, for that
    Python."""
    metadata = project()
    building = metadata["build-system"]["requires"] if lock != CONTAINER else []
    running = [] if lock == BUILD else [*metadata["project"]["dependencies"], *named(WANTED_BY[lock])]
    found = [Requirement(name) for name in (*building, *running)]
    return [one for one in found if one.marker is None or one.marker.evaluate({"python_version": python})]


def named(extras: tuple[str, ...]) -> list[str]:
    """The requirements of the extras, including nested extras."""
    names = [name for extra in extras for name in project()["project"]["optional-dependencies"][extra]]
    inner = {extra for name in names if name.startswith("mettici[") for extra in Requirement(name).extras}
    return [name for name in names if not name.startswith("mettici[")] + (named(tuple(inner)) if inner else [])


def test_future_pythons_are_not_excluded() -> None:
    metadata = project()["project"]
    allowed = SpecifierSet(metadata["requires-python"])
    assert all(python in allowed for python in (*PYTHONS, "3.15", "4.0"))
    named = re.findall(r":: (3\.\d+)$", "\n".join(metadata["classifiers"]), re.M)
    assert tuple(named) == PYTHONS


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", WANTED_BY, ids=lambda lock: lock.stem)
def test_every_dependency_is_pinned_within_its_range_on_every_python(lock: Path, python: str) -> None:
    here = pinned(lock, python)
    for requirement in wanted(lock, python):
        name = canonicalize_name(requirement.name)
        name = HEADLESS.get(name, name) if lock == CONTAINER else name
        assert here[name] in requirement.specifier, f"{requirement}: run python -m supply lock"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", [BUILD, CONTAINER], ids=lambda lock: lock.stem)
def test_build_and_container_use_the_versions_of_ci(lock: Path, python: str) -> None:
    tried, here = pinned(LOCK, python), pinned(lock, python)
    windowless = {there: version for one, there in HEADLESS.items() if (version := tried.get(one))}
    assert here.items() <= (tried | windowless).items()


@pytest.mark.parametrize("lock", WANTED_BY, ids=lambda lock: lock.stem)
def test_the_lock_names_no_package_source(lock: Path) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|@ ", lock.read_text("utf-8"))


def test_the_image_installs_only_pinned_packages() -> None:
    metadata = (ROOT / "Dockerfile").read_text("utf-8")
    bases = dict(re.findall(r"^ARG (\w+)=(\S+)$", metadata, re.MULTILINE))
    for base in re.findall(r"^FROM (\S+)", metadata, re.MULTILINE):
        image = bases.get(base.strip("${}"), base)
        assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", image), f"{image} has no digest"
    installs = re.findall(r"pip install .*", metadata)
    assert installs
    assert all("--require-hashes" in line or "--no-index --no-deps" in line for line in installs), installs


def test_the_bill_names_packages_weights_and_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uses a made-up environment, because scanning this one takes minutes. CI lists the wheel's real dependencies."""
    pytest.importorskip("cyclonedx")
    monkeypatch.setattr(bom, "installed", lambda _: json.loads(json.dumps(ENVIRONMENT)))
    bom.run("python", tmp_path / "mettici.cdx.json")
    bill = json.loads((tmp_path / "mettici.cdx.json").read_text("utf-8"))
    named = {one["name"] for one in bill["components"]}
    assert {"pillow", "DejaVuSans.ttf", "picture.onnx", "face_mesh.onnx"} <= named
    models = [one for one in bill["components"] if one["type"] == "machine-learning-model"]
    assert len(models) == len(bom.weights()) > 5
    assert all(one["hashes"][0]["content"] and one["licenses"][0]["license"]["id"] for one in models)


def test_an_invalid_bill_is_rejected() -> None:
    pytest.importorskip("cyclonedx")
    with pytest.raises(ValueError, match="no valid CycloneDX"):
        bom.validate({**ENVIRONMENT, "components": [{"type": "no such thing"}]})


ENVIRONMENT = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "components": [{"type": "library", "bom-ref": "pillow==1.0", "name": "pillow", "version": "1.0"}],
}
PACKAGE = {"name": "pillow", "version": "1.0", "vulns": []}
BAD = {**PACKAGE, "vulns": [{"id": "CVE-1", "fix_versions": ["2.0"]}]}
SKIPPED = {"name": "numpy", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ({"pypi": [PACKAGE]}, 0, "no known vulnerability"),
        ({"pypi": [PACKAGE, BAD]}, 1, "VULNERABLE: pillow 1.0: CVE-1, fixed in 2.0"),
        ({"pypi": [SKIPPED], "osv": [PACKAGE]}, 0, "no known vulnerability"),
        ({"pypi": [SKIPPED], "osv": []}, 3, "NOT AUDITED"),
        ({"pypi": [PACKAGE, SKIPPED], "osv": [PACKAGE, SKIPPED]}, 3, "NOT AUDITED"),
        ({"pypi": [BAD, SKIPPED], "osv": []}, 1, "VULNERABLE"),
    ],
)
def test_an_audit_passes_only_if_every_package_was_looked_up(
    answers: dict[str, list[dict[str, Any]]],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "asked", lambda service: answers.get(service, []))
    assert audit.run() == code
    assert said in capsys.readouterr().out
