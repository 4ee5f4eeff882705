"""What kind of picture it is (a photograph, a drawing, a screen, …), what was added to it, and what covers the face."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from mettici.image.sampling import Picture, Pyramid, cut
from mettici.image.types import Pixels
from mettici.vision.landmarks import levelled
from mettici.vision.onnx import OnnxNetwork, load_description
from mettici.vision.types import FaceAttributes, Mesh, Origin

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float32]

DESCRIPTION = load_description("picture")
KINDS, HEADS, COVERS = (DESCRIPTION.outputs[group] for group in ("kinds", "heads", "covers"))
"""Labels of the network's outputs, in order: kinds of picture; attributes of the picture and its main face
(`sunglasses`: given hidden eyes); and things that cover a face."""
PHOTOGRAPHS = KINDS[:3]
"""The kinds that are photographs: of a person, an animal or a thing."""
FACE, WHOLE = 128, 160
"""Sides of the face crop and of the whole picture as the network gets them, px."""
FACE_CROP = 1.7
"""Side of the face crop divided by the longer side of the mesh: includes hair and collar."""
MIN_PROBABILITY = 1e-6
"""Probabilities are clipped to this distance from 0 and 1, to keep their logits finite."""
EYES_OPEN_SHARE, HIDDEN_SHARE = 0.3, 0.6
"""Weight of the picture network when combined with the face network. Of five candidates, these gave the fewest false
alarms on news and street photos at equal recall."""


class Views(NamedTuple):
    """Input of the network: RGB uint8 crops `face` (128, 128, 3) and `whole` (160, 160, 3); `present`: has a face."""

    face: Pixels
    whole: Pixels
    present: bool


def views(picture: Picture, mesh: Mesh | None) -> Views:
    """The views of the (H, W, 3) RGB `picture`. Without a face, its middle stands in for the face."""
    picture = Pyramid.of(picture)
    height, width = picture.shape[:2]
    if mesh is None:
        centre, size, angle = (width / 2, height / 2), min(height, width) / FACE_CROP, 0.0
    else:
        centre, size, angle = levelled(mesh.points)
    face = cut(picture, centre, size * FACE_CROP, angle, FACE).pixels
    return Views(face, picture.shrunk(WHOLE, WHOLE), mesh is not None)


@dataclass(frozen=True)
class PictureReading:
    """Output of the network: the origin of the picture, the logit of each of `HEADS`, the share of each of `COVERS`."""

    origin: Origin
    heads: Mapping[str, float]
    covers: Mapping[str, float]


class PictureReader:
    """Runs the network that looks at the whole picture and its main face. Not thread-safe."""

    def __init__(self, path: Path):
        """Raises `ModelCorruptError`."""
        self._network = OnnxNetwork(path, DESCRIPTION)

    def __call__(self, picture: Picture, mesh: Mesh | None) -> PictureReading:
        """Read the (H, W, 3) RGB `picture`; `mesh` is that of the main face, None without one."""
        output = self._network.grouped(self.logits(views(picture, mesh)))
        shares, heads = _softmax(output["kinds"]), output["heads"]
        photograph = sum(shares[k] for k in PHOTOGRAPHS)
        others = {k: v for k, v in shares.items() if k != "person"}
        origin = Origin(photograph, others, _sigmoid(heads["added_graphics"]), _sigmoid(heads["graphics_over_face"]))
        return PictureReading(origin, heads, _softmax(output["covers"]))

    def logits(self, seen: Views) -> Floats:
        """The raw output of the network, a flat float32 array."""
        inputs = {
            name: np.ascontiguousarray(getattr(seen, name).transpose(2, 0, 1)[None].astype(np.float32))
            for name in ("face", "whole")
        }
        return self._network.raw({**inputs, "present": np.array([[seen.present]], np.float32)})


def combined(attributes: FaceAttributes, seen: PictureReading) -> FaceAttributes:
    """Combine the two networks: a weighted mean of their logits, and the covers only the picture network can name.

    They get different crops and were trained on different pictures, so their errors differ. The smile comes from the
    face network alone, which sees the mouth up close.
    """
    dark, mask = _sigmoid(seen.heads["sunglasses"]), attributes.covers.get("mask", 0.0)
    return replace(
        attributes,
        eyes_open=_weighted(attributes.eyes_open, seen.heads["eyes_open"], EYES_OPEN_SHARE),
        eyes_visible=1 - _weighted(1 - attributes.eyes_visible, seen.heads["eyes_hidden"], HIDDEN_SHARE),
        face_visible=1 - _weighted(1 - attributes.face_visible, seen.heads["face_hidden"], HIDDEN_SHARE),
        covers={**seen.covers, "mask": (seen.covers["mask"] + mask) / 2},
        eye_covers={"sunglasses": dark, "other": 1 - dark},
    )


def _weighted(probability: float, logit: float, share: float) -> float:
    """The mean of `probability` and `logit` on the logit scale, as a probability; `share` is the weight of `logit`."""
    probability = min(1 - MIN_PROBABILITY, max(MIN_PROBABILITY, probability))
    return _sigmoid((1 - share) * (math.log(probability) - math.log(1 - probability)) + share * logit)


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def _softmax(logits: Mapping[str, float]) -> dict[str, float]:
    """Softmax of the logits: shares that add up to 1."""
    values = np.array([*logits.values()], np.float32)
    high = np.exp(values - values.max())
    return dict(zip(logits, (high / high.sum()).tolist(), strict=True))
