"""Memory shared with native code: no reads or writes out of bounds, with any allocator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "environment", [{"PYTHONMALLOC": "malloc"}, {"PYTHONMALLOC": "debug"}, {"PYTHONDEVMODE": "1"}], ids=str
)
def test_a_check_runs_on_every_allocator(environment: dict[str, str], samples: Path) -> None:
    """glibc aborts if the next block's header was overwritten; Python's debug allocator, if any padding byte was."""
    photo = str(samples / "portrait_good.jpg")
    code = f"from mettici import PhotoChecker as P; c = P(); [c.check({photo!r}) for _ in range(5)]"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


READS = """
import ctypes, mmap, os
import numpy as np
from mettici.vision.runtime import Network
from mettici.vision.weights import verified

system = ctypes.CDLL(None)
system.mprotect.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
kept = []


def at_the_end(size):
    '''The address of so many bytes, right after which no byte may be read.'''
    room = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
    kept.append(mmap.mmap(-1, room + mmap.PAGESIZE))
    start = ctypes.addressof(ctypes.c_char.from_buffer(kept[-1]))
    assert system.mprotect(start + room, mmap.PAGESIZE, 0) == 0
    return start + room - size


for name, side in ("face_detector_near", 128), ("face_detector_far", 192), ("face_mesh", 192), ("person_mask", 256):
    network = Network(verified(name))
    pixels = np.ctypeslib.as_array((ctypes.c_uint8 * (side * side * 3)).from_address(at_the_end(side * side * 3)))
    network(pixels.reshape(side, side, 3))
os._exit(0)  # Python would unmap what it may not read
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux memory protection")
def test_native_code_reads_within_the_pixels() -> None:
    done = subprocess.run([sys.executable, "-c", READS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
