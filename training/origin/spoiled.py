"""Photographs of people spoiled in one way each: they are photographs still, and must not be called drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from mettici.vision.origin import Views, views
from training.origin.disguise import Scene
from training.origin.examples import Examples
from training.origin.pictures import pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SETS = ("profiles", "us_congress", "humans160", "genki4k")


def _shrunk(scene: Scene, face: float) -> Scene:
    return scene.resized(min(1.0, face / scene.extent))


def _enlarged(scene: Scene) -> Scene:
    return _shrunk(scene, 40).resized(4, cv2.INTER_CUBIC)


def _grey(scene: Scene, tint: tuple[float, float, float]) -> Scene:
    grey = cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2GRAY)
    return scene.painted(grey[..., None] * np.float32(tint))


def _compressed(scene: Scene) -> Scene:
    _, coded = cv2.imencode(".jpg", scene.pixels, [cv2.IMWRITE_JPEG_QUALITY, 12])
    return scene.painted(cv2.imdecode(coded, cv2.IMREAD_COLOR))


WAYS: dict[str, Callable[[Scene], Scene]] = {
    "black-and-white": lambda s: _grey(s, (1, 1, 1)),
    "sepia": lambda s: _grey(s, (1, 0.87, 0.68)),
    "brown": lambda s: s.painted(s.pixels * np.float32([1, 0.8, 0.5])),
    "burnt": lambda s: s.painted(s.pixels * np.float32(1.9)),
    "stage light": lambda s: s.painted(s.pixels * np.float32([0.8, 0.25, 0.9])),
    "blurred": lambda s: s.painted(cv2.GaussianBlur(s.pixels, (0, 0), s.extent / 70)),
    "beauty filter": lambda s: s.painted(cv2.bilateralFilter(s.pixels, 9, 35, 6)),
    "small (face 48 px)": lambda s: _shrunk(s, 48),
    "enlarged from 40 px": _enlarged,
    "JPEG quality 12": lambda s: _compressed(_shrunk(s, 150)),
    "dark": lambda s: s.painted(s.pixels * 0.2),
}


def spoiled(data: Path, cache: Path) -> Examples:
    """The check part's photographs of people in `SETS`, spoiled; keys begin with the way."""
    if not (cache / "spoiled" / "key.npy").exists():
        Examples.gathered(_spoiled(data, cache)).save(cache / "spoiled")
    return Examples.load(cache / "spoiled")


def _spoiled(data: Path, cache: Path) -> Iterator[tuple[Views, int, int, str]]:
    for picture in pictures(data, cache, SETS):
        if picture.row.part == "check" and picture.kind == 0 and picture.mesh is not None:
            scene = Scene(picture.pixels, picture.mesh)
            for name, way in WAYS.items():
                changed = way(scene)
                yield views(changed.pixels, changed.mesh), 0, -1, f"{name}/{picture.row.key}"
