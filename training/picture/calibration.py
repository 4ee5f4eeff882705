"""Calibrates the network's outputs, with slopes and shifts fitted on pictures from sources held out from training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from mettici.vision.picture_kind import COVERS, HEADS, KINDS
from training.logistic import logistic
from training.picture.heads import CLEAR, vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.picture.network import PictureNet
    from training.picture.store import Entry

Floats = npt.NDArray[np.float32]

SLOPES = np.arange(0.5, 1.55, 0.05)
"""Candidate slopes for the kinds."""


@dataclass(frozen=True)
class Calibration:
    """The factor and offset for each output of the network."""

    slope: Floats
    shift: Floats

    @torch.no_grad()
    def into(self, net: PictureNet) -> PictureNet:
        """`net` with the calibration folded into its last layer."""
        slope = torch.from_numpy(self.slope)
        net.decide.weight *= slope[:, None]
        net.decide.bias.copy_(net.decide.bias * slope + torch.from_numpy(self.shift))
        return net


def calibrated(logits: Floats, entries: Sequence[Entry]) -> Calibration:
    """The calibration from (N, OUTPUTS) logits on `entries` that the network was not trained on."""
    slope = np.ones(len(KINDS) + len(HEADS) + len(COVERS), np.float32)
    shift = np.zeros_like(slope)
    slope[: len(KINDS)] = _slope(logits[:, : len(KINDS)], entries)
    known = np.stack([vector(e.heads) for e in entries])
    for n in range(len(HEADS)):
        at = np.abs(known[:, n] - 0.5) > CLEAR
        truth = (known[at, n] > 0.5).astype(np.float64)
        said = logits[at, len(KINDS) + n].astype(np.float64)
        slope[len(KINDS) + n], shift[len(KINDS) + n] = logistic(said[:, None], truth, np.ones(len(said)))
    return Calibration(slope, shift)


def _slope(logits: Floats, entries: Sequence[Entry]) -> float:
    """The slope of the kinds' logits that maximises the likelihood of the true kinds."""
    kinds = np.array([KINDS.index(e.kind) if e.kind else -1 for e in entries])
    at = kinds >= 0

    def loss(slope: float) -> float:
        said = logits[at] * slope
        said = said - said.max(1, keepdims=True)
        return float((np.log(np.exp(said).sum(1)) - said[np.arange(len(said)), kinds[at]]).mean())

    return float(min(SLOPES, key=loss))
