"""The network: one pretrained backbone sees the face and the whole picture; two trained layers decide."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mettici.vision.picture_kind import COVERS, HEADS, KINDS
from training.picture.backbone import Backbone, pretrained, width

EARLY, LATE = 4, (10, 15)
"""The backbone blocks that provide features: strokes and print; parts and things."""
FEATURES = 2 * width((EARLY, *LATE)) + 1
WIDE = 256
OUTPUTS = len(KINDS) + len(HEADS) + len(COVERS)


class Early(nn.Module):
    """Crops of 0..255 (N, 3, side, side) in, one row of numbers out: the output of the frozen part of the backbone."""

    def __init__(self, backbone: Backbone):
        super().__init__()
        self.backbone = backbone

    def forward(self, crop: Tensor) -> Tensor:
        said, early = self.backbone.early(crop, EARLY)
        return torch.cat([said, early.flatten(1)], 1)


class PictureNet(nn.Module):
    """Crops of 0..255 (N, 3, side, side) and whether there is a face (N, 1) in, logits (N, OUTPUTS) out."""

    def __init__(self, backbone: Backbone | None = None):
        super().__init__()
        self.backbone = backbone or pretrained()
        self.level = nn.BatchNorm1d(FEATURES, affine=False, momentum=0.02)
        self.mix = nn.Sequential(nn.Dropout(0.3), nn.Linear(FEATURES, WIDE), nn.ReLU(), nn.Dropout(0.3))
        self.decide = nn.Linear(WIDE, OUTPUTS)

    def forward(self, face: Tensor, whole: Tensor, present: Tensor) -> Tensor:
        return self.judged(self.backbone.early(face, EARLY), self.backbone.early(whole, EARLY), present)

    def judged(self, face: tuple[Tensor, Tensor], whole: tuple[Tensor, Tensor], present: Tensor) -> Tensor:
        """The logits, given the outputs of `Backbone.early` for both crops."""
        seen = [part for said, early in (face, whole) for part in (said, self.backbone.late(early, LATE))]
        level = self.level(torch.cat([*seen, present], 1)).clamp(-6, 6)
        logits: Tensor = self.decide(self.mix(level))
        return logits
