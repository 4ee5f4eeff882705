"""Files that are made to do harm, and what decoding them comes to, within bounds."""

from __future__ import annotations

import struct
import sys
import time

import pytest

from benchmarks.fuzz.seeds import encoded, scene
from benchmarks.peak import peak, reset_peak, resident
from mettici import PhotoError
from mettici.image.photo import load

SECONDS = 10.0

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is told by Linux")


def outcome(data: bytes, most_mb: float = 60.0) -> str:
    """What decoding `data` comes to; fails where it takes long, or more memory than `most_mb` over what is held."""
    if sys.platform.startswith("linux"):
        before = resident()
        reset_peak()
    started = time.perf_counter()
    try:
        found = load(data).format
    except PhotoError as error:
        found = error.code
    assert time.perf_counter() - started < SECONDS
    if sys.platform.startswith("linux"):
        assert peak() - before < most_mb
    return found


def jpeg(segments: bytes = b"") -> bytes:
    """A small JPEG with further segments at its start."""
    data = encoded(scene(), "JPEG")
    return data[:2] + segments + data[2:]


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
