"""Compression on synthetic portraits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from made_up import assessor, evidence, faceless, mirrored, portrait

from mettici.checks.base import Status
from mettici.checks.compression import Compression

CHECK = Compression()
assess = assessor(CHECK)


def street(seed=2):
    """A portrait in front of a wall with texture at every scale, as in photos. Flat paint would show no blocks."""
    noise = np.random.default_rng(seed)
    sizes = (8, 16, 32, 64, 128)
    wall = sum(cv2.resize(noise.normal(0, 12, (n, n)).astype(np.float32), (512, 512)) for n in sizes)
    return np.clip(portrait() + wall[..., None], 0, 255).astype(np.uint8)


def saved(pixels, quality):
    data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]


def test_an_untouched_photo_passes():
    result = assess(evidence(street()))
    assert (result.status, result.reason) == (Status.PASS, "clean")


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_typical_messenger_compression_passes(quality):
    assert assess(evidence(saved(street(), quality), jpeg_quality=quality)).status is Status.PASS


def test_heavy_compression_fails():
    result = assess(evidence(saved(portrait(), 6), jpeg_quality=6))
    assert (result.status, result.reason) == (Status.FAIL, "blocks")
    assert result.details["jpeg_quality"] == 6


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_heavy_compression_shows_after_saving_again(kind):
    crushed = saved(street(), 6)
    of = saved(crushed, 95) if kind == "JPEG" else crushed
    assert assess(evidence(of, jpeg_quality=95 if kind == "JPEG" else None)).status is not Status.PASS


def test_a_block_grid_with_an_offset_is_found():
    assert assess(evidence(saved(street(), 6)[3:, 5:])).status is not Status.PASS


def test_lower_quality_never_raises_the_score():
    results = [assess(evidence(saved(street(), q), jpeg_quality=q)) for q in (100, 90, 75, 50, 30, 20, 10, 5)]
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)
    assert [r.value for r in results] == sorted(r.value for r in results)


def test_downscaling_a_large_photo_hides_its_blocks():
    assert assess(evidence(jpeg_quality=15, scale=4)).score > assess(evidence(jpeg_quality=15)).score


def test_pictures_without_people_are_measured_but_not_judged():
    crushed = saved(street(), 6)
    result = assess(faceless(crushed))
    assert (result.status, result.reason, result.score) == (Status.SKIPPED, "no_face", None)
    assert result.value == pytest.approx(assess(evidence(crushed)).value)
    assert assess(faceless(np.zeros((3, 5, 3), np.uint8))).value == 0


def test_mirrored():
    of = evidence(saved(street(), 20)[:, :509])
    assert assess(mirrored(of)).value == pytest.approx(assess(of).value, rel=1e-3)
