"""`python -m benchmarks.fuzz`: mutated files of every format at every entry of bytes, and a table of what came of them.

Every file is decoded, through bytes, a path and a file object in turn; one in ten is judged whole, with every network
and check. It is a fault where anything but a report or an error of the contract comes out, where a file takes more
processor time than the time limit, where the process hangs, dies, or holds more memory than the limit. A faulty file is
written into the folder `--keep`, and `--replay FILE` tries it again. `--http N` sends N more files to `mettici serve`.

Ctrl-C ends it early: the table is of the files tried so far, and `--first` goes on from there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as Overdue
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from benchmarks.fuzz.mutations import mutant
from benchmarks.fuzz.seeds import seeds
from benchmarks.fuzz.trial import CHECKED, Outcome, Run, prepare, try_many
from benchmarks.photos import made

LIMIT = 20.0
"""Seconds of the processor for one file, as many as `mettici serve` gives a photo by the clock: what else the machine
does counts for nothing."""
HANG = 15 * LIMIT
"""Seconds by the clock after which a batch is taken for hung, however busy the machine is."""
MOST_MEMORY = 600.0
"""MB that the process may hold at most, its networks included."""
BATCH = 50
"""Files sent to a process at once: sending takes longer than decoding one. Where a batch comes to grief, each of its
files is tried again alone, so that the one to blame is known."""


def fuzzed(run: Run, numbers: range, jobs: int) -> Iterator[Outcome]:
    """The outcome of each file; the processes are spawned anew where one dies or hangs."""
    context = multiprocessing.get_context("spawn")
    with ProcessPool(jobs, context=context, initializer=prepare) as pool:
        try:
            yield from _all(pool, run, numbers)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]  # what is scheduled would be waited for
            raise


def _all(pool: ProcessPool, run: Run, numbers: range) -> Iterator[Outcome]:
    for batch, told in _scheduled(pool, run, [numbers[i : i + BATCH] for i in range(0, len(numbers), BATCH)]):
        if isinstance(told, str):
            print(f"files {batch.start} to {batch.stop - 1}: {told}; each is tried alone", flush=True)
            for one, told_alone in _scheduled(pool, run, [range(n, n + 1) for n in batch]):
                yield from [_lost(run, one.start, told_alone)] if isinstance(told_alone, str) else told_alone
        else:
            yield from told


def _scheduled(pool: ProcessPool, run: Run, batches: list[range]) -> Iterator[tuple[range, list[Outcome] | str]]:
    waiting = [(batch, pool.schedule(try_many, (run, batch), timeout=HANG)) for batch in batches]
    for batch, future in waiting:
        try:
            yield batch, future.result()
        except ProcessExpired as error:
            yield batch, f"the process died (exit code {error.exitcode})"
        except Overdue:
            yield batch, "over the time limit"


def _lost(run: Run, number: int, how: str) -> Outcome:
    made_of = mutant(seeds(run.samples), run.seed, number)
    return Outcome(number, made_of.format, "crash" if "died" in how else "hang", False, LIMIT, 0.0, how)


def complaint(outcome: Outcome) -> str:
    """What is wrong with an outcome; empty where all is well."""
    if outcome.fault:
        return outcome.fault
    if outcome.seconds > LIMIT:
        return f"{outcome.seconds:.1f} s"
    return f"{outcome.memory:.0f} MB" if outcome.memory > MOST_MEMORY else ""


class Table:
    """Counts of outcomes by format, the slowest and the hungriest file, and the faults, whose files are kept."""

    def __init__(self, run: Run, keep: Path) -> None:
        self._run, self._keep = run, keep
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.faults: list[tuple[int, str]] = []
        self.files = self.checked = self.judged = 0
        self.slowest = self.hungriest = Outcome(-1, "", "", False, 0.0, 0.0)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        for o in outcomes:
            self.files += 1
            self.checked += o.checked
            self.judged += o.what in ("accept", "improve", "reject")
            self.counts[o.format][o.what] += 1
            self.slowest = max(self.slowest, o, key=lambda x: x.seconds)
            self.hungriest = max(self.hungriest, o, key=lambda x: x.memory)
            if told := complaint(o):
                self.faults.append((o.number, told))
                self._keep.mkdir(parents=True, exist_ok=True)
                data = mutant(seeds(self._run.samples), self._run.seed, o.number).data
                (self._keep / f"{self._run.seed}-{o.number}.{o.format.lower()}").write_bytes(data)
                print(f"file {o.number} ({o.format}): {told}", flush=True)

    def print(self, seconds: float) -> None:
        kinds = sorted({what for counts in self.counts.values() for what in counts})
        print(f"{'':8}" + "".join(f"{kind:>20}" for kind in kinds))
        for name, counts in sorted(self.counts.items()):
            print(f"{name:8}" + "".join(f"{counts[kind]:20d}" for kind in kinds))
        print(
            f"{self.files} files in {seconds:.0f} s; all decoded, {self.checked} judged whole, of which {self.judged}"
            f" gave a report"
        )
        print(
            f"slowest: file {self.slowest.number} ({self.slowest.format}); hungriest: file {self.hungriest.number}"
            f" ({self.hungriest.format})"
        )
        _goal("slowest file, s", self.slowest.seconds, LIMIT)
        _goal("most memory of a process, MB", self.hungriest.memory, MOST_MEMORY)
        _goal("faults", len(self.faults), 0)


def _goal(what: str, value: float, most: float) -> None:
    print(f"{what:32} {value:8.2f}   goal <= {most:g}{'' if value <= most else '   <-- short'}")


def replay(path: Path) -> None:
    """Judge one kept file in this process, as it is."""
    from mettici import PhotoChecker, PhotoError

    try:
        print(PhotoChecker(strict=True).check(path).verdict)
    except PhotoError as error:
        print(error.code, error, repr(error.__cause__))


def main() -> None:
    """Print the table; the exit code is 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--http", type=int, default=0, help="files sent to `mettici serve` beside the others")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--replay", type=Path)
    options = parser.parse_args()
    if options.replay:
        replay(options.replay)
        return
    run = Run(made(), options.seed)
    table, started = Table(run, options.keep), time.perf_counter()
    try:
        table.add(fuzzed(run, range(options.first, options.first + options.files), options.jobs))
    except KeyboardInterrupt:
        print(f"stopped; go on with --first {options.first + table.files}")
    if table.files:
        print(f"one file in {CHECKED} is judged whole, the others are decoded")
        table.print(time.perf_counter() - started)
    failed = bool(table.faults)
    if options.http:
        from benchmarks.fuzz.over_http import send

        failed |= send(run, options.http)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
