"""The whole way from labelled pictures to `origin.onnx` and its model card: about an hour on one core."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from mettici.vision.origin import KINDS, OriginReader
from training.origin import card
from training.origin.examples import FOLDS, Examples, joined, plain, varied
from training.origin.figures import Calibration, Floats, calibrated, chances, read_by
from training.origin.network import Calibrated, batches, export, logits_of, trained

ROUNDS = 2
STEPS = 4000
"""Batches that the final network is trained on; those of cross-validation get half."""
CACHE = Path(".train/origin")


def main(data: Path, output: Path) -> None:
    """Train on the sets in `data`; write `origin.onnx` and `origin_card.md` to `output`; print the validation."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    output.mkdir(parents=True, exist_ok=True)
    everything, lessons = material(data, CACHE)
    learned = everything.where(everything.fold >= 0)
    logits = cross_validated(lessons, learned, STEPS // 2)
    calibration = calibrated(logits, learned)
    print(f"calibration: {calibration}")
    net = Calibrated(trained(lessons, STEPS), calibration.slope, calibration.shift)
    path = output / "origin.onnx"
    export(net, path)
    _same(net, OriginReader(path), learned)
    report(data, output, everything, chances(logits, calibration.slope, calibration.shift), calibration)


def material(data: Path, cache: Path) -> tuple[Examples, Examples]:
    """Every picture as it is, and what is trained on: the train part as it is, disguised and imitated."""
    everything = plain(data, cache)
    own = everything.where(everything.fold >= 0)
    return everything, joined([own] + [varied(data, cache, n) for n in range(ROUNDS)])


def cross_validated(lessons: Examples, learned: Examples, steps: int) -> Floats:
    """(N, kinds) logits of `learned`, each by a network that saw neither the picture nor a disguise of it."""
    logits = np.zeros((len(learned), len(KINDS)), np.float32)
    for fold in range(FOLDS):
        print(f"fold {fold}")
        net = trained(lessons.where(lessons.fold != fold), steps, seed=fold + 1)
        held = learned.fold == fold
        logits[held] = logits_of(net, learned.where(held))
    return logits


def _same(net: Calibrated, reader: OriginReader, examples: Examples) -> None:
    """The program must get from OpenCV what torch computes."""
    some = examples.where(np.arange(len(examples)) % (len(examples) // 50) == 0)
    with torch.no_grad():
        ours = torch.cat([net(*columns) for columns in batches(some)]).numpy()
    apart = float(np.abs(ours - read_by(reader, some)).max())
    print(f"torch and OpenCV differ by at most {apart:.1e}")
    assert apart < 1e-3


def report(
    data: Path, output: Path, everything: Examples, validated: Floats, calibration: Calibration
) -> None:
    """Figures of the check part by the file itself, and of cross-validation; printed, and written to the card."""
    check = everything.where(everything.fold < 0)
    text = card.text(
        data, card.Measured(everything.where(everything.fold >= 0), validated),
        card.Measured(check, read_by(OriginReader(output / "origin.onnx"), check)), calibration,
    )  # fmt: skip
    print(text)
    (output / "origin_card.md").write_text(text, "utf-8")
