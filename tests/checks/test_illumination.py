"""Illumination on synthetic portraits."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import SKINS, assessor, evidence, faceless, mesh, mirrored, portrait

from mettici.checks.base import Status
from mettici.checks.illumination import Illumination

CHECK = Illumination()
assess = assessor(CHECK)


def lit(gain, pixels):
    """The pixels with their linear light multiplied by `gain` (a number, a row or a picture)."""
    light = (pixels / 255) ** 2.2 * gain
    return (np.clip(light, 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


def side_lit(stops, pixels=None):
    pixels = portrait() if pixels is None else pixels
    across = np.clip((np.arange(pixels.shape[1]) - 240) / 32, 0, 1)
    return lit(2.0 ** (-stops * across)[None, :, None], pixels)


@pytest.mark.parametrize("skin", SKINS)
def test_even_light_passes_on_every_skin(skin):
    result = assess(evidence(portrait(skin=skin)))
    assert (result.status, result.reason) == (Status.PASS, "even")


@pytest.mark.parametrize("skin", SKINS)
def test_side_light_is_named_on_every_skin(skin):
    result = assess(evidence(side_lit(2.5, portrait(skin=skin))))
    assert result.status in (Status.WARN, Status.FAIL)
    assert (result.reason, result.details["darker_side"]) == ("side_light", "right")


def test_the_same_light_gives_the_same_stops_on_every_skin():
    stops = [assess(evidence(side_lit(1.5, portrait(skin=skin)))).details["side_stops"] for skin in SKINS]
    assert max(stops) - min(stops) < 0.35


def test_portrait_light_passes():
    assert assess(evidence(side_lit(1))).status is Status.PASS


def test_more_side_light_never_raises_the_value():
    results = [assess(evidence(side_lit(stops))) for stops in (0, 0.5, 1, 2, 3, 4, 5)]
    assert [r.value for r in results] == sorted((r.value for r in results), reverse=True)
    assert results[-1].status is Status.FAIL


def test_a_shadow_across_the_face_is_named():
    pixels = portrait()
    gain = np.where(np.arange(pixels.shape[0]) < 205, 0.08, 1.0)[:, None, None]
    result = assess(evidence(lit(gain, pixels)))
    assert result.status is not Status.PASS
    assert result.reason == "shadow"


@pytest.mark.parametrize("skin", SKINS)
def test_a_white_wall_is_not_backlight(skin):
    assert assess(evidence(portrait(skin=skin, background=(252, 252, 252)))).status is Status.PASS


def test_backlight_is_named():
    person = lit(1 / 12, portrait(background=(252, 252, 252)))
    outside = evidence().surroundings
    outside = np.kron(outside, np.ones((2, 2), bool))
    person[outside] = 252
    result = assess(evidence(person))
    assert result.status is not Status.PASS
    assert result.reason == "backlight"


@pytest.mark.parametrize("skin", SKINS)
def test_a_white_wall_behind_dark_skin_is_not_backlight_if_eyes_or_clothes_are_lit(skin):
    lit_cloth = assess(evidence(portrait(skin=skin, background=(252, 252, 252), hair=(10, 10, 10))))
    lit_eyes = assess(evidence(portrait(skin=skin, background=(252, 252, 252), shirt=(12, 12, 12))))
    assert lit_cloth.status is lit_eyes.status is Status.PASS


def test_exposure_does_not_matter():
    assert assess(evidence(lit(0.4, portrait()))).value == pytest.approx(assess(evidence()).value, abs=0.05)


def test_a_profile_s_hidden_half_is_not_compared():
    turned = mesh(yaw=75)
    assert assess(evidence(portrait(turned), points=turned)).details["side_stops"] == 0


def test_mirrored():
    of = evidence(side_lit(2))
    there, back = assess(of), assess(mirrored(of))
    assert back.value == pytest.approx(there.value, rel=0.02)
    assert (there.details["darker_side"], back.details["darker_side"]) == ("right", "left")


def test_without_a_mask_there_is_no_backlight():
    assert assess(evidence(mask=None)).details["back_stops"] == 0


def test_no_face():
    assert assess(faceless()).status is Status.SKIPPED
