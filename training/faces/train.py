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

from mettici.vision.looks import HEADS
from training.data import say
from training.faces.augment import mirror_pairs, recoloured, varied
from training.faces.network import OPINIONS, Network

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def tensors(
    faces: Floats | npt.NDArray[np.uint8], eyes: npt.NDArray[np.uint8], shapes: Floats
) -> tuple[Tensor, Tensor, Tensor]:
    """Crops (N, H, W, 3) uint8 and shape vectors as the network takes them."""
    face, eye = (
        torch.from_numpy(np.ascontiguousarray(x)).permute(0, 3, 1, 2).float() / 127.5 - 1
        for x in (faces, eyes)
    )
    return (
        face.contiguous(memory_format=torch.channels_last),
        eye.contiguous(memory_format=torch.channels_last),
        torch.from_numpy(shapes),
    )


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


class _Average:
    """Running mean of the weights: steadier than the last step's."""

    def __init__(self, network: Network, keep: float = 0.995):
        self.keep, self.state = keep, {k: v.clone() for k, v in network.state_dict().items()}

    def update(self, network: Network, step: int) -> None:
        keep = min(self.keep, (1 + step) / (10 + step))
        for k, v in network.state_dict().items():
            if v.dtype.is_floating_point:
                self.state[k].lerp_(v, 1 - keep)
            else:
                self.state[k].copy_(v)


@dataclass
class Stock:
    """Samples ready to be shown: crops (N, H, W, 3) uint8, shape vectors, wanted values and weights (N,
    heads)."""

    faces: npt.NDArray[np.uint8]
    eyes: npt.NDArray[np.uint8]
    shapes: Floats
    value: Floats
    weight: Floats
    chance: Floats


def stock(samples: Sequence[Sample], targets: Sequence[Target], variants: float, seed: int) -> Stock:
    """Every sample as it is and drawn anew, `variants` times on average, more often where its set is
    shown more often."""
    stuff = [s.region for s in samples if s.row.set in ("imagenet1k", "pets", "pacs", "event_photos")][:400]
    made, chances = [], []
    for n, (sample, target) in enumerate(zip(samples, targets, strict=True)):
        if np.isnan(target.value).all():
            continue
        share = _share(sample, target)
        count = max(1, round(variants * share))
        draw = np.random.default_rng([seed, n])
        made.append((sample.face, sample.eyes, sample.shape, target))
        made += [varied(sample, target, draw, stuff) for _ in range(count)]
        chances += [share * PLAIN] + [share * (1 - PLAIN) / count] * count
    chance = np.array(chances)
    return Stock(
        *(np.stack([m[i] for m in made]) for i in range(3)),  # type: ignore[arg-type]
        np.stack([m[3].value for m in made]),
        np.stack([m[3].weight for m in made]),
        chance / chance.sum(),
    )


def _share(sample: Sample, target: Target) -> float:
    share = SHARES.get(sample.row.set, 1.0)
    return (
        share
        if target.value[0] == 0 or sample.row.set in SHARES or not np.isnan(target.value[1:]).all()
        else share * 0.3
    )


def train(ready: Stock, shown: int, seed: int, network: Network | None = None, rate: float = RATE) -> Network:
    """A network trained on `shown` samples of the stock, each in other colours and mirrored at random.

    `network`: one trained before, which is trained on.
    """
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    if network is None:
        network = Network(ready.shapes.mean(0), ready.shapes.std(0) + 0.02)
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    pairs = mirror_pairs(ready.shapes.mean(0))
    steps = shown // BATCH
    best = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
    average, start, recent = _Average(network), time.perf_counter(), []
    network.train()
    for step in range(steps):
        for group in best.param_groups:
            group["lr"] = (
                rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / steps)) + 1e-6
            )
        chosen = draw.choice(len(ready.chance), BATCH, p=ready.chance)
        made = [recoloured(ready.faces[n], ready.eyes[n], ready.shapes[n], pairs, draw) for n in chosen]
        with torch.autocast("cpu", torch.bfloat16):
            opinions = network(*tensors(*(np.stack([m[i] for m in made]) for i in range(3))))
        loss = _loss(
            opinions.float(), torch.from_numpy(ready.value[chosen]), torch.from_numpy(ready.weight[chosen])
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
def opinions(network: Network, samples: Sequence[Sample]) -> Floats:
    """(N, len(OPINIONS)) logits on the crops as the program cuts them."""
    found = []
    for start in range(0, len(samples), 256):
        part = samples[start : start + 256]
        found.append(
            network(
                *tensors(
                    np.stack([s.face for s in part]),
                    np.stack([s.eyes for s in part]),
                    np.stack([s.shape for s in part]),
                )
            ).numpy()
        )
    return np.concatenate(found)
