"""What is shared with native code: nothing is written or read outside it, whatever allocator the process runs on."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mediapipe.tasks.python.components.containers.embedding_result_c import EmbeddingResultC

from mettici.vision.runtime import Network, Result
from mettici.vision.weights import verified

UNTOUCHED = 0xA5


@pytest.mark.parametrize(
    "environment", [{"PYTHONMALLOC": "malloc"}, {"PYTHONMALLOC": "debug"}, {"PYTHONDEVMODE": "1"}], ids=str
)
def test_a_check_runs_on_every_allocator(environment: dict[str, str], samples: Path) -> None:
    """glibc aborts where the head of the next block was written over; Python's debug allocator, where a byte was."""
    photo = str(samples / "portrait_good.jpg")
    code = f"from mettici import PhotoChecker as P; c = P(); [c.check({photo!r}) for _ in range(5)]"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_native_code_writes_within_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Result] = []

    def marked() -> Result:
        result = Result()
        ctypes.memset(ctypes.byref(result), UNTOUCHED, ctypes.sizeof(result))
        made.append(result)
        return result

    monkeypatch.setattr("mettici.vision.runtime.Result", marked)
    network = Network(verified("face_detector_near"))
    network(np.zeros((128, 128, 3), np.uint8))
    network.close()
    (result,) = made
    spare = bytes(result.spare)
    assert spare[0] != UNTOUCHED, "MediaPipe has fixed its struct, and `Result` is not needed any more"
    assert set(spare[8:]) == {UNTOUCHED}
    assert ctypes.sizeof(result) >= ctypes.sizeof(EmbeddingResultC) + 64


READS = """
import ctypes, mmap, os
import numpy as np
from mediapipe.tasks.python.vision.image_embedder import ImageEmbedderOptions
from mettici.vision.runtime import Network
from mettici.vision.weights import verified

system, plain = ctypes.CDLL(None), ImageEmbedderOptions.to_ctypes
system.mprotect.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
kept = []


def at_the_end(size):
    '''The address of so many bytes, right after which no byte may be read.'''
    room = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
    kept.append(mmap.mmap(-1, room + mmap.PAGESIZE))
    start = ctypes.addressof(ctypes.c_char.from_buffer(kept[-1]))
    assert system.mprotect(start + room, mmap.PAGESIZE, 0) == 0
    return start + room - size


def options(self, dispatcher):
    made = plain(self, dispatcher)
    kept.append(made)
    address = at_the_end(ctypes.sizeof(made))
    ctypes.memmove(address, ctypes.byref(made), ctypes.sizeof(made))
    return type(made).from_address(address)


ImageEmbedderOptions.to_ctypes = options
for name, side in ("face_detector_near", 128), ("face_detector_far", 192), ("face_mesh", 192), ("person_mask", 256):
    network = Network(verified(name))
    pixels = np.ctypeslib.as_array((ctypes.c_uint8 * (side * side * 3)).from_address(at_the_end(side * side * 3)))
    network(pixels.reshape(side, side, 3))
    network.close()
os._exit(0)  # Python would unmap what it may not read
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the pages are guarded as Linux does it")
def test_native_code_reads_within_the_options_and_the_pixels() -> None:
    done = subprocess.run([sys.executable, "-c", READS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
