"""The whole training of `picture.onnx` and its card, starting from the labelled folders."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import torch

from mettici.policy import load
from mettici.vision.picture_kind import Views
from training import onnx_file
from training.data import KEPT, duplicates, say
from training.picture import card, figures
from training.picture.calibration import Calibration, calibrated
from training.picture.labels import SETS
from training.picture.stock import Stock, draw_stock
from training.picture.store import made, stored
from training.picture.train import BATCH, trained
from training.process import settle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.picture.network import PictureNet
    from training.picture.store import Entry

CACHE = KEPT / "picture"
FILE = "picture.onnx"
HELD_OUT_FOLD = 0
"""The network never sees the sources of this fold, which serve for calibration and for the figures."""
MADE = {"screen": 550, "card": 650, "avatar_3d": 300, "drawing": 700}
"""Synthetic pictures of each kind; there are two such batches."""
SAMPLES = 31_000
"""Samples in each of the two stocks."""
EPOCHS = 3.0
"""How often each sample is shown, roughly; the loss is still falling after two."""
SEED = 70
CORES = 2


def main(data: Path, output: Path) -> None:
    """Train on the sets in `data`; write `picture.onnx` and `picture_card.md` to `output`, and print the figures."""
    settle()
    start = time.perf_counter()
    output.mkdir(parents=True, exist_ok=True)
    entries = known(data)
    log(f"{len(entries)} pictures of the train part and made by code", start)
    strange = [e for e in entries if e.fold == HELD_OUT_FOLD and not e.made]
    net = fitted([e for e in entries if e.fold != HELD_OUT_FOLD])
    logits = logits_of(net, strange)
    calibration = calibrated(logits, strange)
    log(f"held-out sources judged; slope of the kinds {calibration.slope[0]:.2f}", start)
    finished(net, calibration, output / FILE, strange)
    limit = load()["photographic_origin"].limits["fail_below"]
    said_so = logits * calibration.slope + calibration.shift
    text = card.text(figures.table(strange, said_so, limit), figures.areas(strange, said_so), limit)
    (output / card.FILE).write_text(text, "utf-8")
    log(text, start)


def log(text: str, start: float) -> None:
    say(f"[picture, {time.perf_counter() - start:.0f} s] {text}")


def known(data: Path) -> list[Entry]:
    """Every training picture, including synthetic ones; none resembles one of the check part."""
    with ProcessPoolExecutor(CORES, get_context("spawn"), initializer=settle) as pool:
        sets = sorted(SETS, key=lambda name: -SETS[name])
        list(pool.map(_store, [(data, name) for name in sets]))
        entries = stored(data, CACHE, tuple(SETS))
        more = pool.map(_made, [(data, number) for number in range(CORES)])
        twins = pool.submit(duplicates, data, *SETS)
        for some in more:
            entries += some
        return [e for e in entries if e.key not in twins.result()]


def _store(job: tuple[Path, str]) -> None:
    data, name = job
    stored(data, CACHE, (name,))


def _made(job: tuple[Path, int]) -> list[Entry]:
    data, number = job
    return made(stored(data, CACHE, tuple(SETS)), CACHE, number, MADE)


def fitted(entries: Sequence[Entry]) -> PictureNet:
    """A network trained on samples of `entries`."""
    folders = [CACHE / f"stock{number}" for number in range(CORES)]
    with ProcessPoolExecutor(CORES, get_context("spawn"), initializer=settle) as pool:
        missing = [f for f in folders if not f.exists()]
        jobs = [pool.submit(draw_stock, entries, f, SAMPLES, SEED + folders.index(f)) for f in missing]
        for job in jobs:
            job.result()
    torch.set_num_threads(CORES)
    return trained([Stock.load(f) for f in folders], EPOCHS, SEED)


@torch.no_grad()
def logits_of(net: PictureNet, entries: Sequence[Entry]) -> figures.Floats:
    """(N, OUTPUTS) logits of the unmodified pictures."""
    spans = (entries[at : at + BATCH] for at in range(0, len(entries), BATCH))
    return np.concatenate([net(*crops(some)).numpy() for some in spans])


def crops(entries: Sequence[Entry]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The pictures of `entries` as input tensors."""
    face, whole, present = zip(*(figures.seen(e) for e in entries), strict=True)
    pictures = (torch.from_numpy(np.stack(some)).permute(0, 3, 1, 2).float() for some in (face, whole))
    return (*pictures, torch.tensor(present).float()[:, None])


def finished(net: PictureNet, calibration: Calibration, path: Path, entries: Sequence[Entry]) -> None:
    """Write the calibrated network."""
    probe = crops(entries[:: max(1, len(entries) // 40)])
    difference = onnx_file.write(calibration.into(net), probe, Views._fields, "logits", path, card.TOLERANCE)
    say(f"[picture] torch and ONNX Runtime differ by at most {difference:.1e}")
