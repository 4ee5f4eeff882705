"""How much work a JPEG causes its decoder, read from its markers (ITU-T T.81 B.1) before it is decoded.

Two things can cost far more than the file size suggests: segments before the picture, which Pillow joins one by one, so
that ten megabytes of tiny ones take twenty seconds; and scans, each of which covers every pixel but may have only a few
bytes.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from mettici.errors import TooLargeError, UnreadableError

MAX_SEGMENTS = 4096
"""Segments before the first scan. 100 MiB contain 1600 of the largest kind; photos have a dozen, or some hundred with a
depth map."""
MAX_PADDING = 65_536
"""Stray bytes between segments; a camera that aligns its blocks leaves some thousands."""
MAX_SCANNED = 3_000_000_000
"""Pixels times scans: 120 megapixels in the ten scans of an ordinary progressive JPEG, doubled as a margin; about three
seconds."""
MAX_LOST = 0.1
"""Share of the rows that may be missing at the bottom: in a portrait, a strip of clothing."""
END = b"\xff\xd9"
_SCAN, _FILL = 0xDA, 0xFF
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE, _LAST_BIT, _COLOURS = 0xC2, 0x10, 3
_STRIP = 64
"""Rows to examine at once."""
_UNDRAWN = 127, 128
"""What libjpeg fills in for missing data: mid-grey in every channel; inverted for CMYK."""


def check_segments(data: bytes) -> None:
    """Raises `UnreadableError` if there is more before the picture than any camera or program writes."""
    at, segments, padding = 2, 0, 0
    while at + 4 <= len(data):
        if data[at] != _FILL or data[at + 1] == _FILL:
            following = data.find(b"\xff", at + 1)
            if following < 0:
                return
            padding, at = padding + following - at, following
        elif data[at + 1] == _SCAN:
            return
        else:
            segments, at = segments + 1, at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
        if segments > MAX_SEGMENTS or padding > MAX_PADDING:
            raise UnreadableError("damaged", format="JPEG")


def check_scans(data: bytes, pixels: int) -> None:
    """Raises `TooLargeError` if the scans over this many `pixels` would take longer than for any photo."""
    octets = np.frombuffer(data, np.uint8)  # `bytes.count` takes as long as hashing the file
    scans = int(np.count_nonzero(octets[np.flatnonzero(octets[1:] == _SCAN)] == _FILL))
    if scans * pixels > MAX_SCANNED:
        raise TooLargeError("scans", scans=scans)


def truncated_in_last_scan(data: bytes) -> bool:
    """Whether a truncated JPEG breaks off within the last scan that its picture needs.

    That is its only scan if it has all components or, in a progressive JPEG, one that refines the last bit, of the
    luminance if there is one: libjpeg's scans end with it.
    """
    at, progressive, components, luminance = 2, False, 0, b""
    while at + 10 <= len(data) and data[at] == _FILL and data[at + 1] != _SCAN:
        if data[at + 1] in _FRAMES:
            progressive, components, luminance = data[at + 1] == _PROGRESSIVE, data[at + 9], data[at + 10 : at + 11]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big") if data[at + 1] != _FILL else 1
    scan = data.rfind(bytes((_FILL, _SCAN))) if progressive else at
    if components == 0 or scan < at or scan + 5 > len(data):
        return False
    in_scan = data[scan + 4]
    if not progressive:
        return in_scan == components
    if scan + 8 + 2 * in_scan > len(data):
        return False
    first, _, precision = data[scan + 5 + 2 * in_scan : scan + 8 + 2 * in_scan]
    last = components != _COLOURS or data[scan + 5 : scan + 6] == luminance
    return last and first > 0 and precision == _LAST_BIT


def nearly_complete(image: Image.Image) -> bool:
    """Whether a decoded JPEG has data for all rows but `MAX_LOST` of them, at the bottom."""
    bottom, least = image.height, round(image.height * (1 - MAX_LOST))
    while bottom > least:
        top = max(0, bottom - _STRIP)
        rows = np.asarray(image.crop((0, top, image.width, bottom))).reshape(bottom - top, -1)
        drawn = np.flatnonzero(np.isin(rows, _UNDRAWN).mean(axis=1) < 0.5)  # a row may break off midway
        if drawn.size:
            return top + int(drawn[-1]) + 1 >= least
        bottom = top
    return False
