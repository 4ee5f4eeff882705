"""How much work a TIFF causes its decoder, read from its directories (TIFF 6.0 2; BigTIFF) before it is decoded.

Pillow creates a Python object for every number in an entry, and libtiff allocates a whole tile or strip, however little
of it the picture uses.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal

from PIL import TiffImagePlugin

from mettici.errors import UnreadableError

MAX_NUMBERS = 120_000
"""Numbers in one entry: the strips of 30 000 rows, one per row, in four planes. They take about 40 MB and a second."""
_BYTES = {1, 2, 6, 7}
"""Types that Pillow keeps as bytes: BYTE, ASCII, SBYTE, UNDEFINED."""
_FURTHER = 34665, 34853, 40965
"""Subdirectories that are read too: EXIF, GPS, interoperability."""
_TILE_WIDTH, _TILE_LENGTH, _ROWS_PER_STRIP, _BITS, _SAMPLES, _PLANAR, _COMPRESSION = 322, 323, 278, 258, 277, 284, 259
_UNCOMPRESSED, _SEPARATE = 1, 2
_YCBCR, _PHOTOMETRIC = 6, 262

Entry = tuple[int, int, int, int]
"""Tag, type, count, and the value or its offset."""


def check_directories(data: bytes) -> None:
    """Raises `UnreadableError` if an entry in the first picture's directories has more numbers than any program
    writes."""
    order: Literal["<", ">"] = "<" if data[:1] == b"I" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    first = struct.unpack_from(order + "Q", data, 8) if big else struct.unpack_from(order + "I", data, 4)
    further = [int(first[0])]
    for _ in range(len(_FURTHER) + 1):  # bounded, in case they refer to each other
        if not further:
            return
        for tag, kind, count, value in _entries(data, further.pop(), order, big):
            if kind not in _BYTES and count > MAX_NUMBERS:
                raise UnreadableError("damaged", format="TIFF")
            if tag in _FURTHER:
                further.append(value)


def _entries(data: bytes, at: int, order: str, big: bool) -> Iterator[Entry]:
    """Yield the entries of the directory at `at`, as far as the file contains them."""
    entry = struct.Struct(order + ("HHQQ" if big else "HHII"))
    head = struct.Struct(order + ("Q" if big else "H"))
    if at + head.size > len(data):
        return
    (count,) = head.unpack_from(data, at)
    for i in range(min(count, MAX_NUMBERS)):
        place = at + head.size + i * entry.size
        if place + entry.size > len(data):
            return
        tag, kind, number, value = entry.unpack_from(data, place)
        yield tag, kind, number, value


def buffer_bytes(image: TiffImagePlugin.TiffImageFile) -> int:
    """Bytes that libtiff allocates for one tile or strip; 0 if Pillow reads the picture itself."""
    if _number(image, _COMPRESSION, _UNCOMPRESSED) == _UNCOMPRESSED:
        return 0
    bits = image.tag_v2.get(_BITS, 1)
    widest = max(bits) if isinstance(bits, tuple) and bits else bits
    samples = 1 if _number(image, _PLANAR, 1) == _SEPARATE else _number(image, _SAMPLES, 1)
    if _number(image, _PHOTOMETRIC, 0) == _YCBCR:
        samples = 4  # libtiff decodes it to RGBA
    if _TILE_WIDTH in image.tag_v2 or _TILE_LENGTH in image.tag_v2:
        width, height = _number(image, _TILE_WIDTH, image.width), _number(image, _TILE_LENGTH, image.height)
    else:
        width, height = image.width, min(image.height, _number(image, _ROWS_PER_STRIP, image.height))
    return width * height * samples * max(8, int(widest)) // 8


def _number(image: TiffImagePlugin.TiffImageFile, tag: int, otherwise: int) -> int:
    value = image.tag_v2.get(tag, otherwise)
    return value if isinstance(value, int) else otherwise
