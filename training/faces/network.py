"""The network: four branches each give an opinion on the heads; a final linear layer joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from mettici.vision.face_attributes import HEADS, SHAPE_LENGTH

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOUTH_HEADS = tuple(h for h in HEADS if h in ("human", "smile", "face_hidden", "mask"))
EYE_HEADS = tuple(h for h in HEADS if h in ("human", "smile", "eyes_open", "eyes_hidden", "sunglasses"))
SHAPE_HEADS = tuple(h for h in HEADS if h in ("human", "smile", "eyes_open"))
OPINIONS = (
    *(("face", h) for h in HEADS),
    *(("eyes", h) for h in EYE_HEADS),
    *(("mouth", h) for h in MOUTH_HEADS),
    *(("shape", h) for h in SHAPE_HEADS),
)
"""The outputs of the four branches, in the input order of the last layer."""


def _layer(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.first = _layer(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(self.first(x)))


def _detail() -> nn.Sequential:
    """(N, 3, 48, 64 n) -> (N, 48, 1, n): features of a part of a face."""
    return nn.Sequential(
        _layer(3, 16, 2),
        _layer(16, 32, 2),
        _Residual(32),
        _layer(32, 48, 2),
        _Residual(48),
        nn.AvgPool2d((6, 8)),
        nn.Dropout(0.2),
    )


class Network(nn.Module):
    """Maps face (N, 3, 96, 96), eyes (N, 3, 48, 128) and mouth (N, 3, 48, 64), all in -1..1, and shape (N,
    SHAPE_LENGTH) to opinions (N, len(OPINIONS)), as logits."""

    def __init__(self, mean: npt.NDArray[np.float32], spread: npt.NDArray[np.float32]):
        super().__init__()
        self.face = nn.Sequential(
            _layer(3, 16, 2),
            _layer(16, 32, 2),
            _Residual(32),
            _layer(32, 64, 2),
            _Residual(64),
            _layer(64, 96, 2),
            _Residual(96),
            nn.AvgPool2d(6),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(96, len(HEADS)),
        )
        self.eyes = _detail()
        self.each_eye = nn.Conv2d(48, len(EYE_HEADS), 1)
        self.mouth = nn.Sequential(_detail(), nn.Flatten(), nn.Linear(48, len(MOUTH_HEADS)))
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("spread", torch.from_numpy(spread))
        self.shape = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(SHAPE_LENGTH, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, len(SHAPE_HEADS))
        )

    def forward(self, face: Tensor, eyes: Tensor, mouth: Tensor, shape: Tensor) -> Tensor:
        each = self.each_eye(self.eyes(eyes))
        worst = functional.max_pool2d(each * _SIGN, (1, 2)) * _SIGN
        both = (worst * _WORST + functional.avg_pool2d(each, (1, 2)) * (1 - _WORST)).flatten(1)
        level = (shape - self.mean) / self.spread
        return torch.cat([self.face(face), both, self.mouth(mouth), self.shape(level)], 1)


_SIGN = torch.tensor([-1.0 if h == "eyes_open" else 1.0 for h in EYE_HEADS]).view(1, -1, 1, 1)
_WORST = torch.tensor([float(h in ("eyes_open", "eyes_hidden")) for h in EYE_HEADS]).view(1, -1, 1, 1)
"""Both eyes must be open and neither hidden, so the worse eye counts for these heads; the others use the mean."""


class Judge(nn.Module):
    """The network and the last layer that joins its opinions into calibrated probabilities, one per head."""

    def __init__(self, network: Network, weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]):
        super().__init__()
        self.network = network
        self.join = nn.Linear(len(OPINIONS), len(HEADS))
        self.join.weight.data = torch.from_numpy(weight)
        self.join.bias.data = torch.from_numpy(bias)

    def forward(self, *seen: Tensor) -> Tensor:
        return torch.sigmoid(self.join(self.network(*seen)))
