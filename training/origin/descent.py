"""How the networks of the origin descend: AdamW, one cycle of the rate, and the mean of the weights at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from training.average import Average

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn


class Descent:
    """Of `network`, whose `parts` are each learnt at most at their rate, over so many steps."""

    def __init__(self, network: nn.Module, parts: Mapping[nn.Module, float], steps: int):
        self._network, self._average, self._step = network, Average(network), 0
        self._optimiser = torch.optim.AdamW([{"params": part.parameters()} for part in parts], weight_decay=0.05)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, list(parts.values()), total_steps=steps, pct_start=0.15
        )

    def down(self, loss: Tensor) -> None:
        """One step."""
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._schedule.step()
        self._average.update(self._network, self._step)
        self._step += 1

    def end(self) -> None:
        """Leave the network with the mean of its weights, no longer in training."""
        self._network.load_state_dict(self._average.state)
        self._network.eval()
