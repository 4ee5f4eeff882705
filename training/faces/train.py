"""Trains the network on augmented samples, and collects its opinions on unmodified ones."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mettici.vision.face_attributes import HEADS, Views
from training.average import Average
from training.data import say
from training.faces.augment import mirror_pairs, recoloured
from training.faces.network import OPINIONS, Network
from training.faces.stock import picked, stacked

if TYPE_CHECKING:
    from training.faces.stock import Stock

Floats = npt.NDArray[np.float32]

BATCH = 64
RATE = 2e-3
IMPORTANCE = {
    "human": 1.0,
    "smile": 1.5,
    "eyes_open": 1.0,
    "eyes_hidden": 1.0,
    "sunglasses": 0.3,
    "face_hidden": 1.0,
    "mask": 0.3,
}


def tensors(seen: Views) -> tuple[Tensor, ...]:
    """Stacked views with crops (N, H, W, 3) uint8, as the network's input tensors."""
    crops = (torch.from_numpy(np.ascontiguousarray(x)).permute(0, 3, 1, 2).float() / 127.5 - 1 for x in seen[:3])
    return (*(c.contiguous(memory_format=torch.channels_last) for c in crops), torch.from_numpy(seen.shape))


def _loss(opinions: Tensor, value: Tensor, weight: Tensor) -> Tensor:
    """Weighted cross-entropy over the known labels, averaged over the heads, for each branch's opinions."""
    total = opinions.new_zeros(())
    for n, (_, head) in enumerate(OPINIONS):
        at = HEADS.index(head)
        known = ~torch.isnan(value[:, at])
        if known.any():
            w = weight[known, at]
            each = torch.nn.functional.binary_cross_entropy_with_logits(
                opinions[known, n], value[known, at], reduction="none"
            )
            total = total + IMPORTANCE[head] * (each * w).sum() / (w.sum() + 4)
    return total


def train(ready: Stock, shown: int, seed: int) -> Network:
    """A network trained on `shown` samples of the stock, each with random colours and mirroring."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Network(ready.views.shape.mean(0), ready.views.shape.std(0) + 0.02)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    pairs = mirror_pairs(ready.views.shape.mean(0))
    steps = shown // BATCH
    best = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    average, start, recent = Average(network), time.perf_counter(), []
    network.train()
    for step in range(steps):
        for group in best.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / steps)) + 1e-6
        chosen = rng.choice(len(ready.chance), BATCH, p=ready.chance)
        made = stacked(recoloured(picked(ready.views, n), pairs, rng) for n in chosen)
        loss = _loss(
            network(*tensors(made)), torch.from_numpy(ready.value[chosen]), torch.from_numpy(ready.weight[chosen])
        )
        best.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        best.step()
        average.update(network, step)
        recent.append(loss.item())
        if (step + 1) % 100 == 0:
            loss_now, seconds = np.mean(recent[-100:]), time.perf_counter() - start
            say(f"    {(step + 1) * BATCH} shown: loss {loss_now:.3f}, {seconds:.0f} s")
    network.load_state_dict(average.state)
    return network.eval()


@torch.no_grad()
def opinions(network: Network, seen: Views) -> Floats:
    """(N, len(OPINIONS)) logits on stacked views."""
    parts = (picked(seen, slice(n, n + 256)) for n in range(0, len(seen.shape), 256))
    return np.concatenate([network(*tensors(part)).numpy() for part in parts])
