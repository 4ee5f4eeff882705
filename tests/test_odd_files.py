"""Polyglot files, endless streams, unusual sizes and modes, and memory."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from hostile_files import SECONDS, jpeg, linux, segment
from PIL import Image, ImageCms

from benchmarks import memory
from benchmarks.fuzz.seeds import encoded, interlaced, scene
from benchmarks.peak import peak, reset_peak, resident
from mettici import PhotoChecker, PhotoError
from mettici.errors import NotAnImageError, TooLargeError, UnsupportedFormatError
from mettici.image.formats import decodable_here
from mettici.image.memory import needed
from mettici.image.photo import DEFAULT, Limits, load

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns about damaged files


# --- polyglots --------- ----------------------------------------------------------------------------------


def test_data_after_a_picture_is_never_opened() -> None:
    """A JPEG that is also an archive, a web page or a document counts as the JPEG that it starts as."""
    plain = load(jpeg()).pixels
    for tail in (b"PK\x03\x04" + bytes(100), b"<script>alert(1)</script>", b"%PDF-1.7\n", encoded(scene(), "PNG")):
        assert np.array_equal(load(jpeg() + tail).pixels, plain)
    hidden = segment(0xFE, b"%PDF-1.4\n<html><script>")
    assert np.array_equal(load(jpeg(hidden)).pixels, plain)


@pytest.mark.parametrize(
    "head", [b"%PDF-1.7\n", b"PK\x03\x04" + bytes(26), b"<!doctype html>", b"#!/bin/sh\n", b"GIF89", b"MZ" + bytes(60)]
)
def test_a_picture_after_other_data_is_not_a_picture(head: bytes) -> None:
    with pytest.raises((NotAnImageError, UnsupportedFormatError)):
        load(head + jpeg())


@pytest.mark.parametrize("name", ["ICO", "PPM", "TGA", "JPEG2000", "PCX", "SGI", "DDS", "EPS", "MSP", "XBM"])
def test_other_formats_named_photo_jpg_are_rejected_by_their_contents(name: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    with suppress(KeyError):  # some Pillow builds cannot write all of them
        path.write_bytes(encoded(scene().convert("1" if name in ("MSP", "XBM") else "RGB"), name))
        with pytest.raises((UnsupportedFormatError, NotAnImageError)):
            load(path)


def test_decoders_are_never_chosen_by_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's own search through all its plugins, including Ghostscript's, is not used."""
    monkeypatch.setattr(Image, "open", None)
    for name in ("JPEG", "PNG", "GIF", "BMP", "TIFF"):
        assert load(encoded(scene(), name)).format == name
    with pytest.raises(UnsupportedFormatError):
        load(b"%!PS-Adobe-3.0 EPSF-3.0\n(r) file\n")


# --- streams ---------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A stream that always gives more; if `rude`, even more than requested."""

    def __init__(self, rude: bool = False) -> None:
        self.given, self._rude = jpeg(), rude
        self.total = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        piece = self.given or bytes(3 * 2**20 if self._rude else size)
        self.given = b""
        self.total += len(piece)
        return piece


@pytest.mark.parametrize("rude", [False, True])
def test_a_stream_that_never_ends(rude: bool) -> None:
    stream = Endless(rude)
    with pytest.raises(TooLargeError) as caught:
        load(cast(BinaryIO, stream), Limits(max_bytes=5 * 2**20))
    assert caught.value.reason == "bytes"
    assert stream.total < 10 * 2**20


@linux
def test_a_device_that_never_ends() -> None:
    with pytest.raises(TooLargeError):
        load("/dev/zero", Limits(max_bytes=2**20))


@pytest.mark.parametrize("given", [None, 7, "text"])
def test_a_stream_that_gives_nonsense(given: object) -> None:
    class Nonsense(io.RawIOBase):
        def read(self, _size: int = -1, /) -> bytes:
            return cast(bytes, given)

    with pytest.raises(PhotoError):
        load(cast(BinaryIO, Nonsense()))


# --- odd sizes and modes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1), (2, 3), (1, 1024), (30_000, 2)])
@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_odd_sizes_are_judged(checker: PhotoChecker, size: tuple[int, int], name: str) -> None:
    started = time.perf_counter()
    report = checker.check(encoded(Image.new("RGB", size, (120, 90, 80)), name))
    assert time.perf_counter() - started < SECONDS
    assert report.verdict == "reject"
    assert (report.photo["width"], report.photo["height"]) == size
    assert report["face_present"].status == "fail"


def lab() -> Image.Image:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    image = ImageCms.applyTransform(scene(), to_lab)
    assert image is not None
    return image


def deep(kind: type[np.generic]) -> Image.Image:
    return Image.fromarray((np.asarray(scene().convert("L")).astype(np.uint16) * 257).astype(kind))


MODES: dict[str, Callable[[], Image.Image]] = {
    **{
        mode: lambda mode=mode: scene().convert(mode)  # type: ignore[misc]
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV")
    },
    "PA": lambda: scene().convert("P").convert("PA"),
    "La": lambda: scene().convert("LA").convert("La"),
    "RGBa": lambda: scene().convert("RGBA").convert("RGBa"),
    "LAB": lab,
    "I": lambda: deep(np.int32),
    "F": lambda: deep(np.float32),
    "I;16": lambda: deep(np.uint16),
}
KEPT = {"I": ("TIFF",), "F": ("TIFF",), "I;16": ("PNG", "TIFF")}
"""The formats in which Pillow writes these modes without reducing them to eight bits."""


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_in_every_format_that_supports_it(mode: str) -> None:
    image = MODES[mode]()
    assert image.mode == mode
    kinds = ("RGB", "1" if mode == "1" else "L")
    colours, greys = (np.asarray(scene().convert(kind).convert("RGB"), int) for kind in kinds)
    sources: list[bytes | Image.Image] = [image]
    for name in KEPT.get(mode, ("PNG", "TIFF", "BMP", "WEBP", "GIF", "JPEG")):
        with suppress(KeyError, OSError, ValueError):
            # Pillow 12 cannot read its own uncompressed YCbCr.
            sources.append(encoded(image, name, **({"compression": "tiff_lzw"} if name == "TIFF" else {})))
    for source in sources:
        pixels = load(source).pixels
        off = min(np.abs(pixels - colours).mean(), np.abs(pixels - greys).mean())
        assert off < 16, "neither the colours nor the greys of the scene"


def test_interlaced_and_inverted() -> None:
    assert np.array_equal(load(interlaced(np.asarray(scene()))).pixels, np.asarray(scene()))
    cmyk = encoded(scene().convert("CMYK"), "JPEG", quality=95)
    adobe = cmyk.index(b"Adobe") + 11
    assert load(cmyk[:adobe] + b"\2" + cmyk[adobe + 1 :]).notes == ("cmyk_converted",)  # YCCK


# --- memory ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("PNG", "L", {}),
        ("PNG", "LA", {}),
        ("PNG", "P", {}),
        ("PNG", "RGB", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "RGB", {"transparency": (1, 2, 3)}),
        ("PNG", "I;16", {}),
        ("TIFF", "F", {}),
        ("TIFF", "I", {}),
        ("WEBP", "RGBA", {}),
        ("AVIF", "RGBA", {"speed": 10}),
        ("GIF", "P", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("JPEG", "CMYK", {"progressive": True}),
    ],
)
@linux
def test_the_memory_for_decoding_is_estimated(name: str, mode: str, options: dict[str, object]) -> None:
    if name not in decodable_here():
        pytest.skip(f"{name} is not built in")
    small, large = (encoded(MODES[mode]().resize(size), name, **options) for size in ((64, 48), (3000, 2000)))
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        took, estimate = fresh.submit(decoded, small, large).result()
    assert took < estimate * 1.1 + 16, "the result of 1024 px itself takes up to 12 MB"


def decoded(small: bytes, large: bytes) -> tuple[float, float]:
    """MB that decoding `large` takes in this process, and the estimate."""
    from mettici.image.formats import decoder, recognise

    load(small)
    before = resident()
    reset_peak()
    load(large)
    took = peak() - before
    name = recognise(large).name
    decode = decoder(name)
    assert decode is not None
    return took, needed(decode(io.BytesIO(large)), name) / 2**20


def test_oversized_pictures_are_rejected_before_decoding() -> None:
    image = Image.new("RGBA", (900, 900))
    for name in ("PNG", "WEBP"):
        with pytest.raises(TooLargeError) as caught:
            load(encoded(image, name), Limits(max_memory=4 * 2**20))
        assert caught.value.reason == "decoded"
        assert "900 x 900" in str(caught.value)
        assert load(encoded(image, name)).width == 900


def test_phone_photos_are_within_the_limit() -> None:
    pixels = 8064 * 6048  # 48.8 megapixels
    for name, mode in (("HEIF", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("TIFF", "RGB"), ("TIFF", "CMYK")):
        assert needed(Image.new(mode, (1, 1)), name) * pixels <= DEFAULT.max_memory, name


@linux
def test_a_48_megapixel_jpeg_takes_little_more_than_the_networks(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "made", lambda: samples)
    memory.sized(tmp_path, 0.15, "JPEG").rename(tmp_path / "small.jpg")
    _, most = memory.measured(memory.sized(tmp_path, 48, "JPEG"))
    assert most <= memory.GOAL
