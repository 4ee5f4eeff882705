"""Makes AVIF files whose frame overrides the size in the sequence header, which no available encoder can write."""

from __future__ import annotations

import struct

_TEMPORAL_DELIMITER = b"\x12\x00"
_SEQUENCE_HEADER, _FRAME = 0x0A, 0x32
"""First bytes of OBUs of these types that carry a size field."""


def with_size_override(avif: bytes, declared: tuple[int, int], coded: tuple[int, int]) -> bytes:
    """The single-item still picture `avif`, with a sequence header that declares one size and a frame of another."""
    stream = (
        _TEMPORAL_DELIMITER + _unit(_SEQUENCE_HEADER, _sequence(declared)) + _unit(_FRAME, _frame(coded) + bytes(64))
    )
    place = avif.index(b"iloc") + 18  # in a version 0 box with one extent
    elsewhere = avif[:place] + struct.pack(">II", len(avif) + 8, len(stream)) + avif[place + 8 :]
    return elsewhere + struct.pack(">I4s", 8 + len(stream), b"mdat") + stream


def _unit(head: int, body: bytes) -> bytes:
    assert len(body) < 128, "the size field is one byte"
    return bytes([head, len(body)]) + body


def _sequence(declared: tuple[int, int]) -> bytes:
    """AV1 section 5.5: an 8-bit 4:2:0 sequence with every optional tool off."""
    width, height = declared
    return _packed(
        "000 0 0",  # seq_profile, still_picture, reduced_still_picture_header
        f"0 0 00000 {0:012b} 00000",  # no timing, no delay, one operating point of the lowest level
        f"1111 1111 {width - 1:016b} {height - 1:016b}",  # 16 bits per side, then the largest width and height
        "0 000 0000 0",  # frame_id_numbers, superblocks and filters, tools between frames, order hint
        "0 0 000",  # no screen content; no superres, cdef, restoration
        "000 0 00 0 0 1",  # colour, film grain, the end
    )


def _frame(coded: tuple[int, int]) -> bytes:
    """AV1 section 5.9: a shown key frame in one tile, without filters."""
    width, height = coded
    return _packed(
        "0 00 1 1",  # show_existing_frame, frame_type, show_frame, disable_cdf_update
        f"1 {width - 1:016b} {height - 1:016b} 0",  # frame_size_override_flag, the size, no separate render size
        "1 0 0",  # one tile
        f"{100:08b} 000 0 0 0",  # quantisation; no segments, no delta
        "000000 000000 000 0",  # no loop filter
        "0 0",  # transforms
    )


def _packed(*bits: str) -> bytes:
    whole = "".join(bits).replace(" ", "")
    whole += "0" * (-len(whole) % 8)
    return int(whole, 2).to_bytes(len(whole) // 8, "big")
