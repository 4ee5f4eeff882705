"""Skin tone does not affect the judgement of light: changing only the skin's brightness keeps every status."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from made_up import BROWN, DARK, LIGHT, TAN, evidence, mesh, portrait

from mettici.checks.background import Background
from mettici.checks.colour_cast import ColourCast
from mettici.checks.exposure import Exposure
from mettici.checks.illumination import Illumination
from mettici.image.colour import linear
from mettici.image.photo import load
from mettici.vision.landmarks import EYES, OVAL

if TYPE_CHECKING:
    from mettici import PhotoChecker
    from mettici.evidence import Evidence
    from mettici.image.types import Pixels, Points

CHECKS = (Exposure(), Illumination(), ColourCast(), Background())
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
STOPS = (0.7, -0.5, -1.0, -1.5, -2.0, -2.5)
"""How much to lighten or darken only the skin: from none to most of the natural range."""
SETTINGS = {
    "white shirt": {},
    "black shirt": {"shirt": (16, 16, 18)},
    "white wall": {"background": (250, 250, 250), "shirt": (40, 44, 60)},
    "black wall": {"background": (8, 8, 8), "shirt": (60, 60, 66)},
}


def with_skin(pixels: Pixels, points: Points, stops: float) -> Pixels:
    """The photo with its skin, the mesh's oval without eyes and lips, brighter by `stops`."""
    skin = np.zeros(pixels.shape[:2], np.uint8)
    for outline, filled in ((OVAL, 1), *((inner, 0) for inner in (*EYES, LIPS))):
        cv2.fillPoly(skin, [np.rint(points[list(outline), :2]).astype(np.int32)], filled)
    light = np.minimum(linear(pixels) * 2.0**stops, 1)
    levels = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.where(skin[..., None] > 0, np.rint(255 * levels), pixels).astype(np.uint8)


@lru_cache
def drawn(skin: tuple[int, int, int], setting: str) -> Evidence:
    return evidence(portrait(skin=skin, texture=6.0, **SETTINGS[setting]))


@pytest.mark.parametrize("stops", STOPS)
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("skin", [LIGHT, TAN, BROWN, DARK])
def test_the_skin_alone_changes_no_status(skin: tuple[int, int, int], setting: str, stops: float) -> None:
    before = drawn(skin, setting)
    after = evidence(with_skin(before.photo.pixels, mesh(), stops))
    for check in CHECKS:
        one, other = (check.assess(of, check.limits) for of in (before, after))
        assert (other.status, other.reason) == (one.status, one.reason), check.id


def test_darkening_the_whole_picture_does_change_it() -> None:
    dark = np.rint(portrait() * 2.0 ** (-3 / 2.2)).astype(np.uint8)
    assert Exposure().assess(evidence(dark), Exposure.limits).reason == "dark"


# Only darker: the skin in these samples is bright and would be overexposed, which is a fault in any photo.
@pytest.mark.parametrize("stops", STOPS[1:])
@pytest.mark.parametrize("name", ["portrait_good.jpg", "portrait_half_body.jpg", "portrait_hat_no_smile.jpg"])
def test_the_skin_alone_changes_no_status_of_a_portrait(
    checker: PhotoChecker, samples: Path, name: str, stops: float
) -> None:
    pixels = load(samples / name).pixels
    seen = checker.examine(pixels, crop=False)
    points = seen.evidence.scene.faces[0].mesh.points
    other = checker.check(with_skin(pixels, points, stops), crop=False)
    for check in CHECKS:
        assert other[check.id].status is seen.report[check.id].status, check.id
