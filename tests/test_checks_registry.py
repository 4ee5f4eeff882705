"""What every check must have, whoever writes it: found by folder, said in both languages, documented, tested."""

import re
import string
from pathlib import Path

import pytest

import mettici.checks
from mettici.checks import all_checks
from mettici.checks.base import COMMON_REASONS, LANGUAGES, Check, Reason

CONTRACT = {
    "photographic_origin", "resolution", "face_present", "single_face", "face_visible", "eyes_visible", "eyes_open",
    "smile", "gaze", "head_pose", "face_size", "framing", "sharpness", "exposure", "illumination", "colour_cast",
    "noise", "compression", "background", "metadata_privacy",
}  # fmt: skip
BLOCKING = {"photographic_origin", "face_present", "single_face", "face_visible", "eyes_visible"}
SECTIONS = ("Why", "How", "Mend", "Limits")
EVERY = pytest.mark.parametrize("check", all_checks(), ids=lambda c: c.id)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def reasons(check: Check) -> dict[str, Reason]:
    return {**COMMON_REASONS, **check.reasons}


def test_the_contract_s_checks_are_there() -> None:
    assert {c.id for c in all_checks()} >= CONTRACT


def test_those_that_block_are_the_contract_s() -> None:
    assert {c.id for c in all_checks() if c.blocking} == BLOCKING


@EVERY
def test_a_check_is_named_after_its_file(check: Check) -> None:
    assert (Path(mettici.checks.__file__).parent / f"{check.id}.py").exists()
    assert type(check).__name__.lower() == check.id.replace("_", "")


@EVERY
def test_it_is_documented(check: Check) -> None:
    assert check.documentation.splitlines()[0].startswith("Asks ")
    for section in SECTIONS:
        assert re.search(rf"^{section}\n    \S", check.documentation, re.MULTILINE), f"no section {section}"


@EVERY
def test_both_languages_say_the_same(check: Check) -> None:
    for key, reason in reasons(check).items():
        for text in filter(None, (reason.message, reason.advice)):
            said = {lang: text(lang) for lang in LANGUAGES}
            assert all(said.values()), key
            assert said["en"] != said["it"], key
            assert placeholders(said["en"]) == placeholders(said["it"]), key


@EVERY
def test_every_reason_it_can_give_has_a_text(check: Check) -> None:
    source = Path(mettici.checks.__file__).with_name(f"{check.id}.py").read_text("utf-8")
    assert set(check.reasons) - {"no_face"} == {k for k in check.reasons if f'"{k}"' in source.split("reasons = {")[1]}
    # each key is used beyond its own definition, or it is a text that nobody reads
    for key in check.reasons:
        assert source.count(f'"{key}"') >= 2 or "kinds" in source, f"{key} is never given"


@EVERY
def test_its_limits_are_numbers_in_their_order(check: Check) -> None:
    assert all(isinstance(v, float) for v in check.limits.values())
    for group in check.ascending:
        values = [check.limits[k] for k in group]
        assert values == sorted(set(values)), group


@EVERY
def test_it_has_a_test(check: Check) -> None:
    assert (Path(__file__).parent / "checks" / f"test_{check.id}.py").exists()
