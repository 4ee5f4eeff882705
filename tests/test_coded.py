"""AVIF and HEIF that code far more than their headers say."""

from __future__ import annotations

import contextlib
import io
import struct
import time

import numpy as np
import pytest
from PIL import Image

from mettici.errors import PhotoError, TooLargeError
from mettici.image.coded import _Bits, coded_pixels
from mettici.image.formats import decodable_here
from mettici.image.photo import Limits, load

LARGE, SMALL = (1600, 1216), (64, 48)
LITTLE = Limits(max_memory=8 * 2**20)


def written(size: tuple[int, int], kind: str, mode: str = "RGB", **options: object) -> bytes:
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    elif "AVIF" not in decodable_here():
        pytest.skip("this Pillow has no AVIF")
    file = io.BytesIO()
    Image.new(mode, size, "white").save(file, kind, **options)
    return file.getvalue()


def lying(data: bytes, size: tuple[int, int], told: tuple[int, int]) -> bytes:
    """The file with `told` where it says its `size`."""
    old, new = (b"ispe" + bytes(4) + struct.pack(">II", *pair) for pair in (size, told))
    assert old in data
    return data.replace(old, new)


@pytest.mark.parametrize(("kind", "mode"), [("AVIF", "RGB"), ("AVIF", "RGBA"), ("AVIF", "L"), ("HEIF", "RGB")])
def test_what_is_coded_is_told(kind: str, mode: str) -> None:
    data = written((512, 256), kind, mode)
    assert coded_pixels(data) == 512 * 256
    assert load(data).width == 512


def test_a_sequence_is_told() -> None:
    frames = [Image.new("RGB", (512, 256), colour) for colour in ("red", "blue")]
    assert coded_pixels(written((512, 256), "AVIF", save_all=True, append_images=frames)) == 512 * 256


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_what_codes_far_more_than_it_says_is_refused_unread(kind: str) -> None:
    data = lying(written(LARGE, kind), LARGE, SMALL)
    assert coded_pixels(data) >= LARGE[0] * LARGE[1]
    with pytest.raises(TooLargeError) as caught:
        load(data, LITTLE)
    assert caught.value.reason == "decoded"


def test_tiles_are_counted_together() -> None:
    """As a phone writes them: 64 x 48 px told, in a grid of many tiles."""
    tile = written((512, 512), "HEIF")
    assert coded_pixels(grid(tile, 200)) == 200 * 512 * 512
    assert coded_pixels(grid(tile, 1)) == 512 * 512


def grid(tile: bytes, count: int) -> bytes:
    """The file of one picture, with a reference that makes another of it `count` times."""
    at = tile.index(b"meta") - 4
    (size,) = struct.unpack_from(">I", tile, at)
    dimg = struct.pack(">I4sHH", 12 + 2 * count, b"dimg", 9, count) + struct.pack(">H", 1) * count
    iref = struct.pack(">I4sI", 12 + len(dimg), b"iref", 0) + dimg
    meta = struct.pack(">I", size + len(iref)) + tile[at + 4 : at + size] + iref
    pitm = meta.index(b"pitm") + 8
    meta = meta[:pitm] + struct.pack(">H", 9) + meta[pitm + 2 :]
    iloc = meta.index(b"iloc")  # what follows the boxes has moved
    place = tile.index(b"mdat") + 4
    old = struct.pack(">I", place)
    assert old in meta[iloc:]
    moved = meta[:iloc] + meta[iloc:].replace(old, struct.pack(">I", place + len(iref)), 1)
    return tile[:at] + moved + tile[at + size :]


def test_whatever_the_bytes_it_ends_soon_and_says_a_number() -> None:
    whole = [written((64, 48), "AVIF"), written((64, 48), "HEIF")]
    chance = np.random.default_rng(0)
    started = time.perf_counter()
    for number in range(400):
        data = np.frombuffer(whole[number % 2], np.uint8).copy()
        places = chance.integers(0, min(len(data), 500), 8)
        data[places] = chance.integers(0, 256, 8)
        assert coded_pixels(data.tobytes()) >= 0
        with contextlib.suppress(PhotoError):
            load(data.tobytes())
    for data in (b"", bytes(2000), (b"\0\0\0\x08meta" * 5000), b"\0\0\0\x01meta" + bytes(8)):
        assert coded_pixels(data) == 0
    assert time.perf_counter() - started < 60


def test_bits_beyond_the_end_are_zero() -> None:
    bits = _Bits(b"\xa0")
    assert [bits(3), bits(5), bits(8)] == [5, 0, 0]
    assert _Bits(b"\x28").golomb() == 4
