"""`python -m benchmarks.memory`: the most memory that one check adds to the loaded models, for JPEGs and PNGs by size.

Each picture is judged in a fresh process, which first judges a blank one so that every network is loaded; the peak is
what the system saw at most (VmHWM, Linux) from then on. The sample's head is small, so that the check looks for a crop;
"with the file of its crop" also cuts that out at full size, as `mettici check --crop` does.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from pathlib import Path

from PIL import Image

from benchmarks.peak import forget_peak, held, peak
from benchmarks.photos import made

MEGAPIXELS = (0.15, 1, 12, 48)
GOAL = 250
"""MB over the loaded models, for a JPEG of 48 megapixels."""
SAMPLE = "portrait_good.jpg"


def sized(folder: Path, megapixels: float, kind: str, quality: int = 90) -> Path:
    """The sample portrait, enlarged to so many megapixels; its head is small, so that a crop is searched for."""
    with Image.open(made() / SAMPLE) as image:
        k = (megapixels * 1e6 / (image.width * image.height)) ** 0.5
        path = folder / f"{megapixels:g}.{kind.lower()}"
        size = round(image.width * k), round(image.height * k)
        options = {"quality": quality} if kind == "JPEG" else {"compress_level": 1}
        image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(path, kind, **options)
    return path


def added(path: Path, crop: bool = False) -> tuple[float, float]:
    """MB that the loaded models hold, and the most MB that a check of `path` adds, or with it the file of its crop."""
    import cv2

    from mettici import PhotoChecker
    from mettici.image.encode import Original

    cv2.setNumThreads(1)
    with PhotoChecker() as checker:
        for _ in range(2):
            checker.check(path.with_name("small.jpg"))
        loaded = held()
        forget_peak()
        done = checker.examine(path)
        if crop and done.report.crop is not None:
            Original(done.evidence.photo).cropped(done.report.crop.box)
        return loaded, peak() - loaded


def measured(path: Path, crop: bool = False) -> tuple[float, float]:
    """As `added`, in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(added, (path, crop))


def main() -> None:
    """Print each peak, the one with a goal marked."""
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
                told = f"   goal <= {GOAL}{'' if most <= GOAL else '   <-- short'}" if goal else ""
                print(
                    f"{kind:5}{megapixels:6g} megapixels: {most:6.1f} MB over {loaded:.0f} MB of loaded models,"
                    f" {with_crop:6.1f} with the file of its crop{told}"
                )


if __name__ == "__main__":
    main()
