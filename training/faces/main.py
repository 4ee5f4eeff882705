"""The whole training of `face_looks.onnx` and its card, starting from the labelled folders."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.vision.face_attributes import HEADS
from mettici.vision.weights import folder
from training import reliability
from training.data import KEPT, duplicates, rows, say
from training.faces import card
from training.faces.crops import PEOPLE, THINGS, Sample, load
from training.faces.figures import FILE, check_part, judged, margins, report, stated
from training.faces.join import chances, joined, write
from training.faces.labels import SLIGHT, Target, faults, target, with_teacher
from training.faces.stock import picked, reconsidered, stock
from training.faces.teacher import Teacher, weights
from training.faces.train import opinions, train
from training.picture.labels import fold_of
from training.picture.store import chosen
from training.process import settle

if TYPE_CHECKING:
    from training.faces.stock import Floats, Stock

CACHE = KEPT / "faces"
FOLDS = 3
SHOWN_FOLD, SHOWN = 108_800, 256_000
"""Samples shown to each cross-validation network and to the final one: six and fifteen minutes on one core."""
VARIANTS = 2.5
SEED = 1
DRAWN_ANEW = ("eyes_hidden", "sunglasses", "face_hidden", "mask")
"""Heads with few real examples; their last layer is fitted on augmented samples as well."""


def main(data: Path, output: Path) -> None:
    """Cross-validate, calibrate, and train on everything; write the network and its card into `output`, and print the
    figures."""
    settle()
    start = time.perf_counter()
    samples, targets = known(data)
    odds = Teacher(weights()).smiles(samples)
    ready = stock(samples, with_teacher(samples, targets, odds), VARIANTS, SEED)
    log(f"{len(samples)} faces, {len(ready.sample)} with those drawn anew", start)
    folds = np.array([fold_of(s.row, FOLDS) for s in samples])
    found = cross_validated(ready, folds[ready.sample])
    matrix, bias = calibrated(ready, targets, found)
    seen = chances(found, matrix, bias)
    validated = report(*main_faces(samples, targets, ready, seen))
    worst = margins(*main_faces(samples, targets, ready, seen))
    log(f"cross-validated and calibrated\n\n{validated}\n\n{worst}", start)
    network = train(reconsidered(ready, seen), SHOWN, SEED)
    differ = write(network, matrix, bias, picked(ready.views, slice(32)), output / FILE)
    log(f"trained; ONNX Runtime and torch differ by {differ:.1e}", start)
    checked, truth = check_part(data, folder(), CACHE)
    read = judged(checked, output / FILE)
    figures = report(read, truth)
    reliability.draw(stated(read, truth), output / "face_reliability.svg")
    card.write(output / "face_card.md", figures, validated, worst, len(samples))
    log(figures, start)


def log(text: str, start: float) -> None:
    say(f"[faces, {time.perf_counter() - start:.0f} s] {text}")


def known(data: Path) -> tuple[list[Sample], list[Target]]:
    """Faces of the train part that neither resemble nor derive from the check part, with their labels."""
    twins = duplicates(data, *PEOPLE, *THINGS)
    twins |= {r.key for r in rows(data, "tricky")} - {r.key for r in chosen(data, "tricky")}
    rated = faults(data)
    samples = [s for s in load(data, folder(), CACHE) if s.row.part == "train" and s.row.key not in twins]
    return samples, [target(s, rated) for s in samples]


def cross_validated(ready: Stock, folds: npt.NDArray[np.intp]) -> Floats:
    """(N, opinions) on the whole stock, each from a network that saw neither the sample nor another of the same
    picture."""
    found: Floats | None = None
    for held in range(FOLDS):
        shown = np.where(folds == held, 0, ready.chance)
        network = train(replace(ready, chance=shown / shown.sum()), SHOWN_FOLD, SEED + 1 + held)
        some = opinions(network, picked(ready.views, folds == held))
        found = np.zeros((len(folds), some.shape[1]), np.float32) if found is None else found
        found[folds == held] = some
    assert found is not None
    return found


def calibrated(ready: Stock, targets: list[Target], found: Floats) -> tuple[Floats, Floats]:
    """Weight and bias of the last layer, fitted on held-out opinions and their labels."""
    value, weight = ready.value.copy(), ready.weight.copy()
    value[ready.plain] = [targets[n].value for n in ready.sample[ready.plain]]
    smile = HEADS.index("smile")
    value[value[:, smile] == SLIGHT, smile] = np.nan
    for n, head in enumerate(HEADS):
        if head not in DRAWN_ANEW:
            value[~ready.plain, n] = np.nan
    weight[~ready.plain] *= 0.3 / VARIANTS
    return joined(found, value, weight)


def main_faces(
    samples: list[Sample], targets: list[Target], ready: Stock, seen: Floats
) -> tuple[list[tuple[Sample, dict[str, float]]], list[Target]]:
    """The faces that the program itself would judge, unmodified, with the stated probabilities and their labels."""
    at = [n for n in np.flatnonzero(ready.plain) if samples[ready.sample[n]].main]
    read = [(samples[ready.sample[n]], dict(zip(HEADS, map(float, seen[n]), strict=True))) for n in at]
    return read, [targets[ready.sample[n]] for n in at]
