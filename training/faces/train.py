"""Training the network on drawn-anew samples, and its opinions on pictures as they are."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mettici.vision.looks import HEADS, Views
from training.average import Average
from training.data import say
from training.faces.augment import mirror_pairs, recoloured, varied
from training.faces.network import OPINIONS, Network

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.faces.crops import Sample
    from training.faces.labels import Target

Floats = npt.NDArray[np.float32]

BATCH = 64
RATE = 2e-3
PLAIN = 0.3
"""Share of samples shown nearly as they are: the quick way, and what the network will meet."""
SHARES = {
    "profiles": 4.0,
    "us_congress": 4.0,
    "genki4k": 1.3,
    "selfie_sunglasses": 3.0,
    "facemask_cd": 2.5,
    "facemask_synth": 2.0,
    "rmfd": 2.5,
    "wikiart_faces": 0.15,
    "painted_portraits": 0.5,
    "anime64": 0.3,
    "fairface": 1.4,
    "pets": 3.0,
    "utkface": 0.5,
    "smiles64": 0.7,
}
"""How often a sample of a set is shown, next to one of any other set."""
IMPORTANCE = {
    "human": 1.0,
    "smile": 1.5,
    "eyes_open": 1.0,
    "eyes_hidden": 1.0,
    "sunglasses": 0.3,
    "face_hidden": 1.0,
    "mask": 0.3,
}


def stacked(many: Iterable[Views]) -> Views:
    """Views with a first axis of N."""
    return Views(*map(np.stack, zip(*many, strict=True)))


def picked(seen: Views, chosen: npt.NDArray[np.generic] | slice | int) -> Views:
    """Of stacked views, those that an index chooses."""
    return Views(*(v[chosen] for v in seen))


def tensors(seen: Views) -> tuple[Tensor, ...]:
    """Stacked views, crops (N, H, W, 3) uint8, as the network takes them."""
    crops = (torch.from_numpy(np.ascontiguousarray(x)).permute(0, 3, 1, 2).float() / 127.5 - 1 for x in seen[:3])
    return (*(c.contiguous(memory_format=torch.channels_last) for c in crops), torch.from_numpy(seen.shape))


def _loss(opinions: Tensor, value: Tensor, weight: Tensor) -> Tensor:
    """Mean over heads of the weighted cross-entropy where a label is known, for each of the three ways
    of looking."""
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


@dataclass
class Stock:
    """Ready to be shown: stacked views, wanted values and weights (N, heads), how likely each is shown, the
    number of the sample it is drawn from, and whether as it is."""

    views: Views
    value: Floats
    weight: Floats
    chance: Floats
    sample: npt.NDArray[np.intp]
    plain: npt.NDArray[np.bool_]


def stock(samples: Sequence[Sample], targets: Sequence[Target], variants: float, seed: int) -> Stock:
    """Every sample as it is and drawn anew, `variants` times on average, more often where its set is
    shown more often."""
    stuff = [s.region for s in samples if s.row.set in ("imagenet1k", "pets", "pacs", "event_photos")][:400]
    made, chances, sample_of = [], [], []
    for n, (sample, target) in enumerate(zip(samples, targets, strict=True)):
        if np.isnan(target.value).all():
            continue
        share = _share(sample, target)
        count = max(1, round(variants * share))
        draw = np.random.default_rng([seed, n])
        made.append((sample.views, target))
        made += [varied(sample, target, draw, stuff) for _ in range(count)]
        chances += [share * PLAIN] + [share * (1 - PLAIN) / count] * count
        sample_of += [n] * (1 + count)
    chance = np.array(chances)
    return Stock(
        stacked(seen for seen, _ in made),
        np.stack([t.value for _, t in made]),
        np.stack([t.weight for _, t in made]),
        chance / chance.sum(),
        np.array(sample_of),
        np.diff(sample_of, prepend=-1) > 0,
    )


def _share(sample: Sample, target: Target) -> float:
    share = SHARES.get(sample.row.set, 1.0)
    return (
        share
        if target.value[0] == 0 or sample.row.set in SHARES or not np.isnan(target.value[1:]).all()
        else share * 0.3
    )


def train(ready: Stock, shown: int, seed: int) -> Network:
    """A network trained on `shown` samples of the stock, each in other colours and mirrored at random."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
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
        chosen = draw.choice(len(ready.chance), BATCH, p=ready.chance)
        made = stacked(recoloured(picked(ready.views, n), pairs, draw) for n in chosen)
        with torch.autocast("cpu", torch.bfloat16):
            opinions = network(*tensors(made))
        loss = _loss(opinions.float(), torch.from_numpy(ready.value[chosen]), torch.from_numpy(ready.weight[chosen]))
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
