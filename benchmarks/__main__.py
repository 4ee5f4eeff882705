"""`python -m benchmarks`: how long one check takes compared with its floor, and the command compared with its imports.

Timings drift with the machine, so each ratio compares medians of interleaved runs. The floor is decoding at the scale
needed plus bare inference of the same networks, one after the other, on ready-made tensors. The pictures are the sample
portrait cropped to head and shoulders, which skips the crop search. They are enlarged and given a camera's grain, and
come to about a third of a byte per pixel, like a phone's. cleanvision's image checks run alongside if the extra `bench`
is installed.
"""

from __future__ import annotations

import importlib.util
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.photos import grained
from mettici import PhotoChecker
from mettici.image.photo import ANALYSIS_SIDE
from mettici.image.resize import fitted
from mettici.vision import face_attributes, picture_kind
from mettici.vision.runtime import Network, session
from mettici.vision.weights import verified

STARTS = 15
TRAINED_HERE: dict[str, dict[str, tuple[int, ...]]] = {
    "face_looks": {
        "face": (1, 3, face_attributes.FACE, face_attributes.FACE),
        "eyes": (1, 3, face_attributes.EYE[0], 2 * face_attributes.EYE[1]),
        "mouth": (1, 3, *face_attributes.MOUTH),
        "shape": (1, face_attributes.SHAPE_LENGTH),
    },
    "picture": {
        "face": (1, 3, picture_kind.FACE, picture_kind.FACE),
        "whole": (1, 3, picture_kind.WHOLE, picture_kind.WHOLE),
        "present": (1, 1),
    },
}
"""The networks trained in this project, with the name and shape of each input."""
GOAL_FLOOR, GOAL_PILLOW, GOAL_START, GOAL_TRAINED_HERE = 1.5, 0.8, 1.5, 8.0
IMPORTS = "import cv2, numpy, onnxruntime, PIL.Image"


@dataclass(frozen=True)
class Size:
    """A picture size to measure: the number of rounds, and its goals against the floor and against Pillow's
    decoding."""

    megapixels: float
    width: int
    height: int
    rounds: int
    kind: str = "JPEG"
    over_floor: float | None = None
    over_pillow: float | None = None


SIZES = (
    Size(0.15, 387, 387, 40),
    Size(1.0, 1000, 1000, 40, over_floor=GOAL_FLOOR),
    Size(1.0, 1000, 1000, 40, "PNG"),
    Size(12.0, 4000, 3000, 15, over_pillow=GOAL_PILLOW),
    Size(48.0, 8000, 6000, 9, over_pillow=GOAL_PILLOW),
)


def bare_inference() -> Callable[[], object]:
    """Run every network as often as one check of a portrait does, on ready-made tensors."""
    noise = np.random.default_rng(0)
    runs: list[Callable[[], object]] = []
    for name, side, times in (
        ("face_detector_near", 128, 1),
        ("face_detector_far", 192, 1),
        ("face_mesh", 192, 2),
        ("person_mask", 256, 1),
    ):
        network, tensor = Network(verified(name)), noise.integers(0, 256, (side, side, 3), np.uint8)
        runs += [partial(network, tensor)] * times
    runs.append(trained_here())
    return lambda: [run() for run in runs]


def trained_here() -> Callable[[], object]:
    """Run each of this project's networks once, as for one face."""
    noise, nets = np.random.default_rng(0), []
    for name, inputs in TRAINED_HERE.items():
        tensors = {key: noise.random(shape, np.float32) for key, shape in inputs.items()}
        nets.append(partial(session(verified(name)).run, None, tensors))
    return lambda: [net() for net in nets]


def decode(data: bytes, side: int | None = None) -> None:
    """Decode with Pillow alone: in full, or a JPEG at the smallest scale whose longer side is at least `side` px."""
    with Image.open(io.BytesIO(data)) as image:
        if side is not None:
            image.draft(None, fitted(image.size, side))
        image.load()


def cleanvision(data: bytes, kind: str, folder: Path) -> Callable[[], object] | None:
    """cleanvision's image checks on this one picture, or None if the extra `bench` is not installed."""
    if importlib.util.find_spec("cleanvision") is None:
        return None
    from cleanvision import Imagelab

    path = folder / f"photo.{kind.lower()}"
    path.write_bytes(data)
    return lambda: Imagelab(filepaths=[str(path)]).find_issues(n_jobs=1, verbose=False)


def interleaved(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each function; every round calls them all in turn, and the first is a warm-up."""
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds + 1):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def measure(checker: PhotoChecker, infer: Callable[[], object], size: Size, folder: Path) -> None:
    """Print a row: milliseconds, and the check's ratio to its floor and to Pillow's full decoding."""
    data = grained(size.width, size.height, size.kind)
    functions: dict[str, Callable[[], object]] = {
        "full": partial(decode, data),
        "reduced": partial(decode, data, ANALYSIS_SIDE * 15 // 16),
        "inference": infer,
        "check": partial(checker.check, data),
    }
    if (theirs := cleanvision(data, size.kind, folder)) is not None:
        functions["cleanvision"] = theirs
    taken = interleaved(functions, size.rounds)
    floor, pillow = taken["check"] / (taken["reduced"] + taken["inference"]), taken["check"] / taken["full"]
    row = "".join(f"{1000 * taken[name]:9.1f}" if name in taken else "        -" for name in COLUMNS)
    print(
        f"{size.megapixels:5} MP {size.kind:4} {len(data) / 1024:6.0f} KiB{row}"
        f"{floor:9.2f}{_goal(floor, size.over_floor)}{pillow:9.2f}{_goal(pillow, size.over_pillow)}"
    )


COLUMNS = ("full", "reduced", "inference", "check", "cleanvision")


def main() -> None:
    """Print the rows and the start-up time with their goals."""
    cv2.setNumThreads(1)
    infer = bare_inference()
    print("                          Pillow   at our     bare      our    clean-    check /          check /")
    print("milliseconds          full decode    scale inference   check   vision      floor      full decode")
    with tempfile.TemporaryDirectory() as folder, PhotoChecker() as checker:
        for size in SIZES:
            measure(checker, infer, size, Path(folder))
        ours = interleaved({"ours": trained_here()}, 40)["ours"]
        print(f"\nnetworks trained here, a face: {1000 * ours:.1f} ms   goal <= {GOAL_TRAINED_HERE:.0f} ms")
        start_from_the_shell(Path(folder))


def start_from_the_shell(folder: Path) -> None:
    """Print the time of the whole command compared with the imports it cannot avoid."""
    path = folder / "portrait.jpg"
    path.write_bytes(grained(SIZES[1].width, SIZES[1].height))
    command = [sys.executable, "-m", "mettici", "check", str(path)]
    cold = interleaved(
        {"command": partial(_run, command), "imports": partial(_run, [sys.executable, "-c", IMPORTS])}, STARTS
    )
    ratio = cold["command"] / cold["imports"]
    print(f"mettici check portrait.jpg, from the shell: {1000 * cold['command']:.0f} ms")
    print(f"{IMPORTS}: {1000 * cold['imports']:.0f} ms")
    print(f"from the shell / those imports alone: {ratio:.2f}{_goal(ratio, GOAL_START)}")


def _run(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)


def _goal(ratio: float, most: float | None) -> str:
    if most is None:
        return " " * 8
    return f" <={most:.1f} {'ok' if ratio <= most else '!!'}"


if __name__ == "__main__":
    main()
