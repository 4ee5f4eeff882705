"""Face detection: decodes the output of both detectors, and cuts pictures into tiles to find small faces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mettici.image.sampling import Picture, Pyramid
from mettici.image.types import Pixels
from mettici.vision.runtime import Network
from mettici.vision.types import Box

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Detection:
    """A detected face: box, score 0..1, and keypoints (6, 2) in px: left eye, right eye, nose, mouth, left ear, right
    ear."""

    box: Box
    score: float
    keypoints: Floats

    @property
    def nose_offset(self) -> float:
        """Horizontal offset of the nose from the middle of the eyes, in units of their distance; 0 from the front."""
        left, right, nose = self.keypoints[:3]
        across = right - left
        return abs(float((nose - (left + right) / 2) @ across) / max(float(across @ across), 1e-6))


def _anchors(side: int, strides: tuple[tuple[int, int], ...]) -> Floats:
    """Cell centres, 0..1, of a single-shot detector. `strides`: stride in px and anchors per cell of each layer."""
    layers = []
    for stride, count in strides:
        cells = side // stride
        grid = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(grid, grid)
        layers.append(np.repeat(np.stack([x.ravel(), y.ravel()], 1), count, axis=0))
    return np.concatenate(layers)


class Detector:
    """One of MediaPipe's face detectors (BlazeFace). Decoding its output here lets us choose the threshold."""

    def __init__(self, network: Network, side: int, strides: tuple[tuple[int, int], ...]):
        self._network, self._side = network, side
        self._anchors = _anchors(side, strides)

    def __call__(self, picture: Picture, threshold: float) -> list[Detection]:
        """Detect faces in an (H, W, 3) RGB picture that score at least `threshold`: overlaps merged, best first."""
        picture = Pyramid.of(picture)
        height, width = picture.shape[:2]
        scale = self._side / max(height, width)
        # Exact, because the mesh depends on the box: with linear shrinking 127 of 132 masks are noticed, and not 130.
        small = picture.shrunk(max(1, round(width * scale)), max(1, round(height * scale)), exact=True)
        square = np.zeros((self._side, self._side, 3), np.uint8)
        top, left = (self._side - small.shape[0]) // 2, (self._side - small.shape[1]) // 2
        square[top : top + small.shape[0], left : left + small.shape[1]] = small
        raw, logits = self._network(square)
        keep = np.flatnonzero(logits > np.log(threshold / (1 - threshold)))
        scores = 1 / (1 + np.exp(-logits[keep]))
        points = raw.reshape(-1, 8, 2)[keep] / self._side
        points[:, [0, 2, 3, 4, 5, 6, 7]] += self._anchors[keep, None]
        points = points * self._side
        points[:, [0, 2, 3, 4, 5, 6, 7]] -= np.array([left, top], np.float32)
        points /= scale
        found = [
            Detection(Box(*(p[0] - p[1] / 2).tolist(), *p[1].tolist()), float(s), p[2:])
            for p, s in zip(points, scores, strict=True)
        ]
        return merge(found)


def merge(found: list[Detection], overlap: float = 0.5) -> list[Detection]:
    """Keep the best of all detections that overlap by `overlap` or more of the smaller box, best first."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda d: -d.score):
        if all(one.box.overlap(other.box) < overlap for other in kept):
            kept.append(one)
    return kept


def tiles(pixels: Pixels) -> Iterator[tuple[int, int, Pixels]]:
    """Square tiles with a side of 0.6 of the shorter side, overlapping by a third or more: (x, y, tile).

    If the aspect ratio is over 6:1, the side is a tenth of the longer side, to bound the number of tiles.
    """
    height, width = pixels.shape[:2]
    side = max(1, round(0.6 * min(height, width)), round(0.1 * max(height, width)))
    for y in _starts(height, side):
        for x in _starts(width, side):
            yield x, y, pixels[y : y + side, x : x + side]


def _starts(length: int, side: int) -> list[int]:
    if side >= length:
        return [0]
    count = max(2, round((length - side) / (side * 0.6)) + 1)
    return [int(s) for s in np.linspace(0, length - side, count)]
