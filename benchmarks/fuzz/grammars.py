"""Splits files into the pieces of their format, and joins them again with correct lengths and checksums.

A mutated piece then reaches the code that reads it, whereas a flipped bit would fail at the first checksum. Whatever
does not follow the format stays together as one last piece.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from benchmarks.fuzz.seeds import chunk


class Piece(NamedTuple):
    """One piece of a file. `kind` is the format's name for it, or empty for bare bytes."""

    kind: bytes
    body: bytes


class Grammar(NamedTuple):
    """How to split a file of one format and join it again."""

    split: Callable[[bytes], list[Piece]]
    join: Callable[[list[Piece]], bytes]


def _split_png(data: bytes) -> list[Piece]:
    pieces, at = [Piece(b"", data[:8])], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        pieces.append(Piece(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return [*pieces, Piece(b"", data[at:])]


def _join_png(pieces: list[Piece]) -> bytes:
    return b"".join(chunk(kind, body) if kind else body for kind, body in pieces)


def _split_jpeg(data: bytes) -> list[Piece]:
    pieces, at = [Piece(b"", data[:2])], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xD9:
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        pieces.append(Piece(data[at : at + 2], data[at + 4 : end]))
        at = end
        if pieces[-1].kind == b"\xff\xda":  # the scan's data follows, up to the next marker
            while at + 2 <= len(data) and not (data[at] == 0xFF and data[at + 1] not in (0, *range(0xD0, 0xD8))):
                at += 1
            pieces.append(Piece(b"", data[end:at]))
    return [*pieces, Piece(b"", data[at:])]


def _join_jpeg(pieces: list[Piece]) -> bytes:
    return b"".join(
        kind + struct.pack(">H", min(len(body) + 2, 0xFFFF)) + body if kind else body for kind, body in pieces
    )


def _split_webp(data: bytes) -> list[Piece]:
    pieces, at = [], 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        pieces.append(Piece(data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return pieces


def _join_webp(pieces: list[Piece]) -> bytes:
    chunks = b"".join(kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2) for kind, body in pieces)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _split_isobmff(data: bytes) -> list[Piece]:
    pieces, at = [], 0
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if length < 8:
            break
        pieces.append(Piece(data[at + 4 : at + 8], data[at + 8 : at + length]))
        at += length
    return [*pieces, Piece(b"", data[at:])]


def _join_isobmff(pieces: list[Piece]) -> bytes:
    return b"".join(struct.pack(">I", len(body) + 8) + kind + body if kind else body for kind, body in pieces)


def _concatenated(pieces: list[Piece]) -> bytes:
    return b"".join(body for _, body in pieces)


def _cut_at(data: bytes, *places: int) -> list[Piece]:
    edges = sorted({0, *(min(p, len(data)) for p in places), len(data)})
    return [Piece(b"", data[a:b]) for a, b in pairwise(edges)]


def _split_tiff(data: bytes) -> list[Piece]:
    """The header, each entry of the first directory, and the rest."""
    order = "<" if data[:2] == b"II" else ">"
    if len(data) < 10:
        return [Piece(b"", data)]
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at) if at + 2 <= len(data) else (0,)
    return _cut_at(data, 8, at, *(at + 2 + 12 * i for i in range(min(count, 100) + 1)))


def _split_bmp(data: bytes) -> list[Piece]:
    """The file header, the bitmap header, and the rest."""
    (header,) = struct.unpack_from("<I", data, 14)
    return _cut_at(data, 14, 14 + header)


def _split_gif(data: bytes) -> list[Piece]:
    """The header with its palette, then each extension and image."""
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
    "PNG": Grammar(_split_png, _join_png),
    "JPEG": Grammar(_split_jpeg, _join_jpeg),
    "WEBP": Grammar(_split_webp, _join_webp),
    "AVIF": Grammar(_split_isobmff, _join_isobmff),
    "HEIF": Grammar(_split_isobmff, _join_isobmff),
    "TIFF": Grammar(_split_tiff, _concatenated),
    "BMP": Grammar(_split_bmp, _concatenated),
    "GIF": Grammar(_split_gif, _concatenated),
}


def split(name: str, data: bytes) -> list[Piece]:
    """The pieces of a file in the format `name`; a single piece if the file is too damaged to split."""
    try:
        return GRAMMARS[name].split(data) or [Piece(b"", data)]
    except (IndexError, struct.error):  # the file ends within a header
        return [Piece(b"", data)]
