"""Every sample gets the verdict in `sample_images/expected.json`, and the checks named there find the fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mettici import PhotoChecker, PhotoError
from mettici.checks.base import Status
from mettici.messages import languages

EXPECTED: Mapping[str, Mapping[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "sample_images" / "expected.json").read_text("utf-8")
)
PICTURES = sorted(name for name, wanted in EXPECTED.items() if "verdict" in wanted)


MISSES: Mapping[str, str] = json.loads((Path(__file__).parent / "current_misses.json").read_text("utf-8"))
"""Samples that are still judged wrongly, and why. Once one is judged correctly, the strict xfail demands its
removal."""


def known(name: str) -> Any:
    marks = [pytest.mark.xfail(reason=MISSES[name], strict=True)] if name in MISSES else []
    return pytest.param(name, marks=marks)


@pytest.mark.parametrize("name", [known(name) for name in PICTURES])
def test_a_sample_gets_its_verdict(checker: PhotoChecker, samples: Path, name: str) -> None:
    report = checker.check(samples / name)
    assert report.verdict.value == EXPECTED[name]["verdict"], report.advice()
    for check in EXPECTED[name]["flags"]:
        assert report[check].status in (Status.WARN, Status.FAIL), report[check].message()


@pytest.mark.parametrize("name", PICTURES)
def test_every_fault_has_texts_in_every_language(checker: PhotoChecker, samples: Path, name: str) -> None:
    report = checker.check(samples / name)
    drawn = report["photographic_origin"].blocks
    for finding in report.findings:
        assert (finding.score is None) == (finding.status in (Status.SKIPPED, Status.UNKNOWN)), finding
        for lang in languages():
            assert finding.message(lang)
            if finding.status in (Status.WARN, Status.FAIL):
                idle = drawn and not finding.rule.check.fix_first
                assert bool(finding.advice(lang)) != idle, f"{finding.id}: {finding.reason}"


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - set(PICTURES)))
def test_a_broken_file_gives_its_code(checker: PhotoChecker, samples: Path, name: str) -> None:
    with pytest.raises(PhotoError) as error:
        checker.check(samples / name)
    assert error.value.code == EXPECTED[name]["error"]
    assert error.value.remedy


def test_copies_with_different_metadata_get_the_same_assessments(checker: PhotoChecker, samples: Path) -> None:
    plain, tagged = (checker.check(samples / f"portrait_good{end}.jpg") for end in ("", "_with_gps"))
    assert [f.assessment for f in plain.findings if f.id != "metadata_privacy"] == [
        f.assessment for f in tagged.findings if f.id != "metadata_privacy"
    ]
