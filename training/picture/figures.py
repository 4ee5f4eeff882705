"""Evaluates the network on held-out pictures, as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.vision.picture_kind import HEADS, KINDS, PHOTOGRAPHS, views
from training.data import auc, share_interval
from training.picture.heads import CLEAR, vector
from training.picture.store import decoded, flat_mesh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mettici.vision.picture_kind import Views
    from training.picture.store import Entry

Floats = npt.NDArray[np.float32]

DRAWN = ("painting", "cartoon", "sketch", "avatar_3d")


def seen(entry: Entry) -> Views:
    """The network's input for the whole picture of `entry`."""
    view = entry.views[0]
    if view.points is None:
        return views(decoded(view), None)
    return views(decoded(view), flat_mesh(view.points))


def photograph(logits: Floats) -> Floats:
    """(N,) probabilities of a photograph, from logits whose first columns are the kinds."""
    kinds = np.exp(logits[:, : len(KINDS)] - logits[:, : len(KINDS)].max(1, keepdims=True))
    return np.asarray(kinds[:, : len(PHOTOGRAPHS)].sum(1) / kinds.sum(1))


def table(entries: Sequence[Entry], logits: Floats, fail: float) -> str:
    """A Markdown table of the detections. Below the probability `fail`, a picture does not count as a photograph."""
    rows = ["| what | pictures | share | 95 % |", "| --- | --- | --- | --- |"]
    kind = np.array([e.kind or "" for e in entries])
    drawn = photograph(logits) < fail
    groups = {
        "drawn, painted, rendered: no photograph": np.isin(kind, DRAWN),
        "graphics: no photograph": kind == "graphic",
        "screens: no photograph": kind == "screen",
        "cards and pages: no photograph": kind == "card",
        "statues, dolls: no photograph": kind == "figure",
        "real people called no photograph": kind == "person",
        "animals called no photograph": kind == "animal",
        "things called no photograph": kind == "thing",
    }
    rows += [_row(name, drawn[at]) for name, at in groups.items()]
    known = np.stack([vector(e.heads) for e in entries])
    for n, head in enumerate(HEADS):
        said = logits[:, len(KINDS) + n] > 0
        clear = np.abs(known[:, n] - 0.5) > CLEAR
        rows.append(_row(f"{head}: detected", said[clear & (known[:, n] > 0.5)]))
        rows.append(_row(f"{head}: detected where absent", said[clear & (known[:, n] < 0.5)]))
    return "\n".join(rows)


def areas(entries: Sequence[Entry], logits: Floats) -> str:
    """The area under the curve of each head, set by set, as a Markdown table."""
    rows = ["| head | set | pictures | area under the curve |", "| --- | --- | --- | --- |"]
    known, sets = np.stack([vector(e.heads) for e in entries]), np.array([e.set for e in entries])
    for n, head in enumerate(HEADS):
        clear = np.abs(known[:, n] - 0.5) > CLEAR
        for name in np.unique(sets[clear]):
            at = clear & (sets == name)
            truth = known[at, n] > 0.5
            if min(truth.sum(), (~truth).sum()) >= 5:
                rows.append(f"| {head} | {name} | {at.sum()} | {auc(truth, logits[at, len(KINDS) + n]):.3f} |")
    return "\n".join(rows)


def _row(name: str, hits: npt.NDArray[np.bool_]) -> str:
    low, high = share_interval(int(hits.sum()), len(hits))
    share = f"{hits.mean():.3f}" if len(hits) else "-"
    return f"| {name} | {len(hits)} | {share} | {low:.3f} to {high:.3f} |"
