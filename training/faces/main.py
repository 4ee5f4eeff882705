"""The whole way from labelled folders to `face_looks.onnx` and its card."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from mettici.vision.looks import HEADS
from mettici.vision.weights import folder
from training.data import duplicates, fold, say
from training.faces import card
from training.faces.crops import PEOPLE, THINGS, Sample, load
from training.faces.figures import FILE, check_part, judged, margins, report
from training.faces.join import chances, joined, write
from training.faces.labels import Target, faults, target
from training.faces.network import OPINIONS, Network
from training.faces.train import Stock, opinions, stock, tensors, train

CACHE = Path(__file__).resolve().parents[2] / ".train" / "faces"
SHOWN = 121_600
"""Samples shown with a fold held out, to calibrate on: about 8 minutes on one core of its own."""
SHOWN_AFTER, RATE_AFTER = 153_600, 8e-4
"""Samples shown afterwards with that fold too, and at what rate."""
VARIANTS = 2.5
SEED = 1
DRAWN_ANEW = ("eyes_hidden", "sunglasses", "face_hidden", "mask")
"""Heads with few real examples, whose last layer is fitted on samples drawn anew as well."""


def main(data: Path, output: Path) -> None:
    """Train, calibrate on a fold held out, write the network and its card into `output`, print the
    figures."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    start = time.perf_counter()
    samples, targets = known(data)
    held = [fold(s.row) == 0 for s in samples]
    log(f"{len(samples)} faces to train on, {sum(held)} of them held out at first", start)
    some = [n for n, h in enumerate(held) if not h]
    first = train(stock([samples[n] for n in some], [targets[n] for n in some], VARIANTS, SEED), SHOWN, SEED)
    rest = [n for n, h in enumerate(held) if h]
    matrix, bias, apart = calibrated(first, [samples[n] for n in rest], [targets[n] for n in rest])
    log("calibrated", start)
    everything = stock(samples, targets, VARIANTS, SEED)
    differ = write(
        train(everything, SHOWN_AFTER, SEED, first, RATE_AFTER), matrix, bias, everything, output / FILE
    )
    log(f"trained; cv2.dnn and torch differ by {differ:.1e}", start)
    found, truth = check_part(data, folder(), CACHE)
    figures = report(judged(found, output / FILE), truth)
    card.write(output / "face_card.md", figures, apart, len(samples))
    log(f"{figures}\n\n{apart}", start)


def log(text: str, start: float) -> None:
    say(f"[{time.perf_counter() - start:.0f} s] {text}")


def known(data: Path) -> tuple[list[Sample], list[Target]]:
    """Faces of the train part that look like none of the check part, and what is known of them."""
    twins = duplicates(data, CACHE.with_name("hashes.npz"), *PEOPLE, *THINGS)
    rated = faults(data)
    samples = [s for s in load(data, folder(), CACHE) if s.row.part == "train" and s.row.key not in twins]
    return samples, [target(s, rated) for s in samples]


@torch.no_grad()
def calibrated(
    network: Network, samples: list[Sample], targets: list[Target]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], str]:
    """The last layer's weight and bias from faces held out, and how far clean ones stay from the
    thresholds."""
    anew: Stock = stock(samples, targets, 1, SEED + 1)
    plain = opinions(network, samples)
    drawn = np.concatenate(
        [
            network(
                *tensors(anew.faces[n : n + 256], anew.eyes[n : n + 256], anew.shapes[n : n + 256])
            ).numpy()
            for n in range(0, len(anew.faces), 256)
        ]
    )
    assert drawn.shape[1] == len(OPINIONS)
    for n, head in enumerate(HEADS):
        if head not in DRAWN_ANEW:
            anew.value[:, n] = np.nan
    value = np.concatenate([np.stack([t.value for t in targets]), anew.value])
    weight = np.concatenate([np.stack([t.weight for t in targets]), 0.3 * anew.weight])
    matrix, bias = joined(np.concatenate([plain, drawn]), value, weight)
    seen = chances(plain, matrix, bias)
    main_faces = [n for n, s in enumerate(samples) if s.main]
    read = [(samples[n], dict(zip(HEADS, map(float, seen[n]), strict=True))) for n in main_faces]
    return matrix, bias, margins(read, [targets[n] for n in main_faces])
