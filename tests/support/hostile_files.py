"""Helpers for malicious files: decode them within bounds of time and memory."""

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

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory needs Linux")


def outcome(data: bytes, most_mb: float = 60.0) -> str:
    """The result of decoding `data`. Fails if it takes too long, or more than `most_mb` of additional memory."""
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
    """A small JPEG with extra segments at its start."""
    data = encoded(scene(), "JPEG")
    return data[:2] + segments + data[2:]


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
