"""How many pixels an AV1 decoder allocates for a stream, read from its headers (AV1 5.3, 5.5 and 5.9).

This is usually the size in the sequence header. A frame may override it, with any size that fits the number of bits the
sequence header declares: decoders such as dav1d do not enforce the declared maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mettici.image.bits import Bits

_HEAD = 256
"""Bytes of a header to parse; it usually has about twenty."""
_SEQUENCE_HEADER, _FRAMES = 1, (3, 6, 7)
_KEY_FRAME, _SWITCH_FRAME = 0, 3
_CHOSEN_BY_FRAME = 2
"""SELECT_SCREEN_CONTENT_TOOLS and SELECT_INTEGER_MV."""


@dataclass
class _Sequence:
    """The fields of a sequence header that are needed later, named as in the specification."""

    width_bits: int = 0
    height_bits: int = 0
    pixels: int = 0
    reduced_still_picture: bool = False
    decoder_model: bool = False
    presentation_time_bits: int = 0
    frame_id_bits: int = 0
    force_screen_content_tools: int = _CHOSEN_BY_FRAME
    force_integer_mv: int = _CHOSEN_BY_FRAME
    order_hint_bits: int = 0


def coded_pixels(data: memoryview, count: Callable[[], object]) -> int:
    """Pixels of the largest frame that the OBUs describe, or 0. Calls `count` for each OBU."""
    most, sequence = 0, None
    for kind, body in _units(data):
        count()
        if kind == _SEQUENCE_HEADER:
            sequence = _sequence(Bits(bytes(body[:_HEAD])))
            most = max(most, sequence.pixels)
        elif kind in _FRAMES and sequence:
            most = max(most, _override_pixels(Bits(bytes(body[:_HEAD])), sequence))
    return most


def _units(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield the type and body of every OBU."""
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
        yield head >> 3 & 15, data[at : at + size]
        at += size


def _sequence(bits: Bits) -> _Sequence:
    sequence = _Sequence()
    bits(4)
    sequence.reduced_still_picture = bool(bits(1))
    if sequence.reduced_still_picture:
        bits(5)
    else:
        _operating_points(bits, sequence)
    sequence.width_bits, sequence.height_bits = bits(4) + 1, bits(4) + 1
    sequence.pixels = _size(bits, sequence)
    if not sequence.reduced_still_picture:
        sequence.frame_id_bits = bits(4) + bits(3) + 3 if bits(1) else 0
        _tools(bits, sequence)
    return sequence


def _size(bits: Bits, sequence: _Sequence) -> int:
    return (bits(sequence.width_bits) + 1) * (bits(sequence.height_bits) + 1)


def _operating_points(bits: Bits, sequence: _Sequence) -> None:
    delay = 0
    if bits(1):  # timing_info_present_flag
        bits(64)
        equal_intervals = bits(1)
        if equal_intervals:
            bits.golomb()
        sequence.decoder_model = bool(bits(1))
        if sequence.decoder_model:
            delay = bits(5) + 1
            bits(37)
            times = bits(5) + 1
            sequence.presentation_time_bits = 0 if equal_intervals else times
    display = bits(1)
    for _ in range(bits(5) + 1):
        bits(12)
        if bits(5) > 7:
            bits(1)
        if delay and bits(1):
            bits(2 * delay + 1)
        if display and bits(1):
            bits(4)


def _tools(bits: Bits, sequence: _Sequence) -> None:
    bits(3 + 4)
    ordered = bits(1)
    if ordered:
        bits(2)
    if not bits(1):  # seq_choose_screen_content_tools
        sequence.force_screen_content_tools = bits(1)
    if sequence.force_screen_content_tools and not bits(1):  # seq_choose_integer_mv
        sequence.force_integer_mv = bits(1)
    sequence.order_hint_bits = bits(3) + 1 if ordered else 0


def _override_pixels(bits: Bits, sequence: _Sequence) -> int:
    """Pixels of a frame that overrides the sequence's size; 0 for any other frame.

    In a shown key frame, the size follows the flag; for other frames, this is the largest size that fits the bits.
    """
    if sequence.reduced_still_picture or bits(1):  # show_existing_frame
        return 0
    kind, shown = bits(2), bits(1)
    bits(sequence.presentation_time_bits if shown else 1)
    most = 1 << sequence.width_bits + sequence.height_bits
    if kind == _SWITCH_FRAME:
        return most
    begins = kind == _KEY_FRAME and shown
    if not begins:
        bits(1)  # error_resilient_mode
    bits(1)
    allowed = sequence.force_screen_content_tools
    if allowed == _CHOSEN_BY_FRAME:
        allowed = bits(1)
    if allowed and sequence.force_integer_mv == _CHOSEN_BY_FRAME:
        bits(1)
    bits(sequence.frame_id_bits)
    if not bits(1):  # frame_size_override_flag
        return 0
    bits(sequence.order_hint_bits)
    timed = sequence.decoder_model and bits(1)
    return _size(bits, sequence) if begins and not timed else most
