"""Exposure on synthetic portraits."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from made_up import _TEETH, DARK, GOOD, LIGHT, SKINS, TAN, assessor, evidence, faceless, mesh, mirrored, portrait

from mettici.checks.base import Status
from mettici.checks.exposure import Exposure
from mettici.vision.landmarks import EYES

CHECK = Exposure()
assess = assessor(CHECK)


def exposed(stops, pixels=None):
    light = ((portrait() if pixels is None else pixels) / 255) ** 2.2 * 2.0**stops
    return (np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


@pytest.mark.parametrize("skin", SKINS)
def test_good_light_suits_every_skin(skin):
    result = assess(evidence(portrait(skin=skin)))
    assert (result.status, result.reason) == (Status.PASS, "well_exposed")


@pytest.mark.parametrize("skin", SKINS)
def test_underexposure_is_found_on_every_skin(skin):
    result = assess(evidence(exposed(-4, portrait(skin=skin))))
    assert result.status in (Status.WARN, Status.FAIL)
    assert result.reason == "dark"
    assert result.details["stops_under"] > 2.5


def black_clothes(white_eyes, skin=DARK, stops=0.0):
    """A face with dark clothes, wall and highlights: only the whites of the eyes reveal the light."""
    pixels = portrait(skin=skin, shirt=(14, 14, 14), background=(20, 20, 20), hair=(12, 12, 12))
    pixels = exposed(stops, pixels)
    for eye in EYES:
        cv2.fillPoly(pixels, [np.rint(mesh()[list(eye), :2]).astype(np.int32)], (white_eyes,) * 3)
    cv2.fillPoly(pixels, [np.rint(mesh()[list(_TEETH), :2]).astype(np.int32)], (40, 20, 20))
    return evidence(pixels)


def test_bright_eye_whites_clear_a_dark_face():
    result = assess(black_clothes(190))
    assert (result.status, result.reason) == (Status.PASS, "well_exposed")


def test_dim_eye_whites_alone_never_fail_a_face():
    bright_shirt = portrait(skin=DARK)
    for eye in EYES:
        cv2.fillPoly(bright_shirt, [np.rint(mesh()[list(eye), :2]).astype(np.int32)], (30, 30, 30))
    assert assess(evidence(bright_shirt)).status is Status.PASS


@pytest.mark.parametrize("skin", SKINS)
def test_shaded_eyes_cost_points_unless_closed_or_hidden(skin):
    shaded = portrait(skin=skin)
    for eye in EYES:
        outline = mesh()[list(eye), :2]
        socket = outline.mean(0) + 2 * (outline - outline.mean(0))
        cv2.fillPoly(shaded, [np.rint(socket).astype(np.int32)], (60, 60, 60))
    lit, dim = assess(evidence(portrait(skin=skin))), assess(evidence(shaded))
    assert dim.status is Status.PASS
    assert dim.score < lit.score - 10
    for attributes in (replace(GOOD, eyes_open=0.1), replace(GOOD, eyes_visible=0.1)):
        assert assess(evidence(shaded, attributes=attributes)).score > dim.score + 10


def test_bright_highlights_clear_a_face():
    dim = exposed(-4)
    x, y = mesh()[151, :2].astype(int).tolist()
    lit = dim.copy()
    cv2.ellipse(lit, (x, y), (30, 18), 0, 0, 360, (225, 225, 225), -1)
    assert assess(evidence(dim)).reason == "dark"
    assert assess(evidence(lit)).status is Status.PASS


def test_a_face_is_dark_if_every_cue_is_dim():
    result = assess(black_clothes(30))
    assert result.status in (Status.WARN, Status.FAIL)
    assert result.reason == "dark"


def test_without_eyes_or_person_the_photo_s_brightest_parts_count():
    points = mesh()
    for eye in EYES:
        points[list(eye)] = points[list(eye)].mean(axis=0)
    for stops, status in ((0, Status.PASS), (-6, Status.FAIL)):
        of = evidence(exposed(stops), points=points, mask=None)
        assert (of.eye_whites, of.person_highlights) == (None, None)
        assert assess(of).status is status


def test_the_message_states_the_missing_light():
    result = assess(evidence(exposed(-3)))
    assert result.details["times"] == pytest.approx(2 ** result.details["stops_under"])


@pytest.mark.parametrize("skin", [LIGHT, TAN])
def test_overexposure_is_found(skin):
    result = assess(evidence(exposed(2.6, portrait(skin=skin))))
    assert (result.status, result.reason) == (Status.FAIL, "burnt")


def test_a_shiny_forehead_is_not_overexposure():
    points = mesh()
    pixels = portrait(points)
    x, y = points[151, :2].astype(int)
    cv2.ellipse(pixels, (int(x), int(y)), (52, 34), 0, 0, 360, (255, 255, 255), -1)
    result = assess(evidence(pixels))
    assert (result.status, result.reason) == (Status.WARN, "shine")


def test_more_darkness_never_raises_the_value():
    results = [assess(evidence(exposed(-s))) for s in (0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8)]
    assert [r.value for r in results] == sorted((r.value for r in results), reverse=True)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)


def test_more_overexposure_never_raises_the_value():
    results = [assess(evidence(exposed(s))) for s in (1, 1.5, 2, 2.6, 3, 4)]
    assert [r.value for r in results] == sorted((r.value for r in results), reverse=True)


def test_a_black_backdrop_is_not_a_fault():
    assert assess(evidence(portrait(background=(4, 4, 4), shirt=(10, 10, 10)))).status is Status.PASS


def test_dark_skin_against_a_bright_wall_is_judged_by_the_whole_photo():
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
