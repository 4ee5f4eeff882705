"""Upright sRGB pixels → the bytes of a file without any metadata, in the best quality."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from mettici.photo import ANALYSIS_SIDE, Area, Limits, Photo, Pixels, load

QUALITY = 95
"""JPEG quality on libjpeg's scale: above it files grow and nothing is seen (libjpeg-turbo's own advice)."""
LOSSLESS = frozenset({"PNG", "BMP", "GIF", "TIFF", "ARRAY", "PIL"})
"""Formats whose photos are written as PNG, so that nothing is lost; the others were lossy before."""


class Original:
    """A photo at its full size, to cut crops out of it."""

    def __init__(self, photo: Photo) -> None:
        self._photo = photo

    def cropped(self, area: Area, kind: str | None = None) -> bytes:
        """The file of what lies in `area`, [x, y, width, height] in pixels of the upright photo.

        `kind`: "PNG" or "JPEG"; left out, the one that keeps what the photo has. Raises `PhotoError` where the photo
        cannot be decoded at its full size.
        """
        return encode(self._photo.cut(area), kind or format_for(self._photo))

    def foreseen(self, area: Area, limits: Limits) -> Photo:
        """The file of `cropped` as `load` would give it, without decoding the photo larger than that takes.

        Exactly so where the crop is not reduced for analysis; a larger one is reduced before it is compressed and not
        after. Raises `PhotoError`.
        """
        small = encode(self._photo.cut(area, ANALYSIS_SIDE), format_for(self._photo))
        photo = load(small, limits)
        if photo.width == area[2]:
            return photo
        return replace(photo, width=area[2], height=area[3], notes=tuple(sorted({*photo.notes, "reduced"})))


def format_for(photo: Photo) -> str:
    """In which format a piece of this photo keeps what it has: "PNG" or "JPEG"."""
    return "PNG" if photo.format in LOSSLESS or "alpha_on_white" in photo.notes else "JPEG"


def encode(pixels: Pixels, kind: str) -> bytes:
    """(H, W, 3) RGB uint8 sRGB `pixels` as a "PNG" or a "JPEG" (quality 95, 4:4:4), with no metadata."""
    buffer = io.BytesIO()
    options = {"quality": QUALITY, "subsampling": 0} if kind == "JPEG" else {}
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()
