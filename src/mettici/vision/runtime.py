"""ONNX Runtime, which runs every network, in the thread that asks: no threads of its own, and not a word to anyone.

From 1.29 on its wheels send telemetry to their maker, so pyproject.toml allows none of these, and for whoever installs
one all the same it is switched off. On Windows it reports events to the system unless it is told not to.
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
    """Native code greets on file descriptor 2; a program whose standard error is read must not see that."""
    with _STDERR:
        sys.stderr.flush()
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read once, as the library loads
with _native_log_silenced():  # as it loads it looks for accelerators, and complains where there are none
    import onnxruntime
    from onnxruntime import InferenceSession

onnxruntime.set_default_logger_severity(_ERRORS_ONLY)
onnxruntime.disable_telemetry_events()


def session(path: Path) -> InferenceSession:
    """The network in an ONNX file, ready to run. Raises `ModelCorruptError` where the file is none."""
    options = onnxruntime.SessionOptions()
    # A photo is judged by one thread: several would wait for one another, and batches have a process for each core.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its classes have no base of their own
        raise ModelCorruptError("load", file=str(path), detail=str(error)) from error


class Network:
    """A network that takes a picture and nothing else: MediaPipe's, as ONNX (tflite_to_onnx). Safe to share."""

    def __init__(self, path: Path):
        """Raises `ModelCorruptError`."""
        self._session = session(path)

    def __call__(self, pixels: Pixels) -> list[npt.NDArray[np.float32]]:
        """The outputs, flat, in the network's order; `pixels` (side, side, 3) uint8 RGB of exactly the input's side."""
        outputs: list[npt.NDArray[np.float32]] = self._session.run(None, {"image": pixels[None]})
        return outputs
