"""What every check must have: a file in the folder, documentation, a test."""

import re
from pathlib import Path

import numpy as np
import pytest

import mettici.checks
from mettici.checks import all_checks
from mettici.checks.base import COMMON_REASONS, FROM_SIDE, SECTIONS, Check, Status
from mettici.evidence import Evidence
from mettici.image.photo import Photo
from mettici.vision.types import Box, Face, Mesh, Origin, Scene

CONTRACT = {
    "photographic_origin",
    "resolution",
    "face_present",
    "single_face",
    "face_visible",
    "eyes_visible",
    "eyes_open",
    "smile",
    "gaze",
    "head_pose",
    "face_size",
    "framing",
    "sharpness",
    "exposure",
    "illumination",
    "colour_cast",
    "noise",
    "compression",
    "background",
    "metadata_privacy",
    "added_graphics",
}
BLOCKING = {"photographic_origin", "face_present", "single_face", "face_visible", "eyes_visible"}
EVERY = pytest.mark.parametrize("check", all_checks(), ids=lambda c: c.id)


def test_the_contract_s_checks_exist() -> None:
    assert {c.id for c in all_checks()} >= CONTRACT


def test_the_blocking_checks_match_the_contract() -> None:
    assert {c.id for c in all_checks() if c.blocking} == BLOCKING


@EVERY
def test_a_check_is_named_after_its_file(check: Check) -> None:
    assert (Path(mettici.checks.__file__).parent / f"{check.id}.py").exists()
    assert type(check).__name__.lower() == check.id.replace("_", "")


@EVERY
def test_it_is_documented(check: Check) -> None:
    assert tuple(check.sections) == SECTIONS
    assert all(check.sections.values())
    assert check.asks.startswith("Asks ")
    assert check.asks.endswith(".")


@EVERY
def test_the_reason_for_a_check_cites_its_source(check: Check) -> None:
    _, _, last = check.sections["Why"].rpartition("\n\n")
    assert re.fullmatch(r"Source: \S.{10,}\.", " ".join(last.split()))


@EVERY
def test_no_reason_is_unused(check: Check) -> None:
    source = Path(mettici.checks.__file__).with_name(f"{check.id}.py").read_text("utf-8")
    for key in check.reasons:
        assert source.count(f'"{key}"') >= 2 or "kinds" in source, f"{key} is never reported"


@EVERY
def test_a_profile_never_passes_silently(check: Check) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    photo = Photo(pixels, 300, 300, "PNG", "0" * 64, (), (), None)
    face = Face(Box(100, 80, 100, 100), 0.8)
    mask = np.ones((256, 256), np.float32)
    result = check.assess(Evidence(photo, Scene((face,), mask, None, Origin(0.9))), check.limits)
    assert result.reason in (*COMMON_REASONS, *check.reasons)
    assert (result.reason == FROM_SIDE) == check.needs_face
    assert not check.needs_face or result.status in (Status.UNKNOWN, Status.FAIL)


@EVERY
@pytest.mark.parametrize("origin", [None, Origin(0.95), Origin(0.05, {"cartoon": 0.9}, 0.9, 0.9)])
@pytest.mark.parametrize("faces", [(), (Face(Box(100, 80, 100, 100), 0.8),)])
def test_every_reported_reason_is_declared(check: Check, faces: tuple[Face, ...], origin: Origin | None) -> None:
    photo = Photo(np.full((300, 300, 3), 128, np.uint8), 300, 300, "PNG", "0" * 64, (), (), None)
    result = check.assess(Evidence(photo, Scene(faces, None, None, origin)), check.limits)
    assert result.reason in (*COMMON_REASONS, *check.reasons)


@EVERY
def test_its_limits_are_ordered_numbers(check: Check) -> None:
    assert all(isinstance(v, float) for v in check.limits.values())
    for group in check.ascending:
        values = [check.limits[k] for k in group]
        assert values == sorted(set(values)), group


@EVERY
def test_it_has_a_test(check: Check) -> None:
    assert (Path(__file__).parent / "checks" / f"test_{check.id}.py").exists()


@EVERY
def test_its_findings_belong_to_the_face_or_to_the_whole_photo(check: Check) -> None:
    pixels = np.full((300, 300, 3), 128, np.uint8)
    photo = Photo(pixels, 300, 300, "PNG", "0" * 64, (), (), None)
    points = np.random.default_rng(0).uniform(100, 200, (478, 3)).astype(np.float32)
    face = Face(Box(100, 100, 100, 100), 0.9, Mesh(points, 0.9))
    spot = check.spot(Evidence(photo, Scene((face,))))
    assert spot is not None or not check.landmarks
    if spot is not None:
        assert all(0 <= at <= 300 for at in spot)
    assert check.spot(Evidence(photo, Scene())) is None
