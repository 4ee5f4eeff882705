"""Makes folders of photos to measure with, from the sample portraits; each file differs a little."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

SAMPLES = Path(__file__).resolve().parents[1] / "sample_images"
PORTRAITS = ("portrait_good.jpg", "portrait_half_body.jpg", "portrait_hat_no_smile.jpg", "spoiled_side_lit.jpg")
SIDE = 1024
NEAR = (57, 0, 352, 295)
"""Head and shoulders of the first portrait, which need no crop: left, top, right, bottom."""
GRAIN = 8.0
"""Standard deviation of the noise added, grey levels."""


@contextmanager
def portraits(count: int) -> Iterator[Path]:
    """A folder with `count` JPEG portraits of 1024 px, cropped from the samples at random."""
    chance = random.Random(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        images = [Image.open(made() / portrait).convert("RGB") for portrait in PORTRAITS]
        for number in range(count):
            image = images[number % len(images)]
            side = min(image.size) * chance.uniform(0.9, 1)
            left, top = (chance.uniform(0, length - side) for length in image.size)
            cut = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS, (left, top, left + side, top + side))
            cut.save(folder / f"{number}.jpg", quality=90)
        yield folder


def made() -> Path:
    """The folder of samples, made if missing."""
    folder = SAMPLES / "made"
    if not (folder / PORTRAITS[0]).exists():
        subprocess.run([sys.executable, str(SAMPLES / "make_samples.py"), "--output", str(folder)], check=True)
    return folder


def grained(width: int, height: int, kind: str = "JPEG", *, near: bool = True, progressive: bool = False) -> bytes:
    """The first portrait at this size with a camera's grain: about a third of a byte per pixel.

    `near`: head and shoulders, which skips the crop search; otherwise the whole sample, whose head is small. If the
    picture is wider than the portrait, the portrait's left edge fills the rest.
    """
    with Image.open(made() / PORTRAITS[0]) as image:
        box = NEAR if near else (0, 0, min(image.size), min(image.size))
        portrait = np.asarray(image.convert("RGB").resize((height, height), Image.Resampling.BICUBIC, box))
    canvas = np.pad(portrait, ((0, 0), (width - height, 0), (0, 0)), "edge")
    noise = np.empty(canvas.shape, np.int16)
    cv2.setRNGSeed(0)
    cv2.randn(noise, np.zeros(3), np.full(3, GRAIN))
    buffer = io.BytesIO()
    picture = Image.fromarray(cv2.add(canvas, noise, dtype=cv2.CV_8U))
    picture.save(buffer, kind, quality=93, progressive=progressive)
    return buffer.getvalue()
