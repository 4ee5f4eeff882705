"""How many pixels an AVIF or a HEIF really codes, where its `ispe` says less: told by the coded picture itself.

The boxes of ISO/IEC 14496-12 and 23008-12 lead to the sequence header of AV1 (AV1 5.5) or the sequence parameter set of
HEVC (H.265 7.3.2.2). Decoders make room for what these say, and scale it down to what `ispe` says afterwards.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEAD = 256
"""Bytes of an item that are looked at: the sequence header comes first, in some ten of them."""
_MOST = 20_000
"""Boxes, items and references that are looked at: more than any camera writes, in a few milliseconds."""
_DEPTH = 8
_INSIDE = {
    b"meta": 4, b"iprp": 0, b"ipco": 0, b"iinf": 6, b"iref": 4, b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0,
    b"stbl": 0,
}  # fmt: skip
"""Boxes that hold others, and how many bytes of their own come first."""
_SEQUENCE_HEADER, _SPS = 1, 33

Span = tuple[int, int]


@dataclass
class _Layout:
    """What the boxes say of items and tracks."""

    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, Span] = field(default_factory=dict)
    made_of: dict[int, list[int]] = field(default_factory=dict)
    beside: list[int] = field(default_factory=list)
    sets: int = 0
    samples: list[int] = field(default_factory=list)


def coded_pixels(data: bytes) -> int:
    """Pixels of the largest picture that decoding the file makes room for; 0 where that cannot be told."""
    layout = _Layout()
    for count, (kind, start, end) in enumerate(_boxes(data, 0, len(data), 0)):
        if count > _MOST:
            break
        try:
            _READERS.get(kind, _skip)(data, (start, end), layout)
        except (struct.error, IndexError):  # a damaged box; a decoder stumbles over it too
            continue
    wholes = [layout.primary, *layout.beside]
    items = [sum(_item(data, layout, part) for part in _parts(layout, whole)) for whole in wholes]
    return max([*items, *(_av1(data[at : at + _HEAD]) for at in layout.samples)])


def _boxes(data: bytes, start: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
    """Every box's kind, and where its body begins and ends."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and start + 16 <= end:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        stop = end if size == 0 else start + size
        if size != 0 and size < head:
            return
        stop = min(stop, end)
        yield kind, start + head, stop
        if kind in _INSIDE and depth < _DEPTH:
            longer = 2 if kind == b"iinf" and data[start + head : start + head + 1] > b"\0" else 0  # a count of 32 bits
            yield from _boxes(data, start + head + _INSIDE[kind] + longer, stop, depth + 1)
        start = stop


def _parts(layout: _Layout, item: int) -> list[int]:
    """The items that a picture is put together from: its tiles, or itself."""
    return layout.made_of.get(item, [item])[:_MOST]


def _item(data: bytes, layout: _Layout, item: int) -> int:
    start, size = layout.places.get(item, (0, 0))
    head = data[start : start + min(size or _HEAD, _HEAD)]
    if layout.kinds.get(item) == b"av01":
        return _av1(head)
    if layout.kinds.get(item) in (b"hvc1", b"hev1"):
        return max(layout.sets, _hevc_units(head))
    return 0


def _skip(data: bytes, span: Span, layout: _Layout) -> None:
    pass


def _pitm(data: bytes, span: Span, layout: _Layout) -> None:
    start, _ = span
    wide = data[start] > 0
    (layout.primary,) = struct.unpack_from(">I" if wide else ">H", data, start + 4)


def _infe(data: bytes, span: Span, layout: _Layout) -> None:
    start, _ = span
    wide = data[start] > 2
    item, _, kind = struct.unpack_from(">IH4s" if wide else ">HH4s", data, start + 4)
    layout.kinds[item] = kind


def _iloc(data: bytes, span: Span, layout: _Layout) -> None:
    """The first extent of every item that lies in the file."""
    start, end = span
    version, sizes = data[start], struct.unpack_from(">H", data, start + 4)[0]
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    at = start + 6
    (count,) = struct.unpack_from(">I" if version > 1 else ">H", data, at)
    at += 4 if version > 1 else 2
    for _ in range(min(count, _MOST)):
        (item,) = struct.unpack_from(">I" if version > 1 else ">H", data, at)
        at += 4 if version > 1 else 2
        method = struct.unpack_from(">H", data, at)[0] & 15 if version else 0
        at += (2 if version else 0) + 2
        begin = int.from_bytes(data[at : at + base], "big")
        at += base
        (extents,) = struct.unpack_from(">H", data, at)
        at += 2
        for number in range(min(extents, _MOST)):
            at += index if version else 0
            if number == 0 and method == 0:
                where = begin + int.from_bytes(data[at : at + offset], "big")
                layout.places[item] = where, int.from_bytes(data[at + offset : at + offset + length], "big")
            at += offset + length
            if at > end:
                return


def _dimg(data: bytes, span: Span, layout: _Layout) -> None:
    item, others = _reference(data, *span)
    layout.made_of[item] = others


def _auxl(data: bytes, span: Span, layout: _Layout) -> None:
    layout.beside.append(_reference(data, *span)[0])  # an alpha channel, decoded with the picture


def _reference(data: bytes, start: int, end: int) -> tuple[int, list[int]]:
    """Two bytes for an item's number; in a later version of `iref`, four, of which two are zero."""
    wide = struct.unpack_from(">H", data, start)[0] == 0 and (end - start) % 4 == 2 and end - start > 6
    number = ">I" if wide else ">H"
    (item,) = struct.unpack_from(number, data, start)
    size = struct.calcsize(number)
    (count,) = struct.unpack_from(">H", data, start + size)
    count = min(count, _MOST, (end - start - size - 2) // size)
    return item, [struct.unpack_from(number, data, start + size + 2 + i * size)[0] for i in range(count)]


def _hvcc(data: bytes, span: Span, layout: _Layout) -> None:
    start, end = span
    at = start + 23
    for _ in range(data[start + 22]):
        kind, count = struct.unpack_from(">BH", data, at)
        at += 3
        for _ in range(count):
            (size,) = struct.unpack_from(">H", data, at)
            if kind & 63 == _SPS:
                layout.sets = max(layout.sets, _sps(data[at + 2 : min(at + 2 + size, end)]))
            at += 2 + size
            if at >= end:
                return


def _stco(data: bytes, span: Span, layout: _Layout) -> None:
    layout.samples.append(struct.unpack_from(">I", data, span[0] + 8)[0])


def _co64(data: bytes, span: Span, layout: _Layout) -> None:
    layout.samples.append(struct.unpack_from(">Q", data, span[0] + 8)[0])


_READERS = {
    b"pitm": _pitm, b"infe": _infe, b"iloc": _iloc, b"dimg": _dimg, b"auxl": _auxl, b"hvcC": _hvcc, b"stco": _stco,
    b"co64": _co64,
}  # fmt: skip


class _Bits:
    """Bits of a coded header, one after the other; what is beyond its end is zero."""

    def __init__(self, data: bytes) -> None:
        self._bits, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def __call__(self, count: int) -> int:
        self._left -= count
        taken = self._bits >> self._left if self._left >= 0 else 0
        return taken & ((1 << count) - 1)

    def golomb(self) -> int:
        """An unsigned Exp-Golomb number."""
        zeros = 0
        while zeros < 32 and not self(1):
            zeros += 1
        return (1 << zeros) - 1 + self(zeros)


def _av1(data: bytes) -> int:
    """The pixels that the first sequence header among the OBUs says, 0 without one."""
    at = 0
    while at < len(data):
        head, at = data[at], at + (2 if data[at] & 4 else 1)
        size = len(data) - at
        if head & 2:
            size, shift = 0, 0
            while at < len(data):  # LEB128
                size |= (data[at] & 127) << shift
                shift, at = shift + 7, at + 1
                if not data[at - 1] & 128 or shift > 56:
                    break
        if head >> 3 & 15 == _SEQUENCE_HEADER:
            return _sequence(_Bits(data[at : at + size]))
        at += size
    return 0


def _sequence(bits: _Bits) -> int:
    bits(4)
    if bits(1):  # reduced_still_picture_header
        bits(5)
    else:
        _operating_points(bits)
    across, down = bits(4) + 1, bits(4) + 1
    return (bits(across) + 1) * (bits(down) + 1)


def _operating_points(bits: _Bits) -> None:
    delay = 0
    if bits(1):  # timing_info_present_flag
        bits(64)
        if bits(1):
            bits.golomb()
        if bits(1):  # decoder_model_info_present_flag
            delay = bits(5) + 1
            bits(42)
    display = bits(1)
    for _ in range(bits(5) + 1):
        bits(12)
        if bits(5) > 7:
            bits(1)
        if delay and bits(1):
            bits(2 * delay + 1)
        if display and bits(1):
            bits(4)


def _hevc_units(data: bytes) -> int:
    """The most pixels that a sequence parameter set among the NAL units says, each after its length."""
    at, most = 0, 0
    while at + 6 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        if data[at + 4] >> 1 & 63 == _SPS:
            most = max(most, _sps(data[at + 4 : at + 4 + size]))
        at += 4 + size
    return most


def _sps(unit: bytes) -> int:
    bits = _Bits(unit.replace(b"\0\0\3", b"\0\0"))
    bits(20)
    layers = bits(3)
    bits(1 + 96)
    told = [(bits(1), bits(1)) for _ in range(layers)]
    bits(2 * (8 - layers) if layers else 0)
    for profile, level in told:
        bits(88 * profile + 8 * level)
    bits.golomb()
    if bits.golomb() == 3:
        bits(1)
    return bits.golomb() * bits.golomb()
