"""What the network was measured at, and its model card."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from mettici.vision.origin import KINDS, PHOTOGRAPHIC, OriginReader, Views
from training.data import auc, auc_interval, calibration_error, share_interval
from training.origin.examples import Examples

Floats = npt.NDArray[np.float32]
FALSE = 0.004
"""Share of photographs of people, in cross-validation, that may fall under the threshold to fail."""


@dataclass(frozen=True)
class Calibration:
    """`slope` multiplies the logits, `shift` is added to the photographic ones; `fail` is the chance under which to fail."""

    slope: float
    shift: float
    fail: float


def chances(logits: Floats, slope: float = 1.0, shift: float = 0.0) -> Floats:
    """(N, kinds) calibrated chances."""
    moved = torch.from_numpy(logits) * slope
    moved[:, :PHOTOGRAPHIC] += shift
    return np.asarray(torch.softmax(moved, 1).numpy())


def calibrated(logits: Floats, examples: Examples) -> Calibration:
    """Slope and shift of least log loss on cross-validated logits, and the threshold for `FALSE` false alarms."""
    truth = torch.from_numpy((examples.kind < PHOTOGRAPHIC).astype(np.float32))
    raw = torch.from_numpy(logits)
    weights = torch.zeros(2, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100)

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        moved = raw * weights[0].exp()
        odds = moved[:, :PHOTOGRAPHIC].logsumexp(1) - moved[:, PHOTOGRAPHIC:].logsumexp(1) + weights[1]
        value = functional.binary_cross_entropy_with_logits(odds, truth)
        value.backward()
        return value

    optimiser.step(loss)
    slope, shift = float(weights[0].exp().detach()), float(weights[1].detach())
    photo = chances(logits, slope, shift)[:, :PHOTOGRAPHIC].sum(1)
    people = (examples.kind == 0) & examples.with_face
    return Calibration(slope, shift, float(np.quantile(photo[people], FALSE)))


def read_by(reader: OriginReader, examples: Examples) -> Floats:
    """(N, kinds) chances as the program gets them."""
    columns = zip(examples.face, examples.texture, examples.whole, examples.statistics, strict=True)
    return np.stack([reader.shares(Views(*one)) for one in columns])


def styles(examples: Examples) -> npt.NDArray[np.str_]:
    """The set of each example, pacs split by style and subject."""
    names = []
    for key, kind in zip(examples.key, examples.kind, strict=True):
        name, *rest = key.split("/")
        names.append(f"pacs {rest[0]} {rest[1]}" if name == "pacs" and len(rest) > 1 and kind >= 0 else name)
    return np.array(names)


def table(examples: Examples, shares: Floats, fail: float) -> list[str]:
    """Share called no photograph, set by set, where a face was found; then the picture as a whole."""
    photo = shares[:, :PHOTOGRAPHIC].sum(1)
    lines = ["| set | shows | n | called no photograph | 95 % interval |", "| --- | --- | --- | --- | --- |"]
    names = styles(examples)
    for drawn in (False, True):
        for name in sorted(set(names)):
            at = (names == name) & ((examples.kind >= PHOTOGRAPHIC) == drawn) & examples.with_face
            if at.any():
                hits, low, high = _rate(photo[at] < fail)
                lines.append(
                    f"| {name} | {'no photograph' if drawn else 'photograph'} | {at.sum()} | {hits:.3f} | {low:.3f}-{high:.3f} |"
                )
    return lines


def _rate(flags: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    return (float(flags.mean()), *share_interval(int(flags.sum()), len(flags)))


def summary(examples: Examples, shares: Floats, fail: float) -> list[str]:
    """AUC, calibration and the two error rates over all pictures with a face, and names given without one."""
    truth, photo = examples.kind < PHOTOGRAPHIC, shares[:, :PHOTOGRAPHIC].sum(1)
    at = examples.with_face
    low, high = auc_interval(truth[at], photo[at])
    caught = _rate(photo[at & ~truth] < fail)
    false = _rate(photo[at & (examples.kind == 0)] < fail)
    right = _rate(shares[~at].argmax(1) == examples.kind[~at])
    return [
        f"- with a face ({at.sum()} pictures): AUC {auc(truth[at], photo[at]):.4f} ({low:.4f}-{high:.4f}), "
        f"expected calibration error {calibration_error(truth[at], photo[at]):.4f}",
        f"- drawn faces called no photograph: {caught[0]:.3f} ({caught[1]:.3f}-{caught[2]:.3f})",
        f"- photographs of people called no photograph: {false[0]:.4f} ({false[1]:.4f}-{false[2]:.4f})",
        f"- without a face ({(~at).sum()} pictures): kind named rightly {right[0]:.3f} ({right[1]:.3f}-{right[2]:.3f})",
    ]


def reliability(examples: Examples, shares: Floats) -> list[str]:
    """Stated chance against observed share of photographs, where a face was found."""
    at = examples.with_face
    truth, photo = (examples.kind < PHOTOGRAPHIC)[at], shares[at, :PHOTOGRAPHIC].sum(1)
    lines = ["| stated chance | n | mean stated | photographs among them |", "| --- | --- | --- | --- |"]
    for low in np.arange(0, 1, 0.1):
        here = (photo >= low) & (photo < low + 0.1 + (low > 0.85))
        if here.any():
            lines.append(
                f"| {low:.1f}-{low + 0.1:.1f} | {here.sum()} | {photo[here].mean():.3f} | {truth[here].mean():.3f} |"
            )
    return lines


def confusion(examples: Examples, shares: Floats, fail: float) -> list[str]:
    """What is named: of pictures named so with half the chance or more, the share named rightly."""
    lines = ["| named | n | rightly | 95 % interval |", "| --- | --- | --- | --- |"]
    best, sure = shares.argmax(1), shares.max(1) >= 0.5
    for i, kind in enumerate(KINDS):
        at = (best == i) & sure
        if at.any():
            rate, low, high = _rate(examples.kind[at] == i)
            lines.append(f"| {kind} | {at.sum()} | {rate:.3f} | {low:.3f}-{high:.3f} |")
    return lines


def groups(data: Path, examples: Examples, shares: Floats, fail: float) -> list[str]:
    """fairface: share called no photograph by group."""
    path = data / "fairface" / "labels.csv"
    if not path.exists():
        return []
    race = {f"fairface/{r['path']}": r["race"] for r in csv.DictReader(path.open())}
    photo = shares[:, :PHOTOGRAPHIC].sum(1)
    lines = ["| fairface | n | called no photograph | 95 % interval |", "| --- | --- | --- | --- |"]
    for name in sorted(set(race.values())):
        at = np.array([race.get(k) == name for k in examples.key]) & examples.with_face
        if at.any():
            hits, low, high = _rate(photo[at] < fail)
            lines.append(f"| {name} | {at.sum()} | {hits:.4f} | {low:.4f}-{high:.4f} |")
    return lines
