"""Headers that demand far more memory than the picture needs: estimated and rejected in advance."""

from __future__ import annotations

import io
import struct
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from benchmarks.fuzz.seeds import encoded, scene, tiled
from mettici.errors import PhotoError, TooLargeError, TruncatedError, UnreadableError
from mettici.image import memory
from mettici.image.limits import MAX_RUN_BYTES
from mettici.image.metadata import MAX_EXIF
from mettici.image.photo import load
from mettici.image.tiff import MAX_NUMBERS

SHORT, LONG, RATIONAL = 3, 4, 5


def changed(data: bytes, **tags: int) -> bytes:
    """A little-endian TIFF with new values in its single-value entries."""
    out, (at,) = bytearray(data), struct.unpack_from("<I", data, 4)
    wanted = {int(tag.removeprefix("t")): value for tag, value in tags.items()}
    for i in range(struct.unpack_from("<H", data, at)[0]):
        place = at + 2 + 12 * i
        (tag,) = struct.unpack_from("<H", data, place)
        if tag in wanted:
            struct.pack_into("<HII", out, place + 2, LONG, 1, wanted.pop(tag))
    assert not wanted
    return bytes(out)


def test_a_tile_far_larger_than_its_picture_is_rejected() -> None:
    assert load(tiled(128)).format == "TIFF"
    with pytest.raises(TooLargeError) as caught:
        load(tiled(45056))
    assert caught.value.reason == "decoded"


@pytest.mark.parametrize(("compression", "expected"), [("tiff_lzw", True), ("tiff_adobe_deflate", True), (None, False)])
def test_the_memory_of_a_strip_is_estimated(compression: str | None, expected: bool) -> None:
    options: dict[str, Any] = {"compression": compression} if compression else {}
    data = encoded(scene(), "TIFF", tiffinfo={278: scene().height}, **options)
    image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    plain = round(image.width * image.height * 5.0)
    assert memory.needed(image, "TIFF") == plain + (image.width * image.height * 3 if expected else 0)


def test_a_row_count_beyond_the_picture_is_clamped() -> None:
    data = encoded(scene().convert("L"), "TIFF", compression="tiff_lzw")
    image = TiffImagePlugin.TiffImageFile(io.BytesIO(changed(data, t278=2**31)))
    assert memory.needed(image, "TIFF") == image.width * image.height * 4


@pytest.mark.parametrize("tag", [273, 279, 258, 320, 34675])
@pytest.mark.parametrize("kind", [SHORT, LONG, RATIONAL])
def test_an_entry_with_millions_of_numbers(tag: int, kind: int) -> None:
    picture = [(256, LONG, 1, 4), (257, LONG, 1, 4), (tag, kind, 5_000_000, 200)]
    entries = b"".join(struct.pack("<HHII", *entry) for entry in sorted(picture))
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", len(picture)) + entries + bytes(4)
    with pytest.raises(PhotoError) as caught:
        load(data + bytes(40_000_000))
    assert caught.value.code == "unreadable"


def test_a_further_directory_with_millions_of_numbers() -> None:
    gps = struct.pack("<HHHII", 1, 2, RATIONAL, MAX_NUMBERS + 1, 100) + bytes(4)
    data = encoded(scene(), "TIFF")
    image = bytearray(data) + gps
    (at,) = struct.unpack_from("<I", data, 4)
    struct.pack_into("<HHII", image, at + 2, 34853, LONG, 1, len(data))
    with pytest.raises(UnreadableError):
        load(bytes(image) + bytes(1000))


@pytest.mark.parametrize("big", [False, True])
def test_ordinary_tiffs_pass(big: bool) -> None:
    buffer = io.BytesIO()
    scene().save(buffer, "TIFF", big_tiff=big, compression="tiff_lzw")
    assert np.array_equal(load(buffer.getvalue()).pixels, np.asarray(scene()))
    with pytest.raises((TruncatedError, UnreadableError)):
        load(buffer.getvalue()[:9])


def test_oversized_exif_counts_as_missing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "x" * (MAX_EXIF + 1)
    assert load(encoded(scene(), "PNG", exif=exif)).notes == ()
    exif[0x010E] = "x"
    assert "exif_rotated" in load(encoded(scene(), "PNG", exif=exif)).notes


def rle(width: int, height: int, runs: bytes) -> bytes:
    palette = bytes(4 * 256)
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
    offset = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(runs), 0, 0, offset) + head + palette + runs


def test_runs_of_a_bmp_are_bounded() -> None:
    assert load(rle(16, 16, b"\x10\x01\0\0" * 16 + b"\0\1")).format == "BMP"
    for data in (rle(8000, 8000, b"\0\0" * 8000), rle(3000, 3000, b"\0\2\0\0" * (MAX_RUN_BYTES // 4 + 1))):
        started = time.perf_counter()
        with pytest.raises(TooLargeError) as caught:
            load(data)
        assert caught.value.reason == "runs"
        assert time.perf_counter() - started < 1
