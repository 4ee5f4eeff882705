"""`python -m benchmarks.batch`: a scan's throughput, how it scales with `--jobs`, and what a billion photos cost.

Compares throughput with cleanvision's image checks on the same folder. The two alternate, each as a whole process
including start-up. Timings drift with the machine: trust the ratios, not the seconds. Needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import scale
from benchmarks.photos import SIDE, portraits
from mettici.output.tables import table
from mettici.scan.judging import Judge
from mettici.scan.local_engine import LocalEngine
from mettici.scan.sources import find

GOAL = 2.5
CLEANVISION = """
import sys
from cleanvision import Imagelab
if __name__ == "__main__":
    Imagelab(data_path=sys.argv[1]).find_issues(n_jobs=int(sys.argv[2]), verbose=False)
"""


@dataclass(frozen=True)
class Sweep:
    """One run of the engine, timed once all processes are busy: photos per second, and CPU seconds per photo for
    all workers together and for the parent. On a busy machine the CPU time still holds; the rate does not."""

    jobs: int
    rate: float
    work: float
    parent: float


def main() -> None:
    """Print every measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sweep", type=int, nargs="+", default=[1, 2], help="process counts to measure")
    parser.add_argument("--only-scale", action="store_true", help="skip cleanvision")
    options = parser.parse_args()
    with portraits(options.photos) as folder:
        size = sum(path.stat().st_size for path in folder.iterdir()) / options.photos
        print(f"{options.photos} portraits of {SIDE} px, {size / 1024:.0f} KiB each; {os.cpu_count()} cores here")
        if not options.only_scale:
            compare(folder, options.photos, options.jobs, options.rounds)
        sweeps = [sweep(folder, jobs) for jobs in options.sweep]
        row = report_bytes(folder)
    single = sweeps[0].rate / sweeps[0].jobs
    print("\nprocesses   photos/s   of the ideal   CPU a photo: workers   parent")
    for one in sweeps:
        share = 100 * one.rate / (single * one.jobs)
        print(f"{one.jobs:9d} {one.rate:10.1f} {share:12.0f} % {1000 * one.work:17.1f} ms {1000 * one.parent:5.2f} ms")
    work, parent = (statistics.median(getattr(one, field) for one in sweeps) for field in ("work", "parent"))
    scale.print_costs(1 / work, parent, size, row)


def compare(folder: Path, count: int, jobs: int, rounds: int) -> None:
    """Compare mettici with cleanvision, alternating."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(CLEANVISION)
        script.flush()
        scan = [sys.executable, "-m", "mettici", "scan", str(folder), "--output", f"{script.name}.jsonl"]
        commands = {
            "mettici scan": lambda: _run([*scan, "--jobs", str(jobs)]),
            "cleanvision": lambda: _run([sys.executable, script.name, str(folder), str(jobs)]),
        }
        durations = _interleaved(commands, rounds)
    for name, (seconds, cpu) in durations.items():
        rate = count / seconds
        print(f"{name:14} with {jobs} processes: {seconds:6.1f} s, {rate:6.1f} photos/s, {cpu:6.1f} s of CPU time")
    (ours, our_cpu), (theirs, their_cpu) = durations.values()
    ratio = theirs / ours
    print(f"throughput over cleanvision's: {ratio:.2f}   goal >= {GOAL}{'' if ratio >= GOAL else '   <-- short'}")
    print(f"cleanvision's CPU time over ours: {their_cpu / our_cpu:.2f}")


def _interleaved(commands: dict[str, Callable[[], None]], rounds: int) -> dict[str, tuple[float, float]]:
    """The median wall time and CPU time of each command."""
    durations: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            started, before = time.perf_counter(), os.times()
            command()
            after = os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            durations[name].append((time.perf_counter() - started, cpu))
    return {
        name: (statistics.median(t for t, _ in each), statistics.median(c for _, c in each))
        for name, each in durations.items()
    }


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode > 1:  # 1 means that a photo was rejected
        sys.exit(done.stderr)


def sweep(folder: Path, jobs: int) -> Sweep:
    """Judge the folder once, timed from when every process has given its first answers."""
    tasks = list(find(str(folder)))
    answers = LocalEngine(Judge("professional", "en"), jobs, 60).judge_all(tasks)
    ahead = 4 * jobs
    for _ in range(ahead):
        next(answers)
    started, own, theirs = time.perf_counter(), time.process_time(), _cpu_of_children()
    count = len(tasks) - ahead
    for _ in range(count):
        next(answers)
    durations, work = time.perf_counter() - started, _cpu_of_children() - theirs
    own = time.process_time() - own
    answers.close()
    return Sweep(jobs, count / durations, work / count, own / count)


def _cpu_of_children() -> float:
    times = [child.cpu_times() for child in psutil.Process().children()]
    return sum(t.user + t.system for t in times)


def report_bytes(folder: Path) -> dict[str, float]:
    """The size of a report in each format."""
    import io

    import pyarrow.parquet as pq

    judge = Judge("professional", "en")
    lines = [answer.line for answer in LocalEngine(judge, 2, 60).judge_all(find(str(folder)))]
    file = io.BytesIO()
    pq.write_table(table(lines), file, compression="zstd")
    return {"jsonl": statistics.mean(len(line) + 1 for line in lines), "parquet": file.tell() / len(lines)}


if __name__ == "__main__":
    main()
