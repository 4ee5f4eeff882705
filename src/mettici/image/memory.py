"""How much memory decoding a picture takes, estimated from its header, so that a small file cannot exhaust memory.

The bytes per pixel are rounded up from measurements, which include the steps of `srgb`; `tests/test_odd_files.py`
checks them.
"""

from __future__ import annotations

from PIL import Image, JpegImagePlugin, TiffImagePlugin

from mettici.image import tiff
from mettici.image.coded import coded_pixels

_BY_FORMAT = {"WEBP": 17.0, "AVIF": 13.0, "HEIF": 9.0}
"""Formats whose decoders hold several copies of the picture, whatever its mode."""
_BY_MODE = {
    "1": 3.0,
    "L": 3.0,
    "P": 6.0,
    "LA": 9.0,
    "RGB": 5.0,
    "RGBA": 9.0,
    "CMYK": 5.0,
    "I": 6.0,
    "F": 6.0,
    "I;16": 4.0,
}
_OTHER_MODE = 9.0
_LAID_ON_WHITE = {"P": 10.0, "RGB": 13.0}
"""Modes that are converted to wider ones if one of their colours is transparent."""
_BASELINE = 1.0


_BLOCK, _TILES = 64, 1.25
"""The multiple, in pixels, that coded sides are rounded up to, and the factor by which tiles may exceed the picture."""


def needed(image: Image.Image, name: str, data: bytes = b"") -> int:
    """An upper bound on the bytes needed to decode this opened picture, from the file `data`, for analysis."""
    buffer = tiff.buffer_bytes(image) if isinstance(image, TiffImagePlugin.TiffImageFile) else 0
    pixels = image.width * image.height
    if name in ("AVIF", "HEIF") and data:
        coded = coded_pixels(data, name)
        if coded > _TILES * (image.width + _BLOCK) * (image.height + _BLOCK):
            pixels = max(pixels, coded)
    return round(pixels * _bytes_per_pixel(image, name)) + buffer


def _bytes_per_pixel(image: Image.Image, name: str) -> float:
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        return _BASELINE + (_coefficients(image) if image.info.get("progressive") else 0.0)
    if name in _BY_FORMAT:
        return _BY_FORMAT[name]
    if image.mode in _LAID_ON_WHITE and image.has_transparency_data:
        return _LAID_ON_WHITE[image.mode]
    return _BY_MODE.get(image.mode, _OTHER_MODE)


def _coefficients(image: JpegImagePlugin.JpegImageFile) -> float:
    """Bytes per pixel for the coefficients, two bytes each, which libjpeg keeps in memory while scans refine them."""
    samplings = [(max(1, across), max(1, down)) for _, across, down, _ in image.layer]
    widest, highest = (max((s[i] for s in samplings), default=1) for i in (0, 1))
    return sum(2 * across * down for across, down in samplings) / (widest * highest)
