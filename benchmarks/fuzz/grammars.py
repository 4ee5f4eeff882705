"""Files taken apart into the pieces of their format, and put together again with lengths and checksums that fit.

A mutation of a piece then reaches the code that reads it, where a flipped bit would end at the first checksum.
What does not follow the format stays together in one last piece.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from benchmarks.fuzz.seeds import chunk


class Piece(NamedTuple):
    """`kind`: what the format calls it, empty where the bytes stand for themselves."""

    kind: bytes
    body: bytes


class Grammar(NamedTuple):
    """How one format is taken `apart`, and put `together` again."""

    apart: Callable[[bytes], list[Piece]]
    together: Callable[[list[Piece]], bytes]


def _png_apart(data: bytes) -> list[Piece]:
    pieces, at = [Piece(b"", data[:8])], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        pieces.append(Piece(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return [*pieces, Piece(b"", data[at:])]


def _png_together(pieces: list[Piece]) -> bytes:
    return b"".join(chunk(kind, body) if kind else body for kind, body in pieces)


def _jpeg_apart(data: bytes) -> list[Piece]:
    pieces, at = [Piece(b"", data[:2])], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xD9:
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        pieces.append(Piece(data[at : at + 2], data[at + 4 : end]))
        at = end
        if pieces[-1].kind == b"\xff\xda":  # the scan's own bytes follow, up to the next marker
            while at + 2 <= len(data) and not (data[at] == 0xFF and data[at + 1] not in (0, *range(0xD0, 0xD8))):
                at += 1
            pieces.append(Piece(b"", data[end:at]))
    return [*pieces, Piece(b"", data[at:])]


def _jpeg_together(pieces: list[Piece]) -> bytes:
    return b"".join(
        kind + struct.pack(">H", min(len(body) + 2, 0xFFFF)) + body if kind else body for kind, body in pieces
    )


def _webp_apart(data: bytes) -> list[Piece]:
    pieces, at = [], 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        pieces.append(Piece(data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return pieces


def _webp_together(pieces: list[Piece]) -> bytes:
    chunks = b"".join(kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for kind, body in pieces)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _isobmff_apart(data: bytes) -> list[Piece]:
    pieces, at = [], 0
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if length < 8:
            break
        pieces.append(Piece(data[at + 4 : at + 8], data[at + 8 : at + length]))
        at += length
    return [*pieces, Piece(b"", data[at:])]


def _isobmff_together(pieces: list[Piece]) -> bytes:
    return b"".join(struct.pack(">I", len(body) + 8) + kind + body if kind else body for kind, body in pieces)


def _as_they_are(pieces: list[Piece]) -> bytes:
    return b"".join(body for _, body in pieces)


def _cut_at(data: bytes, *places: int) -> list[Piece]:
    edges = sorted({0, *(min(p, len(data)) for p in places), len(data)})
    return [Piece(b"", data[a:b]) for a, b in pairwise(edges)]


def _tiff_apart(data: bytes) -> list[Piece]:
    """The header, each entry of the first directory, and the rest."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 10:
        return [Piece(b"", data)]
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at) if at + 2 <= len(data) else (0,)
    return _cut_at(data, 8, at, *(at + 2 + 12 * i for i in range(min(count, 100) + 1)))


def _bmp_apart(data: bytes) -> list[Piece]:
    """The file's header, the picture's header, and the rest."""
    (header,) = struct.unpack_from("<I", data, 14)
    return _cut_at(data, 14, 14 + header)


def _gif_apart(data: bytes) -> list[Piece]:
    """The header with its palette, and each extension and picture."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    places = [6, 13, at]
    while at + 10 <= len(data) and data[at] in (0x21, 0x2C):
        if data[at] == 0x21:
            at += 2
        else:
            flags = data[at + 9]
            at += 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
            places.append(at)
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
        places.append(at)
    return _cut_at(data, *places)


GRAMMARS = {
    "PNG": Grammar(_png_apart, _png_together),
    "JPEG": Grammar(_jpeg_apart, _jpeg_together),
    "WEBP": Grammar(_webp_apart, _webp_together),
    "AVIF": Grammar(_isobmff_apart, _isobmff_together),
    "HEIF": Grammar(_isobmff_apart, _isobmff_together),
    "TIFF": Grammar(_tiff_apart, _as_they_are),
    "BMP": Grammar(_bmp_apart, _as_they_are),
    "GIF": Grammar(_gif_apart, _as_they_are),
}


def apart(name: str, data: bytes) -> list[Piece]:
    """The pieces of a file in the format `name`: one, where it is so damaged that it has none."""
    try:
        return GRAMMARS[name].apart(data) or [Piece(b"", data)]
    except (IndexError, struct.error):  # it ends within a header
        return [Piece(b"", data)]
