"""Opening a picture from any source: recognised, checked against the limits, and not yet decoded."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mettici.errors import (
    EmptyError,
    MetticiError,
    NotAnImageError,
    TooLargeError,
    TruncatedError,
    UnreadableError,
    UnsupportedFormatError,
)
from mettici.image import arrays, gif, jpeg, metadata, tiff
from mettici.image.formats import PICTURES, decoder, is_truncated, recognise
from mettici.image.limits import Limits, check_memory, check_runs, check_size
from mettici.image.quiet import silenced
from mettici.image.reading import File, read
from mettici.lifecycle import no_fork

Source = File | Image.Image | NDArray[np.uint8]

HASH_IN_THREAD_FROM = 2**20
"""Bytes from which a file is hashed in a separate thread; below that, it takes less than a millisecond."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A picture whose header has been read. `data` is empty if it does not come from a file."""

    image: Image.Image
    format: str
    sha256: Callable[[], str]
    data: bytes = b""


def open_source(source: Source, limits: Limits) -> Opened:
    """Open any source. Raises a `PhotoError`, or `TypeError` for an unsupported type."""
    if isinstance(source, memoryview) and source.ndim > 1:
        source = np.asarray(source)
    if isinstance(source, np.ndarray):
        return _from_array(source, limits)
    if isinstance(source, Image.Image):
        return _from_pillow(source, limits)
    return from_file(read(source, limits.max_bytes), limits, empty="stream" if hasattr(source, "read") else "file")


def _from_array(array: NDArray[np.generic], limits: Limits) -> Opened:
    if array.ndim > 1:
        check_size((array.shape[1], array.shape[0]), limits)
    image = arrays.to_image(array)
    return Opened(image, "ARRAY", _pixel_hash(image))


@no_fork()
@silenced()
def _from_pillow(image: Image.Image, limits: Limits) -> Opened:
    check_size(image.size, limits)
    name = image.format or "PIL"
    with decoding(name):  # it may not be loaded yet
        try:
            return Opened(image, name, _pixel_hash(image))
        except (AssertionError, AttributeError, ValueError) as error:
            if "closed" in str(error) or getattr(image, "fp", image) is None:
                raise UnreadableError("closed_image") from error
            raise


def with_end_marker(opened: Opened) -> Opened | None:
    """A truncated JPEG with an end marker added, as viewers show it. None if too much is missing."""
    if opened.format != "JPEG" or not is_truncated(opened.data, "JPEG") or not jpeg.truncated_in_last_scan(opened.data):
        return None
    decode = decoder("JPEG")
    assert decode is not None  # the file has been opened with it before
    return replace(opened, image=decode(io.BytesIO(opened.data + jpeg.END)))


_CHECKED_BEFORE: Mapping[str, Callable[[bytes], None]] = {
    "JPEG": jpeg.check_segments,
    "GIF": gif.check_blocks,
    "TIFF": tiff.check_directories,
}
"""Checks that run before the decoder reads the header, because that alone may take long or use much memory."""


@no_fork()
@silenced()
def from_file(data: bytes, limits: Limits, empty: str) -> Opened:
    """Open the contents of a file. Raises a `PhotoError`: `EmptyError` with the reason `empty` if there are none."""
    if not data:
        raise EmptyError(empty)
    name, kind = recognise(data)
    if kind not in PICTURES:
        raise NotAnImageError(kind, name=name)
    decode = decoder(name) if name in limits.formats else None
    if decode is None:
        missing = name == "HEIF" and name in limits.formats
        raise UnsupportedFormatError("heif" if missing else kind, name="HEIC" if name == "HEIF" else name)
    if name == "HEIF" and is_truncated(data, name):
        raise TruncatedError(format=name)  # libheif silently fills in what is missing
    with decoding(name, data):
        if name in _CHECKED_BEFORE:
            _CHECKED_BEFORE[name](data)
        image = decode(io.BytesIO(data))
        check_size(image.size, limits)
        if name == "JPEG":
            jpeg.check_scans(data, image.width * image.height)
        check_memory(image, name, limits, data)
        check_runs(image, len(data))
        metadata.drop_oversized(image)
    if metadata.is_raw(image):
        raise UnsupportedFormatError("raw", name="DNG, NEF, ARW …")
    return Opened(image, name, _file_hash(data), data)


def _file_hash(data: bytes) -> Callable[[], str]:
    """SHA-256 of the file. A large file is hashed while it is decoded: neither holds the GIL."""
    if len(data) < HASH_IN_THREAD_FROM:
        return hashlib.sha256(data).hexdigest
    executor = ThreadPoolExecutor(1, thread_name_prefix="mettici-hash")
    digest = executor.submit(hashlib.sha256, data)
    executor.shutdown(wait=False)
    return lambda: digest.result().hexdigest()


def _pixel_hash(image: Image.Image) -> Callable[[], str]:
    digest = hashlib.sha256(f"{image.mode} {image.width} {image.height} ".encode())
    digest.update(image.tobytes())
    digest.update(bytes(image.getpalette() or ()))
    return digest.hexdigest


@contextmanager
def decoding(name: str, data: bytes = b"") -> Iterator[None]:
    """Turn any exception of a decoder on hostile bytes into the matching `PhotoError`."""
    try:
        yield
    except MetticiError:
        raise
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLargeError("memory") from error
    except Exception as error:  # decoders raise almost anything
        if isinstance(error, EOFError) or "truncated" in str(error).lower() or is_truncated(data, name):
            raise TruncatedError(format=name) from error
        raise UnreadableError("damaged", format=name) from error
