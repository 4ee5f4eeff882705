"""Colour cast on synthetic portraits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up import BROWN, DARK, GOOD, LIGHT, TAN, assessor, evidence, faceless, mesh, mirrored, portrait

from mettici.checks.base import Status
from mettici.checks.colour_cast import ColourCast
from mettici.image.colour import linear

CHECK = ColourCast()
assess = assessor(CHECK)


def tinted(gains, pixels=None):
    return np.clip((portrait() if pixels is None else pixels) * gains, 0, 255).astype(np.uint8)


def before_a_poster():
    pixels = portrait()
    for n, colour in enumerate([(220, 40, 40), (40, 200, 60), (50, 60, 220), (230, 220, 60)]):
        pixels[:50, 60 * n : 60 * n + 60] = colour
    return pixels


@pytest.mark.parametrize("skin", [LIGHT, TAN, BROWN, DARK])
def test_every_skin_tone_is_natural(skin):
    result = assess(evidence(portrait(skin=skin)))
    assert (result.status, result.reason) == (Status.PASS, "natural")


@pytest.mark.parametrize(
    ("gains", "reason"),
    [
        ((0.55, 0.95, 1.5), "blue"),
        ((0.75, 1.2, 0.75), "green"),
        ((1.1, 0.45, 0.6), "red"),
        ((1.0, 0.95, 0.25), "yellow"),
    ],
)
def test_casts_are_named(gains, reason):
    result = assess(evidence(tinted(gains, before_a_poster())))
    assert result.status in (Status.WARN, Status.FAIL)
    assert result.reason == reason


def in_two_colours(dark, bright):
    grey = np.asarray(portrait(), np.float32).mean(axis=2, keepdims=True) / 255
    return np.rint(np.float32(dark) * (1 - grey) + np.float32(bright) * grey).astype(np.uint8)


@pytest.mark.parametrize(
    "colours", [((30, 25, 110), (160, 165, 255)), ((0, 40, 20), (130, 255, 160)), ((60, 0, 70), (255, 120, 240))]
)
def test_a_duotone_is_named(colours):
    result = assess(evidence(in_two_colours(*colours)))
    assert result.status in (Status.WARN, Status.FAIL)
    assert result.reason == "duotone"


def test_a_sepia_print_is_not_a_duotone():
    assert assess(evidence(in_two_colours((35, 25, 15), (255, 240, 205)))).reason == "monochrome"


def test_a_strongly_coloured_wall_is_not_a_duotone():
    assert assess(evidence(portrait(background=(20, 60, 200)))).reason == "natural"


def test_a_warm_lamp_is_tolerated():
    assert assess(evidence(tinted((1.08, 0.97, 0.8)))).status is Status.PASS


@pytest.mark.parametrize("stops", [-2, -1, -0.5])
@pytest.mark.parametrize("gains", [(1, 1, 1), (0.7, 1, 1.1), (1, 0.75, 0.75)])
def test_skin_brightness_does_not_matter(gains, stops):
    cast = tinted(gains)
    light = linear(cast) * 2.0**stops
    levels = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    darker = np.rint(255 * levels).astype(np.uint8)
    one, other = assess(evidence(cast)), assess(evidence(darker))
    assert other.value == pytest.approx(one.value, abs=1.5)
    assert other.status is one.status


def test_more_blue_never_raises_the_score():
    results = [assess(evidence(tinted((1 - k, 1 - 0.1 * k, 1 + k)))) for k in (0, 0.1, 0.2, 0.3, 0.4, 0.5)]
    assert [r.value for r in results] == sorted(r.value for r in results)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)


@pytest.mark.parametrize("tone", [(1, 1, 1), (1.1, 0.95, 0.75), (0.9, 1, 1.1)])
def test_a_single_tone_is_not_a_cast(tone):
    grey = np.repeat(portrait().mean(axis=2, keepdims=True), 3, axis=2)
    assert assess(evidence(tinted(tone, grey))).status is Status.PASS
    if tone == (1, 1, 1):
        assert assess(evidence(tinted(tone, grey))).reason == "monochrome"


def test_mirrored():
    of = evidence(tinted((0.7, 1, 1.3)))
    assert assess(mirrored(of)).value == pytest.approx(assess(of).value, rel=0.02)


def test_a_face_outside_the_photo_is_unknown():
    result = assess(evidence(portrait(), points=mesh((1500, 200), 120)))
    assert (result.status, result.reason) == (Status.UNKNOWN, "covered")


def test_skin_under_a_cover_is_unknown():
    result = assess(evidence(tinted((0.55, 0.95, 1.5)), attributes=replace(GOOD, face_visible=0.1)))
    assert (result.status, result.reason, result.score) == (Status.UNKNOWN, "covered", None)


def test_no_face():
    colours = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    assert assess(faceless(colours)).status is Status.SKIPPED
