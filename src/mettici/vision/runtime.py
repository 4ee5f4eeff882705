"""MediaPipe's networks, run one at a time on ready pixels.

MediaPipe's `ImageEmbedder` runs any image-to-tensor TFLite file that carries metadata (the build hook writes it),
custom operations included, and hands back one vector per output.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import queue
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mettici.errors import ClosedError
from mettici.lifecycle import at_the_end, ended
from mettici.vision.tasks import (
    BaseOptions,
    EmbeddingC,
    EmbeddingResultC,
    Image,
    ImageEmbedder,
    ImageEmbedderOptions,
    ImageFormat,
    handle_status,
    is_shutdown,
)

if TYPE_CHECKING:
    from mettici.image.types import Pixels

_STDERR = threading.Lock()
_LOST: queue.SimpleQueue[ImageEmbedder] = queue.SimpleQueue()
"""Networks that nobody closed, freed when the next one is loaded.

The garbage collector finds them at any point of any thread, also of one that is starting a thread and holds the lock
that closing a network waits for.
"""
_KNOWN: weakref.WeakSet[ImageEmbedder] = weakref.WeakSet()
"""All that are loaded, lost ones too: see `_forget`."""
_ENDING = threading.Event()


class Result(EmbeddingResultC):  # type: ignore[misc]
    """What native code fills in, with room to spare.

    MediaPipe's own class is 24 bytes long. Its C header has `timestamp_ms` before `has_timestamp_ms`, so that native
    code writes a 25th: into whatever the allocator put there.
    """

    _fields_ = [("spare", ctypes.c_uint8 * 64)]


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
            _free_lost()
            self._embedder = ImageEmbedder.create_from_options(options)
        _KNOWN.add(self._embedder)
        if _ENDING.is_set():  # loaded by a thread that goes on beside the interpreter's end
            self._embedder._handle = None
        self._lost = weakref.finalize(self, _LOST.put, self._embedder)

    def __call__(self, pixels: Pixels) -> list[npt.NDArray[np.float32]]:
        """The outputs, flat, in the network's order; `pixels` (side, side, 3) uint8 RGB of exactly the input's side."""
        image = Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(pixels))
        # `embed` would make a Python float of each number, which costs as much as a small network, and its library
        # hands every call to a thread of its own. A network is used by one thread at a time, so that the call is made
        # here. These private parts are the same in every release that pyproject.toml allows; tests compare with
        # `embed` itself.
        library, result, fault = self._embedder._lib._lib, Result(), ctypes.c_char_p()
        handle = self._embedder._handle
        if handle is None or is_shutdown():
            raise ClosedError if threading.main_thread().is_alive() else ended()
        status = library.MpImageEmbedderEmbedImage(
            handle, image._image_ptr, None, ctypes.byref(result), ctypes.byref(fault)
        )
        try:
            handle_status(status, fault)
            return [_copied(one) for one in result.embeddings[: result.embeddings_count]]
        finally:
            if fault.value is not None:
                library.MpErrorFree(fault)
            library.MpImageEmbedderCloseResult(ctypes.byref(result))

    def close(self) -> None:
        """Free the network, which cannot be used afterwards; closing it again does nothing."""
        if self._lost.detach():
            _free(self._embedder)


def _free(embedder: ImageEmbedder) -> None:
    try:
        with at_the_end():
            embedder.close()
    except (ClosedError, SystemExit):  # no thread is left that could free it; the system does
        embedder._handle = None


def _free_lost() -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            _free(_LOST.get_nowait())


@atexit.register
def _end() -> None:
    _ENDING.set()  # first: what another thread loads from now on is not among those that are known
    _forget()


def _forget() -> None:
    """At the interpreter's end and in the copy that a fork makes, MediaPipe has no thread left to close a network with.

    It would say so at length in the one, and wait for ever in the other.
    """
    for embedder in list(_KNOWN):
        embedder._handle = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _copied(output: EmbeddingC) -> npt.NDArray[np.float32]:
    """The numbers, which are MediaPipe's and last until the result is closed."""
    numbers = ctypes.cast(output.float_embedding, ctypes.POINTER(ctypes.c_float * output.values_count)).contents
    return np.frombuffer(numbers, np.float32).copy()
