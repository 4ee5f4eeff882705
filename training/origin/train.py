"""The whole way from labelled pictures to `origin.onnx` and its model card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mettici.vision.origin import KINDS, Views
from training import onnx_file
from training.data import KEPT
from training.origin import card
from training.origin.card import Measured
from training.origin.examples import FOLDS, Examples, plain
from training.origin.figures import Calibration, Floats, calibrated, chances
from training.origin.lessons import Lessons, batches, lessons
from training.origin.network import Calibrated, Describer
from training.origin.tuning import Judge, logits_of, tuned
from training.process import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

ROUNDS = 2
LEFT_OUT = ("wikiart_faces", "avatars", "us_congress", "humans160")
"""Sets that one network is trained without, to see that it answers to the thing and not to the set."""
CACHE = KEPT / "origin"


def main(data: Path, output: Path) -> None:
    """Train on the sets in `data`; write `origin.onnx` and `origin_card.md` to `output`; print figures."""
    settle()
    output.mkdir(parents=True, exist_ok=True)
    known = lessons(data, CACHE, ROUNDS)
    print(f"[origin] {len(known[0])} pictures as they are, {len(known[1])} disguised; {FOLDS + 2} networks", flush=True)
    everything = plain(data, CACHE)
    own = everything.where(everything.fold >= 0)
    logits = held_out(*known)
    calibration = calibrated(logits, own)
    print(f"[origin] {calibration}", flush=True)
    finished(tuned(*known, seed=0), calibration, output / card.FILE, own)
    report(data, output, own, logits, calibration, left_out(*known, own))


def _learnt(own: Lessons, more: Lessons, keep: Callable[[Lessons], npt.NDArray[np.bool_]], seed: int) -> Judge:
    """A network that saw only what `keep` chooses."""
    return tuned(own.where(keep(own)), more.where(keep(more)), seed)


def held_out(own: Lessons, more: Lessons) -> Floats:
    """(N, kinds) logits of the pictures as they are, each by a network that saw neither it nor a disguise of it."""
    logits = np.zeros((len(own), len(KINDS)), np.float32)
    for fold in range(FOLDS):
        net = _learnt(own, more, lambda e, fold=fold: e.fold != fold, seed=fold + 1)  # type: ignore[misc]
        logits[own.fold == fold] = logits_of(net, own.where(own.fold == fold))
    return logits


def left_out(own: Lessons, more: Lessons, examples: Examples) -> Measured:
    """The sets `LEFT_OUT` as a network sees them that was trained without them (raw chances)."""
    net = _learnt(own, more, lambda e: ~np.isin(e.source, LEFT_OUT), seed=FOLDS + 1)
    strange = np.isin(own.source, LEFT_OUT)
    return Measured(examples.where(strange), chances(logits_of(net, own.where(strange))))


def finished(judge: Judge, calibration: Calibration, path: Path, examples: Examples) -> None:
    """Write the calibrated network."""
    whole = Calibrated(Describer(judge.backbone), judge.net, calibration.slope, calibration.shift)
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
