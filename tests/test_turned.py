"""Photos saved in the wrong orientation without EXIF, and arrays with red and blue swapped."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from mettici import PhotoChecker
from mettici.checks.base import Status
from mettici.image.types import Pixels

TURNED = {"en": "Rotate the photo", "it": "Ruota la foto", "es": "Gira la foto"}


def test_an_upside_down_photo_is_reported(checker: PhotoChecker, portrait: Pixels) -> None:
    report = checker.check(np.ascontiguousarray(portrait[::-1, ::-1]))
    found = report["face_present"]
    assert (found.status, found.reason) == (Status.FAIL, "upside_down")
    assert found.assessment.details["turn_deg"] == 180
    for lang, words in TURNED.items():
        as_dict = report.to_dict(lang)
        (one,) = [c for c in as_dict["checks"] if c["id"] == "face_present"]
        assert one["advice"].startswith(words)


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_photo_on_its_side_is_reported(checker: PhotoChecker, portrait: Pixels, quarters: int) -> None:
    report = checker.check(np.ascontiguousarray(np.rot90(portrait, quarters)))
    reasons = {report["face_present"].reason, report["head_pose"].reason}
    assert "on_side" in reasons
    assert report.verdict.value != "accept"


def test_pictures_without_people_are_not_reported(checker: PhotoChecker, samples: object) -> None:
    with Image.open(f"{samples}/thing_cat.jpg") as cat:
        assert checker.check(cat.convert("RGB"))["face_present"].reason == "animal"


def test_swapped_channels_of_an_array_are_reported(checker: PhotoChecker, portrait: Pixels) -> None:
    portrait = np.pad(portrait, ((300, 300), (300, 300), (0, 0)), constant_values=128)  # in front of a grey wall
    swapped = np.ascontiguousarray(portrait[..., ::-1])
    assert checker.check(swapped)["colour_cast"].reason == "swapped"
    assert checker.check(Image.fromarray(swapped))["colour_cast"].reason == "blue", "files have no such channel order"
    assert checker.check(portrait)["colour_cast"].reason == "natural"


def test_blue_light_is_not_mistaken_for_swapped_channels(checker: PhotoChecker, portrait: Pixels) -> None:
    portrait = np.pad(portrait, ((300, 300), (300, 300), (0, 0)), constant_values=128)
    lit = (portrait * np.array([0.45, 0.7, 1.0])).astype(np.uint8)
    assert checker.check(lit)["colour_cast"].reason == "blue"
