"""Exposure on made-up portraits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from made_up import BROWN, DARK, LIGHT, TAN, evidence, faceless, mesh, mirrored, portrait

from mettici.checks.base import Status
from mettici.checks.exposure import Exposure

CHECK = Exposure()
SKINS = [LIGHT, TAN, BROWN, DARK]


def assess(of):
    return CHECK.assess(of, CHECK.limits)


def exposed(stops, pixels=None):
    light = ((portrait() if pixels is None else pixels) / 255) ** 2.2 * 2.0**stops
    return (np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


@pytest.mark.parametrize("skin", SKINS)
def test_any_skin_is_well_exposed_in_good_light(skin):
    result = assess(evidence(portrait(skin=skin)))
    assert (result.status, result.reason) == (Status.PASS, "well_exposed")


@pytest.mark.parametrize("skin", SKINS)
def test_too_dark_is_noticed_on_any_skin(skin):
    result = assess(evidence(exposed(-4, portrait(skin=skin))))
    assert result.status in (Status.WARN, Status.FAIL)
    assert result.reason == "dark"
    assert result.details["stops_under"] > 2.5


@pytest.mark.parametrize("skin", [LIGHT, TAN])
def test_burnt_is_noticed(skin):
    result = assess(evidence(exposed(2.6, portrait(skin=skin))))
    assert (result.status, result.reason) == (Status.FAIL, "burnt")


def test_shine_on_the_forehead_is_told_from_too_much_light():
    points = mesh()
    pixels = portrait(points)
    x, y = points[151, :2].astype(int)
    cv2.ellipse(pixels, (int(x), int(y)), (40, 24), 0, 0, 360, (255, 255, 255), -1)
    result = assess(evidence(pixels))
    assert (result.status, result.reason) == (Status.WARN, "shine")


def test_more_darkness_never_raises_the_value():
    results = [assess(evidence(exposed(-s))) for s in (0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8)]
    assert [r.value for r in results] == sorted((r.value for r in results), reverse=True)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)


def test_more_burning_never_raises_the_value():
    results = [assess(evidence(exposed(s))) for s in (1, 1.5, 2, 2.6, 3, 4)]
    assert [r.value for r in results] == sorted((r.value for r in results), reverse=True)


def test_a_black_backdrop_is_no_fault():
    assert assess(evidence(portrait(background=(4, 4, 4), shirt=(10, 10, 10)))).status is Status.PASS


def test_dark_skin_before_a_bright_wall_is_judged_by_the_whole_photo():
    dim = exposed(-0.8, portrait(skin=DARK))
    bright = dim.copy()
    bright[:, :120] = 235
    assert assess(evidence(bright)).score >= assess(evidence(dim)).score


def test_a_face_lost_in_black_is_named():
    pixels = portrait().copy()
    pixels[:, 256:] = 0
    assert assess(evidence(pixels)).reason == "black"


def test_haze_is_named():
    hazy = (0.25 * portrait() + 165).astype(np.uint8)
    result = assess(evidence(hazy))
    assert (result.status, result.reason) == (Status.WARN, "flat")


def test_mirrored():
    of = evidence(exposed(-2))
    assert assess(mirrored(of)).value == pytest.approx(assess(of).value, abs=0.01)


def test_no_face():
    assert assess(faceless()).status is Status.SKIPPED
    assert assess(evidence(portrait(), points=mesh((1500, 200), 120))).status is Status.UNKNOWN
