"""The network: a trunk for each crop, a layer for the statistics, one decision; training; the ONNX file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from mettici.vision.origin import KINDS, PHOTOGRAPHIC, STATISTICS
from training.average import Average

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.origin.examples import Examples

WIDE = ((16, 2), (32, 2), (32, 1), (64, 2), (64, 1), (96, 2), (96, 1))
FINE = ((12, 1), (24, 2), (48, 2), (48, 1), (96, 2))
"""Convolutions of a trunk: (channels, stride). The trunk for texture keeps every pixel at first."""
SHARES = {"person": 0.37, "animal": 0.06, "thing": 0.05, "painting": 0.29, "cartoon": 0.09, "sketch": 0.05,
          "avatar_3d": 0.03, "logo_or_graphic": 0.04, "screenshot": 0.02}  # fmt: skip
"""How often each kind is shown."""
BATCH, PLAIN = 64, 24
"""Examples in a batch, and how many of them are pictures as they are."""
Columns = tuple[Tensor, Tensor, Tensor, Tensor]


def trunk(layers: tuple[tuple[int, int], ...]) -> nn.Sequential:
    parts: list[nn.Module] = []
    before = 3
    for channels, stride in layers:
        parts += [nn.Conv2d(before, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU()]
        before = channels
    return nn.Sequential(*parts)


class OriginNet(nn.Module):
    """Crops of 0..255 (N, 3, side, side) and statistics (N, STATISTICS) in, logits of `KINDS` out."""

    def __init__(self, mean: Tensor, spread: Tensor):
        super().__init__()
        self.trunks = nn.ModuleList([trunk(WIDE), trunk(FINE), trunk(WIDE)])
        self.mean, self.spread = nn.Buffer(mean), nn.Buffer(spread)
        self.numbers = nn.Sequential(nn.Linear(STATISTICS, 32), nn.ReLU())
        widths = [192, 192, 192, 32]
        self.mix = nn.Sequential(nn.Dropout(0.3), nn.Linear(sum(widths), 96), nn.ReLU(), nn.Dropout(0.2))
        self.decide = nn.Linear(96, len(KINDS))
        self.alone = nn.ModuleList([nn.Linear(w, len(KINDS)) for w in widths])

    def looks(self, *columns: Tensor) -> list[Tensor]:
        """What each of the four inputs says: mean and maximum over the crop, or a layer on the statistics."""
        maps = [t(c / 127.5 - 1) for t, c in zip(self.trunks, columns[:3], strict=True)]
        return [torch.cat([m.mean((2, 3)), m.amax((2, 3))], 1) for m in maps] + [
            self.numbers((columns[3] - self.mean) / self.spread)
        ]

    def forward(self, face: Tensor, texture: Tensor, whole: Tensor, statistics: Tensor) -> Tensor:
        logits: Tensor = self.decide(self.mix(torch.cat(self.looks(face, texture, whole, statistics), 1)))
        return logits

    def lessons(self, *columns: Tensor) -> tuple[Tensor, list[Tensor]]:
        """In training: logits, inputs missing now and then, and each input's own, so that none goes idle."""
        looks = self.looks(*columns)
        kept = [v * (torch.rand(len(v), 1) > 0.12) for v in looks]
        return self.decide(self.mix(torch.cat(kept, 1))), [a(v) for a, v in zip(self.alone, looks, strict=True)]


def trained(plain: Examples, varied: Examples, steps: int, seed: int = 0, name: str = "") -> OriginNet:
    """A network after `steps` batches of pictures as they are and of disguised ones; `name` is for the log."""
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    numbers = torch.from_numpy(np.concatenate([plain.statistics, varied.statistics]))
    net = OriginNet(numbers.mean(0), numbers.std(0) + 0.02)
    rate = 2e-3
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.15)
    fast = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    average = Average(net)
    net.train()
    for step in range(steps):
        columns, kind = _batch([(plain, PLAIN), (varied, BATCH - PLAIN)], draw)
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            logits, alone = net.lessons(*columns)
        loss = _loss(logits.float(), kind) + 0.15 * torch.stack([_loss(a.float(), kind) for a in alone]).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        average.update(net, step)
        if step % 200 == 0:
            print(f"[origin, {name}] step {step}: loss {loss.item():.3f}", flush=True)
    net.load_state_dict(average.state)
    return net.eval()


def _loss(logits: Tensor, kind: Tensor) -> Tensor:
    """Which kind it is, and once more whether it is a photograph."""
    photo = logits[:, :PHOTOGRAPHIC].logsumexp(1) - logits[:, PHOTOGRAPHIC:].logsumexp(1)
    return 0.5 * functional.cross_entropy(
        logits, kind, label_smoothing=0.03
    ) + functional.binary_cross_entropy_with_logits(photo, (kind < PHOTOGRAPHIC).float() * 0.98 + 0.01)


def _batch(sources: list[tuple[Examples, int]], draw: np.random.Generator) -> tuple[Columns, Tensor]:
    """So many examples of each source, drawn by `SHARES`; some mirrored, in other light, grey, or coarse."""
    drawn = [(e, draw.choice(len(e), count, p=_chances(e))) for e, count in sources]
    face, texture, whole, statistics, kind = (
        np.concatenate([getattr(e, name)[at] for e, at in drawn])
        for name in ("face", "texture", "whole", "statistics", "kind")
    )
    mirrored, grey, coarse = (draw.random(BATCH) < share for share in (0.5, 0.1, 0.2))
    gain = torch.from_numpy(draw.normal(1, 0.08, (BATCH, 3, 1, 1)).astype(np.float32))
    factor = float(draw.uniform(1.3, 3))
    crops = []
    for pixels in (face, texture, whole):
        pixels[mirrored] = pixels[mirrored][:, :, ::-1]
        crop = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() * gain
        crop[grey] = crop[grey].mean(1, keepdim=True)
        small = functional.interpolate(crop[coarse], scale_factor=1 / factor, mode="bilinear", antialias=True)
        crop[coarse] = functional.interpolate(small, size=crop.shape[2:], mode="bicubic")
        crops.append(crop.clamp(0, 255).contiguous(memory_format=torch.channels_last))
    return (crops[0], crops[1], crops[2], torch.from_numpy(statistics)), torch.from_numpy(kind)


_KNOWN: dict[int, npt.NDArray[np.float64]] = {}


def _chances(examples: Examples) -> npt.NDArray[np.float64]:
    """How likely each example is drawn: by kind as in `SHARES`, within a kind alike."""
    if id(examples) not in _KNOWN:
        count = np.bincount(examples.kind, minlength=len(KINDS))
        chance = np.array([SHARES[k] for k in KINDS])[examples.kind] / count[examples.kind]
        _KNOWN[id(examples)] = chance / chance.sum()
    return _KNOWN[id(examples)]


def batches(examples: Examples, size: int = 256) -> Iterator[Columns]:
    for at in range(0, len(examples), size):
        span = slice(at, at + size)
        crops = [
            torch.from_numpy(c[span]).permute(0, 3, 1, 2).float()
            for c in (examples.face, examples.texture, examples.whole)
        ]
        yield crops[0], crops[1], crops[2], torch.from_numpy(examples.statistics[span])


@torch.no_grad()
def logits_of(net: OriginNet, examples: Examples) -> npt.NDArray[np.float32]:
    """(N, kinds) logits."""
    return np.concatenate([net(*columns).numpy() for columns in batches(examples)])


class Calibrated(nn.Module):
    """The network with its calibration in the last layer, and chances instead of logits."""

    def __init__(self, net: OriginNet, slope: float, shift: float):
        super().__init__()
        self.net = net
        with torch.no_grad():
            net.decide.weight *= slope
            net.decide.bias *= slope
            net.decide.bias[:PHOTOGRAPHIC] += shift

    def forward(self, face: Tensor, texture: Tensor, whole: Tensor, statistics: Tensor) -> Tensor:
        return torch.softmax(self.net(face, texture, whole, statistics), 1)
