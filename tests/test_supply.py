"""The lock file covers the project, the bill of materials is whole, and an audit that could not ask is no pass."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply import audit, bom
from supply.lock import EXTRAS, LOCK, project

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ; (.+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)


@pytest.fixture(scope="module")
def pins() -> list[Requirement]:
    """Every pin of the lock file, with its marker."""
    text = LOCK.read_text("utf-8")
    found = [
        f"{name}=={version}" + (f" ; {marker}" if marker else "") for name, version, marker, _ in PIN.findall(text)
    ]
    lines = [line for line in text.splitlines() if line[:1] not in ("#", " ", "")]
    assert len(found) == len(lines) > 100, "each line is a pin, and each pin has hashes"
    return [Requirement(pin) for pin in found]


def wanted(extras: tuple[str, ...]) -> list[Requirement]:
    """What the project asks for, its extras in its extras included, and what builds it."""
    told = project()
    names = [*told["project"]["dependencies"], *told["build-system"]["requires"]]
    names += [name for extra in extras for name in told["project"]["optional-dependencies"][extra]]
    found = []
    for requirement in map(Requirement, names):
        own = requirement.name == "mettici"
        found += wanted(tuple(sorted(requirement.extras))) if own else [requirement]
    return found


@pytest.mark.parametrize("python", PYTHONS)
def test_every_dependency_is_pinned_within_its_range_on_every_python(python: str, pins: list[Requirement]) -> None:
    surroundings = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": "linux"}
    here = {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin in pins
        if pin.marker is None or pin.marker.evaluate(surroundings)
    }
    for requirement in wanted(EXTRAS):
        if requirement.marker is None or requirement.marker.evaluate(surroundings):
            assert here[canonicalize_name(requirement.name)] in requirement.specifier, (
                f"{requirement}: run python -m supply lock"
            )


def test_the_lock_names_no_place_to_take_files_from() -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|@ ", LOCK.read_text("utf-8"))


def test_the_bill_names_packages_weights_and_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a made-up environment: to look through this one takes minutes. CI lists what the wheel brings."""
    pytest.importorskip("cyclonedx")
    monkeypatch.setattr(bom, "installed", lambda _: json.loads(json.dumps(ENVIRONMENT)))
    bom.run("python", tmp_path / "mettici.cdx.json")
    bill = json.loads((tmp_path / "mettici.cdx.json").read_text("utf-8"))
    named = {one["name"] for one in bill["components"]}
    assert {"pillow", "DejaVuSans.ttf", "picture.onnx", "face_landmark_with_attention.tflite"} <= named
    models = [one for one in bill["components"] if one["type"] == "machine-learning-model"]
    assert len(models) == len(bom.weights()) > 5
    assert all(one["hashes"][0]["content"] and one["licenses"][0]["license"]["id"] for one in models)


def test_a_bill_that_is_none_is_refused() -> None:
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
        ({"pypi": [PACKAGE, BAD]}, 1, "VULNERABLE: pillow 1.0: CVE-1, mended in 2.0"),
        ({"pypi": [SKIPPED], "osv": [PACKAGE]}, 0, "no known vulnerability"),
        ({"pypi": [SKIPPED], "osv": []}, 3, "NOT AUDITED"),
        ({"pypi": [PACKAGE, SKIPPED], "osv": [PACKAGE, SKIPPED]}, 3, "NOT AUDITED"),
        ({"pypi": [BAD, SKIPPED], "osv": []}, 1, "VULNERABLE"),
    ],
)
def test_an_audit_passes_only_where_all_was_looked_up(
    answers: dict[str, list[dict[str, Any]]],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(audit, "asked", lambda service: answers.get(service, []))
    assert audit.run() == code
    assert said in capsys.readouterr().out
