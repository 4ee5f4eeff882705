"""A short run of `benchmarks/soak.py`: hostile files, and photos that crash or hang a worker, with real models."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import soak


def test_every_file_has_one_line_and_no_worker_grows(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soak, "TIMEOUT", 4.0)
    (tmp_path / "photos").mkdir()
    expected = soak.fill(tmp_path / "photos", samples, 60)
    assert len(expected) == 60 + 20 + len(soak.ON_PURPOSE)
    soaked = soak.soak(tmp_path / "photos", expected, tmp_path / "out.jsonl", jobs=2)
    assert soaked.outcomes["worker_crashed"] == 2
    assert soaked.outcomes["timeout"] == 1
    assert soaked.outcomes["not_an_image"] >= 8
    assert sum(soaked.outcomes[code] for code in ("truncated", "unreadable", "too_large", "empty")) >= 5
    assert soaked.memory <= soak.MOST_MEMORY_MB
