"""MediaPipe's networks, run one at a time on ready pixels.

MediaPipe's `ImageEmbedder` runs any image-to-tensor TFLite file that carries metadata (the build hook writes it),
custom operations included, and hands back one vector per output. Nothing else in the project imports mediapipe.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import mediapipe as mp
import numpy as np
import numpy.typing as npt
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

    def __call__(self, pixels: Pixels) -> list[npt.NDArray[np.float32]]:
        """The outputs, flat, in the network's order; `pixels` (side, side, 3) uint8 RGB of exactly the input's side."""
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(pixels))
        return [np.asarray(e.embedding, np.float32) for e in self._embedder.embed(image).embeddings]

    def close(self) -> None:
        self._embedder.close()
