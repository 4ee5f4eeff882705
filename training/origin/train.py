"""The whole way from labelled pictures to `origin.onnx` and its model card."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.vision.origin import KINDS, Views
from training import onnx_file
from training.data import KEPT
from training.origin import card
from training.origin.card import Measured
from training.origin.examples import FOLDS, Examples, joined, plain, varied
from training.origin.figures import Calibration, Floats, calibrated, chances
from training.origin.network import Calibrated, OriginNet, batches, logits_of, trained
from training.process import settle

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 2
LEFT_OUT = ("wikiart_faces", "avatars", "us_congress", "humans160")
"""Sets that one network is trained without, to see that it answers to the thing and not to the set."""
STEPS_FOLD, STEPS = 1500, 4800
"""Batches that each network of cross-validation is trained on, and the one that is kept."""
CACHE = KEPT / "origin"


def main(data: Path, output: Path) -> None:
    """Train on the sets in `data`; write `origin.onnx` and `origin_card.md` to `output`; print figures."""
    settle()
    output.mkdir(parents=True, exist_ok=True)
    everything = plain(data, CACHE)
    own = everything.where(everything.fold >= 0)
    for number in range(ROUNDS):
        varied(data, CACHE, number)
    # None of these networks waits for another: two at a time, the long one first.
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn"), settle) as apart:
        whole = apart.submit(_whole, data)
        folds = [apart.submit(_held_out, data, fold) for fold in range(FOLDS)]
        partial = apart.submit(_without, data)
        logits = np.zeros((len(own), len(KINDS)), np.float32)
        for fold, held in enumerate(folds):
            logits[own.fold == fold] = held.result()
        calibration = calibrated(logits, own)
        print(f"[origin] {calibration}", flush=True)
        finished(whole.result(), calibration, output / card.FILE, own)
        report(data, output, own, logits, calibration, partial.result())


def _examples(data: Path, keep: Callable[[Examples], npt.NDArray[np.bool_]]) -> tuple[Examples, Examples]:
    """Of the train part what `keep` chooses: the pictures as they are; disguises and imitations of them."""
    own, *rounds = (plain(data, CACHE), *(varied(data, CACHE, n) for n in range(ROUNDS)))
    return own.where((own.fold >= 0) & keep(own)), joined([r.where(keep(r)) for r in rounds])


def _whole(data: Path) -> OriginNet:
    """The network that is kept."""
    return trained(*_examples(data, lambda e: e.fold >= 0), STEPS, name="whole")


def _held_out(data: Path, fold: int) -> Floats:
    """(N, kinds) logits of the pictures of `fold`, by a network that saw neither them nor a disguise of them."""
    net = trained(*_examples(data, lambda e: e.fold != fold), STEPS_FOLD, seed=fold + 1, name=f"fold {fold}")
    own = plain(data, CACHE)
    return logits_of(net, own.where(own.fold == fold))


def _without(data: Path) -> Measured:
    """The sets `LEFT_OUT` as a network sees them that was trained without them (raw chances)."""
    known = _examples(data, lambda e: ~np.isin(e.source, LEFT_OUT))
    net = trained(*known, STEPS_FOLD, seed=FOLDS + 1, name="without some sets")
    own = plain(data, CACHE)
    strange = own.where((own.fold >= 0) & np.isin(own.source, LEFT_OUT))
    return Measured(strange, chances(logits_of(net, strange)))


def finished(net: OriginNet, calibration: Calibration, path: Path, examples: Examples) -> None:
    """Write the calibrated network."""
    whole = Calibrated(net, calibration.slope, calibration.shift)
    some = examples.where(np.arange(len(examples)) % (len(examples) // 50) == 0)
    apart = onnx_file.write(whole, next(batches(some)), Views._fields, "shares", path)
    print(f"torch and OpenCV differ by at most {apart:.1e}")


def report(
    data: Path, output: Path, own: Examples, logits: Floats, calibration: Calibration, strange: Measured
) -> None:
    """Print the figures, and write them to the card."""
    check, worse = card.measured(data, output, CACHE)
    card.drawn(check, output)
    validated = Measured(own, chances(logits, calibration.slope, calibration.shift))
    text = card.text(data, calibration, check=check, validated=validated, strange=strange, worse=worse)
    print(text)
    (output / "origin_card.md").write_text(text, "utf-8")
