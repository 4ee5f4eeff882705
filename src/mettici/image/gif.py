"""What a GIF asks of its decoder, told by its blocks (GIF89a 15 to 26) before any decoder reads it.

Pillow joins the pieces of a comment one by one, and gives each frame whatever room it asks for.
"""

from __future__ import annotations

from collections.abc import Iterator

from mettici.errors import UnreadableError

MOST_COMMENT = 65_536
"""Bytes of all comments before the second frame: a sentence is usual. Pillow copies all of them at each piece."""
MOST_PIECES = 1_000_000
"""Pieces of all blocks together: 100 MiB hold 410 000 full ones, of 255 bytes; half a second."""
_HEADS = 2
"""Frames whose heads Pillow reads: the first, and whether there is another."""
_EXTENSION, _IMAGE, _COMMENT = 0x21, 0x2C, 0xFE
_HEADER, _DESCRIPTOR = 13, 10

Block = tuple[int, int, int]
"""Its kind (`_IMAGE`, or the label of an extension), where it begins, and how many bytes its pieces hold."""


def check_blocks(data: bytes) -> None:
    """Raises `UnreadableError` where more comes before the second frame than any program writes, or in tiny pieces."""
    comments, pictures = 0, 0
    for kind, _, size in _blocks(data):
        pictures += kind == _IMAGE
        if pictures == _HEADS:
            return
        comments += size if kind == _COMMENT else 0
        if comments > MOST_COMMENT:
            raise UnreadableError("damaged", format="GIF")


def frames_fit(data: bytes, size: tuple[int, int]) -> bool:
    """Whether no frame of the file reaches beyond `size`, (width, height) in px."""
    for kind, at, _ in _blocks(data):
        if kind == _IMAGE:
            left, top, width, height = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (1, 3, 5, 7))
            if left + width > size[0] or top + height > size[1]:
                return False
    return True


def _blocks(data: bytes) -> Iterator[Block]:
    """The blocks in their order, up to the end or to what is none."""
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
            if pieces > MOST_PIECES:
                raise UnreadableError("damaged", format="GIF")
        at += 1
        yield kind, begin, size


def _colours(data: bytes, at: int) -> int:
    """Bytes of the colour table that the packed field at `at` announces."""
    packed = data[at] if at < len(data) else 0
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0
