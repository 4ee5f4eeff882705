"""What the backbone says of the examples before any of it is tuned: worked out once, and kept."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from mettici.vision.origin import Views
from training import onnx_file
from training.origin.examples import Table, joined, modelled, plain, varied
from training.origin.network import Describer, reduced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.origin.examples import Examples

Columns = tuple[Tensor, Tensor, Tensor, Tensor]

ROUGH = 0.1
"""How far a feature may lie from torch's: they reach 10 and more."""


@dataclass(frozen=True, eq=False)
class Lessons(Table):
    """Of N examples of the train part the features (N, FEATURES), the maps that the tuned blocks start from, the kind,
    the fold and the set.

    The maps, (N, 2, channels, side, side), are of the face and of the whole picture.
    """

    features: npt.NDArray[np.float32]
    maps: npt.NDArray[np.float16]
    fold: npt.NDArray[np.int64]
    source: npt.NDArray[np.str_]


def lessons(data: Path, cache: Path, rounds: int) -> tuple[Lessons, Lessons]:
    """Of the pictures as they are; of disguises, imitations and avatars, each in other light and coarseness."""
    shown = [_described(cache / "plain", plain(data, cache), None)]
    for number in range(rounds):
        made = {"round": varied(data, cache, number), "modelled": modelled(cache, number)}
        for dice, (name, examples) in enumerate(made.items()):
            shown.append(_described(cache / f"{name}{number}", examples, np.random.default_rng((2000 + number, dice))))
    own, *more = shown
    return own, joined(more)


def _described(folder: Path, examples: Examples, draw: np.random.Generator | None) -> Lessons:
    at = examples.fold >= 0
    kept = folder / "features.npy", folder / "maps.npy"
    if not all(file.exists() for file in kept):
        for file, found in zip(kept, described(examples.where(at), draw), strict=True):
            with file.with_suffix(".part").open("wb") as out:
                np.save(out, found)
            file.with_suffix(".part").replace(file)
    features, maps = (np.load(file, mmap_mode="r") for file in kept)
    return Lessons(
        features=features, maps=maps, kind=examples.kind[at], fold=examples.fold[at], source=examples.source[at]
    )


@torch.no_grad()
def described(
    examples: Examples, draw: np.random.Generator | None = None
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float16]]:
    """Features and maps (see `Lessons`) of the examples, as they are or `altered`; the features by the engine that the
    program runs on."""
    describer = Describer()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "describer.onnx"
        onnx_file.write(describer, next(batches(examples, 4)), Views._fields, "features", file, ROUGH)
        network = cv2.dnn.readNetFromONNX(str(file))
    features, maps = [], []
    for columns in batches(examples):
        shown = columns if draw is None else altered(columns, draw)
        face, _, whole, _ = shown
        starts = [describer.backbone.early(crop) for crop in (reduced(face), whole)]
        maps.append(torch.stack(starts, 1).half().numpy())
        for row in zip(*shown, strict=True):
            for name, value in zip(Views._fields, row, strict=True):
                network.setInput(np.ascontiguousarray(value[None].numpy()), name)
            features.append(network.forward()[0])
    return np.stack(features), np.concatenate(maps)


def batches(examples: Examples, size: int = 64) -> Iterator[Columns]:
    """The columns as the network takes them, `size` rows at a time."""
    for at in range(0, len(examples), size):
        span = slice(at, at + size)
        face, texture, whole = (
            torch.from_numpy(np.ascontiguousarray(c[span])).permute(0, 3, 1, 2).float()
            for c in (examples.face, examples.texture, examples.whole)
        )
        yield face, texture, whole, torch.from_numpy(np.ascontiguousarray(examples.statistics[span]))


def altered(columns: Columns, draw: np.random.Generator) -> Columns:
    """The same, some mirrored, in other light, grey, or coarse."""
    count = len(columns[3])
    mirrored, grey, coarse = (torch.from_numpy(draw.random(count) < share) for share in (0.5, 0.1, 0.2))
    gain = torch.from_numpy(draw.normal(1, 0.08, (count, 3, 1, 1)).astype(np.float32))
    factor = float(draw.uniform(1.3, 3))
    crops = []
    for pixels in columns[:3]:
        crop = torch.where(mirrored[:, None, None, None], pixels.flip(3), pixels) * gain
        crop[grey] = crop[grey].mean(1, keepdim=True)
        small = functional.interpolate(crop[coarse], scale_factor=1 / factor, mode="bilinear", antialias=True)
        crop[coarse] = functional.interpolate(small, size=crop.shape[2:], mode="bicubic")
        crops.append(crop.clamp(0, 255))
    return crops[0], crops[1], crops[2], columns[3]
