"""Reading the bytes of a photo from any source, up to a limit."""

from __future__ import annotations

import base64
import errno
import inspect
import io
import os
import re
from typing import BinaryIO, cast
from urllib.parse import unquote_to_bytes

from mettici.errors import NotFoundError, PhotoError, TooLargeError, UnreadableError
from mettici.safe_open import READ_TIMEOUT, opened

File = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO

_CHUNK = 1 << 20
_DATA = "data:"
_ADDRESS = re.compile(r"(?:https?|ftps?|s3|gs|blob|file):(?=//)", re.IGNORECASE)
_ENCODED = b"/9j/", b"iVBORw0KGgo", b"R0lGODlh", b"R0lGODdh", b"UklGR"
"""How base64-encoded JPEG, PNG, GIF and WebP files begin."""
_MIN_ENCODED = 64
"""Minimum length of a string to be taken for a base64-encoded picture rather than a file name."""
_MAX_QUOTED = 1024
"""Maximum length of a name quoted in an error."""


def read(source: File, most: int) -> bytes:
    """Read all of `source`: a path, bytes, a data URL or a binary stream. Raises a `PhotoError` above `most` bytes.

    For an async upload (of Starlette or FastAPI), the underlying file is read.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = _in_base64(bytes(source))
    elif isinstance(source, (str, os.PathLike)):
        path = os.fsdecode(source)
        data = _from_url(path, most) if path.startswith(_DATA) else _read_path(path, most)
    elif hasattr(source, "read"):
        data = _read_open(source, most)
    else:
        raise TypeError(f"a {type(source).__name__} is no source of a photo")
    if len(data) > most:
        raise TooLargeError("bytes", limit=round(most / 2**20))
    return data


def _read_open(source: BinaryIO, most: int) -> bytes:
    stream = source
    if inspect.iscoroutinefunction(source.read) and hasattr(source, "file"):
        stream = cast(BinaryIO, source.file)
    try:
        return _read_stream(stream, most)
    except OSError as error:
        raise UnreadableError("io", detail=error.strerror or str(error)) from error
    except ValueError as error:
        if getattr(stream, "closed", False):
            raise UnreadableError("closed_stream") from error
        raise


def _from_url(url: str, most: int) -> bytes:
    """Decode a data URL (RFC 2397), which must be base64."""
    head, _, text = url.partition(",")
    if len(text) > most * 4 / 3 + 4:
        raise TooLargeError("bytes", limit=round(most / 2**20))
    if not head.endswith(";base64"):
        raise UnreadableError("data_url")
    try:
        return base64.b64decode(unquote_to_bytes(text), validate=True)
    except ValueError as error:
        raise UnreadableError("data_url") from error


def _in_base64(data: bytes) -> bytes:
    """Return the bytes unchanged. Raises `UnreadableError` if they are a base64-encoded picture."""
    if data[:_MIN_ENCODED].startswith(_ENCODED):
        raise UnreadableError("base64")
    return data


def _path_error(path: str) -> PhotoError:
    """The error for a string that does not name a file."""
    address = _ADDRESS.match(path)
    if address:
        return UnreadableError("address", scheme=address[0])
    if path.encode("utf-8", "replace").startswith(_ENCODED) and len(path) > _MIN_ENCODED:
        return UnreadableError("base64")
    return NotFoundError(path=path if len(path) <= _MAX_QUOTED else f"{path[:_MAX_QUOTED]}…")


def _read_path(path: str, most: int) -> bytes:
    try:
        with opened(path) as file:
            return _read_stream(file, most)
    except TimeoutError as error:
        raise UnreadableError("waited", path=path, seconds=f"{READ_TIMEOUT:g}") from error
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
        raise _path_error(path) from error
    except OSError as error:
        if os.path.isdir(path):  # on Windows, opening a folder fails with "permission denied"
            raise UnreadableError("folder", path=path) from error
        if isinstance(error, PermissionError):
            raise UnreadableError("permission", path=path) from error
        if error.errno == errno.ENAMETOOLONG and not isinstance(wrong := _path_error(path), NotFoundError):
            raise wrong from error
        raise UnreadableError("io", detail=error.strerror or str(error)) from error


def _read_stream(stream: BinaryIO | io.RawIOBase, most: int) -> bytes:
    """Read the rest of the stream, or `most` + 1 bytes, which show that it is too large."""
    data = bytearray()
    while len(data) <= most:
        piece = stream.read(min(_CHUNK, most + 1 - len(data)))
        if inspect.iscoroutine(piece):
            piece.close()
            raise UnreadableError("async_stream")
        if not piece:
            break
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            raise UnreadableError("text_stream")
        data += piece
    return bytes(data)
