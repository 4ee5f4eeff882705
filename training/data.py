"""Labelled pictures: which exist, which may be used for training, how they are prepared; and validation statistics.

Every set is a folder with a `labels.csv`, whose column `path` is relative to the folder. Pictures are prepared as in
the exam, so that a network trains on the same kind of input that it will be judged on.
"""

from __future__ import annotations

import csv
import hashlib
import os
import pickle
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Pixels = npt.NDArray[np.uint8]
T = TypeVar("T")

KEPT = Path(__file__).resolve().parents[1] / ".train"
"""The cache for slow results."""
LONGEST = 1024
"""The program downscales photos to this longer side, in pixels, before analysing them."""
PADDING = {"cew": 0.4, "facemask_cd": 0.3, "fairface": 0.25, "utkface": 0.25, "smiles64": 0.4}
"""Tight face crops, and how much replicated border each side gets, as a share of the longer side."""
LETTERBOXED = ("painted_portraits", "wikiart_faces")
"""Sets with black bars around the pictures, which are cropped off."""
ENLARGED = {"anime64": 256}
"""Sets of tiny pictures, and the side in pixels to enlarge them to."""
MAX_HASH_DISTANCE = 40
"""Bits of the 256-bit perceptual hash in which two versions of one picture may differ; unrelated pictures differ in 128
± 16."""


@dataclass(frozen=True)
class Row:
    """One labelled picture: its set, its path within the set, its file, its part ("train" or "check") and its
    labels."""

    set: str
    path: str
    file: Path
    part: str
    labels: dict[str, str]

    @property
    def key(self) -> str:
        return f"{self.set}/{self.path}"

    def label(self, name: str) -> float | None:
        """A label as a number; None if it is missing or not a number ("2+" counts as 2)."""
        try:
            return float(self.labels.get(name, "").rstrip("+"))
        except ValueError:
            return None


def part(name: str, path: str) -> str:
    """'check' for three pictures in ten of set `name`, which are never used for training or tuning, else 'train'.
    Depends only on the path. Street sets are split by source, the middle part of the file name."""
    key = path.split("__")[1] if name.startswith("street_") else path
    return "check" if int(hashlib.sha1(f"{name}/{key}".encode()).hexdigest()[:2], 16) < 77 else "train"


def rows(data: Path, *names: str) -> list[Row]:
    """The rows of the sets `names` whose files exist, in the order of labels.csv; a missing set has none."""
    found = []
    for name in names:
        table = data / name / "labels.csv"
        if table.exists():
            with table.open(newline="", encoding="utf-8") as lines:
                for r in csv.DictReader(lines):
                    path = r.pop("path")
                    found.append(Row(name, path, data / name / path, part(name, path), r))
    return [r for r in found if r.file.exists()]


def read(path: Path) -> Pixels | None:
    """The upright picture as BGR (H, W, 3) uint8, or None if OpenCV cannot read it."""
    try:
        picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def prepared(row: Row) -> Pixels | None:
    """The picture of `row`, prepared as in the exam and downscaled as in the program: RGB (H, W, 3), longer side ≤
    LONGEST.

    None if it cannot be read.
    """
    picture = read(row.file)
    if picture is None:
        return None
    if row.set in PADDING:
        border = int(max(picture.shape[:2]) * PADDING[row.set])
        picture = cv2.copyMakeBorder(picture, border, border, border, border, cv2.BORDER_REPLICATE)
    elif row.set in LETTERBOXED:
        picture = without_bars(picture)
    elif row.set in ENLARGED:
        picture = cv2.resize(picture, (ENLARGED[row.set],) * 2, interpolation=cv2.INTER_CUBIC)
    if row.set in PADDING or row.set in LETTERBOXED or row.set in ENLARGED:
        picture = jpeg(np.asarray(picture, np.uint8), 95)
    return reduced(np.ascontiguousarray(picture[..., ::-1]))


def reduced(picture: Pixels, longest: int = LONGEST) -> Pixels:
    """`picture`, downscaled if its longer side exceeds `longest`."""
    scale = longest / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def without_bars(picture: Pixels) -> Pixels:
    """`picture` without the black bars around it."""
    down, across = (np.flatnonzero(picture.max(2).max(axis) > 24) for axis in (1, 0))
    if not len(down) or not len(across):
        return picture
    return picture[down[0] : down[-1] + 1, across[0] : across[-1] + 1]


def jpeg(picture: Pixels, quality: int) -> Pixels:
    """`picture` after a round trip through JPEG of `quality` 0..100."""
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def pictures(data: Path, *names: str) -> Iterator[tuple[Row, Pixels]]:
    """Every readable picture of the sets `names`, prepared."""
    for row in rows(data, *names):
        picture = prepared(row)
        if picture is not None:
            yield row, picture


def cached(file: Path, work: Callable[[], T]) -> T:
    """The result of `work`, stored in `file` between runs."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.with_suffix(".part").open("wb") as out:
            pickle.dump(work(), out, protocol=5)
        file.with_suffix(".part").replace(file)
    with file.open("rb") as kept:
        found: T = pickle.load(kept)
    return found


# ---------------------------------------------------------------- near-duplicates across the parts
def perceptual_hash(picture: Pixels) -> npt.NDArray[np.bool_]:
    """256 bits that survive scaling, compression and recolouring: which low frequencies exceed their median."""
    grey = cv2.cvtColor(without_bars(picture), cv2.COLOR_RGB2GRAY)
    low = cv2.dct(cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32))[:16, :16].ravel()
    return np.asarray(low > np.median(low[1:]), np.bool_)


def near_duplicates(keys: list[str], hashes: npt.NDArray[np.bool_], parts: list[str]) -> set[str]:
    """Keys in the train part that look like a picture in the check part of any set; they are excluded from training."""
    signs = np.where(hashes, 1.0, -1.0).astype(np.float32)
    checked = np.array([p == "check" for p in parts])
    if not checked.any():
        return set()
    differ = (signs.shape[1] - (signs @ signs[checked].T).max(1)) / 2
    return {k for k, d, c in zip(keys, differ, checked, strict=True) if d <= MAX_HASH_DISTANCE and not c}


def duplicates(data: Path, *names: str) -> set[str]:
    """`near_duplicates` over the sets `names`; the trainings of both networks share the cached hashes."""
    cache = KEPT / "hashes.npz"
    known: dict[str, npt.NDArray[np.bool_]] = {}
    if cache.exists():
        with np.load(cache) as kept:
            known = dict(zip(kept["keys"].tolist(), kept["hashes"], strict=True))
    everything = rows(data, *names)
    missing = [r for r in everything if r.key not in known]
    for row in missing:
        picture = prepared(row)
        known[row.key] = np.zeros(256, np.bool_) if picture is None else perceptual_hash(picture)
    if missing:
        cache.parent.mkdir(parents=True, exist_ok=True)
        beside = cache.with_name(f"{cache.stem}.{os.getpid()}.npz")
        np.savez_compressed(beside, keys=np.array(list(known)), hashes=np.stack(list(known.values())))
        beside.replace(cache)
    seen = [r for r in everything if known[r.key].any()]
    return near_duplicates([r.key for r in seen], np.stack([known[r.key] for r in seen]), [r.part for r in seen])


# ---------------------------------------------------------------- statistics
def say(text: str) -> None:
    """Print a line and flush."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def auc(truth: Iterable[bool], scores: Iterable[float]) -> float:
    """The probability that a positive scores above a negative (ties count half); NaN if either is missing."""
    true, score = np.fromiter(truth, bool), np.fromiter(scores, float)
    positives, negatives = np.sort(score[true]), score[~true]
    if not len(positives) or not len(negatives):
        return float("nan")
    above = len(positives) - np.searchsorted(positives, negatives, "right")
    ties = np.searchsorted(positives, negatives, "right") - np.searchsorted(positives, negatives, "left")
    return float((above + ties / 2).sum() / (len(positives) * len(negatives)))


def auc_interval(truth: Iterable[bool], scores: Iterable[float], rounds: int = 400) -> tuple[float, float]:
    """95 % bootstrap interval of `auc`, with a fixed seed."""
    true, score = np.fromiter(truth, bool), np.fromiter(scores, float)
    rng = np.random.default_rng(0)
    positives, negatives = score[true], score[~true]
    if not len(positives) or not len(negatives):
        return float("nan"), float("nan")
    sure = [True] * len(positives) + [False] * len(negatives)
    many = [
        auc(
            sure,
            np.concatenate([rng.choice(positives, len(positives)), rng.choice(negatives, len(negatives))]),
        )
        for _ in range(rounds)
    ]
    return float(np.quantile(many, 0.025)), float(np.quantile(many, 0.975))


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """95 % Wilson interval of the share `hits` / `of`."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, hits / of
    middle, half = p + z * z / (2 * of), z * np.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return float((middle - half) / (1 + z * z / of)), float((middle + half) / (1 + z * z / of))


def calibration_error(truth: Iterable[bool], chances: Iterable[float], bins: int = 10) -> float:
    """Expected calibration error: the mean distance between stated probability and observed share, over equal-width
    bins."""
    true, chance = np.fromiter(truth, float), np.fromiter(chances, float)
    at = np.minimum((chance * bins).astype(int), bins - 1)
    return float(sum(abs(true[at == b].sum() - chance[at == b].sum()) for b in range(bins)) / max(1, len(true)))
