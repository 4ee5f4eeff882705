"""Upright sRGB pixels → the bytes of a file without any metadata, in the best quality."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image, ImageOps

from mettici.photo import ANALYSIS_SIDE, Area, Limits, Photo, Pixels, load

QUALITY = 95
"""JPEG quality on libjpeg's scale: above it files grow and nothing is seen (libjpeg-turbo's own advice)."""
LOSSLESS = frozenset({"PNG", "BMP", "GIF", "TIFF", "ARRAY", "PIL"})
"""Formats whose photos are written as PNG, so that nothing is lost; the others were lossy before."""
EXACT_UP_TO = 50_000_000
"""Pixels of a photo up to which a crop is foreseen from its own file: cutting one out takes 350 MB at most, which the
networks leave of 600. A crop of more than 1024 px that was reduced first scores up to 2 points more or less than its
file does (46 crops of 17 photos enlarged to 3200 px)."""
_OWN = Limits(max_bytes=2**40, max_pixels=2**40, max_side=2**31, max_memory=2**40)
"""For reading back what was written here a moment ago: the photo has passed the limits already."""


class Original:
    """A photo at its full size, to cut crops out of it."""

    def __init__(self, photo: Photo) -> None:
        self._photo = photo

    def cropped(self, area: Area, kind: str | None = None, size: tuple[int, int] | None = None) -> bytes:
        """The file of what lies in `area`, [x, y, width, height] in pixels of the upright photo.

        `kind`: "PNG" or "JPEG"; left out, the one that keeps what the photo has. `size`: (width, height) in pixels that
        it is brought to, enlarged if need be; left out, it keeps its own. Raises `PhotoError` where the photo cannot be
        decoded at its full size.
        """
        pixels = self._photo.cut(area)
        return encode(pixels if size is None else _resized(pixels, size), kind or format_for(self._photo))

    def foreseen(self, area: Area) -> Photo:
        """The file of `cropped` as `load` would give it, but for the hash: the same pixels, so the same report.

        Of a photo of more than `EXACT_UP_TO` pixels, a crop that is reduced for analysis is reduced before it is
        compressed, and not after. Raises `PhotoError`.
        """
        photo, kind = self._photo, format_for(self._photo)
        exact = photo.width * photo.height <= EXACT_UP_TO
        pixels = photo.cut(area, None if exact else ANALYSIS_SIDE)
        # A PNG loses nothing, so it need not be written, which takes seconds where it is large.
        read = load(encode(pixels, kind) if kind == "JPEG" else pixels, _OWN)
        read = replace(read, format=kind)
        if (read.width, read.height) == area[2:]:
            return read
        return replace(read, width=area[2], height=area[3], notes=tuple(sorted({*read.notes, "reduced"})))


def _resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """The pixels at (width, height); what the other shape leaves over, by a rounded pixel, is cut off both sides."""
    return np.asarray(ImageOps.fit(Image.fromarray(pixels), size, Image.Resampling.LANCZOS))


def format_for(photo: Photo) -> str:
    """In which format a piece of this photo keeps what it has: "PNG" or "JPEG"."""
    return "PNG" if photo.format in LOSSLESS or "alpha_on_white" in photo.notes else "JPEG"


def encode(pixels: Pixels, kind: str) -> bytes:
    """(H, W, 3) RGB uint8 sRGB `pixels` as a "PNG" or a "JPEG" (quality 95, 4:4:4), with no metadata."""
    buffer = io.BytesIO()
    options = {"quality": QUALITY, "subsampling": 0} if kind == "JPEG" else {}
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()
