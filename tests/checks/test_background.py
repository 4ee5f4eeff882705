"""Background on synthetic portraits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from made_up import SIDE, assessor, evidence, faceless, mesh, mirrored, person_mask, portrait

from mettici.checks.background import Background
from mettici.checks.base import Status

CHECK = Background()
assess = assessor(CHECK)


def cluttered(contrast):
    """The portrait in front of randomly coloured tiles, at `contrast` times the full range."""
    tiles = np.random.default_rng(3).integers(0, 255, (32, 32, 3)).astype(np.float32)
    wall = 128 + contrast * (np.kron(tiles, np.ones((SIDE // 32, SIDE // 32, 1))) - 128)
    person = cv2.resize(person_mask(mesh(), (SIDE, SIDE)), (SIDE, SIDE))[..., None]
    return np.clip(portrait() * person + wall * (1 - person), 0, 255).astype(np.uint8)


def test_a_plain_wall_passes():
    result = assess(evidence())
    assert (result.status, result.reason) == (Status.PASS, "calm")


def test_a_cut_out_person_is_judged_like_any_other():
    person = cv2.resize(person_mask(mesh(), (SIDE, SIDE)), (SIDE, SIDE))[..., None] > 0.02
    result = assess(evidence(np.where(person, portrait(), 255).astype(np.uint8)))
    assert (result.status, result.reason, result.score) == (Status.PASS, "calm", 100)


@pytest.mark.parametrize("fill", [0, 255])
def test_only_the_background_is_measured(fill):
    inside = cv2.resize(person_mask(mesh(), (SIDE, SIDE)), (SIDE, SIDE))[..., None] > 0.9
    filled = np.where(inside, fill, cluttered(0.6)).astype(np.uint8)
    assert assess(evidence(filled)).value == pytest.approx(assess(evidence(cluttered(0.6))).value, abs=0.02)


def test_twice_the_clutter_doubles_the_value():
    def barred(width):
        wall = portrait()
        wall[::8, :width], wall[4::8, :width] = 0, 255
        return assess(evidence(wall)).value

    assert barred(40) > 0.02
    assert barred(80) == pytest.approx(2 * barred(40), rel=0.1)


def test_clutter_warns_and_never_fails():
    result = assess(evidence(cluttered(1)))
    assert (result.status, result.reason) == (Status.WARN, "busy")
    assert assess(evidence(cv2.GaussianBlur(cluttered(1), (0, 0), 1))).status is not Status.FAIL


def test_more_clutter_never_raises_the_score():
    results = [assess(evidence(cluttered(c))) for c in (0, 0.1, 0.25, 0.5, 0.75, 1)]
    assert [r.value for r in results] == sorted(r.value for r in results)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)


def test_the_first_edges_cost_the_most():
    def score(rows):
        wall = portrait()
        wall[:rows:8, :40], wall[4:rows:8, :40] = 0, 255
        return assess(evidence(wall)).score

    clean, some, more = score(0), score(SIDE // 2), score(SIDE)
    assert clean == 100
    assert clean - some > some - more > 0


def test_blur_calms_the_background():
    sharp = cluttered(1)
    person = cv2.resize(person_mask(mesh(), (SIDE, SIDE)), (SIDE, SIDE))[..., None]
    blurred = (sharp * person + cv2.GaussianBlur(sharp, (0, 0), 20) * (1 - person)).astype(np.uint8)
    assert assess(evidence(blurred)).status is Status.PASS


def test_a_person_filling_the_photo_leaves_no_background():
    result = assess(evidence(mask=np.ones((256, 256), np.float32)))
    assert (result.status, result.reason) == (Status.PASS, "none")


def test_mirrored():
    of = evidence(cluttered(0.5))
    assert assess(mirrored(of)).value == pytest.approx(assess(of).value, rel=0.02)


def test_no_face():
    assert assess(faceless()).status is Status.SKIPPED
