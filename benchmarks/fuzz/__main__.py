"""`python -m benchmarks.fuzz`: feed mutated files of every format to every interface that takes bytes.

Decodes every file, in turn from bytes, a path and a file object; one in ten gets a full check with every network. A
file fails if it raises anything outside the documented errors, takes more CPU time or memory than the limit, or makes
the process hang or crash. Failing files go to the folder `--keep`; `--replay FILE` tries one again. `--http N` sends N
more files to `mettici serve`. Ctrl-C ends the run early with a table of the files so far, and `--first` resumes it.
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
from benchmarks.fuzz.trial import CHECK_EVERY, Outcome, Run, prepare, try_many
from benchmarks.photos import made

LIMIT = 20.0
"""CPU seconds for one file: as many as `mettici serve` allows in wall time. Unlike wall time, CPU time ignores other
load on the machine."""
HANG = 15 * LIMIT
"""Wall-clock seconds after which a batch counts as hung, however busy the machine is."""
MOST_MEMORY = 600.0
"""Peak memory allowed for the process in MB, including its networks."""
BATCH = 50
"""Files sent to a process at once, because sending one takes longer than decoding it. If a batch crashes or hangs, each
of its files runs again alone to find the culprit."""


def fuzzed(run: Run, numbers: range, jobs: int) -> Iterator[Outcome]:
    """The outcome of each file. If a process dies or hangs, the pool starts afresh."""
    context = multiprocessing.get_context("spawn")
    with ProcessPool(jobs, context=context, initializer=prepare) as pool:
        try:
            yield from _all(pool, run, numbers)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]  # `join` would wait for the scheduled batches
            raise


def _all(pool: ProcessPool, run: Run, numbers: range) -> Iterator[Outcome]:
    for batch, outcome in _scheduled(pool, run, [numbers[i : i + BATCH] for i in range(0, len(numbers), BATCH)]):
        if isinstance(outcome, str):
            print(f"files {batch.start} to {batch.stop - 1}: {outcome}; each is tried alone", flush=True)
            for one, told_alone in _scheduled(pool, run, [range(n, n + 1) for n in batch]):
                yield from [_lost(run, one.start, told_alone)] if isinstance(told_alone, str) else told_alone
        else:
            yield from outcome


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
    """What is wrong with an outcome; empty if nothing is."""
    if outcome.fault:
        return outcome.fault
    if outcome.seconds > LIMIT:
        return f"{outcome.seconds:.1f} s"
    return f"{outcome.memory:.0f} MB" if outcome.memory > MOST_MEMORY else ""


class Table:
    """Counts of outcomes by format, the slowest file, the one that takes most memory, and the saved failures."""

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
            if outcome := complaint(o):
                self.faults.append((o.number, outcome))
                self._keep.mkdir(parents=True, exist_ok=True)
                data = mutant(seeds(self._run.samples), self._run.seed, o.number).data
                (self._keep / f"{self._run.seed}-{o.number}.{o.format.lower()}").write_bytes(data)
                print(f"file {o.number} ({o.format}): {outcome}", flush=True)

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
    """Check one saved file in this process."""
    from mettici import PhotoChecker, PhotoError

    try:
        print(PhotoChecker(strict=True).check(path).verdict)
    except PhotoError as error:
        print(error.code, error, repr(error.__cause__))


def main() -> None:
    """Print the table; exit with 1 if any file failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--http", type=int, default=0, help="files to send to `mettici serve` as well")
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
        print(f"one file in {CHECK_EVERY} is judged whole, the others are decoded")
        table.print(time.perf_counter() - started)
    failed = bool(table.faults)
    if options.http:
        from benchmarks.fuzz.over_http import send

        failed |= send(run, options.http)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
