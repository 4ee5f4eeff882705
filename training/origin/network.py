"""The network: a pretrained backbone looks at each crop, two layers learnt here decide; training; the ONNX file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from mettici.vision.origin import KINDS, PHOTOGRAPHIC, STATISTICS
from training.origin.backbone import Backbone, pretrained, width
from training.origin.descent import Descent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.origin.lessons import Lessons

LOOKS = ((4, 10), (4,), (4, 10))
"""The blocks of the backbone that are asked about the face, the texture and the whole picture."""
SIDE = 96
"""Side in pixels to which a face crop is reduced before the backbone looks at it."""
FEATURES = sum(map(width, LOOKS)) + STATISTICS
WIDE = 256
"""Width of the layer between the features and the decision."""
FAR = 6.0
"""Spreads from the mean beyond which a feature counts no more."""
SHARES = {"person": 0.37, "animal": 0.06, "thing": 0.05, "painting": 0.27, "cartoon": 0.08, "sketch": 0.05,
          "avatar_3d": 0.06, "logo_or_graphic": 0.04, "screenshot": 0.02}  # fmt: skip
"""How often each kind is shown."""
BATCH, PLAIN = 256, 176
"""Examples in a batch, and how many of them are pictures as they are."""
RATE = 2e-3
SEEDS = 3
"""Networks whose logits are averaged: what one has learnt by chance, the others do not say."""


class Describer(nn.Module):
    """Crops of 0..255 (N, 3, side, side) and statistics (N, STATISTICS) in, (N, FEATURES) out."""

    def __init__(self, backbone: Backbone | None = None) -> None:
        super().__init__()
        self.backbone = backbone or pretrained()

    def forward(self, face: Tensor, texture: Tensor, whole: Tensor, statistics: Tensor) -> Tensor:
        seen = [self.backbone(crop, looks) for crop, looks in zip((reduced(face), texture, whole), LOOKS, strict=True)]
        return torch.cat([*seen, statistics], 1)


def reduced(face: Tensor) -> Tensor:
    """Face crops as the backbone looks at them."""
    return functional.interpolate(face, size=(SIDE, SIDE), mode="bilinear")


class OriginNet(nn.Module):
    """Features (N, FEATURES) in, logits of `KINDS` out."""

    def __init__(self, mean: Tensor, spread: Tensor, wide: int = WIDE):
        super().__init__()
        self.mean, self.spread = nn.Buffer(mean), nn.Buffer(spread)
        self.mix = nn.Sequential(nn.Dropout(0.4), nn.Linear(FEATURES, wide), nn.ReLU(), nn.Dropout(0.4))
        self.decide = nn.Linear(wide, len(KINDS))

    def forward(self, features: Tensor) -> Tensor:
        level = ((features - self.mean) / self.spread).clamp(-FAR, FAR)
        logits: Tensor = self.decide(self.mix(level))
        return logits


def trained(plain: Lessons, varied: Lessons, steps: int, seed: int = 0) -> OriginNet:
    """`SEEDS` networks as one, each after `steps` batches of pictures as they are and of disguised ones."""
    return merged([_trained(plain, varied, steps, 100 * seed + number) for number in range(SEEDS)])


@torch.no_grad()
def merged(nets: Sequence[OriginNet]) -> OriginNet:
    """One network whose logits are the mean of those of `nets`, which were fed alike."""
    layers = [(net.mix[1], net.decide) for net in nets]
    whole = OriginNet(nets[0].mean, nets[0].spread, WIDE * len(nets))
    whole.mix[1].weight.copy_(torch.cat([mix.weight for mix, _ in layers]))
    whole.mix[1].bias.copy_(torch.cat([mix.bias for mix, _ in layers]))
    whole.decide.weight.copy_(torch.cat([decide.weight for _, decide in layers], 1) / len(nets))
    whole.decide.bias.copy_(torch.stack([decide.bias for _, decide in layers]).mean(0))
    return whole.eval()


def _trained(plain: Lessons, varied: Lessons, steps: int, seed: int) -> OriginNet:
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    numbers = torch.from_numpy(np.concatenate([plain.features, varied.features]))
    net = OriginNet(numbers.mean(0), numbers.std(0) + 1e-3)
    descent = Descent(net, {net: RATE}, steps)
    sources = [(plain, PLAIN, chances_of(plain)), (varied, BATCH - PLAIN, chances_of(varied))]
    net.train()
    for _ in range(steps):
        drawn = [(lessons, draw.choice(len(lessons), count, p=chance)) for lessons, count, chance in sources]
        features = torch.from_numpy(np.concatenate([lessons.features[at] for lessons, at in drawn]))
        kind = torch.from_numpy(np.concatenate([lessons.kind[at] for lessons, at in drawn]))
        descent.down(loss_of(net(features), kind))
    descent.end()
    return net


def loss_of(logits: Tensor, kind: Tensor) -> Tensor:
    """Which kind it is, and once more whether it is a photograph."""
    photo = logits[:, :PHOTOGRAPHIC].logsumexp(1) - logits[:, PHOTOGRAPHIC:].logsumexp(1)
    return 0.5 * functional.cross_entropy(
        logits, kind, label_smoothing=0.03
    ) + functional.binary_cross_entropy_with_logits(photo, (kind < PHOTOGRAPHIC).float() * 0.98 + 0.01)


def chances_of(lessons: Lessons) -> npt.NDArray[np.float64]:
    """How likely each is drawn: by kind as in `SHARES`, within a kind alike."""
    count = np.bincount(lessons.kind, minlength=len(KINDS))
    chance = np.array([SHARES[k] for k in KINDS])[lessons.kind] / count[lessons.kind]
    return np.asarray(chance / chance.sum())


class Calibrated(nn.Module):
    """The whole way from crops to chances, with the calibration in the last layer."""

    def __init__(self, describer: Describer, net: OriginNet, slope: float, shift: float):
        super().__init__()
        self.describer, self.net = describer, net
        with torch.no_grad():
            net.decide.weight *= slope
            net.decide.bias *= slope
            net.decide.bias[:PHOTOGRAPHIC] += shift

    def forward(self, face: Tensor, texture: Tensor, whole: Tensor, statistics: Tensor) -> Tensor:
        return torch.softmax(self.net(self.describer(face, texture, whole, statistics)), 1)
