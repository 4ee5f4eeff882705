"""ONNX Runtime, which runs every network in the calling thread, silently and without telemetry.

Wheels from 1.29 on send telemetry to their vendor, so pyproject.toml excludes them; if one is installed anyway, its
telemetry is disabled here. On Windows, ONNX Runtime also reports events to the system unless that is disabled.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.errors import ModelCorruptError

if TYPE_CHECKING:
    from mettici.image.types import Pixels

_STDERR = threading.Lock()
_ERRORS_ONLY = 3


@contextlib.contextmanager
def _native_log_silenced() -> Iterator[None]:
    """Hide what native code prints to file descriptor 2, so that it does not end up in the program's standard error."""
    with _STDERR:
        sys.stderr.flush()
        saved = os.dup(2)
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(null, 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            os.close(null)


os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read once, when the library loads
with _native_log_silenced():  # on loading it looks for accelerators, and warns if there are none
    import onnxruntime
    from onnxruntime import InferenceSession

onnxruntime.set_default_logger_severity(_ERRORS_ONLY)
onnxruntime.disable_telemetry_events()


def session(path: Path) -> InferenceSession:
    """Load the network in an ONNX file. Raises `ModelCorruptError` if it cannot be loaded."""
    options = onnxruntime.SessionOptions()
    # One thread per photo: more would wait for one another, and batches run one process per core.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena and the memory pattern hold on to the peak memory of all runs, and do not make runs faster.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    try:
        return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base class
        raise ModelCorruptError("load", file=str(path), detail=str(error)) from error


class Network:
    """A MediaPipe network, converted by tflite_to_onnx, whose only input is a picture. Thread-safe."""

    def __init__(self, path: Path):
        """Raises `ModelCorruptError`."""
        self._session = session(path)

    def __call__(self, pixels: Pixels) -> list[npt.NDArray[np.float32]]:
        """All outputs as flat arrays, in the network's order. `pixels`: (side, side, 3) uint8 RGB, the input's size."""
        outputs: list[npt.NDArray[np.float32]] = self._session.run(None, {"image": pixels[None]})
        return outputs
