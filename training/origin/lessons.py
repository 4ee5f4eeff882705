"""What the backbone says of the examples: worked out once, for it is never trained, and kept."""

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
from training.origin.network import FEATURES, Describer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.origin.examples import Examples

Columns = tuple[Tensor, Tensor, Tensor, Tensor]

ROUGH = 0.1
"""How far a feature may lie from torch's: they reach 10 and more."""


@dataclass(frozen=True, eq=False)
class Lessons(Table):
    """Of N examples of the train part the features (N, FEATURES), the kind, the fold and the set."""

    features: npt.NDArray[np.float32]
    fold: npt.NDArray[np.int64]
    source: npt.NDArray[np.str_]


def lessons(data: Path, cache: Path, rounds: int) -> tuple[Lessons, Lessons]:
    """Of the pictures as they are; of disguises, imitations and avatars, each in other light and coarseness."""
    shown = [_described(cache / "plain", plain(data, cache), None)]
    for number in range(rounds):
        draw = np.random.default_rng(2000 + number)
        shown.append(_described(cache / f"round{number}", varied(data, cache, number), draw))
        shown.append(_described(cache / f"modelled{number}", modelled(cache, number), draw))
    own, *more = shown
    return own, joined(more)


def _described(folder: Path, examples: Examples, draw: np.random.Generator | None) -> Lessons:
    at = examples.fold >= 0
    file = folder / "features.npy"
    if not file.exists():
        found = described(examples.where(at), draw)
        with file.with_suffix(".part").open("wb") as out:
            np.save(out, found)
        file.with_suffix(".part").replace(file)
    return Lessons(
        features=np.load(file), kind=examples.kind[at], fold=examples.fold[at], source=examples.source[at]
    )


def described(examples: Examples, draw: np.random.Generator | None = None) -> npt.NDArray[np.float32]:
    """(N, FEATURES) of the examples, as they are or `altered`, by the engine that the program runs on."""
    found = np.zeros((len(examples), FEATURES), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "describer.onnx"
        onnx_file.write(Describer(), next(batches(examples, 4)), Views._fields, "features", file, ROUGH)
        network = cv2.dnn.readNetFromONNX(str(file))
    done = 0
    for columns in batches(examples):
        for row in zip(*(columns if draw is None else altered(columns, draw)), strict=True):
            for name, value in zip(Views._fields, row, strict=True):
                network.setInput(np.ascontiguousarray(value[None].numpy()), name)
            found[done] = network.forward()[0]
            done += 1
    return found


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
