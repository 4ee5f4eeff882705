"""Sharpness on synthetic portraits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from made_up import BROWN, DARK, LIGHT, SIDE, assessor, evidence, faceless, mesh, mirrored, portrait

from mettici.checks.base import Status
from mettici.checks.sharpness import Sharpness

CHECK = Sharpness()
assess = assessor(CHECK)


def defocused(pixels, sigma):
    return cv2.GaussianBlur(pixels, (0, 0), sigma) if sigma else pixels


def grainy(pixels, sigma):
    noise = np.random.default_rng(1).normal(0, sigma, pixels.shape[:2])[..., None]
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("skin", [LIGHT, BROWN, DARK])
def test_a_sharp_face_passes_with_every_skin(skin):
    result = assess(evidence(portrait(skin=skin, texture=6)))  # the grain acts as pores
    assert (result.status, result.reason) == (Status.PASS, "sharp")


def test_a_skin_filter_is_reported_and_costs_nothing():
    grainy_skin, smooth_skin = (assess(evidence(portrait(texture=t))) for t in (6.0, 0.0))
    assert (grainy_skin.reason, smooth_skin.reason) == ("sharp", "smoothed")
    assert smooth_skin.status is Status.PASS
    assert smooth_skin.score >= grainy_skin.score


def test_more_blur_never_raises_the_score():
    results = [assess(evidence(defocused(portrait(), sigma))) for sigma in (0, 0.5, 1, 1.5, 2, 3, 5, 8)]
    values = [r.value for r in results]
    scores = [r.score for r in results]
    assert values == sorted(values)
    assert scores == sorted(scores, reverse=True)
    assert results[-1].status is Status.FAIL


@pytest.mark.parametrize("sigma", [1.5, 2, 3])
def test_defocus_is_named(sigma):
    result = assess(evidence(grainy(defocused(portrait(), sigma), 1)))
    assert result.status is not Status.PASS
    assert result.reason == "defocus"


def test_the_value_is_the_width_of_the_blur():
    for sigma in (2.0, 4.0):
        assert assess(evidence(defocused(portrait(texture=0), sigma))).value == pytest.approx(sigma, rel=0.3)


@pytest.mark.parametrize("across", [True, False])
def test_motion_blur_is_distinguished_from_defocus(across):
    kernel = np.zeros((13, 13), np.float32)
    kernel[6] = 1 / 13
    moved = cv2.filter2D(portrait(), -1, kernel if across else kernel.T)
    result = assess(evidence(moved))
    assert result.status in (Status.WARN, Status.FAIL)
    assert result.reason == "motion"


@pytest.mark.parametrize("way", [cv2.INTER_CUBIC, cv2.INTER_LINEAR])
def test_an_enlarged_photo_is_named(way):
    small = cv2.resize(portrait(), (96, 96), interpolation=cv2.INTER_AREA)
    result = assess(evidence(cv2.resize(small, (SIDE, SIDE), interpolation=way)))
    assert result.status is not Status.PASS
    assert result.reason == "enlarged"


def test_a_small_face_is_not_blurred():
    small = mesh((128, 110), 70)
    assert assess(evidence(portrait(small, (256, 256)), points=small)).status is Status.PASS


def test_a_tiny_face_is_unknown():
    tiny = mesh((128, 110), 12)
    result = assess(evidence(portrait(tiny, (256, 256)), points=tiny))
    assert (result.status, result.reason, result.value) == (Status.UNKNOWN, "too_small", None)


def test_noise_does_not_hide_blur():
    blurred = defocused(portrait(), 5)
    assert assess(evidence(grainy(blurred, 6))).status is not Status.PASS
    assert assess(evidence(grainy(portrait(), 6))).status is Status.PASS


def test_size_does_not_matter():
    large = mesh((512, 430), 2 * 0.36 * SIDE)
    once = assess(evidence())
    twice = assess(evidence(portrait(large, (2 * SIDE, 2 * SIDE)), points=large))
    assert twice.value == pytest.approx(once.value, rel=0.1)


def test_mirrored():
    of = evidence(defocused(portrait(mesh(yaw=10, roll=5)), 1.5), points=mesh(yaw=10, roll=5))
    assert assess(mirrored(of)).value == pytest.approx(assess(of).value, rel=0.03)


def test_a_partly_visible_face_is_judged_by_its_visible_part():
    outside = mesh((SIDE * 0.95, 200), 120)
    assert assess(evidence(portrait(outside), points=outside)).status in set(Status)
    gone = mesh((SIDE * 2, 200), 120)
    assert assess(evidence(portrait(), points=gone)).status is Status.UNKNOWN


def test_no_face():
    assert assess(faceless()).status is Status.SKIPPED
