"""From any source to an opened picture: recognised, within the limits, and not yet decoded."""

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
from mettici.image.formats import PICTURES, decoder, ends_early, recognise
from mettici.image.limits import Limits, check_memory, check_runs, check_size
from mettici.image.quiet import hushed
from mettici.image.reading import File, read
from mettici.lifecycle import undivided

Source = File | Image.Image | NDArray[np.uint8]

HASHED_BESIDE = 2**20
"""Bytes of a file from which its hash is worked out in a thread of its own: a millisecond is not worth one."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A picture whose header is read. `data` is empty where there is no file."""

    image: Image.Image
    format: str
    sha256: Callable[[], str]
    data: bytes = b""


def open_source(source: Source, limits: Limits) -> Opened:
    """Any source, opened. Raises a `PhotoError`, or `TypeError` for what is no source."""
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
    image = arrays.picture(array)
    return Opened(image, "ARRAY", _pixel_hash(image))


@undivided()
@hushed()
def _from_pillow(image: Image.Image, limits: Limits) -> Opened:
    check_size(image.size, limits)
    name = image.format or "PIL"
    with decoding(name):  # it may not have been loaded yet
        try:
            return Opened(image, name, _pixel_hash(image))
        except (AssertionError, AttributeError, ValueError) as error:
            if "closed" in str(error) or getattr(image, "fp", image) is None:
                raise UnreadableError("closed_image") from error
            raise


def completed(opened: Opened) -> Opened | None:
    """A JPEG whose file breaks off, with an end: viewers show it so. None where more than its end is missing."""
    if opened.format != "JPEG" or not ends_early(opened.data, "JPEG") or not jpeg.breaks_off_late(opened.data):
        return None
    decode = decoder("JPEG")
    assert decode is not None  # it was opened
    return replace(opened, image=decode(io.BytesIO(opened.data + jpeg.END)))


_CHECKED_BEFORE: Mapping[str, Callable[[bytes], None]] = {
    "JPEG": jpeg.check_segments,
    "GIF": gif.check_blocks,
    "TIFF": tiff.check_directories,
}
"""What is looked at before a decoder reads the header, because that alone may take long or much."""


@undivided()
@hushed()
def from_file(data: bytes, limits: Limits, empty: str) -> Opened:
    """The bytes of a file, opened. Raises a `PhotoError`: `EmptyError` of the reason `empty` where there are none."""
    if not data:
        raise EmptyError(empty)
    name, kind = recognise(data)
    if kind not in PICTURES:
        raise NotAnImageError(kind, name=name)
    decode = decoder(name) if name in limits.formats else None
    if decode is None:
        missing = name == "HEIF" and name in limits.formats
        raise UnsupportedFormatError("heif" if missing else kind, name="HEIC" if name == "HEIF" else name)
    if name == "HEIF" and ends_early(data, name):
        raise TruncatedError(format=name)  # libheif paints what is missing, and says nothing
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
    """SHA-256 of the file, of a large one worked out while it is decoded: neither holds the interpreter's lock."""
    if len(data) < HASHED_BESIDE:
        return hashlib.sha256(data).hexdigest
    beside = ThreadPoolExecutor(1, thread_name_prefix="mettici-hash")
    digest = beside.submit(hashlib.sha256, data)
    beside.shutdown(wait=False)
    return lambda: digest.result().hexdigest()


def _pixel_hash(image: Image.Image) -> Callable[[], str]:
    digest = hashlib.sha256(f"{image.mode} {image.width} {image.height} ".encode())
    digest.update(image.tobytes())
    digest.update(bytes(image.getpalette() or ()))
    return digest.hexdigest


@contextmanager
def decoding(name: str, data: bytes = b"") -> Iterator[None]:
    """Turn whatever a decoder raises on hostile bytes into the error that says what is wrong."""
    try:
        yield
    except MetticiError:
        raise
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLargeError("memory") from error
    except Exception as error:  # decoders raise almost anything
        if isinstance(error, EOFError) or "truncated" in str(error).lower() or ends_early(data, name):
            raise TruncatedError(format=name) from error
        raise UnreadableError("damaged", format=name) from error
