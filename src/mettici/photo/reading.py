"""The bytes of a photo from wherever they are, never more than asked for."""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from mettici.errors import NotFoundError, TooLargeError, UnreadableError

File = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO

_CHUNK = 1 << 20


def read(source: File, most: int) -> bytes:
    """All of `source`: a path, bytes or a binary stream. Raises a `PhotoError` where it is over `most` bytes."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif isinstance(source, (str, os.PathLike)):
        data = _read_path(os.fspath(source), most)
    elif hasattr(source, "read"):
        try:
            data = _read_stream(source, most)
        except OSError as error:
            raise UnreadableError("io", detail=error.strerror or str(error)) from error
    else:
        raise TypeError(f"a {type(source).__name__} is no source of a photo")
    if len(data) > most:
        raise TooLargeError("bytes", limit=round(most / 2**20))
    return data


def _read_path(path: str, most: int) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return _read_stream(file, most)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
        raise NotFoundError(path=path) from error
    except OSError as error:
        if os.path.isdir(path):  # opening a folder is "permission denied" on Windows
            raise UnreadableError("folder", path=path) from error
        if isinstance(error, PermissionError):
            raise UnreadableError("permission", path=path) from error
        raise UnreadableError("io", detail=error.strerror or str(error)) from error


def _read_stream(stream: BinaryIO | io.RawIOBase, most: int) -> bytes:
    """All that is left in the stream, or its first `most` + 1 bytes, which tell that it is too large."""
    data = bytearray()
    while len(data) <= most:
        piece = stream.read(min(_CHUNK, most + 1 - len(data)))
        if not piece:
            break
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            raise UnreadableError("text_stream")
        data += piece
    return bytes(data)
