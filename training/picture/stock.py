"""The stock of training samples, stored as the output of the backbone's frozen blocks.

As those blocks stay frozen, each sample passes through them only once, in ONNX Runtime, as in the program.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from mettici.vision.picture_kind import FACE, HEADS, KINDS, WHOLE
from mettici.vision.runtime import session
from training import onnx_file
from training.picture.backbone import BLOCKS, TUNED_FROM, pretrained, width
from training.picture.labels import headscarves
from training.picture.network import EARLY, Early
from training.picture.samples import sample
from training.picture.store import decoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.picture.overlays import Pixels, Rng
    from training.picture.store import Entry

SHARES = {"person": 0.54, "animal": 0.04, "thing": 0.05, "painting": 0.08, "cartoon": 0.05, "sketch": 0.02,
          "avatar_3d": 0.04, "graphic": 0.03, "screen": 0.06, "card": 0.06, "figure": 0.03}  # fmt: skip
"""How often to show each kind."""
OFTEN = {"wild_profiles": 3.0, "profiles": 3.0, "street_covered": 4.0, "lfw_occlusion": 3.0, "lfw_eyes": 3.0,
         "lfw_glasses": 2.5, "lfw_smile": 2.0, "tricky": 3.0, "street_screens": 4.0, "st40_objects": 1.5,
         "us_congress": 3.0, "icao": 1.5, "facemask_cd": 1.5, "selfie_sunglasses": 1.5, "cew": 1.2, "fairface": 0.8,
         "utkface": 0.6, "glasses_denilv40": 2.0, "portraits_snorre48": 2.0, "event_photos": 2.0,
         "st40_far_behind": 1.5, "caricature": 3.0, "avatars": 2.0}  # fmt: skip
"""How often to show a picture of a set, relative to other sets of the same kind."""
HEADSCARF = 4.0
"""How often to show a photograph with a headscarf, relative to others. They are common in paintings and rare in the
labelled photographs, so without this weight a headscarf would suggest a painting."""
THINGS = ("imagenet1k", "pets", "things_caltech101")
"""Sets whose pictures are painted over faces."""
ROUGH = 0.2
"""How far an early feature may differ from torch's; the features reach 30 and more."""


@dataclass
class Stock:
    """N samples: the early features of both crops, whether there is a face (N,), and the targets."""

    face: npt.NDArray[np.float16]
    whole: npt.NDArray[np.float16]
    present: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.int64]
    heads: npt.NDArray[np.float32]
    cover: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.kind)

    @staticmethod
    def load(folder: Path) -> Stock:
        """The columns as memory maps, so that unused parts are never read."""
        return Stock(**{n: np.load(folder / f"{n}.npy", mmap_mode="r") for n in Stock.__dataclass_fields__})


class EarlyReader:
    """Runs the early blocks in ONNX Runtime."""

    def __init__(self) -> None:
        early = Early(pretrained()).eval()
        self._networks = {}
        with tempfile.TemporaryDirectory() as folder:
            for side in (FACE, WHOLE):
                file = Path(folder) / f"{side}.onnx"
                probe = torch.rand(2, 3, side, side) * 255
                onnx_file.write(early, [probe], ["crop"], "early", file, ROUGH)
                self._networks[side] = session(file)

    def __call__(self, crop: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """(`numbers(side)`,) for a crop (side, side, 3) of 0..255."""
        network = self._networks[crop.shape[0]]
        (early,) = network.run(None, {"crop": crop.transpose(2, 0, 1)[None].astype(np.float32)})
        return np.asarray(early[0], np.float32)


def numbers(side: int) -> int:
    """The number of early features of a crop of `side` pixels."""
    return width((EARLY,)) + BLOCKS[TUNED_FROM - 1][0] * (side // 16) ** 2


def chances(entries: Sequence[Entry]) -> npt.NDArray[np.float64]:
    """The probability of drawing each entry: by kind as in `SHARES`, within a kind by set. Unknown kinds count as
    people."""
    kind = np.array([KINDS.index(e.kind or "person") for e in entries])
    weight = np.array([OFTEN.get(e.set, 1.0) * (HEADSCARF if e.key in headscarves() else 1.0) for e in entries])
    total = np.bincount(kind, weight, len(KINDS))
    chance = weight / total[kind] * np.array([SHARES[k] for k in KINDS])[kind]
    return np.asarray(chance / chance.sum())


def draw_stock(entries: Sequence[Entry], folder: Path, count: int, seed: int) -> None:
    """Draw `count` samples into `folder`, which appears once it is complete."""
    rng, read = np.random.default_rng(seed), EarlyReader()
    textures = [decoded(e.views[0]) for e in entries if e.set in THINGS][:300]
    columns = _empty(count)
    for n, at in enumerate(rng.choice(len(entries), count, p=chances(entries))):
        one = sample(entries[at], rng, textures)
        face, whole, present = one.views
        columns.face[n], columns.whole[n] = (read(crop) for crop in altered((face, whole), rng))
        columns.present[n], columns.kind[n] = present, one.kind
        columns.heads[n], columns.cover[n] = one.heads, one.cover
    save(columns, folder)


def altered(crops: Sequence[Pixels], rng: Rng) -> list[npt.NDArray[np.float32]]:
    """The same crops, randomly mirrored, relit, desaturated or coarsened."""
    mirrored, grey, coarse = (rng.random() < share for share in (0.5, 0.08, 0.15))
    gain, factor = rng.normal(1, 0.08, 3).astype(np.float32), rng.uniform(1.3, 2.5)
    return [_altered(crop, gain, factor if coarse else 1.0, mirrored=mirrored, grey=grey) for crop in crops]


def _altered(
    crop: Pixels, gain: npt.NDArray[np.float32], factor: float, *, mirrored: bool, grey: bool
) -> npt.NDArray[np.float32]:
    found = crop[:, ::-1] * gain if mirrored else crop * gain
    if grey:
        found = np.repeat(found.mean(2, keepdims=True), 3, 2)
    if factor > 1:
        side = crop.shape[0]
        small = cv2.resize(found, (round(side / factor),) * 2, interpolation=cv2.INTER_AREA)
        found = cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.clip(found, 0, 255).astype(np.float32)


def _empty(count: int) -> Stock:
    none, half = np.zeros(count, np.int64), np.float16
    heads = np.zeros((count, len(HEADS)), np.float32)
    face, whole = (np.zeros((count, numbers(side)), half) for side in (FACE, WHOLE))
    return Stock(face, whole, np.zeros(count, bool), none, heads, none.copy())


def save(stock: Stock, folder: Path) -> None:
    """Write the columns into `folder`, which appears once it is complete."""
    beside = folder.with_name(f"{folder.name}.{os.getpid()}")
    beside.mkdir(parents=True)
    for name, column in vars(stock).items():
        np.save(beside / f"{name}.npy", column)
    beside.rename(folder)
