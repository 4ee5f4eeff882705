"""Lists of photos, from a file or a pipe: one path per line, or separated by NUL as `find -print0` writes them."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from mettici.errors import SourceError
from mettici.safe_open import READ_TIMEOUT, is_regular, opened
from mettici.scan.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

PHOTO = "-"
"""The source that stands for one photo on standard input."""
LIST = "@-"
"""The source that stands for a list on standard input."""
_PIECE = 1 << 16


def is_list(source: str) -> bool:
    """Whether a source names a list, and not an existing file whose name starts with @."""
    return source.startswith("@") and not os.path.lexists(source)


def read_again(source: str) -> bool:
    """Whether a source can be read twice: standard input and lists through a pipe cannot."""
    if source in (PHOTO, LIST):
        return False
    return not is_list(source) or is_regular(source[1:])


def listed(source: str) -> Iterator[Task]:
    """The photos named by the list `source`, "@file" or "@-". Raises `SourceError` if it cannot be read."""
    try:
        if source == LIST:
            yield from _tasks(sys.stdin.buffer)
            return
        with io.BufferedReader(opened(source[1:], renewed=True)) as file:
            yield from _tasks(file)
    except TimeoutError as error:
        raise SourceError("waited", source=source, seconds=f"{READ_TIMEOUT:g}") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SourceError("not_found", source=source) from error


def from_standard_input() -> Task:
    """The photo on standard input. Its path is empty, so that it is not mistaken for a file."""
    from mettici.image.photo import DEFAULT  # imported here because `mettici scan --help` does not need it

    try:
        return Task(PHOTO, "", data=sys.stdin.buffer.read(DEFAULT.max_bytes + 1))
    except OSError as error:
        raise SourceError("not_found", source=PHOTO) from error


def _tasks(stream: BinaryIO) -> Iterator[Task]:
    return (Task(name, name) for name in names_in(stream) if name)


def names_in(stream: BinaryIO) -> Iterator[str]:
    """The names in a list, as they arrive; some may be empty.

    They are separated by NUL if there is one among the first bytes, since no name contains it; otherwise by line
    breaks. The encoding is UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it; other bytes are kept as
    the system keeps them in names.
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
    """The bytes available now, or the next to arrive: judging starts before a piped list ends."""
    return stream.read1(_PIECE) if isinstance(stream, io.BufferedIOBase) else stream.read(_PIECE)


def _encoding(start: bytes) -> tuple[str, str]:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "replace"
    return "utf-8-sig", "surrogateescape"
