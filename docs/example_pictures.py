"""Pictures for every check: a good photo, a photo with the fault that the check finds, and mettici's annotations.

The site build makes them from pictures in installed packages; they are stored nowhere else.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mettici import PhotoChecker
from mettici.checks import all_checks
from mettici.checks.base import Status
from mettici.output.annotate import annotated

SAMPLES = Path(__file__).resolve().parent.parent / "sample_images"
sys.path.insert(0, str(SAMPLES))

import portraits  # noqa: E402 - in sample_images
from canvas import Canvas, curve, ellipse  # noqa: E402 - in sample_images

EYES = ((181.5, 115.0), (229.5, 117.5))
"""The positions of the eyes in the model portrait, px."""


GOOD = "portrait_good.jpg"
"""The sample without any faults."""


class Example(NamedTuple):
    """For one check: a photo that passes, one that fails, with and without annotations (JPEG), and the report's
    texts."""

    check: str
    good: bytes
    praise: str
    bad: bytes
    message: str
    advice: str
    annotated: bytes


def examples() -> Iterator[Example]:
    """One example for each check that has a sample with its fault.

    Raises `AssertionError` if the check finds no fault in it, or finds one in the good photo.
    """
    with _samples() as folder, PhotoChecker(strict=True) as checker:
        fine = checker.check(folder / GOOD)
        good = _jpeg(Image.open(folder / GOOD).convert("RGB"))
        for check in all_checks():
            source = _example(check.id, folder)
            if source is None:
                continue
            seen = checker.examine(source)
            found = seen.report[check.id]
            assert found.status in (Status.WARN, Status.FAIL), (
                f"{check.id} sees no fault in its example: {found.status}"
            )
            assert fine[check.id].status is Status.PASS, f"{check.id} sees a fault in {GOOD}"
            yield Example(
                check.id,
                good,
                fine[check.id].message(),
                _jpeg(Image.open(io.BytesIO(source)).convert("RGB")),
                found.message(),
                found.advice() or "",
                _jpeg(Image.fromarray(annotated(seen.report, seen.evidence))),
            )


@contextmanager
def _samples() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        make = [sys.executable, str(SAMPLES / "make_samples.py"), "--output", name]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        yield Path(name)


def _example(check: str, folder: Path) -> bytes | None:
    """The sample with that fault and the fewest others, or a picture made for it; None if there is neither."""
    made = {"added_graphics": bannered, "background": cluttered, "eyes_open": eyes_shut, "gaze": looking_aside}
    if check in made:
        out = io.BytesIO()
        made[check]().save(out, "PNG")
        return out.getvalue()
    expected: dict[str, dict[str, list[str]]] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))
    having = [name for name, facts in expected.items() if check in facts.get("flags", ())]
    having.sort(key=lambda name: len(expected[name]["flags"]))
    return (folder / having[0]).read_bytes() if having else None


def bannered() -> Image.Image:
    """The portrait with a banner along its lower edge and a ring around it."""
    picture = portraits.model_portrait().resize((512, 512))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((6, 6, 506, 506), outline=(30, 140, 70), width=26)
    pen.rectangle((0, 412, 512, 486), fill=(24, 96, 170))
    pen.text((256, 449), "WE ARE HIRING", (255, 255, 255), ImageFont.load_default(46), anchor="mm")
    return picture


def cluttered() -> Image.Image:
    """The portrait in front of shelves of bright books."""
    chance = np.random.default_rng(3)
    shelves = np.full((512, 512, 3), 40, np.uint8)
    for top in range(0, 512, 74):
        left = 0
        while left < 512:
            width, height = int(chance.integers(5, 13)), int(chance.integers(48, 66))
            shelves[top + 68 - height : top + 68, left : left + width] = chance.choice((20, 90, 235), 3)
            left += width + 2
    inside = Canvas(portraits.collins()).mask(curve(portraits.COLLINS_OUTLINE, closed=True), blur=0.8)
    scene = Image.fromarray(shelves)
    scene.paste(portraits.collins(), (0, 0), Image.fromarray((inside * 255).astype(np.uint8)))
    return portraits.crop(scene, 21, 0, 412, 412)


def eyes_shut() -> Image.Image:
    """The portrait with eyelids drawn over both eyes."""
    canvas = Canvas(portraits.model_portrait())
    for x, y in EYES:
        canvas.fill(ellipse(x, y + 0.5, 11.5, 6.5), (206, 150, 128), blur=1.6)
        canvas.fill(ellipse(x, y - 2, 9, 3), (222, 168, 146), blur=1.8)
        lashes = [(x - 10.5, y + 2), (x - 5, y + 5.2), (x, y + 6), (x + 5, y + 5.2), (x + 10.5, y + 2)]
        canvas.stroke(lashes, (64, 36, 30), 1.8)
    return canvas.image()


def looking_aside() -> Image.Image:
    """The portrait with both irises moved to one side."""
    pixels = np.asarray(portraits.model_portrait()).copy()
    for x, y in EYES:
        left, top, width, height = round(x) - 9, round(y) - 5, 18, 10
        eye = pixels[top : top + height, left : left + width]
        ramp = np.arange(width, dtype=np.float32)
        middle = (width - 1) / 2
        bend = 4.5 * (1 - ((ramp - middle) / middle) ** 2)
        source_x = np.tile(ramp - bend, (height, 1)).astype(np.float32)
        source_y = np.tile(np.arange(height, dtype=np.float32)[:, None], (1, width))
        pixels[top : top + height, left : left + width] = cv2.remap(eye, source_x, source_y, cv2.INTER_CUBIC)
    return Image.fromarray(pixels)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()
