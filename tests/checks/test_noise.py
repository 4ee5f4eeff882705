"""Noise on synthetic portraits."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import assessor, evidence, faceless, mirrored, portrait

from mettici.checks.base import Status
from mettici.checks.noise import Noise

CHECK = Noise()
assess = assessor(CHECK)


def grainy(sigma):
    noise = np.random.default_rng(1).normal(0, sigma, (512, 512, 1))
    return np.clip(portrait(texture=0) + noise, 0, 255).astype(np.uint8)


def test_a_clean_photo_passes():
    result = assess(evidence())
    assert (result.status, result.reason) == (Status.PASS, "clean")


@pytest.mark.parametrize("sigma", [4, 10, 20])
def test_the_value_is_the_noise(sigma):
    assert assess(evidence(grainy(sigma))).value == pytest.approx(sigma, rel=0.2)


def test_more_noise_never_raises_the_score():
    results = [assess(evidence(grainy(sigma))) for sigma in (0, 1, 2, 4, 8, 16, 32)]
    assert [r.value for r in results] == sorted(r.value for r in results)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)
    assert (results[-1].status, results[-1].reason) == (Status.FAIL, "noisy")


@pytest.mark.parametrize(("sigma", "status"), [(6, Status.PASS), (10, Status.WARN), (25, Status.FAIL)])
def test_a_little_grain_is_fine(sigma, status):
    assert assess(evidence(grainy(sigma))).status is status


def test_a_patterned_shirt_is_not_noise():
    pixels = portrait().copy()
    pixels[380:, ::2] = 30
    assert assess(evidence(pixels)).status is Status.PASS


def test_pictures_without_people_are_measured_but_not_judged():
    result = assess(faceless(grainy(30)))
    assert (result.status, result.reason, result.score) == (Status.SKIPPED, "no_face", None)
    assert result.value == pytest.approx(30, rel=0.2)
    assert assess(faceless(np.zeros((3, 5, 3), np.uint8))).value == 0


def test_mirrored():
    of = evidence(grainy(9))
    assert assess(mirrored(of)).value == pytest.approx(assess(of).value, rel=1e-3)
