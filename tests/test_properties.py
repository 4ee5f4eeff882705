"""Properties of any photo: measures are monotone, and the same picture in another form gets the same report."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from encoded import INVERSE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mettici.image.photo import load

if TYPE_CHECKING:
    from mettici import PhotoChecker
    from mettici.image.types import Pixels
    from mettici.report import Report

PORTRAITS = ["portrait_good.jpg", "portrait_good_mono.jpg", "portrait_half_body.jpg", "portrait_hat_no_smile.jpg"]
FACES = [
    *PORTRAITS,
    "spoiled_dark.jpg",
    "spoiled_side_lit.jpg",
    "spoiled_blue_cast.jpg",
    "spoiled_off_centre.jpg",
    "spoiled_tilted.jpg",
    "spoiled_head_cut.jpg",
    "spoiled_two_people.jpg",
    "spoiled_sunglasses.jpg",
    "spoiled_face_mask.jpg",
]
SOME = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FACTORS = (0.5, 0.71, 1.41, 2.0)
MEASURED_BY_SIZE = ("resolution", "noise")
"""Checks that resizing a photo rightly changes."""
MOST_MOVED = 5.0
"""Points by which resizing may change a score."""

AT_THE_BAR = 1.0
"""Within this many points of the bar, mirroring may change the verdict: the networks are not perfectly symmetrical, and
some photos always lie close to a bar."""
CROPPED = ["portrait_half_body.jpg", "spoiled_off_centre.jpg"]
"""Photos that are not just beyond a limit, so that mirroring keeps their crop."""


def resized(path: Path, factor: float) -> Image.Image:
    with Image.open(path) as image:
        size = round(image.width * factor), round(image.height * factor)
        return image.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def darkened(pixels: Pixels, stops: float) -> Pixels:
    """The photo with `stops` less light."""
    light = (pixels / 255.0) ** 2.2 * 2.0**-stops
    return np.asarray(np.rint(light ** (1 / 2.2) * 255), np.uint8)


@pytest.mark.parametrize("name", PORTRAITS)
@SOME
@given(sigmas=st.tuples(st.floats(0, 12), st.floats(0, 12)))
def test_more_blur_never_raises_sharpness(
    checker: PhotoChecker, samples: Path, name: str, sigmas: tuple[float, float]
) -> None:
    pixels = load(samples / name).pixels
    less, more = sorted(sigmas)
    sharp, soft = (
        checker.check(cv2.GaussianBlur(pixels, (0, 0), s) if s > 0.05 else pixels, crop=False) for s in (less, more)
    )
    if soft["sharpness"].score is not None and sharp["sharpness"].score is not None:
        assert soft["sharpness"].score <= sharp["sharpness"].score + 0.5, (less, more)


@pytest.mark.parametrize("name", PORTRAITS)
@SOME
@given(stops=st.tuples(st.floats(0, 6), st.floats(0, 6)))
def test_more_darkness_never_raises_exposure(
    checker: PhotoChecker, samples: Path, name: str, stops: tuple[float, float]
) -> None:
    pixels = load(samples / name).pixels
    light, dark = (checker.check(darkened(pixels, s), crop=False)["exposure"].score for s in sorted(stops))
    if light is not None and dark is not None:
        assert dark <= light + 0.5, sorted(stops)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("name", FACES)
def test_resizing_barely_changes_the_total_score(
    checker: PhotoChecker, samples: Path, name: str, factor: float
) -> None:
    before, after = (checker.check(resized(samples / name, f), crop=False) for f in (1, factor))
    if after["resolution"].score == before["resolution"].score:  # fewer pixels rightly cost points
        assert after.score == pytest.approx(before.score, abs=MOST_MOVED)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("name", FACES)
def test_resizing_barely_changes_the_score_of_a_check(
    checker: PhotoChecker, samples: Path, name: str, factor: float
) -> None:
    before, after = (checker.check(resized(samples / name, f), crop=False) for f in (1, factor))
    scores = {f.id: (f.score, after[f.id].score) for f in before.findings if f.id not in MEASURED_BY_SIZE}
    assert {c for c, (a, b) in scores.items() if (a is None) != (b is None)} == set()
    moved = {c: (a, b) for c, (a, b) in scores.items() if a is not None and b is not None and abs(a - b) > MOST_MOVED}
    assert moved == {}


@pytest.mark.parametrize("name", FACES)
def test_a_mirrored_photo_gets_mirrored_boxes(checker: PhotoChecker, samples: Path, name: str) -> None:
    plain, mirrored, width = in_the_mirror(checker, samples / name)
    assert len(mirrored.faces) == len(plain.faces)
    for one, other in zip(plain.faces, mirrored.faces, strict=True):
        x, y, w, h = other.box
        assert (width - x - w, y, w, h) == pytest.approx(one.box, abs=0.05 * one.box[3] + 2)


@pytest.mark.parametrize("name", CROPPED)
def test_a_mirrored_photo_gets_a_mirrored_crop(checker: PhotoChecker, samples: Path, name: str) -> None:
    plain, mirrored, width = in_the_mirror(checker, samples / name)
    assert plain.crop is not None
    assert mirrored.crop is not None
    x, y, w, h = mirrored.crop.box
    assert (width - x - w, y, w, h) == pytest.approx(plain.crop.box, abs=0.12 * plain.crop.box[3])


@pytest.mark.parametrize("name", FACES)
def test_a_mirrored_photo_gets_the_same_verdict(checker: PhotoChecker, samples: Path, name: str) -> None:
    plain, mirrored, _ = in_the_mirror(checker, samples / name)
    if abs(plain.score - plain.policy.accept_from) > AT_THE_BAR:
        assert mirrored.verdict is plain.verdict
    assert mirrored.score == pytest.approx(plain.score, abs=MOST_MOVED)


def in_the_mirror(checker: PhotoChecker, path: Path) -> tuple[Report, Report, int]:
    """The reports on a photo and on its mirror image, and the photo's width."""
    pixels = load(path).pixels
    return checker.check(pixels), checker.check(np.ascontiguousarray(pixels[:, ::-1])), pixels.shape[1]


@pytest.mark.parametrize("orientation", INVERSE)
@pytest.mark.parametrize("name", ["portrait_half_body.jpg", "spoiled_off_centre.jpg"])
def test_an_exif_rotated_copy_gets_the_same_report(
    checker: PhotoChecker, samples: Path, name: str, orientation: int
) -> None:
    with Image.open(samples / name) as image:
        upright = image.convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    reports = []
    for stored, tags in ((upright, Image.Exif()), (upright.transpose(INVERSE[orientation]), exif)):
        buffer = io.BytesIO()
        stored.save(buffer, "PNG", exif=tags)
        again = checker.check(buffer.getvalue()).to_dict()
        assert ("exif_rotated" in again["photo"]["notes"]) == (tags is exif)
        del again["timing_ms"], again["photo"]["sha256"], again["photo"]["notes"]
        reports.append(again)
    assert reports[0] == reports[1]
    assert reports[0]["crop"] is not None
