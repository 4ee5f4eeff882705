"""Upright sRGB pixels → the bytes of a file without any metadata, in the best quality."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image, ImageOps

from mettici.image.photo import ANALYSIS_SIDE, Area, Limits, Photo, load
from mettici.image.types import Pixels

QUALITY = 95
"""JPEG quality on libjpeg's scale: above it files grow and nothing is seen (libjpeg-turbo's own advice)."""
LOSSLESS = frozenset({"PNG", "BMP", "GIF", "TIFF", "ARRAY", "PIL"})
"""Formats whose photos are written as PNG, so that nothing is lost; the others were lossy before."""
EXACT_UP_TO, EXACT_SIDE = 50_000_000, 1536
"""Pixels of a photo, and of a crop's longer side, up to which a crop is foreseen from its own file: cutting one out of
the photo takes 350 MB at most, which the networks leave of 600. Of a larger crop, which is reduced by half or more of
its pixels, little is left of what compression does: foreseen without it, six crops of 1112 to 1590 px score within
1.9 points of their files, five of them within 0.5."""
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
        """The file of `cropped` as `load` would give it, but for the hash, to be judged before it is written.

        The same pixels, and so the same measures, up to `EXACT_UP_TO` and `EXACT_SIDE`; beyond, a crop is decoded no
        larger than it is needed, and not compressed. Raises `PhotoError`.
        """
        photo, kind = self._photo, format_for(self._photo)
        if kind == "JPEG" and photo.width * photo.height <= EXACT_UP_TO and max(area[2:]) <= EXACT_SIDE:
            return replace(load(encode(photo.cut(area), kind), _OWN), format=kind)
        # A PNG loses nothing, so it need not be written, which takes seconds where it is large.
        pixels = np.ascontiguousarray(photo.cut(area, ANALYSIS_SIDE))
        pixels.setflags(write=False)
        notes = ("reduced",) if pixels.shape[:2] != area[:1:-1] else ()
        return Photo(pixels, area[2], area[3], kind, "", notes, (), QUALITY if kind == "JPEG" else None)


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
