"""`python -m benchmarks.soak`: ten thousand photos, twenty hostile files, and three that crash or hang a worker.

Judges them all with the real models, tracks the memory of every worker, and checks that each file has exactly one line.
Then compares the throughput of two processes with that of one. Finally kills a scan repeatedly and resumes it.
`--source` names a folder of photos to repeat under other names; the default is the samples.

`--serve MINUTES` soaks `mettici serve` instead, with `--clients` clients of which half are slow, broken or hostile.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks import soak_server
from benchmarks.photos import made
from mettici.output.answer import Answer
from mettici.scan.judging import Judge
from mettici.scan.local_engine import LocalEngine
from mettici.scan.running import Outputs, run
from mettici.scan.sources import find
from mettici.scan.task import Task

MOST_MEMORY_MB, SPEEDUP = 350, 1.85
TIMEOUT = 20.0
ON_PURPOSE = {"crash 1.jpg": "worker_crashed", "crash 2.jpg": "worker_crashed", "hang.jpg": "timeout"}
"""The error code reported for each file that makes a worker crash or hang."""


@dataclasses.dataclass(frozen=True)
class Saboteur(Judge):
    """A judge that crashes or hangs its process on the files planted for that."""

    def __call__(self, task: Task) -> Answer:
        if task.name.startswith("crash"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if task.name.startswith("hang"):
            time.sleep(3600)
        return super().__call__(task)


class SoakResult(NamedTuple):
    """Counts by verdict or error, the seconds taken, and the highest memory of any worker in MB."""

    outcomes: Counter[str]
    seconds: float
    memory: float
    workers: int


def fill(folder: Path, source: Path, count: int) -> set[str]:
    """Put `count` photos, the hostile files and the planted ones into `folder`; return the names that must be
    reported."""
    originals = sorted(p for p in source.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
    for number in range(count):
        original = originals[number % len(originals)]
        place = folder / f"{number % 100:02d}" / f"{number} {original.name}"
        place.parent.mkdir(exist_ok=True)
        try:
            os.link(original, place)
        except OSError:  # a different file system
            shutil.copyfile(original, place)
    hostile(folder, originals[0].read_bytes())
    for name in ON_PURPOSE:
        shutil.copyfile(originals[0], folder / name)
    return {t.name for t in find(str(folder))}


def hostile(folder: Path, photo: bytes) -> None:
    """Twenty files that trip up a careless reader, and a symlink loop."""
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    files: dict[str, bytes] = {
        "empty.jpg": b"",
        "nul.jpg": bytes(5000),
        "text.jpg": b"not a photo",
        "page.jpg": b"<!doctype html><script>alert(1)</script>",
        "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "paper.jpeg": b"%PDF-1.7\n",
        "archive.png": b"PK\x03\x04" + bytes(50),
        "film.heic": b"\0\0\0\x18ftypmp42" + bytes(50),
        "half.jpg": photo[: len(photo) // 2],
        "head only.jpg": photo[:200],
        "scrambled.jpg": photo[:500] + random.Random(1).randbytes(5000),
        "noise.jpg": random.Random(2).randbytes(5000),
        "huge.png": head + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + bytes(4),
        "no size.png": head + bytes(8) + b"\x08\x02\0\0\0" + bytes(4),
        "broken.gif": b"GIF89a\xff\xff\xff\xff\xf7\0\0",
        "broken.webp": b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        "broken.tiff": b"II*\0\xff\xff\xff\xff",
        "=1+1.jpg": b"a name that a spreadsheet would run",
        f"{'long ' * 48}.jpg": b"a long name",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xe8\xff.jpg")).write_bytes(b"a name in no encoding")
    (folder / "back").symlink_to(folder, target_is_directory=True)


def soak(folder: Path, expected: set[str], output: Path, jobs: int) -> SoakResult:
    """Scan the folder and check every line. Raises `AssertionError` if a file is missing, duplicated or misjudged."""
    judge = Saboteur("professional", "en")
    peaks: dict[int, float] = {}
    started = time.perf_counter()
    with _watching(peaks):
        engine = LocalEngine(judge, jobs, TIMEOUT)
        run(
            find(str(folder)),
            engine,
            judge,
            Outputs.at([str(output)], judge, resume=False),
            lambda _: None,
            lambda: False,
        )
    seconds = time.perf_counter() - started
    reports = [json.loads(line) for line in output.read_bytes().splitlines()]
    names = Counter(report["path"] for report in reports)
    assert set(names) == expected, set(names) ^ expected
    assert names.total() == len(expected), [name for name, count in names.items() if count > 1]
    outcomes = {r["path"]: r["error"]["code"] if "error" in r else r["verdict"] for r in reports}
    for name, code in ON_PURPOSE.items():
        assert outcomes[name] == code, (name, outcomes[name])
    return SoakResult(Counter(outcomes.values()), seconds, max(peaks.values()), len(peaks))


@contextmanager
def _watching(peaks: dict[int, float]) -> Iterator[None]:
    """Record each child process's peak memory in MB, by process id."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            for child in psutil.Process().children():
                try:
                    held = child.memory_info().rss / 2**20
                except psutil.Error:
                    continue
                peaks[child.pid] = max(peaks.get(child.pid, 0.0), held)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def speedup(folder: Path, count: int) -> float:
    """The throughput of two processes over that of one, once all are busy, alternating on the same `count` photos."""
    tasks = [task for task in find(str(folder)) if "/" in task.name][:count]
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(3):
        for jobs, found in rates.items():
            answers = LocalEngine(Judge("professional", "en"), jobs, TIMEOUT).judge_all(tasks)
            for _ in range(4 * jobs):
                next(answers)
            started = time.perf_counter()
            found.append(sum(1 for _ in answers) / (time.perf_counter() - started))
    return sorted(rates[2])[1] / sorted(rates[1])[1]


def kills(folder: Path, output: Path, count: int, jobs: int) -> int:
    """Kill a scan at `count` random moments, resuming each time; return the number of lines in the verified file."""
    rng = random.Random(7)
    command = [sys.executable, "-m", "mettici", "scan", str(folder), "--output", str(output), "--jobs", str(jobs)]
    for _ in range(count):
        with subprocess.Popen([*command, "--resume", "--quiet"], stderr=subprocess.DEVNULL) as running:
            try:
                running.wait(rng.uniform(1, 8))
            except subprocess.TimeoutExpired:
                running.kill()
    subprocess.run([*command, "--resume", "--quiet"], check=False)
    whole = output.with_name("whole.jsonl")
    subprocess.run([*command[:-4], "--output", str(whole), "--jobs", str(jobs), "--quiet"], check=False)
    resumed, uninterrupted = (sorted(_reports(path)) for path in (output, whole))
    assert resumed == uninterrupted
    return len(resumed)


def _reports(path: Path) -> Iterator[str]:
    for line in path.read_bytes().splitlines():
        report = json.loads(line)
        report.pop("timing_ms", None)
        yield json.dumps(report, sort_keys=True)


def main() -> None:
    """Print each part's results with their goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--serve", type=float, metavar="MINUTES")
    parser.add_argument("--clients", type=int, default=soak_server.CLIENTS)
    options = parser.parse_args()
    if options.serve:
        raise SystemExit(not soak_server.soak(options.serve, options.clients))
    with tempfile.TemporaryDirectory() as name:
        folder, aside = Path(name, "photos"), Path(name)
        folder.mkdir()
        expected = fill(folder, options.source or made(), options.photos)
        soaked = soak(folder, expected, aside / "soak.jsonl", options.jobs)
        rate = len(expected) / soaked.seconds
        print(f"{len(expected)} files, one line each, {soaked.seconds:.0f} s, {rate:.1f} photos/s")
        print(", ".join(f"{outcome} {count}" for outcome, count in soaked.outcomes.most_common()))
        _goal("most memory of a worker, MB", soaked.memory, soaked.memory <= MOST_MEMORY_MB, f"<= {MOST_MEMORY_MB}")
        print(f"worker processes used: {soaked.workers}")
        ratio = speedup(folder, min(600, options.photos))
        _goal("two processes over one", ratio, ratio >= SPEEDUP, f">= {SPEEDUP} on two idle cores")
        few = aside / "few"
        few.mkdir()
        fill(few, options.source or made(), 400)
        for crasher in ON_PURPOSE:
            (few / crasher).unlink()
        lines = kills(few, aside / "killed.jsonl", options.kills, options.jobs)
        print(f"killed {options.kills} times and resumed: {lines} lines, the same as of an uninterrupted run")


def _goal(what: str, value: float, met: bool, goal: str) -> None:
    print(f"{what:32} {value:8.2f}   goal {goal}{'' if met else '   <-- short'}")


if __name__ == "__main__":
    main()
