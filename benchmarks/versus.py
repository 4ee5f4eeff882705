"""`python -m benchmarks.versus REF`: the CPU and wall time of this tree compared with commit REF.

Builds REF in a temporary folder. Both sides judge the same photos alternately, each in its own process, so that a
machine that slows down slows both. Only the ratios count, with their quartiles over single photos (over whole runs for
the commands). `--folder` uses your own photos instead of portraits made from the samples.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
import psutil

from benchmarks.photos import grained, portraits

ROOT = Path(__file__).resolve().parents[1]
SIDE = Path(__file__).with_name("versus_side.py")
FILL = "import hatch_build, pathlib; hatch_build.fill(pathlib.Path('models'))"
"""What a build does to fetch MediaPipe's networks; commits that use the `.tflite` files need mediapipe to run."""
IMPORTS = "import cv2, numpy, onnxruntime, PIL.Image"
SIZES = (
    (0.15, 387, 387, "JPEG"),
    (1, 1000, 1000, "JPEG"),
    (1, 1000, 1000, "PNG"),
    (12, 4000, 3000, "JPEG"),
    (48, 8000, 6000, "JPEG"),
)
"""Megapixels, width, height, format."""
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")


@dataclass
class Ratios:
    """(CPU, wall) seconds of both sides for the same tasks."""

    before: list[tuple[float, float]] = field(default_factory=list)
    after: list[tuple[float, float]] = field(default_factory=list)

    def __str__(self) -> str:
        before, after = np.array(self.before), np.array(self.after)
        columns = []
        for column in (0, 1):
            low, high = np.quantile(after[:, column] / before[:, column], (0.25, 0.75))
            ratio = after[:, column].sum() / before[:, column].sum()
            columns.append(
                f"{1000 * before[:, column].mean():9.1f} {1000 * after[:, column].mean():9.1f}"
                f" {ratio:6.2f} ({low:.2f}..{high:.2f})"
            )
        return "  ".join(columns)


class Side:
    """A source tree with a checker running in its own process."""

    def __init__(self, tree: Path) -> None:
        self.environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "OPENBLAS_NUM_THREADS": "1"}
        self.held = 0.0
        self.worker: list[float] = []
        self._process = subprocess.Popen(
            [sys.executable, "-c", SIDE.read_text("utf-8")],
            cwd=tree,
            env=self.environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def check(self, path: Path, crop: bool) -> tuple[float, float]:
        """CPU and wall seconds of one check. Raises `RuntimeError` if the process died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"path": str(path), "crop": crop}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the checker ended with {self._process.wait()} at {path}")
        taken = json.loads(answer)
        self.held = taken["held"]
        return taken["cpu"], taken["wall"]

    def run(self, *command: str) -> tuple[float, float]:
        """CPU and wall seconds of a command in this tree, including its child processes."""
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        watching = threading.Thread(target=self._watch, args=(process.pid,))
        watching.start()
        _, status, used = os.wait4(process.pid, 0)
        watching.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1, 3):  # 1: a photo was rejected, 3: one could not be read
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
        return used.ru_utime + used.ru_stime, time.perf_counter() - started

    def _watch(self, parent: int) -> None:
        """Note what the largest child of a process holds, every 50 ms, until the process ends."""
        with suppress(psutil.Error):
            while children := psutil.Process(parent).children() or [psutil.Process(parent)]:
                self.worker.append(max(child.memory_info().rss for child in children) / 2**20)
                time.sleep(0.05)

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def built(ref: str) -> Iterator[Path]:
    """The source tree of a commit, with its weights. Raises `CalledProcessError`."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        archive = subprocess.run(["git", "archive", ref], cwd=ROOT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            tar.extractall(tree, filter="data")
        if not (tree / "models" / "face_mesh.onnx").exists():
            subprocess.run([sys.executable, "-c", FILL], cwd=tree, check=True)
        yield tree


def interleaved(sides: tuple[Side, Side], rounds: int, things: list[Callable[[Side], tuple[float, float]]]) -> Ratios:
    """Run each task `rounds` times on both sides, alternating which goes first, after a warm-up round."""
    ratios = Ratios()
    for turn in range(rounds + 1):
        for thing in things:
            taken = {side: thing(side) for side in (sides if turn % 2 else sides[::-1])}
            if turn:
                ratios.before.append(taken[sides[0]])
                ratios.after.append(taken[sides[1]])
    return ratios


def checks(paths: list[Path], crop: bool) -> list[Callable[[Side], tuple[float, float]]]:
    """One check per photo."""
    return [lambda side, path=path: side.check(path, crop) for path in paths]  # type: ignore[misc]


def compare(sides: tuple[Side, Side], folder: Path, scratch: Path, rounds: int) -> None:
    """Print the rows."""
    for megapixels, width, height, kind in SIZES:
        fewer = max(2, round(rounds / max(1, megapixels**0.5)))
        for near in (True, False):
            path = scratch / f"{megapixels}_{near}.{kind.lower()}"
            path.write_bytes(grained(width, height, kind, near=near))
            name = f"{megapixels:g} MP {kind}, {'no crop' if near else 'crop searched'}"
            row(name, interleaved(sides, fewer, checks([path], crop=True)))
    photos = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    once = max(1, rounds // 20)
    row(f"{len(photos)} photos, no crop", interleaved(sides, once, checks(photos, crop=False)))
    row(f"{len(photos)} photos, with crops", interleaved(sides, once, checks(photos, crop=True)))
    print(f"MB held by the process: {sides[0].held:.0f}, {sides[1].held:.0f}: {sides[1].held / sides[0].held:.2f}")
    start(sides, scratch / "1_True.jpeg", rounds)
    output = scratch / "out.jsonl"
    for side in sides:
        side.worker.clear()
    scan = ("-m", "mettici", "scan", str(folder), "--jobs", "1", "--output", str(output))
    row("scan --jobs 1", interleaved(sides, once, [lambda side: side.run(*scan)]))
    before, after = (float(np.quantile(side.worker, 0.9)) for side in sides)
    print(f"MB held by its worker, 90 % quantile: {before:.0f}, {after:.0f}: {after / before:.2f}")


def start(sides: tuple[Side, Side], portrait: Path, rounds: int) -> None:
    """Print the command's start-up time, and its ratio to that of the imports alone."""
    check = interleaved(sides, rounds // 2, [lambda side: side.run("-m", "mettici", "check", str(portrait))])
    bare = interleaved(sides, rounds // 2, [lambda side: side.run("-c", IMPORTS)])
    row("check, shell", check)
    row("the imports alone", bare)
    pairs = (check.before, bare.before), (check.after, bare.after)
    for column, kind in enumerate(("CPU", "wall")):
        over = [sum(one[column] for one in whole) / sum(one[column] for one in part) for whole, part in pairs]
        print(f"check, shell, over its imports, {kind} time: {over[0]:.2f}, {over[1]:.2f}")


def row(name: str, ratios: Ratios) -> None:
    """Print both sides' times and the ratios."""
    print(f"{name:28}{ratios}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ref", metavar="REF", help="the commit to compare with")
    parser.add_argument("--folder", type=Path, help="photos of your own")
    parser.add_argument("--photos", type=int, default=60, help="portraits to make if there is no --folder")
    parser.add_argument("--rounds", type=int, default=20, help="checks of each size; larger ones get fewer")
    asked = parser.parse_args()
    with ExitStack() as stack:
        tree = stack.enter_context(built(asked.ref))
        folder = asked.folder or stack.enter_context(portraits(asked.photos))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sides = Side(tree), Side(ROOT)
        for side in sides:
            stack.callback(side.close)
        print(f"milliseconds{'':16}CPU:  {asked.ref[:7]:>7}     here  ratio (quartiles)   wall: before     here  ratio")
        compare(sides, folder, scratch, asked.rounds)


if __name__ == "__main__":
    main()
