"""Trains the later blocks of the backbone together with the two layers on top, on samples drawn beforehand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from mettici.vision.picture_kind import COVERS, FACE, HEADS, KINDS, WHOLE
from training.average import Average
from training.data import say
from training.picture.backbone import TUNED_FROM, width
from training.picture.network import EARLY, PictureNet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.picture.stock import Stock

BATCH = 64
BLOCKS_RATE, RATE = 4e-4, 1e-3
"""Peak learning rates of the blocks and of the layers on top."""
DECAY = 0.03
PHOTOGRAPHS = KINDS.index("thing") + 1
"""The kinds before this index are photographs."""
SPLIT = (len(KINDS), len(HEADS), len(COVERS))
Columns = tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor], Tensor]


def trained(stocks: Sequence[Stock], epochs: float, seed: int) -> PictureNet:
    """A network shown every sample of `stocks` about `epochs` times, with the running mean of its weights."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net, started = PictureNet().to(memory_format=torch.channels_last), time.perf_counter()
    steps = int(sum(map(len, stocks)) * epochs / BATCH)
    parts = {net.backbone.blocks[TUNED_FROM:]: BLOCKS_RATE, net.mix: RATE, net.decide: RATE}
    optimiser = torch.optim.AdamW([{"params": part.parameters()} for part in parts], weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, list(parts.values()), total_steps=steps, pct_start=0.15)
    average = Average(net)
    net.train()
    for step in range(steps):
        stock = stocks[step % len(stocks)]
        at = np.sort(rng.choice(len(stock), BATCH, replace=False))
        loss = loss_of(net.judged(*columns(stock, at)), stock.kind[at], stock.heads[at], stock.cover[at])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        average.update(net, step)
        if step % 50 == 0:
            say(f"[picture] step {step} of {steps}, loss {loss.item():.3f}, {time.perf_counter() - started:.0f} s")
    net.load_state_dict(average.state)
    return net.eval()


def columns(stock: Stock, at: npt.NDArray[np.intp] | slice) -> Columns:
    """The rows `at`, as inputs of `PictureNet.judged`."""
    present = torch.from_numpy(np.array(stock.present[at])).float()[:, None]
    return _parts(stock.face[at], FACE), _parts(stock.whole[at], WHOLE), present


def _parts(rows: npt.NDArray[np.float16], side: int) -> tuple[Tensor, Tensor]:
    said, early = torch.from_numpy(np.array(rows, np.float32)).split(
        [width((EARLY,)), rows.shape[1] - width((EARLY,))], 1
    )
    return said, early.reshape(len(rows), -1, side // 16, side // 16).contiguous(memory_format=torch.channels_last)


def loss_of(
    logits: Tensor, kind: npt.NDArray[np.int64], heads: npt.NDArray[np.float32], cover: npt.NDArray[np.int64]
) -> Tensor:
    """The sum of the losses where labelled: kind, photograph or not, person or not, heads, cover."""
    kinds, opinions, covers = logits.split(SPLIT, 1)
    wanted, named = torch.from_numpy(np.array(kind)), torch.from_numpy(np.array(cover))
    known = wanted >= 0
    chances = kinds[known].log_softmax(1)
    photo = wanted[known] < PHOTOGRAPHS
    person = wanted[known] == 0
    loss = 0.5 * functional.cross_entropy(kinds[known], wanted[known], label_smoothing=0.03)
    loss = loss + _either(chances[:, :PHOTOGRAPHS].logsumexp(1), photo) + 0.5 * _either(chances[:, 0], person)
    value = torch.from_numpy(np.array(heads))
    known = ~value.isnan()
    if known.any():
        loss = loss + 1.5 * functional.binary_cross_entropy_with_logits(opinions[known], value[known] * 0.98 + 0.01)
    if (named >= 0).any():
        loss = loss + 0.2 * functional.cross_entropy(covers[named >= 0], named[named >= 0], label_smoothing=0.03)
    return loss


def _either(chance: Tensor, truth: Tensor) -> Tensor:
    """Binary cross-entropy of a log probability, with smoothed labels."""
    other = torch.log1p(-chance.exp().clamp(max=1 - 1e-5))
    wanted = truth.float() * 0.98 + 0.01
    return -(wanted * chance + (1 - wanted) * other).mean()
