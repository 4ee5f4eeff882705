"""What the picture is: a photograph of a person, or a drawing, a screen, a card; what was added, and what hides."""

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
"""What the network tells apart; what else it says of the picture and of its main face (`sunglasses` where the eyes are
hidden); what covers a face, by name. Each in the order of its output."""
PHOTOGRAPHS = KINDS[:3]
"""The kinds that are photographs of what they show."""
FACE, WHOLE = 128, 160
"""Sides in pixels of the face crop and of the whole picture."""
FACE_CROP = 1.7
"""Side of the face crop over the extent of the mesh: hair and collar are in it."""
CLOSE = 1e-6
"""Chances nearer to 0 or 1 than this count as this."""
EYES_OPEN_SHARE, HIDDEN_SHARE = 0.3, 0.6
"""The share of the picture network where two networks judge: of five shares tried on news and street photos, the one
that calls the fewest free faces and open eyes otherwise where as many hidden and closed ones are caught."""


class Views(NamedTuple):
    """What the network gets to see: RGB uint8 crops (side, side, 3), and whether there is a face."""

    face: Pixels
    whole: Pixels
    present: bool


def views(picture: Picture, mesh: Mesh | None) -> Views:
    """The views of (H, W, 3) RGB `picture`; without a face its middle takes the face's place."""
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
    """What the network says of a picture: its origin, the logit of each of `HEADS`, the share of each of `COVERS`."""

    origin: Origin
    heads: Mapping[str, float]
    covers: Mapping[str, float]


class PictureReader:
    """The network that looks at the whole picture and at the face in it. Not safe for two threads at once."""

    def __init__(self, path: Path):
        """Raises `ModelCorruptError`."""
        self._network = OnnxNetwork(path, DESCRIPTION)

    def __call__(self, picture: Picture, mesh: Mesh | None) -> PictureReading:
        """What (H, W, 3) RGB `picture` is, `mesh` being the main face's, where there is one."""
        said = self._network.grouped(self.logits(views(picture, mesh)))
        shares, heads = _shares(said["kinds"]), said["heads"]
        photograph = sum(shares[k] for k in PHOTOGRAPHS)
        others = {k: v for k, v in shares.items() if k != "person"}
        origin = Origin(photograph, others, _chance(heads["added_graphics"]), _chance(heads["graphics_over_face"]))
        return PictureReading(origin, heads, _shares(said["covers"]))

    def logits(self, seen: Views) -> Floats:
        """The network's output, (OUTPUTS,)."""
        inputs = {
            name: np.ascontiguousarray(getattr(seen, name).transpose(2, 0, 1)[None].astype(np.float32))
            for name in ("face", "whole")
        }
        return self._network.raw({**inputs, "present": np.array([[seen.present]], np.float32)})


def combined(attributes: FaceAttributes, seen: PictureReading) -> FaceAttributes:
    """What two networks say of a face: a mean of their logits, and the names that only the second one knows.

    They see different crops and learnt from different pictures, so their errors differ. The smile is left to the first,
    which looks at the mouth from close by.
    """
    dark, mask = _chance(seen.heads["sunglasses"]), attributes.covers.get("mask", 0.0)
    return replace(
        attributes,
        eyes_open=_between(attributes.eyes_open, seen.heads["eyes_open"], EYES_OPEN_SHARE),
        eyes_visible=1 - _between(1 - attributes.eyes_visible, seen.heads["eyes_hidden"], HIDDEN_SHARE),
        face_visible=1 - _between(1 - attributes.face_visible, seen.heads["face_hidden"], HIDDEN_SHARE),
        covers={**seen.covers, "mask": (seen.covers["mask"] + mask) / 2},
        eye_covers={"sunglasses": dark, "other": 1 - dark},
    )


def _between(chance: float, logit: float, share: float) -> float:
    """The chance whose logit lies between that of `chance` and `logit`, by `share` of the way."""
    chance = min(1 - CLOSE, max(CLOSE, chance))
    return _chance((1 - share) * (math.log(chance) - math.log(1 - chance)) + share * logit)


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def _shares(logits: Mapping[str, float]) -> dict[str, float]:
    """Shares that add up to 1."""
    values = np.array([*logits.values()], np.float32)
    high = np.exp(values - values.max())
    return dict(zip(logits, (high / high.sum()).tolist(), strict=True))
