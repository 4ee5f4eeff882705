"""Folders of photos to measure with: made from the sample portraits, each file a little different."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

SAMPLES = Path(__file__).resolve().parents[1] / "sample_images"
PORTRAITS = ("portrait_good.jpg", "portrait_half_body.jpg", "portrait_hat_no_smile.jpg", "spoiled_side_lit.jpg")
SIDE = 1024


@contextmanager
def portraits(count: int) -> Iterator[Path]:
    """A folder with `count` JPEG portraits of 1024 px, cut from the samples at random."""
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
    """The folder of samples, made where they are missing."""
    folder = SAMPLES / "made"
    if not (folder / PORTRAITS[0]).exists():
        subprocess.run([sys.executable, str(SAMPLES / "make_samples.py"), "--output", str(folder)], check=True)
    return folder
