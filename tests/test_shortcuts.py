"""Each network responds to the thing itself, not to traits of the set that its examples come from.

Uses labelled pictures (`../shared/data`, if present), normalised to the same framing, size, border, compression and
grey. That removes whatever distinguishes the sets; only the thing itself remains.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path

import cv2
import numpy as np
import pytest

from mettici.image.types import Pixels
from mettici.policy import load
from mettici.vision.pipeline import Vision
from mettici.vision.types import Scene
from training.data import Row, auc, jpeg, prepared, rows

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="needs the labelled pictures in ../shared/data")

MOST = int(os.environ.get("METTICI_SHORTCUTS_MOST", "300"))
"""The most pictures to use from a set, evenly spread."""
CHILDREN = ("0-2", "3-9", "10-19")
DISGUISED = 0.03
"""The share of humans160 that may fail: some of its 298 pictures show a helmet, a hood or a face behind leaves."""
PERSON = {"subject": "person"}
FACE, WINDOW = 100, 300
"""The size of every face and the side of every picture, in pixels."""


def normalised(pixels: Pixels, scene: Scene) -> Pixels | None:
    """The main face in a grey window, with the edges replicated, as JPEG; None without a face."""
    if scene.main is None or scene.main.mesh is None:
        return None
    points = scene.main.mesh.points[:468, :2]
    scale = FACE / float(np.ptp(points, axis=0).max())
    shift = WINDOW / 2 - points.mean(0) * scale
    move = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    if scale < 1:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.4 / scale), np.uint8)
    window = cv2.warpAffine(pixels, move, (WINDOW, WINDOW), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(window, cv2.COLOR_RGB2GRAY)
    return jpeg(np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8), 70)


def seen(vision: Vision, name: str, wanted: Callable[[Row], bool]) -> Iterator[tuple[Row, Pixels, Scene]]:
    """The wanted pictures of a set, or enough of them, in which the program finds a face, with its analysis."""
    found = [row for row in rows(DATA, name) if wanted(row)]
    for row in found[:: -(-len(found) // MOST)]:
        pixels = prepared(row)
        scene = None if pixels is None else vision.look(pixels)
        if pixels is not None and scene is not None and scene.attributes is not None:
            yield row, pixels, scene


@cache
def analysed(name: str) -> list[tuple[Row, Scene]]:
    """The analyses of both parts of a set, without children."""
    with Vision() as vision:
        return [(row, scene) for row, _, scene in seen(vision, name, lambda row: row.labels.get("age") not in CHILDREN)]


def normalised_set(name: str, wanted: Callable[[Row], bool]) -> Iterator[tuple[Row, Scene]]:
    """The wanted pictures in a set's check part, normalised, as the program analyses them."""
    with Vision() as vision:
        for row, pixels, scene in seen(vision, name, lambda row: row.part == "check" and wanted(row)):
            same = normalised(pixels, scene)
            again = None if same is None else vision.look(same)
            if again is not None and again.attributes is not None:
                yield row, again


@pytest.mark.parametrize(
    ("name", "score", "good", "bad", "least"),
    [
        ("genki4k", "attributes.smile", {"smile": "1"}, {"smile": "0"}, 0.96),
        ("cew", "attributes.eyes_open", {"eyes_closed": "0"}, {"eyes_closed": "1"}, 0.97),
        ("facemask_cd", "attributes.face_visible", {"mask": "0"}, {"mask": "1"}, 0.95),
        ("pacs", "origin.photograph", PERSON | {"kind": "photo"}, PERSON | {"kind": "drawing"}, 0.9),
    ],
)
def test_the_thing_is_recognised_within_one_set(
    name: str, score: str, good: dict[str, str], bad: dict[str, str], least: float
) -> None:
    def is_(row: Row, wanted: dict[str, str]) -> bool:
        return all(row.labels.get(k) == v for k, v in wanted.items())

    labelled = normalised_set(name, lambda row: is_(row, good) or is_(row, bad))
    pairs = [(is_(row, good), attrgetter(score)(scene)) for row, scene in labelled]
    assert len(pairs) >= 20
    assert auc(*zip(*pairs, strict=True)) >= least


def _share(flags: Iterable[bool]) -> float:
    return float(np.mean(list(flags)))


@pytest.mark.parametrize(
    ("check", "score", "name", "groups", "rate"),
    [
        ("eyes_visible", "attributes.eyes_visible", "utkface", 5, 0.02),  # some in fairface wear sunglasses
        ("face_visible", "attributes.face_visible", "fairface", 7, 0.02),
        ("photographic_origin", "origin.photograph", "fairface", 7, 0.02),
    ],
)
def test_sets_without_the_fault_rarely_fail_and_all_groups_fare_alike(
    check: str, score: str, name: str, groups: int, rate: float
) -> None:
    chance, limit = attrgetter(score), load()[check].limits["fail_below"]
    assert _share(chance(s) < limit for _, s in analysed("humans160")) <= DISGUISED
    by_group: dict[str, list[bool]] = defaultdict(list)
    for row, scene in analysed(name):
        by_group[row.labels["race"]].append(chance(scene) < limit)
    rates = [_share(flags) for flags in by_group.values()]
    assert len(rates) == groups
    assert _share(f for flags in by_group.values() for f in flags) <= rate
    assert max(rates) - min(rates) <= 0.03
