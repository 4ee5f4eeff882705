"""Upright sRGB pixels → the bytes of a file without any metadata, in the best quality."""

from __future__ import annotations

import io
from functools import cached_property
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from mettici.photo import Photo, Pixels

QUALITY = 95
"""JPEG quality on libjpeg's scale: above it files grow and nothing is seen (libjpeg-turbo's own advice)."""
LOSSLESS = frozenset({"PNG", "BMP", "GIF", "TIFF", "ARRAY", "PIL"})
"""Formats whose photos are written as PNG, so that nothing is lost; the others were lossy before."""


class Original:
    """A photo at its full size, decoded when a crop is first cut out of it."""

    def __init__(self, photo: Photo) -> None:
        self._photo = photo

    @cached_property
    def _pixels(self) -> Pixels:
        return self._photo.full()

    def cropped(self, area: tuple[int, int, int, int], kind: str | None = None) -> bytes:
        """The file of what lies in `area`, [x, y, width, height] in pixels of the upright photo.

        `kind`: "PNG" or "JPEG"; left out, the one that keeps what the photo has. Raises `PhotoError` where the photo
        cannot be decoded at its full size.
        """
        x, y, width, height = area
        return encode(self._pixels[y : y + height, x : x + width], kind or format_for(self._photo))


def format_for(photo: Photo) -> str:
    """In which format a piece of this photo keeps what it has: "PNG" or "JPEG"."""
    return "PNG" if photo.format in LOSSLESS or "alpha_on_white" in photo.notes else "JPEG"


def encode(pixels: Pixels, kind: str) -> bytes:
    """(H, W, 3) RGB uint8 sRGB `pixels` as a "PNG" or a "JPEG" (quality 95, 4:4:4), with no metadata."""
    buffer = io.BytesIO()
    options = {"quality": QUALITY, "subsampling": 0} if kind == "JPEG" else {}
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()
