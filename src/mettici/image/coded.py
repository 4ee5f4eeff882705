"""How many pixels an AVIF or HEIF file really contains, even if its `ispe` box claims fewer.

The boxes of ISO/IEC 14496-12 and 23008-12 lead to the headers of AV1, or to the sequence parameter set of HEVC (H.265
7.3.2.2). Decoders allocate memory for the size given there, and afterwards scale the picture down to what `ispe` says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mettici.errors import UnreadableError
from mettici.image import av1
from mettici.image.bits import Bits

_MAX = 20_000
"""Limit on boxes, items, extents, references and coded units: more than any camera writes, parsed in a few dozen
milliseconds."""
_SET = 256
"""Bytes of a parameter set to parse; it usually has about fifty."""
_DEPTH = 8
_INSIDE = {
    b"meta": 4,
    b"iprp": 0,
    b"ipco": 0,
    b"iinf": 6,
    b"iref": 4,
    b"moov": 0,
    b"trak": 0,
    b"mdia": 0,
    b"minf": 0,
    b"stbl": 0,
}
"""Boxes that contain others, and how many bytes precede the first of them."""
_SPS = 33

Span = tuple[int, int]
_IN_FILE, _IN_BOX = 0, 1
"""Where an item's bytes are (`construction_method`): in the file, or in the `idat` box."""


@dataclass
class _Sample:
    """The first picture of a track."""

    start: int = 0
    size: int = 0


@dataclass
class _Layout:
    """The items and tracks that the boxes describe, and how much has been parsed."""

    format: str
    size: int
    """Size of the file in bytes."""
    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, tuple[int, list[Span]]] = field(default_factory=dict)
    """The construction method and extents of every item."""
    idat_start: int = 0
    """Offset of the body of `idat`."""
    parts: dict[int, list[int]] = field(default_factory=dict)
    alpha_items: list[int] = field(default_factory=list)
    sets: int = 0
    samples: list[_Sample] = field(default_factory=list)
    parsed: int = 0
    copied: int = 0

    def count(self, pieces: int = 1, copied: int = 0) -> None:
        """Raises `UnreadableError` once more has been parsed or copied than any camera writes."""
        self.parsed += pieces
        self.copied += copied
        if self.parsed > _MAX or self.copied > self.size:
            raise UnreadableError("damaged", format=self.format)


def coded_pixels(data: bytes, name: str) -> int:
    """Pixels of the largest picture that a decoder allocates for the file `data`; 0 if unknown.

    Raises `UnreadableError` if the file, in the format `name`, has more pieces than any camera writes.
    """
    layout = _Layout(name, len(data))
    for kind, start, end in _boxes(data, 0, len(data), 0):
        layout.count()
        try:
            _READERS.get(kind, _skip)(data, (start, end), layout)
        except (struct.error, IndexError):  # a damaged box, which decoders cannot read either
            continue
    sizes: dict[int, int] = {}
    items = [_assembled_pixels(data, layout, whole, sizes) for whole in (layout.primary, *layout.alpha_items)]
    view = memoryview(data)
    first = (view[sample.start : sample.start + sample.size] for sample in layout.samples)
    return max([*items, *(av1.coded_pixels(sample, layout.count) for sample in first)])


def _boxes(data: bytes, start: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the type of every box, and the start and end of its body."""
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
            longer = 2 if kind == b"iinf" and data[start + head : start + head + 1] > b"\0" else 0  # a 32-bit count
            yield from _boxes(data, start + head + _INSIDE[kind] + longer, stop, depth + 1)
        start = stop


def _assembled_pixels(data: bytes, layout: _Layout, whole: int, sizes: dict[int, int]) -> int:
    """The pixels of an item and of everything it is assembled from: tiles, layers, and their own parts."""
    left, pixels = [(whole, 0)], 0
    while left:
        item, depth = left.pop()
        layout.count()
        if depth < _DEPTH:
            left += [(part, depth + 1) for part in layout.parts.get(item, ())]
        if item not in sizes:
            sizes[item] = _item(data, layout, item)
        pixels += sizes[item]
    return pixels


def _item(data: bytes, layout: _Layout, item: int) -> int:
    if layout.kinds.get(item) == b"av01":
        return av1.coded_pixels(_contents(data, layout, item), layout.count)
    if layout.kinds.get(item) in (b"hvc1", b"hev1"):
        return max(layout.sets, _hevc_units(_contents(data, layout, item), layout))
    return 0


def _contents(data: bytes, layout: _Layout, item: int) -> memoryview:
    """The bytes of an item; copied only if they are in several places."""
    method, extents = layout.places.get(item, (_IN_FILE, []))
    start = layout.idat_start if method == _IN_BOX else 0
    view = memoryview(data)
    pieces = [view[start + at :][: size or None] for at, size in extents]
    if len(pieces) == 1:
        return pieces[0]
    layout.count(copied=sum(map(len, pieces)))
    return memoryview(b"".join(pieces))


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
    """Read where the bytes of every item are."""
    start, _ = span
    version, sizes = data[start], struct.unpack_from(">H", data, start + 4)[0]
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    index = index if version else 0
    at = start + 6
    wide = ">I" if version > 1 else ">H"
    (count,) = struct.unpack_from(wide, data, at)
    at += struct.calcsize(wide)
    for _ in range(count):
        (item,) = struct.unpack_from(wide, data, at)
        at += struct.calcsize(wide)
        method = struct.unpack_from(">H", data, at)[0] & 15 if version else _IN_FILE
        at += (2 if version else 0) + 2
        begin = _integer(data[at : at + base])
        (extents,) = struct.unpack_from(">H", data, at + base)
        at += base + 2
        layout.count(1 + extents)
        places = []
        for _ in range(extents):
            where, end = at + index, at + index + offset
            places.append((begin + _integer(data[where:end]), _integer(data[end : end + length])))
            at = end + length
        layout.places[item] = method, places


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _idat(_data: bytes, span: Span, layout: _Layout) -> None:
    layout.idat_start, _ = span


def _dimg(data: bytes, span: Span, layout: _Layout) -> None:
    item, others = _reference(data, *span)
    layout.count(len(others))
    layout.parts[item] = others


def _auxl(data: bytes, span: Span, layout: _Layout) -> None:
    layout.alpha_items.append(_reference(data, *span)[0])  # an alpha channel, decoded with the picture


def _reference(data: bytes, start: int, end: int) -> tuple[int, list[int]]:
    """An item and those it refers to. Item numbers have two bytes, or four in a later version of `iref`, two of them
    zero."""
    wide = struct.unpack_from(">H", data, start)[0] == 0 and (end - start) % 4 == 2 and end - start > 6
    number = ">I" if wide else ">H"
    (item,) = struct.unpack_from(number, data, start)
    size = struct.calcsize(number)
    (count,) = struct.unpack_from(">H", data, start + size)
    count = min(count, (end - start - size - 2) // size)
    return item, [struct.unpack_from(number, data, start + size + 2 + i * size)[0] for i in range(count)]


def _hvcc(data: bytes, span: Span, layout: _Layout) -> None:
    start, end = span
    at = start + 23
    for _ in range(data[start + 22]):
        kind, count = struct.unpack_from(">BH", data, at)
        at += 3
        for _ in range(count):
            layout.count()
            (size,) = struct.unpack_from(">H", data, at)
            if kind & 63 == _SPS:
                layout.sets = max(layout.sets, _sps(data[at + 2 : min(at + 2 + size, end)]))
            at += 2 + size
            if at >= end:
                return


def _stbl(_data: bytes, _span: Span, layout: _Layout) -> None:
    layout.samples.append(_Sample())


def _stco(data: bytes, span: Span, layout: _Layout) -> None:
    (layout.samples[-1].start,) = struct.unpack_from(">I", data, span[0] + 8)


def _co64(data: bytes, span: Span, layout: _Layout) -> None:
    (layout.samples[-1].start,) = struct.unpack_from(">Q", data, span[0] + 8)


def _stsz(data: bytes, span: Span, layout: _Layout) -> None:
    """Either one size for all samples, or 0 and a size for each."""
    (of_all,) = struct.unpack_from(">I", data, span[0] + 4)
    (layout.samples[-1].size,) = (of_all,) if of_all else struct.unpack_from(">I", data, span[0] + 12)


_READERS = {
    b"pitm": _pitm,
    b"infe": _infe,
    b"iloc": _iloc,
    b"idat": _idat,
    b"dimg": _dimg,
    b"auxl": _auxl,
    b"hvcC": _hvcc,
    b"stbl": _stbl,
    b"stco": _stco,
    b"co64": _co64,
    b"stsz": _stsz,
}


def _hevc_units(data: memoryview, layout: _Layout) -> int:
    """The largest size, in pixels, in any sequence parameter set among the length-prefixed NAL units."""
    at, most = 0, 0
    while at + 6 <= len(data):
        layout.count()
        (size,) = struct.unpack_from(">I", data, at)
        if data[at + 4] >> 1 & 63 == _SPS:
            most = max(most, _sps(bytes(data[at + 4 : at + 4 + size])))
        at += 4 + size
    return most


def _sps(unit: bytes) -> int:
    bits = Bits(unit[:_SET].replace(b"\0\0\3", b"\0\0"))
    bits(20)
    layers = bits(3)
    bits(1 + 96)
    flags = [(bits(1), bits(1)) for _ in range(layers)]
    bits(2 * (8 - layers) if layers else 0)
    for profile, level in flags:
        bits(88 * profile + 8 * level)
    bits.golomb()
    if bits.golomb() == 3:
        bits(1)
    return bits.golomb() * bits.golomb()
