"""An AVIF whose frame overrides the size that its sequence header says, which no encoder here writes."""

from __future__ import annotations

import struct

_TEMPORAL_DELIMITER = b"\x12\x00"
_SEQUENCE_HEADER, _FRAME = 0x0A, 0x32
"""First bytes of OBUs of these types that have a size."""


def overriding(avif: bytes, told: tuple[int, int], coded: tuple[int, int]) -> bytes:
    """The still picture `avif` of one item, whose sequence header says `told` (width, height), its frame `coded`."""
    stream = _TEMPORAL_DELIMITER + _unit(_SEQUENCE_HEADER, _sequence(told)) + _unit(_FRAME, _frame(coded) + bytes(64))
    place = avif.index(b"iloc") + 18  # of version 0, with one extent
    elsewhere = avif[:place] + struct.pack(">II", len(avif) + 8, len(stream)) + avif[place + 8 :]
    return elsewhere + struct.pack(">I4s", 8 + len(stream), b"mdat") + stream


def _unit(head: int, body: bytes) -> bytes:
    assert len(body) < 128, "its size takes one byte"
    return bytes([head, len(body)]) + body


def _sequence(told: tuple[int, int]) -> bytes:
    """Of AV1 5.5: a sequence of 8 bits in 4:2:0, without any tool that may be left out."""
    width, height = told
    return _packed(
        "000 0 0",  # seq_profile, still_picture, reduced_still_picture_header
        f"0 0 00000 {0:012b} 00000",  # no timing, no delay, one operating point of the lowest level
        f"1111 1111 {width - 1:016b} {height - 1:016b}",  # 16 bits for each side, and its maximum
        "0 000 0000 0",  # frame_id_numbers, superblocks and filters, tools between frames, order hint
        "0 0 000",  # no screen content; no superres, cdef, restoration
        "000 0 00 0 0 1",  # colour, film grain, the end
    )


def _frame(coded: tuple[int, int]) -> bytes:
    """Of AV1 5.9: a shown key frame in one tile, without filters."""
    width, height = coded
    return _packed(
        "0 00 1 1",  # show_existing_frame, frame_type, show_frame, disable_cdf_update
        f"1 {width - 1:016b} {height - 1:016b} 0",  # frame_size_override_flag, the size, the same to be shown
        "1 0 0",  # one tile
        f"{100:08b} 000 0 0 0",  # quantisation; no segments, no delta
        "000000 000000 000 0",  # no loop filter
        "0 0",  # transforms
    )


def _packed(*bits: str) -> bytes:
    whole = "".join(bits).replace(" ", "")
    whole += "0" * (-len(whole) % 8)
    return int(whole, 2).to_bytes(len(whole) // 8, "big")
