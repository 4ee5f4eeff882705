"""AVIF and HEIF files that code far more pixels than their headers declare."""

from __future__ import annotations

import contextlib
import io
import struct
import time

import numpy as np
import pytest
from PIL import Image

from benchmarks.fuzz.size_override import with_size_override
from mettici.errors import PhotoError, TooLargeError, UnreadableError
from mettici.image.bits import Bits
from mettici.image.coded import coded_pixels
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


def misdeclared(data: bytes, size: tuple[int, int], claimed: tuple[int, int]) -> bytes:
    """The file with `claimed` in place of its declared `size`."""
    old, new = (b"ispe" + bytes(4) + struct.pack(">II", *pair) for pair in (size, claimed))
    assert old in data
    return data.replace(old, new)


@pytest.mark.parametrize(("kind", "mode"), [("AVIF", "RGB"), ("AVIF", "RGBA"), ("AVIF", "L"), ("HEIF", "RGB")])
def test_the_coded_size_is_found(kind: str, mode: str) -> None:
    data = written((512, 256), kind, mode)
    assert coded_pixels(data, kind) == 512 * 256
    assert load(data).width == 512


def test_an_image_sequence_is_found() -> None:
    frames = [Image.new("RGB", (512, 256), colour) for colour in ("red", "blue")]
    assert coded_pixels(written((512, 256), "AVIF", save_all=True, append_images=frames), "AVIF") == 512 * 256


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_files_that_code_far_more_than_declared_are_rejected_undecoded(kind: str) -> None:
    data = misdeclared(written(LARGE, kind), LARGE, SMALL)
    assert coded_pixels(data, kind) >= LARGE[0] * LARGE[1]
    with pytest.raises(TooLargeError) as caught:
        load(data, LITTLE)
    assert caught.value.reason == "decoded"


def test_tiles_are_counted_together() -> None:
    """As phones write them: a declared size of 64 x 48 px in a grid of many tiles."""
    tile = written((512, 512), "HEIF")
    assert coded_pixels(grid(tile, 200), "HEIF") == 200 * 512 * 512
    assert coded_pixels(grid(tile, 1), "HEIF") == 512 * 512


def grid(tile: bytes, count: int) -> bytes:
    """The single-picture file with a second item that references the picture `count` times."""
    at = tile.index(b"meta") - 4
    (size,) = struct.unpack_from(">I", tile, at)
    dimg = struct.pack(">I4sHH", 12 + 2 * count, b"dimg", 9, count) + struct.pack(">H", 1) * count
    iref = struct.pack(">I4sI", 12 + len(dimg), b"iref", 0) + dimg
    meta = struct.pack(">I", size + len(iref)) + tile[at + 4 : at + size] + iref
    pitm = meta.index(b"pitm") + 8
    meta = meta[:pitm] + struct.pack(">H", 9) + meta[pitm + 2 :]
    iloc = meta.index(b"iloc")  # the data after the boxes has moved
    place = tile.index(b"mdat") + 4
    old = struct.pack(">I", place)
    assert old in meta[iloc:]
    moved = meta[:iloc] + meta[iloc:].replace(old, struct.pack(">I", place + len(iref)), 1)
    return tile[:at] + moved + tile[at + size :]


@pytest.mark.parametrize(("coded", "passes"), [(SMALL, True), (LARGE, False), ((16384, 16384), False)])
def test_a_frame_that_overrides_its_sequence_is_found(coded: tuple[int, int], passes: bool) -> None:
    data = with_size_override(written(SMALL, "AVIF"), SMALL, coded)
    assert coded_pixels(data, "AVIF") == coded[0] * coded[1]
    if passes:
        assert load(data, LITTLE).width == SMALL[0]
        return
    with pytest.raises(TooLargeError) as caught:
        load(data, LITTLE)
    assert caught.value.reason == "decoded"


@pytest.mark.parametrize("method", ["in two places", "in the box", "in the box and in two places"])
def test_items_are_assembled_from_all_their_extents(method: str) -> None:
    """Half of the bytes each, in `idat` or at the end of the file."""
    data = scattered(with_size_override(written(SMALL, "AVIF"), SMALL, LARGE), "box" in method, "two" in method)
    assert coded_pixels(data, "AVIF") == LARGE[0] * LARGE[1]
    with pytest.raises(TooLargeError):
        load(data, LITTLE)
    assert load(scattered(written(SMALL, "AVIF"), "box" in method, "two" in method)).width == SMALL[0]


def scattered(avif: bytes, in_box: bool, in_two: bool) -> bytes:
    """The single-item still picture, with its bytes moved to `idat` or the end of the file, in one or two extents."""
    at = avif.index(b"iloc") - 4
    start, size = struct.unpack_from(">II", avif, at + 22)
    stream = avif[start : start + size]
    spans = [(0, 5), (5, size - 5)] if in_two else [(0, size)]
    # Only these two boxes change the length of what precedes the moved bytes.
    grown = 2 + 8 * (len(spans) - 1) + (8 + size if in_box else 0)
    base = 0 if in_box else len(avif) + grown
    extents = b"".join(struct.pack(">II", base + begin, length) for begin, length in spans)
    body = struct.pack(">IHHHHHH", 0x01000000, 0x4400, 1, 1, int(in_box), 0, len(spans)) + extents
    iloc = struct.pack(">I4s", 8 + len(body), b"iloc") + body
    idat = struct.pack(">I4s", 8 + size, b"idat") + stream if in_box else b""
    (old,) = struct.unpack_from(">I", avif, at)
    moved = avif[:at] + iloc + idat + avif[at + old :]
    meta = moved.index(b"meta") - 4
    (length,) = struct.unpack_from(">I", moved, meta)
    moved = moved[:meta] + struct.pack(">I", length + len(moved) - len(avif)) + moved[meta + 4 :]
    assert len(moved) == len(avif) + grown
    return moved if in_box else moved + stream


@pytest.mark.parametrize("before", ["boxes", "units"])
def test_data_behind_too_many_pieces_is_not_decoded(before: str) -> None:
    """A decoder skips empty boxes and OBUs, so anything after a million of them would be missed."""
    data = with_size_override(written(SMALL, "AVIF"), SMALL, LARGE)
    if before == "boxes":
        first = struct.unpack_from(">I", data)[0]
        data = data[:first] + struct.pack(">I4s", 8, b"free") * 30_000 + data[first:]
    else:
        place = data.index(b"iloc") + 18
        start, size = struct.unpack_from(">II", data, place)
        padded = data[:start] + b"\x7a\0" * 30_000 + data[start:]
        data = padded[:place] + struct.pack(">II", start, size + 60_000) + padded[place + 8 :]
    with pytest.raises(UnreadableError):
        coded_pixels(data, "AVIF")
    with pytest.raises(PhotoError):
        load(data)


def test_any_bytes_give_a_number_quickly() -> None:
    whole = [written((64, 48), "AVIF"), written((64, 48), "HEIF")]
    rng = np.random.default_rng(0)
    started = time.perf_counter()
    for number in range(400):
        data = np.frombuffer(whole[number % 2], np.uint8).copy()
        places = rng.integers(0, min(len(data), 500), 8)
        data[places] = rng.integers(0, 256, 8)
        with contextlib.suppress(UnreadableError):  # too many pieces to count
            assert coded_pixels(data.tobytes(), "AVIF") >= 0
        with contextlib.suppress(PhotoError):
            load(data.tobytes())
    for data in (b"", bytes(2000), (b"\0\0\0\x08meta" * 5000), b"\0\0\0\x01meta" + bytes(8)):
        assert coded_pixels(data, "AVIF") == 0
    assert time.perf_counter() - started < 60


def test_bits_past_the_end_are_zero() -> None:
    bits = Bits(b"\xa0")
    assert [bits(3), bits(5), bits(8)] == [5, 0, 0]
    assert Bits(b"\x28").golomb() == 4
