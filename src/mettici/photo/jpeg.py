"""What a JPEG asks of its decoder, told by its markers (ITU-T T.81 B.1) before any decoder reads it.

Two things cost out of all proportion to the file: segments before the picture, which Pillow joins one by one, so that
ten megabytes of tiny ones take twenty seconds; and scans, each of which goes over every pixel and may be a few bytes.
"""

from __future__ import annotations

import numpy as np

from mettici.errors import TooLargeError, UnreadableError

MOST_SEGMENTS = 4096
"""Segments before the first scan: 100 MiB hold 1600 of the largest kind; photos have a dozen, or some hundred where
they carry a depth map."""
MOST_PADDING = 65_536
"""Bytes between segments that belong to none: a camera that aligns its blocks leaves some thousands."""
MOST_SCANNED = 3_000_000_000
"""Pixels times scans: 120 megapixels in the ten scans of a usual progressive JPEG, and as much again for what follows
it; about three seconds."""
_SCAN, _FILL = 0xDA, 0xFF


def check_segments(data: bytes) -> None:
    """Raises `UnreadableError` where more stands before the picture than any camera or program writes."""
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
        if segments > MOST_SEGMENTS or padding > MOST_PADDING:
            raise UnreadableError("damaged", format="JPEG")


def check_scans(data: bytes, pixels: int) -> None:
    """Raises `TooLargeError` where the scans over so many `pixels` would take longer than any photo's do."""
    octets = np.frombuffer(data, np.uint8)  # `bytes.count` takes as long as hashing the file
    scans = int(np.count_nonzero(octets[np.flatnonzero(octets[1:] == _SCAN)] == _FILL))
    if scans * pixels > MOST_SCANNED:
        raise TooLargeError("scans", scans=scans)
