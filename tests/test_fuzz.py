"""Short runs of `benchmarks/fuzz` and `benchmarks/endurance`, and proof that both would notice a fault."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks import endurance
from benchmarks.endurance import Usage
from benchmarks.fuzz import __main__ as fuzzing
from benchmarks.fuzz import trial
from benchmarks.fuzz.grammars import GRAMMARS, split
from benchmarks.fuzz.mutations import mutant
from benchmarks.fuzz.seeds import seeds
from benchmarks.fuzz.trial import Outcome, Run, try_many
from mettici import PhotoError
from mettici.image.photo import load

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),  # Pillow warns about damaged files
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # from the encoders of the seeds
    pytest.mark.skipif(not psutil.LINUX, reason="peak memory needs Linux"),
]

FILES, JUDGED = 3000, 100
"""Files decoded here, and how many of them get a full check."""


def test_seeds_are_valid_and_can_be_split(samples: Path) -> None:
    found = seeds(samples)
    assert {seed.format for seed in found} >= {"JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "other"}
    for seed in found:
        if seed.format == "other":
            with pytest.raises(PhotoError):
                load(seed.data)
            continue
        if "says less" not in seed.name:  # which a library may reject because of its size
            assert load(seed.data).format == seed.format, seed.name
        pieces = split(seed.format, seed.data)
        assert len(pieces) > 1 or seed.format == "WEBP", seed.name
        assert GRAMMARS[seed.format].join(pieces) == seed.data, seed.name


def test_mutants_are_varied_and_reproducible(samples: Path) -> None:
    found = seeds(samples)
    files = [mutant(found, 1, number).data for number in range(500)]
    assert files == [mutant(found, 1, number).data for number in range(500)]
    assert len(set(files) - {seed.data for seed in found}) > 450


def test_thousands_of_files_cause_no_fault(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "CHECK_EVERY", FILES // JUDGED)
    outcomes = try_many(Run(samples, 5), range(FILES))
    faults = [(o.number, fuzzing.complaint(o)) for o in outcomes if o.fault or o.seconds > fuzzing.LIMIT]
    assert faults == []
    counts = Counter(o.what for o in outcomes)
    assert counts["decoded"] > FILES / 10
    assert counts["unreadable"] > FILES / 10
    assert sum(o.checked for o in outcomes) == JUDGED
    assert counts["reject"] + counts["improve"] > JUDGED / 10


def sabotaged(_: Run, numbers: range) -> list[Outcome]:
    """One file crashes, one raises, the rest are fine."""
    if 3 in numbers:
        ctypes.string_at(0)
    return [Outcome(n, "PNG", "decoded", False, 0.0, 700.0 * (n == 5)) for n in numbers]


def test_a_crash_is_reported_with_its_file_and_the_run_continues(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzzing, "try_many", sabotaged)
    monkeypatch.setattr(fuzzing, "prepare", None)
    monkeypatch.setattr(fuzzing, "BATCH", 4)
    run = Run(samples, 5)
    table = fuzzing.Table(run, tmp_path / "kept")
    table.add(fuzzing.fuzzed(run, range(8), jobs=1))
    assert table.files == 8
    assert sorted(number for number, _ in table.faults) == [3, 5]
    assert dict(table.faults)[5] == "700 MB"
    kept = next((tmp_path / "kept").glob("5-3.*"))
    assert kept.read_bytes() == mutant(seeds(samples), 5, 3).data
    table.print(1.0)
    assert capsys.readouterr().out.count("<-- short") == 2


def test_an_interrupted_run_reports_the_files_so_far(
    samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzzing, "made", lambda: samples)
    monkeypatch.setattr(fuzzing, "fuzzed", interrupted)
    monkeypatch.setattr("sys.argv", ["fuzz", "--first", "40", "--files", "10"])
    with pytest.raises(SystemExit) as ended:
        fuzzing.main()
    assert ended.value.code is False
    output = capsys.readouterr().out
    assert "--first 43" in output
    assert "3 files in" in output


def interrupted(*_: object) -> Iterator[Outcome]:
    yield from (Outcome(n, "PNG", "decoded", False, 0.0, 1.0) for n in range(40, 43))
    raise KeyboardInterrupt


# --- endurance -------------------------------------------------------------------------------------------


def test_checks_from_four_threads_leak_nothing(samples: Path) -> None:
    # In so short a run, the heaps of the threads settle only after the second of ten marks.
    grown = endurance.growth(endurance.checks(samples, 100)[2:])
    assert grown.memory <= endurance.MOST_MB
    assert (grown.threads, grown.files) <= (0, 0)


def test_closed_checkers_leak_no_thread_and_no_file(samples: Path) -> None:
    marks = endurance.closings(samples, 10)
    assert len(marks) == endurance.MARKS
    assert endurance.growth(marks[1:])[1:] <= (0, 0)


def test_growth_is_noticed() -> None:
    assert endurance.growth([Usage(100, 4, 6), Usage(90, 9, 9), Usage(130, 5, 6)]) == Usage(30, 1, 0)
