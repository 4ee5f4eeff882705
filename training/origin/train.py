"""The whole way from labelled pictures to `origin.onnx` and its model card: about an hour on one core."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from mettici.vision.origin import KINDS, OriginReader
from training.origin import card
from training.origin.card import Measured
from training.origin.examples import FOLDS, Examples, joined, plain, varied
from training.origin.figures import Calibration, Floats, calibrated, chances, read_by
from training.origin.network import Calibrated, OriginNet, batches, export, logits_of, trained
from training.origin.spoiled import spoiled

ROUNDS = 2
LEFT_OUT = ("wikiart_faces", "avatars", "us_congress", "humans160")
"""Sets that one network is trained without, to see that it answers to the thing and not to the set."""
STEPS = 4000
"""Batches that the final network is trained on; those of cross-validation get half."""
CACHE = Path(".train/origin")


def main(data: Path, output: Path) -> None:
    """Train on the sets in `data`; write `origin.onnx` and `origin_card.md` to `output`; print figures."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    output.mkdir(parents=True, exist_ok=True)
    everything = plain(data, CACHE)
    own = everything.where(everything.fold >= 0)
    disguises = joined([varied(data, CACHE, n) for n in range(ROUNDS)])
    logits = cross_validated(own, disguises)
    calibration = calibrated(logits, own)
    print(f"calibration: {calibration}")
    finished(trained(own, disguises, STEPS), calibration, output / "origin.onnx", own)
    report(data, output, everything, logits, calibration, without(own, disguises))


def finished(net: OriginNet, calibration: Calibration, path: Path, examples: Examples) -> None:
    """Write the calibrated network, and make sure that OpenCV computes from the file what torch does."""
    whole = Calibrated(net, calibration.slope, calibration.shift)
    export(whole, path)
    some = examples.where(np.arange(len(examples)) % (len(examples) // 50) == 0)
    with torch.no_grad():
        ours = torch.cat([whole(*columns) for columns in batches(some)]).numpy()
    apart = float(np.abs(ours - read_by(OriginReader(path), some)).max())
    print(f"torch and OpenCV differ by at most {apart:.1e}")
    if apart > 1e-3:
        raise RuntimeError(f"{path.name} answers otherwise in OpenCV")


def cross_validated(own: Examples, disguises: Examples) -> Floats:
    """(N, kinds) logits of `own`, each by a network that saw neither the picture nor a disguise of it."""
    logits = np.zeros((len(own), len(KINDS)), np.float32)
    for fold in range(FOLDS):
        print(f"fold {fold}")
        seen = [e.where(e.fold != fold) for e in (own, disguises)]
        net = trained(*seen, STEPS // 2, seed=fold + 1)
        logits[own.fold == fold] = logits_of(net, own.where(own.fold == fold))
    return logits


def without(own: Examples, disguises: Examples) -> Measured:
    """The sets `LEFT_OUT` as a network sees them that was trained without them (raw chances)."""
    known = [e.where(~np.isin(e.source, LEFT_OUT)) for e in (own, disguises)]
    net = trained(*known, STEPS // 2, seed=FOLDS + 1)
    strange = own.where(np.isin(own.source, LEFT_OUT))
    return Measured(strange, chances(logits_of(net, strange)))


def report(
    data: Path,
    output: Path,
    everything: Examples,
    logits: Floats,
    calibration: Calibration,
    strange: Measured,
) -> None:
    """Print the figures, and write them to the card."""
    reader = OriginReader(output / "origin.onnx")
    learned, check = (everything.where((everything.fold < 0) == part) for part in (False, True))
    worse = spoiled(data, CACHE)
    text = card.text(
        data,
        calibration,
        check=Measured(check, read_by(reader, check)),
        validated=Measured(learned, chances(logits, calibration.slope, calibration.shift)),
        strange=strange,
        worse=Measured(worse, read_by(reader, worse)),
    )
    print(text)
    (output / "origin_card.md").write_text(text, "utf-8")
