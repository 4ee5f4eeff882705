"""A running mean of a network's weights, which is steadier than the weights of the last step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


class Average:
    """The mean of the weights over roughly the last 1 / (1 - `keep`) steps; over fewer at the start."""

    def __init__(self, network: nn.Module, keep: float = 0.995):
        self.keep, self.state = keep, {k: v.clone() for k, v in network.state_dict().items()}

    def update(self, network: nn.Module, step: int) -> None:
        """Add the weights of `network` after `step` to the mean."""
        keep = min(self.keep, (1 + step) / (10 + step))
        for k, v in network.state_dict().items():
            if v.dtype.is_floating_point:
                self.state[k].lerp_(v, 1 - keep)
            else:
                self.state[k].copy_(v)
