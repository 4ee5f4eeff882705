"""Each learned judgement answers to the thing and not to the set that its examples came from.

On labelled pictures (`../shared/data`, where present) all made alike: same framing, size, border, compression, and
grey. Whatever told the sets apart is gone then; what is left is the thing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from mettici.faces import Pixels, Sight
from mettici.policy import load
from mettici.vision import Vision
from training.data import Row, auc, jpeg, prepared, rows

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="needs the labelled pictures in ../shared/data")

FACE, WINDOW = 100, 300
"""Extent of every face and side of every picture in pixels."""
Score = Callable[[Sight], float]


def alike(pixels: Pixels, sight: Sight) -> Pixels | None:
    """The main face in a grey window of its own, the edge repeated, as JPEG; None without a face."""
    if sight.main is None or sight.main.mesh is None:
        return None
    points = sight.main.mesh.points[:468, :2]
    scale = FACE / float(np.ptp(points, axis=0).max())
    shift = WINDOW / 2 - points.mean(0) * scale
    move = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    if scale < 1:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.4 / scale), np.uint8)
    window = cv2.warpAffine(pixels, move, (WINDOW, WINDOW), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(window, cv2.COLOR_RGB2GRAY)
    return jpeg(np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8), 70)


@cache
def _found(name: str, most: int, everything: bool) -> list[tuple[Row, Sight]]:
    chosen = [r for r in rows(DATA, name) if everything or r.part == "check"][:most]
    found = []
    with Vision() as vision:
        for row in chosen:
            pixels = prepared(row)
            same = None if pixels is None else alike(pixels, vision.look(pixels))
            sight = None if same is None else vision.look(same)
            if sight is not None and sight.looks is not None:
                found.append((row, sight))
    return found


def seen(name: str, most: int = 200, *, everything: bool = False) -> Iterator[tuple[Row, Sight]]:
    """Pictures of a set made alike (`most` of its check part, or of all), as the program sees them."""
    yield from _found(name, most, everything)


def smile(sight: Sight) -> float:
    assert sight.looks is not None
    return sight.looks.smile


def eyes_open(sight: Sight) -> float:
    assert sight.looks is not None
    return sight.looks.eyes_open


def eyes_visible(sight: Sight) -> float:
    assert sight.looks is not None
    return sight.looks.eyes_visible


def face_visible(sight: Sight) -> float:
    assert sight.looks is not None
    return sight.looks.face_visible


def photographic(sight: Sight) -> float:
    return sight.origin.photograph


@pytest.mark.parametrize(
    ("name", "score", "good", "bad", "least"),
    [
        ("genki4k", smile, {"smile": "1"}, {"smile": "0"}, 0.96),
        ("cew", eyes_open, {"eyes_closed": "0"}, {"eyes_closed": "1"}, 0.97),
        ("selfie_sunglasses", eyes_visible, {"sunglasses": "0"}, {"clear_single_sunglasses": "1"}, 0.95),
        ("facemask_cd", face_visible, {"mask": "0"}, {"mask": "1"}, 0.95),
        ("pacs", photographic, {"kind": "photo", "subject": "person"}, {"kind": "drawing", "subject": "person"}, 0.9),
    ],
)
def test_within_one_set_the_thing_is_told(
    name: str, score: Score, good: dict[str, str], bad: dict[str, str], least: float
) -> None:
    pairs = []
    for row, sight in seen(name, 600):
        for wanted, truth in ((good, True), (bad, False)):
            if all(row.labels.get(k) == v for k, v in wanted.items()):
                pairs.append((truth, score(sight)))
    assert len(pairs) >= 30
    assert auc(*zip(*pairs, strict=True)) >= least


def _share(flags: Iterable[bool]) -> float:
    return float(np.mean(list(flags)))


@pytest.mark.parametrize(
    ("check", "score", "rate"),
    [
        ("eyes_visible", eyes_visible, 0.04),
        ("face_visible", face_visible, 0.02),
        ("photographic_origin", photographic, 0.02),
    ],
)
def test_sets_without_the_fault_are_rarely_failed_and_all_groups_alike(check: str, score: Score, rate: float) -> None:
    limit = load()[check].limits["fail_below"]
    assert _share(score(s) < limit for _, s in seen("humans160")) <= rate
    by_group: dict[str, list[bool]] = defaultdict(list)
    for row, sight in seen("fairface", 900, everything=True):
        if row.labels["age"] not in ("0-2", "3-9", "10-19"):
            by_group[row.labels["race"]].append(score(sight) < limit)
    rates = [_share(flags) for flags in by_group.values()]
    assert len(rates) == 7
    assert _share(f for flags in by_group.values() for f in flags) <= rate
    assert max(rates) - min(rates) <= 0.03
