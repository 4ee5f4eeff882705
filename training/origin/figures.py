"""What the network was measured at, and its model card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from mettici.vision.origin import KINDS, PHOTOGRAPHIC, OriginReader, Views
from training.data import auc, auc_interval, calibration_error, rows, share_interval

if TYPE_CHECKING:
    from pathlib import Path

    from training.origin.examples import Examples

Floats = npt.NDArray[np.float32]
FALSE = 0.006
"""Share of photographs of people, held out, that may fall under the threshold to fail.

A third of them show no bare face where the mesh lies: a road sign, a hood, a head turned away.
"""


@dataclass(frozen=True)
class Calibration:
    """Logits are multiplied by `slope`, photographic ones raised by `shift`; chances under `fail` fail."""

    slope: float
    shift: float
    fail: float


def chances(logits: Floats, slope: float = 1.0, shift: float = 0.0) -> Floats:
    """(N, kinds) calibrated chances."""
    moved = torch.from_numpy(logits) * slope
    moved[:, :PHOTOGRAPHIC] += shift
    return np.asarray(torch.softmax(moved, 1).numpy())


def photographic(shares: Floats) -> Floats:
    """(N,) chances that it is a photograph."""
    return np.asarray(shares[:, :PHOTOGRAPHIC].sum(1))


def calibrated(logits: Floats, examples: Examples) -> Calibration:
    """Slope and shift of least log loss on cross-validated logits, and the threshold for `FALSE` alarms."""
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
    photo = photographic(chances(logits, slope, shift))
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


def table(examples: Examples, shares: Floats, fail: float) -> str:
    """Share called no photograph, set by set, where a face was found."""
    photo, named, cells = photographic(shares), styles(examples), []
    for drawn in (False, True):
        for name in sorted(set(named)):
            at = (named == name) & ((examples.kind >= PHOTOGRAPHIC) == drawn) & examples.with_face
            if at.any():
                cells.append([name, "drawn" if drawn else "photograph", str(at.sum()), _share(photo[at] < fail)])
    return _table("set", "is", "n", "called no photograph", rows=cells)


def summary(examples: Examples, shares: Floats, fail: float) -> list[str]:
    """AUC, calibration and the two error rates over all pictures with a face, and names given without one."""
    truth, photo, at = examples.kind < PHOTOGRAPHIC, photographic(shares), examples.with_face
    low, high = auc_interval(truth[at], photo[at])
    people = at & (examples.kind == 0)
    right = shares[~at].argmax(1) == examples.kind[~at]
    return [
        f"With a face: {at.sum()} pictures, AUC {auc(truth[at], photo[at]):.4f} ({low:.4f} to {high:.4f}).",
        f"Expected calibration error: {calibration_error(truth[at], photo[at]):.4f}.",
        f"Drawn faces called no photograph: {_share(photo[at & ~truth] < fail)}.",
        f"Photographs of people called no photograph: {_share(photo[people] < fail)}.",
        f"Without a face ({(~at).sum()} pictures): kind named rightly {_share(right)}.",
    ]


def reliability(examples: Examples, shares: Floats) -> str:
    """Stated chance against observed share of photographs, where a face was found."""
    at = examples.with_face
    truth, photo = (examples.kind < PHOTOGRAPHIC)[at], photographic(shares)[at]
    bins, cells = np.minimum((photo * 10).astype(int), 9), []
    for n in range(10):
        if (bins == n).any():
            mean = f"{photo[bins == n].mean():.3f}"
            cells.append(
                [
                    f"{n / 10:.1f} to {(n + 1) / 10:.1f}",
                    str((bins == n).sum()),
                    mean,
                    _share(truth[bins == n]),
                ]
            )
    return _table("stated chance", "n", "mean stated", "photographs among them", rows=cells)


def names(examples: Examples, shares: Floats) -> str:
    """Of the pictures to which a name is given half the chance or more, the share that is it."""
    table_rows = []
    for n, kind in enumerate(KINDS):
        cells = [kind]
        for at in (examples.with_face, ~examples.with_face):
            named = at & (shares[:, n] >= 0.5)
            cells += [str(named.sum()), _share(examples.kind[named] == n)]
        table_rows.append(cells)
    return _table("named", "with a face", "rightly", "without", "rightly", rows=table_rows)


def groups(data: Path, examples: Examples, shares: Floats, fail: float) -> str:
    """fairface: share called no photograph by group."""
    race = {r.key: r.labels["race"] for r in rows(data, "fairface")}
    of = np.array([race.get(k, "") for k in examples.key])
    photo, cells = photographic(shares), []
    for name in sorted(set(race.values())):
        at = (of == name) & examples.with_face
        cells.append([name, str(at.sum()), _share(photo[at] < fail)])
    return _table("fairface", "n", "called no photograph", rows=cells)


def _share(flags: npt.NDArray[np.bool_]) -> str:
    """A share with its interval, "-" where there is nothing."""
    if not len(flags):
        return "-"
    low, high = share_interval(int(flags.sum()), len(flags))
    return f"{flags.mean():.3f} ({max(0.0, low):.3f} to {min(1.0, high):.3f})"


def _table(*head: str, rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
