"""`python -m benchmarks`: the time of one check over that of its floor, and of the command over its imports.

Timings drift with the machine, so each ratio is of medians taken in turns within one run. The sample's head is small in
the frame: as it is, it pays for the search of a crop; cut to head and shoulders it is a portrait with nothing to crop.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from mettici import PhotoChecker
from mettici.photo import load
from mettici.vision import looks, origin
from mettici.vision.networks import Network
from mettici.vision.weights import verified

SAMPLE = Path(__file__).resolve().parents[1] / "sample_images" / "made" / "portrait_good.jpg"
HEAD_AND_SHOULDERS = (57, 0, 352, 295)
"""Of the sample: left, top, right, bottom."""
SIDE = 1024
ROUNDS = 40
STARTS = 12
TRAINED_HERE: dict[str, dict[str, tuple[int, ...]]] = {
    "face_looks": {
        "face": (1, 3, looks.FACE, looks.FACE),
        "eyes": (1, 3, looks.EYE[0], 2 * looks.EYE[1]),
        "mouth": (1, 3, *looks.MOUTH),
        "shape": (1, looks.SHAPE),
    },
    "origin": {
        "face": (1, 3, origin.FACE, origin.FACE),
        "texture": (1, 3, origin.TEXTURE, origin.TEXTURE),
        "whole": (1, 3, origin.WHOLE, origin.WHOLE),
        "statistics": (1, origin.STATISTICS),
    },
}
"""The inputs of the networks that OpenCV runs, by name, with their shapes."""
GOAL_CHECK, GOAL_START, GOAL_TRAINED_HERE = 2.0, 1.8, 8.0
IMPORTS = "import cv2, mediapipe, numpy, PIL.Image"


def portrait(box: tuple[int, int, int, int] | None = HEAD_AND_SHOULDERS) -> bytes:
    """The sample portrait, cut to `box`, as a JPEG of 1024 px."""
    with Image.open(SAMPLE) as image:
        buffer = io.BytesIO()
        image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS, box).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def bare_inference() -> Callable[[], object]:
    """Every network as often as one check of a portrait runs it, on tensors made beforehand."""
    noise = np.random.default_rng(0)
    runs: list[Callable[[], object]] = []
    for name, side, times in (
        ("face_detector_near", 128, 1),
        ("face_detector_far", 192, 1),
        ("face_mesh", 192, 2),
        ("person_mask", 256, 1),
    ):
        network, tensor = Network(verified(name)), noise.integers(0, 256, (side, side, 3), np.uint8)
        runs += [lambda network=network, tensor=tensor: network(tensor)] * times  # type: ignore[misc]
    runs.append(trained_here())
    return lambda: [run() for run in runs]


def trained_here() -> Callable[[], object]:
    """The networks of this project once each, as for one face."""
    noise, nets = np.random.default_rng(0), []
    for name, inputs in TRAINED_HERE.items():
        net = cv2.dnn.readNetFromONNX(np.frombuffer(verified(name).read_bytes(), np.uint8))
        for key, shape in inputs.items():
            net.setInput(noise.random(shape, np.float32), key)
        nets.append(net)
    return lambda: [net.forward() for net in nets]


def in_turns(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each function, all called in turn, after one round that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds + 1):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def main() -> None:
    """Print both ratios with their goals."""
    cv2.setNumThreads(1)
    photo, small_head = portrait(), portrait(None)
    infer = bare_inference()
    with PhotoChecker() as checker:
        warm = in_turns(
            {
                "check": lambda: checker.check(photo),
                "cropped": lambda: checker.check(small_head),
                "decode": lambda: load(photo),
                "inference": infer,
                "ours": trained_here(),
            },
            ROUNDS,
        )
    floor = warm["decode"] + warm["inference"]
    print(f"one check of a {SIDE} px portrait, warm   {1000 * warm['check']:7.1f} ms")
    print(f"one with a small head, and its crop     {1000 * warm['cropped']:7.1f} ms")
    print(f"decode                                  {1000 * warm['decode']:7.1f} ms")
    print(f"bare inference of the same networks     {1000 * warm['inference']:7.1f} ms")
    print(f"of that, the networks trained here      {1000 * warm['ours']:7.1f} ms   goal <= {GOAL_TRAINED_HERE:.0f} ms")
    _ratio("check / (decode + bare inference)", warm["check"] / floor, GOAL_CHECK)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo.jpg"
        path.write_bytes(photo)
        cold = in_turns(
            {"command": lambda: _run("-m", "mettici", "check", str(path)), "imports": lambda: _run("-c", IMPORTS)},
            STARTS,
        )
    print(f"mettici check photo.jpg, from the shell {1000 * cold['command']:7.1f} ms")
    print(f"{IMPORTS} {1000 * cold['imports']:7.1f} ms")
    _ratio("from the shell / those imports alone", cold["command"] / cold["imports"], GOAL_START)


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=False)


def _ratio(what: str, ratio: float, goal: float) -> None:
    print(f"{what:39} {ratio:7.2f}    goal <= {goal:.1f}{'' if ratio <= goal else '   <-- short'}")


if __name__ == "__main__":
    main()
