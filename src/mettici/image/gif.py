"""How much work a GIF causes its decoder, read from its blocks (GIF89a 15 to 26) before it is decoded.

Pillow concatenates a comment piece by piece, and allocates whatever size a frame claims.
"""

from __future__ import annotations

from collections.abc import Iterator

from mettici.errors import UnreadableError

MAX_COMMENT = 65_536
"""Bytes in all comments before the second frame; a sentence is usual. Pillow copies them all for each piece."""
MAX_PIECES = 1_000_000
"""Pieces in all blocks together. 100 MiB contain 410 000 full ones, of 255 bytes, which take half a second."""
_HEADS = 2
"""Frames whose headers Pillow reads: the first, and the second to find out whether there is one."""
_EXTENSION, _IMAGE, _COMMENT = 0x21, 0x2C, 0xFE
_HEADER, _DESCRIPTOR = 13, 10

Block = tuple[int, int, int]
"""Its kind (`_IMAGE`, or the label of an extension), its offset, and the number of bytes in its pieces."""


def check_blocks(data: bytes) -> None:
    """Raises `UnreadableError` if the file has longer comments before the second frame, or more pieces, than any
    program writes."""
    comments, pictures = 0, 0
    for kind, _, size in _blocks(data):
        pictures += kind == _IMAGE
        if pictures == _HEADS:
            return
        comments += size if kind == _COMMENT else 0
        if comments > MAX_COMMENT:
            raise UnreadableError("damaged", format="GIF")


def frames_fit(data: bytes, size: tuple[int, int]) -> bool:
    """Whether every frame lies within `size`, (width, height) in px."""
    for kind, at, _ in _blocks(data):
        if kind == _IMAGE:
            left, top, width, height = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (1, 3, 5, 7))
            if left + width > size[0] or top + height > size[1]:
                return False
    return True


def _blocks(data: bytes) -> Iterator[Block]:
    """Yield the blocks in order, until the end or the first invalid one."""
    at, pieces = _HEADER + _colours(data, 10), 0
    while at + 2 <= len(data) and data[at] in (_EXTENSION, _IMAGE):
        begin, kind = at, data[at] if data[at] == _IMAGE else data[at + 1]
        if kind == _IMAGE and data[at] == _IMAGE:
            at += _DESCRIPTOR + _colours(data, at + 9) + 1
        else:
            at += 2
        size = 0
        while at < len(data) and data[at]:
            size, at, pieces = size + data[at], at + 1 + data[at], pieces + 1
            if pieces > MAX_PIECES:
                raise UnreadableError("damaged", format="GIF")
        at += 1
        yield kind, begin, size


def _colours(data: bytes, at: int) -> int:
    """Size in bytes of the colour table announced by the packed field at `at`."""
    packed = data[at] if at < len(data) else 0
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0
