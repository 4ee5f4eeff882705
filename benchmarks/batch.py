"""`python -m benchmarks.batch`: the throughput of a scan, how it grows with `--jobs`, and what a billion photos cost.

Throughput is set against cleanvision's image checks on the same folder, in turns, each as a whole process with its
start. Timings drift with the machine, so ratios hold and seconds are of the day. Needs the extra `bench`.
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

from benchmarks import scale
from benchmarks.photos import SIDE, portraits
from mettici.batch.judging import Judge
from mettici.batch.sources import find
from mettici.batch.tables import table
from mettici.batch.workers import Crew

GOAL = 2.5
CLEANVISION = """
import sys
from cleanvision import Imagelab
if __name__ == "__main__":
    Imagelab(data_path=sys.argv[1]).find_issues(n_jobs=int(sys.argv[2]), verbose=False)
"""


@dataclass(frozen=True)
class Sweep:
    """One run of the crew: photos a second once all processes are at work, and the parent's own CPU time a photo."""

    jobs: int
    rate: float
    parent: float


def main() -> None:
    """Print it all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sweep", type=int, nargs="+", default=[1, 2], help="numbers of processes to measure")
    parser.add_argument("--only-scale", action="store_true", help="leave cleanvision out")
    options = parser.parse_args()
    with portraits(options.photos) as folder:
        size = sum(path.stat().st_size for path in folder.iterdir()) / options.photos
        print(f"{options.photos} portraits of {SIDE} px, {size / 1024:.0f} KiB each; {os.cpu_count()} cores here")
        if not options.only_scale:
            compare(folder, options.photos, options.jobs, options.rounds)
        sweeps = [sweep(folder, jobs) for jobs in options.sweep]
        row = report_bytes(folder)
    single = sweeps[0].rate / sweeps[0].jobs
    print("\nprocesses   photos/s   of the ideal   parent's CPU a photo")
    for one in sweeps:
        share = one.rate / (single * one.jobs)
        print(f"{one.jobs:9d} {one.rate:10.1f} {100 * share:12.0f} % {1e6 * one.parent:15.0f} us")
    scale.tell(single, statistics.median(one.parent for one in sweeps), size, row)


def compare(folder: Path, count: int, jobs: int, rounds: int) -> None:
    """mettici against cleanvision, in turns."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(CLEANVISION)
        script.flush()
        scan = [sys.executable, "-m", "mettici", "scan", str(folder), "--output", f"{script.name}.jsonl"]
        commands = {
            "mettici scan": lambda: _run([*scan, "--jobs", str(jobs)]),
            "cleanvision": lambda: _run([sys.executable, script.name, str(folder), str(jobs)]),
        }
        taken = _in_turns(commands, rounds)
    for name, seconds in taken.items():
        print(f"{name:14} with {jobs} processes: {seconds:6.1f} s, {count / seconds:6.1f} photos/s")
    ratio = taken["cleanvision"] / taken["mettici scan"]
    print(f"throughput over cleanvision's: {ratio:.2f}   goal >= {GOAL}{'' if ratio >= GOAL else '   <-- short'}")


def _in_turns(commands: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            started = time.perf_counter()
            command()
            taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in taken.items()}


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode > 1:  # 1: a photo is rejected
        sys.exit(done.stderr)


def sweep(folder: Path, jobs: int) -> Sweep:
    """Judge the folder once, timed from the moment when every process has given its first answer."""
    answers = Crew(Judge("professional", "en"), jobs, 60).judge_all(find(str(folder)))
    for _ in range(4 * jobs):
        next(answers)
    started, own = time.perf_counter(), time.process_time()
    count = sum(1 for _ in answers)
    return Sweep(jobs, count / (time.perf_counter() - started), (time.process_time() - own) / count)


def report_bytes(folder: Path) -> dict[str, float]:
    """Bytes of a report in each form."""
    import io

    import pyarrow.parquet as pq

    judge = Judge("professional", "en")
    lines = [answer.line for answer in Crew(judge, 2, 60).judge_all(find(str(folder)))]
    file = io.BytesIO()
    pq.write_table(table(lines), file, compression="zstd")
    return {"jsonl": statistics.mean(len(line) + 1 for line in lines), "parquet": file.tell() / len(lines)}


if __name__ == "__main__":
    main()
