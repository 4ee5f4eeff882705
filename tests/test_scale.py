"""The simulation behind docs/scale.md."""

from __future__ import annotations

import pytest

from benchmarks.scale import throughput


def test_independent_workers_add_up() -> None:
    assert throughput(100, work=0.05, serial=0) == pytest.approx(2000)


def test_a_single_worker_never_waits() -> None:
    assert throughput(1, work=0.05, serial=0.01) == pytest.approx(1 / 0.06)


def test_the_parent_is_the_final_bottleneck() -> None:
    rates = [throughput(n, work=0.05, serial=0.001) for n in (1, 10, 50, 100, 1000)]
    assert rates == sorted(rates)
    assert rates[-1] == pytest.approx(1000, rel=0.001)
    assert rates[2] < 1000
