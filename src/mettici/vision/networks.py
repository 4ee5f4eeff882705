"""MediaPipe's networks, run one at a time on ready pixels.

MediaPipe's `ImageEmbedder` runs any image-to-tensor TFLite file that carries metadata (the build hook writes it),
custom operations included, and hands back one vector per output. Nothing else in the project imports mediapipe.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import mediapipe as mp
import numpy as np
import numpy.typing as npt
from mediapipe.tasks.python.components.containers.embedding_result_c import EmbeddingC, EmbeddingResultC
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import ImageEmbedder, ImageEmbedderOptions

if TYPE_CHECKING:
    from mettici.faces import Pixels

_STDERR = threading.Lock()


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


class Network:
    """One TFLite network. Not safe for two threads at once: each thread borrows its own (see `Vision`)."""

    def __init__(self, path: Path):
        options = ImageEmbedderOptions(base_options=BaseOptions(model_asset_buffer=path.read_bytes()))
        with _native_log_silenced():
            self._embedder = ImageEmbedder.create_from_options(options)
        self.close = weakref.finalize(self, _closed, self._embedder)
        """Free the network; done of itself when it is no longer used, and when the interpreter ends."""

    def __call__(self, pixels: Pixels) -> list[npt.NDArray[np.float32]]:
        """The outputs, flat, in the network's order; `pixels` (side, side, 3) uint8 RGB of exactly the input's side."""
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(pixels))
        # `embed` would make a Python float of each number, which costs as much as a small network. Its private parts
        # are the same in every release that pyproject.toml allows; tests compare with `embed` itself.
        library, result = self._embedder._lib, EmbeddingResultC()
        library.MpImageEmbedderEmbedImage(self._embedder._handle, image._image_ptr, None, ctypes.byref(result))
        try:
            return [_copied(one) for one in result.embeddings[: result.embeddings_count]]
        finally:
            library.MpImageEmbedderCloseResult(ctypes.byref(result))


def _closed(embedder: ImageEmbedder) -> None:
    """At the interpreter's end MediaPipe has no thread left to close it with, and would say so at length: forget it."""
    try:
        embedder.close()
    except RuntimeError:
        embedder._handle = None


def _copied(output: EmbeddingC) -> npt.NDArray[np.float32]:
    """The numbers, which are MediaPipe's and last until the result is closed."""
    numbers = ctypes.cast(output.float_embedding, ctypes.POINTER(ctypes.c_float * output.values_count)).contents
    return np.frombuffer(numbers, np.float32).copy()
