"""Converting any Pillow mode to 8-bit sRGB, in two steps, so that a large picture can be reduced in between.

`to_eight_bit` removes palettes and extra bits; `flatten` composites the result on white and converts it to sRGB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_WIDE = re.compile(r"I;16|;16[BLN]")  # raw modes with sixteen bits per channel; "BGR;16" has five or six


def storage_notes(image: Image.Image) -> set[str]:
    """Notes on how the pixels are stored. Call it before loading them, while the raw modes are known."""
    notes = set()
    raw = (str(tile[3]) for tile in getattr(image, "tile", ()))
    if image.mode in ("F", "I") or image.mode.startswith("I;16") or any(map(_WIDE.search, raw)):
        notes.add("sixteen_bit")
    if image.mode in ("P", "PA"):
        notes.add("palette")
    if image.mode in ("1", "L", "LA", "La", "F") or image.mode.startswith("I"):
        notes.add("greyscale")
    if image.mode == "CMYK":
        notes.add("cmyk_converted")
    return notes


def to_eight_bit(image: Image.Image) -> Image.Image:
    """Convert to mode L, LA, RGB, RGBA or CMYK, which have eight bits and can be resized."""
    mode = image.mode
    if mode in ("F", "I") or mode.startswith("I;16"):
        return _eight_bits(image)
    transparent = image.has_transparency_data
    if mode in ("1", "L"):
        return _converted(image, "LA" if transparent else "L")
    if mode in ("LA", "La"):
        return _converted(image, "LA")
    if mode == "CMYK":
        return image
    return _converted(image, "RGBA" if transparent else "RGB")


def _converted(image: Image.Image, mode: str) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)


_STRIP = 1 << 18
"""Pixels to convert at once, so that a large picture is not held as floats too."""


def _eight_bits(image: Image.Image) -> Image.Image:
    """Convert grey values of more than eight bits, dividing by the smallest common full scale that fits them all."""
    top = max(float(strip.max(initial=0.0)) for _, strip in _strips(image))
    # Sixteen-bit modes have a known scale; I and F do not: F is usually 0..1, I a converted L or I;16.
    scales = {"F": (1.0, 255.0, 65535.0), "I": (255.0, 65535.0)}.get(image.mode, (65535.0,))
    full = next((scale for scale in scales if top <= scale), top)
    grey = np.empty(image.size[::-1], np.uint8)
    for row, strip in _strips(image):
        # Add half a step, so that eight-bit values expanded to sixteen bits are restored exactly.
        grey[row : row + len(strip)] = np.clip(strip, 0, full) * (255.0 / full) + 0.5
    return Image.fromarray(grey)


def _strips(image: Image.Image) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield strips of rows, each with the number of its first row; NaN and infinities become 0."""
    rows = max(1, _STRIP // image.width)
    for row in range(0, image.height, rows):
        strip = image.crop((0, row, image.width, min(row + rows, image.height)))
        yield row, np.nan_to_num(np.asarray(strip, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def flatten(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, set[str]]:
    """Convert the result of `to_eight_bit` to RGB in sRGB, with transparency on white. Returns it with notes.

    `profile` is the embedded ICC profile. A broken or unsuitable one is ignored, with the note `icc_ignored`.
    """
    notes = set()
    if image.mode in ("LA", "RGBA"):
        image, transparent = _on_white(image)
        if transparent:
            notes.add("alpha_on_white")
    if profile:
        from mettici.image.icc import to_srgb  # imports LittleCMS, which most photos do not need

        image, note = to_srgb(image, profile)
        notes |= {note} if note else set()
    return _converted(image, "RGB"), notes


def _on_white(image: Image.Image) -> tuple[Image.Image, bool]:
    alpha, opaque = image.getchannel("A"), image.convert(image.mode[:-1])
    if alpha.getextrema()[0] == 255:
        return opaque, False
    white = Image.new(opaque.mode, opaque.size, "white")
    white.paste(opaque, mask=alpha)
    return white, True
