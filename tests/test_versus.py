"""`benchmarks.versus`: the ratios between two commits, and the order of the runs."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.versus import ROOT, Ratios, Side, built, interleaved


def test_the_ratio_uses_sums_and_the_spread_uses_single_pairs() -> None:
    ratios = Ratios(before=[(0.1, 1.0), (0.3, 1.0)], after=[(0.1, 2.0), (0.1, 4.0)])
    cpu, wall = str(ratios).split(")")[:2]
    assert cpu.split() == ["200.0", "100.0", "0.50", "(0.50..0.83"]
    assert wall.split() == ["1000.0", "3000.0", "3.00", "(2.50..3.50"]


def test_both_sides_alternate_and_the_first_round_is_a_warm_up() -> None:
    done: list[object] = []

    def thing(side: object) -> tuple[float, float]:
        done.append(side)
        return (1.0, 1.0) if side == "old" else (2.0, 3.0)

    ratios = interleaved(("old", "new"), 2, [thing])  # type: ignore[arg-type]
    assert done == ["new", "old", "old", "new", "new", "old"]
    assert (ratios.before, ratios.after) == ([(1.0, 1.0)] * 2, [(2.0, 3.0)] * 2)


def test_a_side_checks_photos_in_its_own_process(tmp_path: Path) -> None:
    side = Side(ROOT)
    try:
        cpu, wall = side.check(tmp_path / "missing.jpg", crop=True)  # an unreadable photo gives an answer too
        assert cpu >= 0
        assert wall > 0
    finally:
        side.close()
    with pytest.raises(RuntimeError, match="ended with 2"):
        side.run("-c", "raise SystemExit(2)")


def test_a_missing_commit_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError), built("no-such-commit"):
        pass
