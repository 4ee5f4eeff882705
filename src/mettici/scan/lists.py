"""Lists of photos: one path a line, or separated by NUL as `find -print0` writes them; from a file or a pipe."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from mettici.errors import SourceError
from mettici.safe_open import PATIENCE, is_regular, opened
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

PHOTO = "-"
"""The source that is one photo from standard input."""
LIST = "@-"
"""The source that is a list from standard input."""
_PIECE = 1 << 16


def is_list(source: str) -> bool:
    """Whether a source names a list; a file that is there under the whole name is none."""
    return source.startswith("@") and not os.path.lexists(source)


def read_again(source: str) -> bool:
    """Whether a source gives the same a second time: standard input and lists through a pipe do not."""
    if source in (PHOTO, LIST):
        return False
    return not is_list(source) or is_regular(source[1:])


def listed(source: str) -> Iterator[Task]:
    """The photos that the list `source`, "@file" or "@-", names. Raises `SourceError` where it cannot be read."""
    try:
        if source == LIST:
            yield from _tasks(sys.stdin.buffer)
            return
        with io.BufferedReader(opened(source[1:], renewed=True)) as file:
            yield from _tasks(file)
    except TimeoutError as error:
        raise SourceError("waited", source=source, seconds=f"{PATIENCE:g}") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceError("not_found", source=source) from error


def from_standard_input() -> Task:
    """The photo that standard input holds. It has no path, so no file is taken for it."""
    from mettici.image.photo import DEFAULT  # not above: `mettici scan --help` needs no photo

    try:
        return Task(PHOTO, "", data=sys.stdin.buffer.read(DEFAULT.max_bytes + 1))
    except OSError as error:
        raise SourceError("not_found", source=PHOTO) from error


def _tasks(stream: BinaryIO) -> Iterator[Task]:
    return (Task(name, name) for name in names_in(stream) if name)


def names_in(stream: BinaryIO) -> Iterator[str]:
    """The names in a list, as they come; some may be empty.

    NUL separates them where one is among the first bytes, as no name holds one; else line breaks. UTF-8, or UTF-16
    with its mark, as PowerShell writes it; bytes that are neither are kept as the system keeps them in names.
    """
    piece = _next(stream)
    encoding, errors = _encoding(piece)
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    text = decoder.decode(piece)
    separator, ends = ("\0", "") if "\0" in text else ("\n", "\r")
    left = ""
    while piece:
        *whole, left = (left + text).split(separator)
        for name in whole:
            yield name.rstrip(ends) if ends else name
        piece = _next(stream)
        text = decoder.decode(piece, final=not piece)
    left += text
    yield left.rstrip(ends) if ends else left


def _next(stream: BinaryIO) -> bytes:
    """What is there already, or the next to come: a list through a pipe is begun before it ends."""
    return stream.read1(_PIECE) if isinstance(stream, io.BufferedIOBase) else stream.read(_PIECE)


def _encoding(start: bytes) -> tuple[str, str]:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "replace"
    return "utf-8-sig", "surrogateescape"
