"""`python -m benchmarks.memory`: the peak memory that one check adds to the loaded models, for JPEGs and PNGs by size.

Judges each picture in a fresh process, after a blank one that loads every network. The peak is the system's count from
then on (VmHWM, Linux). The sample's head is small, so the check searches for a crop; "with the file of its crop" also
cuts that crop out at full size, as `mettici check --crop` does (where none is suggested, the largest square).
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from pathlib import Path

from PIL import Image

from benchmarks.peak import peak, reset_peak, resident
from benchmarks.photos import made

MEGAPIXELS = (0.15, 1, 12, 48)
GOAL = 250
"""MB above the loaded models, for a JPEG of 48 megapixels."""
SAMPLE = "portrait_half_body.jpg"


def sized(folder: Path, megapixels: float, kind: str, quality: int = 90) -> Path:
    """The sample portrait, enlarged to this many megapixels. Its head is small, so a check searches for a crop."""
    with Image.open(made() / SAMPLE) as image:
        k = (megapixels * 1e6 / (image.width * image.height)) ** 0.5
        path = folder / f"{megapixels:g}.{kind.lower()}"
        size = round(image.width * k), round(image.height * k)
        options = {"quality": quality} if kind == "JPEG" else {"compress_level": 1}
        image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(path, kind, **options)
    return path


def added(path: Path, crop: bool = False) -> tuple[float, float]:
    """MB used by the loaded models, and the peak MB that a check of `path` adds, optionally with its crop's file."""
    import cv2

    from mettici import PhotoChecker
    from mettici.image.encode import Original

    cv2.setNumThreads(1)
    with PhotoChecker() as checker:
        for _ in range(2):
            checker.check(path.with_name("small.jpg"))
        loaded = resident()
        reset_peak()
        done = checker.examine(path)
        if crop:
            side = min(done.evidence.photo.width, done.evidence.photo.height)
            Original(done.evidence.photo).cropped(done.report.crop.box if done.report.crop else (0, 0, side, side))
        return loaded, peak() - loaded


def measured(path: Path, crop: bool = False) -> tuple[float, float]:
    """As `added`, in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(added, (path, crop))


def main() -> None:
    """Print each peak, and mark the one with a goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sized(folder, 0.15, "JPEG").rename(folder / "small.jpg")
        for kind in ("JPEG", "PNG"):
            for megapixels in MEGAPIXELS:
                path = sized(folder, megapixels, kind)
                loaded, most = measured(path)
                with_crop = measured(path, crop=True)[1]
                goal = kind == "JPEG" and megapixels == MEGAPIXELS[-1]
                goal_text = f"   goal <= {GOAL}{'' if most <= GOAL else '   <-- short'}" if goal else ""
                print(
                    f"{kind:5}{megapixels:6g} megapixels: {most:6.1f} MB over {loaded:.0f} MB of loaded models,"
                    f" {with_crop:6.1f} with the file of its crop{goal_text}"
                )


if __name__ == "__main__":
    main()
