"""Decoding: limits, and a specific error for every bad file."""

import contextlib
import io
import struct
import sys
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from encoded import encode, png, scene
from PIL import Image, TiffImagePlugin

from mettici.errors import (
    EmptyError,
    NotAnImageError,
    PhotoError,
    TooLargeError,
    TruncatedError,
    UnreadableError,
    UnsupportedFormatError,
)
from mettici.image import formats, photo
from mettici.image.photo import Limits, load

# --- limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(50000, 50000), (11000, 11000), (30001, 1)])
def test_decompression_bombs_are_rejected_by_their_header(size: tuple[int, int]) -> None:
    data = png(np.zeros((1, 1, 3), np.uint16), size)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(TooLargeError) as caught:
            load(data)
    assert time.perf_counter() - start < 1
    assert str(size[0]) in str(caught.value)


def test_photos_within_our_limit_do_not_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 96 * 64 - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("PNG", "JPEG", "GIF", "WEBP", "BMP"):  # not TIFF, for which Pillow checks a second time
            load(encode(scene(), name))


def test_too_many_bytes(tmp_path: Path) -> None:
    data = encode(scene())
    path = tmp_path / "a.png"
    path.write_bytes(data)
    few = Limits(max_bytes=len(data) - 1)
    for source in (data, path, io.BytesIO(data)):
        with pytest.raises(TooLargeError):
            load(source, few)
    assert load(path, Limits(max_bytes=len(data))).width == 96


def test_a_stream_is_read_no_further_than_the_limit() -> None:
    stream = io.BytesIO(b"x" * 10_000)
    with pytest.raises(TooLargeError):
        load(stream, Limits(max_bytes=100))
    assert stream.tell() == 101


def test_limits_apply_to_pictures_in_memory() -> None:
    small = Limits(max_pixels=10)
    for source in (scene(), Image.fromarray(scene())):
        with pytest.raises(TooLargeError):
            load(source, small)


def test_formats_can_be_restricted() -> None:
    with pytest.raises(UnsupportedFormatError):
        load(encode(scene(), "GIF"), Limits(formats=frozenset({"JPEG", "PNG"})))


# --- bad files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
def test_truncated(name: str, share: float) -> None:
    if name not in formats.decodable_here():
        pytest.skip(f"{name} is not built in")
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    data = encode(noise, name)
    with pytest.raises(PhotoError) as caught:
        load(data[: int(len(data) * share)])
    if name not in ("GIF", "TIFF"):  # their parsers cannot always distinguish truncation from other damage
        assert isinstance(caught.value, TruncatedError)
        assert name in str(caught.value)


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
@pytest.mark.parametrize("length", [4, 12, 20, 100])
def test_truncated_within_the_header(name: str, length: int) -> None:
    data = encode(scene(), name)[:length]
    with pytest.raises(PhotoError) as caught:
        load(data)
    assert caught.value.code == ("truncated" if length >= 8 or name == "JPEG" else "not_an_image")


def test_bytes_after_the_picture_do_not_matter() -> None:
    for name in ("JPEG", "PNG"):
        data = encode(scene(), name)
        assert np.array_equal(load(data).pixels, load(data + b"trailing" * 99).pixels)
    data = encode(scene(), "PNG")
    assert np.array_equal(load(data[:-12]).pixels, scene())  # only the end marker is missing


def test_damaged() -> None:
    data = bytearray(encode(scene(), "PNG"))
    data[60:80] = bytes(20)
    with pytest.raises(UnreadableError) as caught:
        load(bytes(data))
    assert caught.value.reason == "damaged"
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("error", [MemoryError, Image.DecompressionBombError])
def test_memory_runs_out(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(photo, "_decode", fail)
    with pytest.raises(TooLargeError):
        load(encode(scene()))


@pytest.mark.parametrize("error", [KeyError("x"), struct.error("x"), OverflowError(), zlib.error("x")])
def test_any_decoder_exception_becomes_a_typed_error(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(photo, "_decode", fail)
    with pytest.raises(UnreadableError) as caught:
        load(encode(scene()))
    assert caught.value.__cause__ is error


def test_random_damage_gives_a_photo_or_a_typed_error() -> None:
    rng = np.random.default_rng(1)
    for name in ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"):
        clean = encode(scene(), name)
        for _ in range(30):
            data = bytearray(clean)
            for position in rng.integers(0, len(data), 8):
                data[position] = rng.integers(0, 256)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with contextlib.suppress(PhotoError):
                    load(bytes(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Hello, this is not a picture.\n", "text"),
        ("Perché no? È una lettera.".encode(), "text"),
        (b"%PDF-1.7\n%\xe2\xe3", "document"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video"),
        (b"\x1a\x45\xdf\xa3\x01", "video"),
        (b"PK\x03\x04\x14\0", "archive"),
        (b"ID3\x03\0", "audio"),
        (b"BM, a text that starts like a bitmap", "text"),
        (bytes(range(7, 40)), "unknown"),
        (b"\x89", "unknown"),
    ],
)
def test_files_that_are_not_pictures(data: bytes, reason: str) -> None:
    with pytest.raises(NotAnImageError) as caught:
        load(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"8BPS\0\1", "picture"),
        (b"\0\0\1\0\1\0\x10\x10", "picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "picture"),
        (b"P6\n2 2\n255\n" + bytes(12), "picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "drawing"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing"),
        (b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg/>'.replace(b"svg/", b"svg /"), "drawing"),
        (b"II\x2a\0\x10\0\0\0CR\2\0", "raw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
    ],
)
def test_unsupported_pictures(data: bytes, reason: str) -> None:
    with pytest.raises(UnsupportedFormatError) as caught:
        load(data)
    assert caught.value.reason == reason
    assert "JPEG" in caught.value.remedy


def test_heic_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
    formats.decoder.cache_clear()
    try:
        with pytest.raises(UnsupportedFormatError) as caught:
            load(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic")
    finally:
        formats.decoder.cache_clear()
    assert "mettici[heif]" in caught.value.remedy
    for_sender = caught.value.for_uploader()
    assert for_sender.message() == "This picture is in the HEIC format, which mettici cannot read."
    assert "pip" not in for_sender.remedy


def test_raw_files_that_look_like_tiffs() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[50706] = b"\1\4\0\0"
    with pytest.raises(UnsupportedFormatError) as caught:
        load(encode(scene(), "TIFF", tiffinfo=tags))
    assert caught.value.reason == "raw"


def test_empty() -> None:
    for source in (b"", io.BytesIO(), np.zeros((0, 5, 3), np.uint8)):
        with pytest.raises(EmptyError):
            load(source)
