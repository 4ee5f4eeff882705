"""The reliability plot of a model card: how often cases with a given probability came true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from training.data import calibration_error, share_interval

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

BINS, COLUMNS = 10, 3
Pairs = tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]


def draw(heads: Mapping[str, Pairs], file: Path) -> None:
    """One small plot per head, of (truth, stated probability), as SVG: points with 95 % intervals and the diagonal.

    The same figures always give the same file.
    """
    rows = math.ceil(len(heads) / COLUMNS)
    figure = Figure((3.2 * min(COLUMNS, len(heads)), 3.2 * rows), layout="constrained")
    for n, (head, (truth, chance)) in enumerate(heads.items()):
        _plot(figure.add_subplot(rows, min(COLUMNS, len(heads)), n + 1), head, truth, chance)
    beside = file.with_suffix(".new.svg")
    with mpl.rc_context({"svg.hashsalt": "mettici", "svg.fonttype": "none"}):
        figure.savefig(beside, metadata={"Date": None})
    beside.replace(file)


def _plot(axes: Axes, head: str, truth: npt.NDArray[np.bool_], chance: npt.NDArray[np.float64]) -> None:
    at = np.minimum((chance * BINS).astype(int), BINS - 1)
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for n in np.unique(at):
        here = at == n
        share = float(truth[here].mean())
        low, high = share_interval(int(truth[here].sum()), int(here.sum()))
        axes.errorbar(
            chance[here].mean(),
            share,
            [[max(0.0, share - low)], [max(0.0, high - share)]],
            fmt="o",
            markersize=4,
            color="tab:blue",
            ecolor="0.5",
        )
    axes.set(
        title=f"{head} (n {len(truth)}, error {calibration_error(truth, chance):.3f})",
        xlabel="stated chance",
        ylabel="share that came true",
        xlim=(0, 1),
        ylim=(0, 1),
    )
    axes.title.set_fontsize(9)
