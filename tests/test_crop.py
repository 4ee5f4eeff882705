"""The suggested crop: within the photo, verified by its own report, clearly better, and honest about its cost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mettici import crop
from mettici.checks.base import Status
from mettici.crop import FIXABLE, MIN_GAIN, MUST_FIX
from mettici.image import photo
from mettici.image.encode import Original, encode, format_for
from mettici.messages import languages
from mettici.policy import names, parse
from mettici.report import RETAKES, Report, Retake
from mettici.scoring import Verdict

if TYPE_CHECKING:
    from mettici import PhotoChecker
    from mettici.image.types import Pixels

WORTH_A_CROP = ["portrait_half_body.jpg", "spoiled_off_centre.jpg"]
FAULTY = (Status.WARN, Status.FAIL)
GOOD_AS_IT_IS = ["portrait_good.jpg", "portrait_hat_no_smile.jpg", "thing_cat.jpg", "thing_logo.png"]


def placed(portrait: Pixels, share: float, across: float, down: float, side: int = 900) -> Pixels:
    """The portrait scaled by `share` on a grey wall; `across` and `down` place it."""
    small = cv2.resize(portrait, (round(side * share),) * 2, interpolation=cv2.INTER_AREA)
    wall = np.full((side, side, 3), (168, 172, 178), np.uint8)
    x, y = (round((side - len(small)) * free) for free in (across, down))
    wall[y : y + len(small), x : x + len(small)] = small
    return wall


def beside(portrait: Pixels, share: float) -> Pixels:
    """The portrait at 480 px on a grey wall, with a second copy to its right, scaled by `share`."""
    wall = np.full((600, 1000, 3), (168, 172, 178), np.uint8)
    for side, x in ((480, 20), (round(480 * share), 520)):
        wall[100 : 100 + side, x : x + side] = cv2.resize(portrait, (side, side), interpolation=cv2.INTER_AREA)
    return wall


def verified(checker: PhotoChecker, source: Path | Pixels) -> Report:
    """The report, after checking its suggested crop afresh against what it promises."""
    done = checker.examine(source)
    report, found, original = done.report, done.report.crop, Original(done.evidence.photo)
    if report.retake is not None and report.retake.reason == "no_better":
        assert_no_better_crop(checker, report, original)
    if found is None:
        return report
    x, y, width, height = found.box
    assert 0 <= x < x + width <= done.evidence.photo.width
    assert 0 <= y < y + height <= done.evidence.photo.height
    ideal = report.policy["resolution"].limits["ideal"]
    assert min(width, height) >= min(ideal, *largest(report))
    if wanted := report.policy.crop:
        assert abs(width - height * wanted.aspect) <= 1
    after = checker.check(original.cropped(found.box), crop=False)
    assert found.score_after >= report.score + MIN_GAIN
    assert after.verdict.value == found.verdict_after
    assert after.score == pytest.approx(found.score_after, abs=1), "the networks see the whole file"
    assert found.mends
    for finding in report.findings:
        before, now = finding.status, after[finding.id].status
        assert (finding.id in found.mends) == (finding.id in FIXABLE and before in FAULTY and now is Status.PASS)
        if finding.id in MUST_FIX and found.mends != ("background",):
            assert now is Status.PASS
        if before is Status.PASS:
            assert now is (Status.WARN if finding.id in found.costs else Status.PASS)
    return report


def assert_no_better_crop(checker: PhotoChecker, report: Report, original: Original) -> None:
    """No plain crop with enough pixels, in the middle or around it, scores `MIN_GAIN` more points."""
    whole, most = (int(report.photo["width"]), int(report.photo["height"])), largest(report)
    fewest = min(1.0, report.policy["resolution"].limits["ideal"] / min(most))
    for width, height in {most, (round(most[0] * fewest), round(most[1] * fewest))} - {whole}:
        centred = (whole[0] - width) // 2, (whole[1] - height) // 2, width, height
        assert checker.check(original.cropped(centred), crop=False).score < report.score + MIN_GAIN


def largest(report: Report) -> tuple[int, int]:
    """The largest crop of the policy's shape, or the largest square if it has none."""
    aspect = report.policy.crop.aspect if report.policy.crop else 1.0
    width = min(int(report.photo["width"]), int(report.photo["height"]) * aspect)
    return round(width), round(width / aspect)


@pytest.mark.parametrize("name", WORTH_A_CROP)
def test_a_suggested_crop_does_what_the_report_says(checker: PhotoChecker, samples: Path, name: str) -> None:
    report = verified(checker, samples / name)
    assert report.crop is not None
    assert report.retake is None
    as_json = report.to_dict()["crop"]
    assert as_json["box"] == list(report.crop.box)
    assert (as_json["verdict_after"], as_json["mends"]) == (report.crop.verdict_after, list(report.crop.mends))


@pytest.mark.parametrize("name", GOOD_AS_IT_IS)
def test_no_crop_is_searched_for_if_none_would_help(checker: PhotoChecker, samples: Path, name: str) -> None:
    report = checker.check(samples / name)
    assert (report.crop, report.retake) == (None, None)
    assert "crop" not in report.timing_ms
    assert report.to_dict()["crop"] is None


def test_a_crop_removes_a_smaller_person(checker: PhotoChecker, portrait: Pixels) -> None:
    report = verified(checker, beside(portrait, 0.5))
    assert report.verdict is Verdict.REJECT
    assert report.crop is not None
    assert "single_face" in report.crop.mends
    assert report.crop.verdict_after != "reject"


@pytest.mark.parametrize("policy", names())
def test_no_crop_chooses_between_people_of_equal_size(checker: PhotoChecker, portrait: Pixels, policy: str) -> None:
    report = checker.under(policy).check(beside(portrait, 0.8))
    assert report.crop is None
    assert report.retake == Retake("group", {"faces": 2})
    assert "2 people stand out here and any of them could be you, so no crop can pick one" in report.retake.message()


def test_the_search_can_be_disabled(checker: PhotoChecker, samples: Path) -> None:
    with_, without = (checker.check(samples / "spoiled_off_centre.jpg", crop=c) for c in (True, False))
    assert with_.crop is not None
    assert without == replace(with_, crop=None)


SOME = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SOME
@given(share=st.floats(0.2, 1.0), across=st.floats(0, 1), down=st.floats(0, 1))
def test_a_suggestion_is_never_worse_wherever_the_portrait_is(
    checker: PhotoChecker, portrait: Pixels, share: float, across: float, down: float
) -> None:
    verified(checker, placed(portrait, share, across, down))


@pytest.mark.parametrize("across", [0.05, 0.5, 0.95])
def test_a_distant_or_off_centre_portrait_is_fixed(checker: PhotoChecker, portrait: Pixels, across: float) -> None:
    report = verified(checker, placed(portrait, 0.45, across, 0.6))
    assert report["face_size"].status is not Status.PASS
    assert report.crop is not None
    assert set(report.crop.mends) >= {"face_size"}


@pytest.mark.parametrize("policy", names())
@pytest.mark.parametrize("name", [*WORTH_A_CROP, "spoiled_far_away.jpg", "spoiled_head_cut.jpg"])
def test_every_policy_keeps_the_promise(checker: PhotoChecker, samples: Path, name: str, policy: str) -> None:
    verified(checker.under(policy), samples / name)


@pytest.mark.parametrize(("policy", "width", "height"), [("cv", 3, 4), ("badge", 4, 5), ("xing", 1, 1)])
def test_a_crop_has_the_shape_and_size_of_the_policy(
    checker: PhotoChecker, portrait: Pixels, policy: str, width: int, height: int
) -> None:
    report = verified(checker.under(policy), placed(portrait, 0.5, 0.05, 0.6, side=2400))
    assert report.crop is not None
    wanted = report.policy.crop
    assert wanted is not None
    assert wanted.size is not None
    assert wanted.aspect == width / height
    assert report.crop.box[2] >= wanted.size[0]
    assert report.crop.box[3] >= wanted.size[1]


def test_wide_shapes_work_too(checker: PhotoChecker, portrait: Pixels) -> None:
    wide = parse('[crop]\nshape = "4:3"\nwidth = 320', "wide")
    report = verified(checker.under(wide), placed(portrait, 0.3, 0.5, 0.6, side=1800))
    assert report.crop is not None
    assert report.crop.box[2] > report.crop.box[3]


def test_a_large_photo_is_cropped_at_full_resolution(checker: PhotoChecker, samples: Path) -> None:
    with Image.open(samples / "spoiled_off_centre.jpg") as image:
        large = np.asarray(image.convert("RGB").resize((3600, 3600), Image.Resampling.BICUBIC))
    done = checker.examine(large)
    report = verified(checker, large)
    assert report.crop is not None
    x, y, width, height = report.crop.box
    assert height > 1024, "in pixels of the original"
    with Image.open(io.BytesIO(Original(done.evidence.photo).cropped(report.crop.box))) as image:
        assert np.array_equal(np.asarray(image), large[y : y + height, x : x + width]), "PNG is lossless"


# --- why no crop helps ------------------------------------------------------------------------------------


def test_too_few_pixels_need_a_retake(checker: PhotoChecker, samples: Path) -> None:
    report = checker.check(samples / "spoiled_far_away.jpg")
    assert report.crop is None
    assert report.retake is not None
    assert report.retake.reason == "few_pixels"
    needed = report.policy["resolution"].limits["ideal"]
    assert report.retake.details["needed"] == needed
    assert float(report.retake.details["pixels"]) < needed
    assert report.to_dict("it")["retake"] == {"reason": "few_pixels", "message": report.retake.message("it")}


def test_a_small_photo_lacks_pixels(checker: PhotoChecker, portrait: Pixels) -> None:
    report = checker.check(placed(portrait, 0.45, 0.7, 0.6, side=220))
    assert report.retake is not None
    assert report.retake.reason == "few_pixels"


@pytest.mark.parametrize(
    ("rows", "columns", "reason"),
    [
        (slice(66, 300), slice(85, 325), "head_cut"),
        (slice(24, 190), slice(145, 225), "too_close"),
        (slice(0, 290), slice(165, 412), "at_the_edge"),
    ],
)
def test_no_crop_restores_what_the_photo_lacks(
    checker: PhotoChecker, portrait: Pixels, rows: slice, columns: slice, reason: str
) -> None:
    large = cv2.resize(np.ascontiguousarray(portrait[rows, columns]), None, fx=3, fy=3)
    report = checker.check(large)
    assert report.crop is None
    assert report.retake is not None
    assert report.retake.reason == reason


@pytest.mark.parametrize("reason", RETAKES)
@pytest.mark.parametrize("lang", languages())
def test_every_retake_reason_has_a_text(reason: str, lang: str) -> None:
    assert "{" not in Retake(reason, {"pixels": 90, "needed": 400, "faces": 3, "points": 5}).message(lang)


# --- the file ---------------------------------------------------------------------------------------------


def files(samples: Path) -> Iterator[tuple[Path, str]]:
    yield samples / "portrait_good_with_gps.jpg", "JPEG"
    yield samples / "drawn_flat_avatar.png", "PNG"


def test_a_crop_file_has_the_best_quality_and_no_metadata(samples: Path) -> None:
    for path, kind in files(samples):
        loaded = photo.load(path)
        assert format_for(loaded) == kind
        with Image.open(io.BytesIO(Original(loaded).cropped((10, 20, 200, 100)))) as image:
            assert (image.format, image.size, image.mode) == (kind, (200, 100), "RGB")
            assert not image.getexif()
            assert not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & set(image.info)
            difference = np.abs(np.asarray(image, int) - loaded.full()[20:120, 10:210])
            assert difference.mean() < (1.5 if kind == "JPEG" else 0.001)


def test_colour_is_kept_at_full_resolution() -> None:
    red = np.zeros((64, 64, 3), np.uint8)
    red[:, ::2] = (220, 30, 30)
    with Image.open(io.BytesIO(encode(red, "JPEG"))) as image:
        assert np.abs(np.asarray(image, int) - red).mean() < 12, "4:2:0 would blend the stripes: about 60"


def test_no_crop_cuts_through_another_face(
    checker: PhotoChecker, portrait: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = checker.examine(beside(portrait, 0.5))
    other = done.evidence.scene.faces[1].box
    assert crop._cuts_face(done.evidence, (0, 0, round(other.x + other.width / 2), 600))
    assert not crop._cuts_face(done.evidence, (0, 0, round(other.x) - 5, 600))
    for proposal in crop._proposals(done.evidence, done.report, ["framing"]):
        assert not crop._cuts_face(done.evidence, proposal.area)
    monkeypatch.setattr(crop, "_cuts_face", lambda *_: True)
    assert crop._proposals(done.evidence, done.report, ["framing"]) == []


def test_the_whole_of_a_square_photo_is_not_a_crop(checker: PhotoChecker, samples: Path) -> None:
    evidence = checker.examine(samples / "portrait_good.jpg").evidence
    side = evidence.photo.width
    assert {area[2] for area in crop._obvious_crops(evidence, 1.0, side - 40)} == {side - 40}
