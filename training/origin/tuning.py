"""The backbone's later blocks and the decision, tuned together: what was learnt of dogs and boats is bent to strokes,
shading and print.

The earlier blocks stay as they are, so that what they make of each crop is worked out once. The face and the whole
picture are looked at by the same later blocks: nothing is added to the file or to the time it takes.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from training.origin.backbone import TUNED_FROM, pretrained, width
from training.origin.descent import Descent
from training.origin.network import LOOKS, STATISTICS, OriginNet, chances_of, loss_of, trained

if TYPE_CHECKING:
    from training.origin.lessons import Lessons

ALONE, TOGETHER = 2500, 700
"""Batches that the decision is trained on alone, and then both."""
BATCH, PLAIN = 128, 80
"""Examples in a batch of both, and how many of them are pictures as they are."""
BLOCKS_RATE, RATE = 3e-4, 1e-3
"""Of the blocks and of the decision."""
_PARTS = [n for looks in LOOKS for n in looks]
"""The block that each part of the features comes from; the statistics follow."""
_WIDTHS = [*(width((n,)) for n in _PARTS), STATISTICS]
_LATE = [part for part, n in enumerate(_PARTS) if n >= TUNED_FROM]


class Judge(nn.Module):
    """Features and maps (see `Lessons`) in, logits of `KINDS` out; what later blocks say is worked out anew."""

    def __init__(self, net: OriginNet) -> None:
        super().__init__()
        self.net, self.backbone = net, pretrained()

    def forward(self, features: Tensor, maps: Tensor) -> Tensor:
        count = len(features)
        late = self.backbone.late(maps.float().transpose(0, 1).flatten(0, 1)).split(count)
        parts = list(features.split(_WIDTHS, 1))
        for part, seen in zip(_LATE, late, strict=True):
            parts[part] = seen
        logits: Tensor = self.net(torch.cat(parts, 1))
        return logits


def tuned(plain: Lessons, varied: Lessons, seed: int) -> Judge:
    """Trained on pictures as they are and on disguised ones."""
    started = time.perf_counter()
    judge = Judge(trained(plain, varied, ALONE, seed))
    draw = np.random.default_rng(seed)
    torch.manual_seed(seed)
    descent = Descent(judge, {judge.backbone.blocks[TUNED_FROM:]: BLOCKS_RATE, judge.net: RATE}, TOGETHER)
    sources = [(plain, PLAIN, chances_of(plain)), (varied, BATCH - PLAIN, chances_of(varied))]
    judge.train()
    for _ in range(TOGETHER):
        drawn = [lessons.where(draw.choice(len(lessons), count, p=chance)) for lessons, count, chance in sources]
        features, maps, kind = (
            torch.from_numpy(np.concatenate([getattr(some, name) for some in drawn]))
            for name in ("features", "maps", "kind")
        )
        mirrored = torch.from_numpy(draw.random(BATCH) < 0.5)[:, None, None, None, None]
        descent.down(loss_of(judge(features, torch.where(mirrored, maps.flip(4), maps)), kind))
    descent.end()
    print(f"[origin] a network trained in {time.perf_counter() - started:.0f} s", flush=True)
    return judge


@torch.no_grad()
def logits_of(judge: Judge, lessons: Lessons) -> npt.NDArray[np.float32]:
    """(N, kinds) logits."""
    rows = np.array_split(np.arange(len(lessons)), max(1, len(lessons) // BATCH))
    some = (lessons.where(at) for at in rows)
    found = [judge(torch.from_numpy(np.array(s.features)), torch.from_numpy(np.array(s.maps))) for s in some]
    return np.asarray(torch.cat(found).numpy())
