"""Small files that would grow, files that are two things at once, and sizes and modes that nobody takes a photo in.

Each is judged within seconds and within bounded memory, or refused with the error that says why.
"""

from __future__ import annotations

import io
import struct
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from PIL import Image, ImageCms

from benchmarks import memory
from benchmarks.fuzz.seeds import chunk, encoded, interlaced, png, scene
from benchmarks.peak import forget_peak, held, peak
from mettici import PhotoChecker, PhotoError
from mettici.errors import NotAnImageError, TooLargeError, UnreadableError, UnsupportedFormatError
from mettici.photo import DEFAULT, Limits, appetite, load
from mettici.photo.formats import decodable_here

MOST_MB = 600.0
"""What a process may hold at most, the networks and this test's own things included."""
SECONDS = 10.0

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells what it minds in a damaged file
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is told by Linux")


def outcome(data: bytes, most_mb: float = 60.0) -> str:
    """What decoding `data` comes to; fails where it takes long, or more memory than `most_mb` over what is held."""
    if sys.platform.startswith("linux"):
        before = held()
        forget_peak()
    started = time.perf_counter()
    try:
        found = load(data).format
    except PhotoError as error:
        found = error.code
    assert time.perf_counter() - started < SECONDS
    if sys.platform.startswith("linux"):
        assert peak() - before < most_mb
    return found


def jpeg(segments: bytes = b"") -> bytes:
    """A small JPEG with further segments at its start."""
    data = encoded(scene(), "JPEG")
    return data[:2] + segments + data[2:]


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


# --- things that grow ------------------------------------------------------------------------------------

ZEROS = zlib.compress(bytes(200 * 2**20), 9)
"""200 MiB in 200 KB."""


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"zTXt", b"Comment\0\0" + ZEROS),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + ZEROS),
        chunk(b"iCCP", b"profile\0\0" + ZEROS),
        chunk(b"tEXt", b"a\0b") * 20_000,
        b"".join(chunk(b"zTXt", b"k%d\0\0" % i + zlib.compress(bytes(2**20))) for i in range(100)),
    ],
    ids=["zTXt", "iTXt", "iCCP", "many tEXt", "many zTXt"],
)
def test_text_chunks_that_grow(text: bytes) -> None:
    assert outcome(png((1, 1, 8, 2, 0), b"\0abc", text), 160) in ("PNG", "unreadable", "truncated", "too_large")


def test_pixels_that_grow() -> None:
    rows = zlib.compress(bytes(3 * 2**20), 9)
    data = png((32, 24, 8, 2, 0), b"")
    bomb = data.replace(chunk(b"IDAT", zlib.compress(b"")), chunk(b"IDAT", rows) * 200)
    assert outcome(bomb) in ("PNG", "unreadable", "truncated")


@pytest.mark.parametrize("make", [lambda: 40, lambda: 3000], ids=["40", "3000"])
@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP"])
def test_thousands_of_frames(name: str, make: Callable[[], int]) -> None:
    if name not in decodable_here():
        pytest.skip(f"{name} is not built in")
    frames = [Image.new("L", (8, 8), i % 251) for i in range(make())]
    assert outcome(encoded(frames[0], name, save_all=True, append_images=frames[1:])) == name


def test_thousands_of_scans() -> None:
    data = encoded(scene(), "JPEG", progressive=True)
    start, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    assert outcome(data[:end] + data[start:end] * 5000 + data[end:]) in ("JPEG", "unreadable")


def test_scans_of_a_large_progressive_jpeg_end_in_time() -> None:
    """A few bytes each, and every one goes over sixteen megapixels."""
    data = encoded(Image.new("L", (4000, 4000), 128), "JPEG", progressive=True)
    start, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    assert outcome(data[:end] + data[start:end] * 20 + data[end:], 120) == "JPEG"
    with pytest.raises(TooLargeError) as caught:
        load(data[:end] + data[start:end] * 500 + data[end:])
    assert caught.value.reason == "scans"


@pytest.mark.parametrize(
    "before",
    [
        segment(0xE1, b"Exif\0\0xx") * 500_000,  # Pillow joins them one by one: alone, these took 20 seconds
        segment(0xFE, b"") * 2_000_000,
        b"\xff" * 8_000_000,
        segment(0xFE, b"") + bytes(8_000_000),
    ],
    ids=["exif", "comments", "fill", "zeros"],
)
def test_millions_of_segments_before_the_picture(before: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(UnreadableError):
        load(jpeg(before))
    assert time.perf_counter() - started < 1


def test_a_camera_s_padding_and_many_large_segments_are_read() -> None:
    many = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(60_000)) * 200
    assert outcome(jpeg(many + b"\xff" * 500), 100) == "JPEG"


def test_metadata_as_large_as_it_gets() -> None:
    exif = b"".join(segment(0xE1, b"Exif\0\0" + b"MM\0*\0\0\0\x08" + bytes(65_000)) for _ in range(300))
    xmp = b"".join(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<" * 65_000) for _ in range(100))
    icc = b"".join(segment(0xE2, b"ICC_PROFILE\0" + bytes([i, 255]) + bytes(65_000)) for i in range(1, 256))
    for more in (exif, xmp, icc, segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" * 5000)):
        assert outcome(jpeg(more), 300) == "JPEG"


def test_xmp_that_could_take_a_pattern_forever() -> None:
    """Blanks and openings without an end, at which a careless pattern goes back again and again."""
    attributes, blanks = b"<exif:GPSLatitude" + b" a=''" * 10_000, b"<photoshop:City" + b" " * 60_000
    for body in (attributes, blanks, b"<exif:GPSLatitude " * 3000):
        assert outcome(jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + body)), 120) == "JPEG"


# --- directories that lead in circles --------------------------------------------------------------------


def directory(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    """A TIFF directory of (tag, type, count, value), little-endian."""
    told = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + told + struct.pack("<I", following)


PLAIN = ((256, 4, 1, 4), (257, 4, 1, 4), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1), (278, 4, 1, 4),
         (279, 4, 1, 16))  # fmt: skip


@pytest.mark.parametrize(
    ("more", "following"),
    [
        ((), 8),  # the next picture is this one
        (((330, 4, 1, 8),), 0),  # and so is the one below
        (((34665, 4, 1, 8),), 0),  # EXIF
        (((34853, 4, 1, 8),), 8),  # GPS
        (((34665, 4, 1, 2**32 - 1),), 2**32 - 1),
        (((700, 7, 2**31, 8),), 0),  # 2 GB of XMP
        (((34675, 7, 2**32 - 1, 8),), 0),  # 4 GB of ICC profile
        (((324, 4, 2**28, 8),), 0),  # a billion tiles
    ],
)
def test_tiffs_that_lead_in_circles(more: tuple[tuple[int, int, int, int], ...], following: int) -> None:
    entries = (*PLAIN, *more)
    pixels = 8 + 2 + 12 * (len(entries) + 1) + 4
    data = b"II*\0\x08\0\0\0" + directory(*entries, (273, 4, 1, pixels), following=following) + bytes(16)
    assert outcome(data) in ("TIFF", "unreadable", "truncated", "too_large")


def test_a_long_chain_of_directories() -> None:
    chain = b"".join(directory(following=8 + 6 * (i + 1)) for i in range(100_000))
    assert outcome(b"II*\0\x08\0\0\0" + chain) in ("unreadable", "truncated")


def test_exif_that_leads_in_circles() -> None:
    loop = b"Exif\0\0II*\0\x08\0\0\0" + directory((34665, 4, 1, 8), (34853, 4, 1, 8), (40965, 4, 1, 8), following=8)
    assert outcome(jpeg(segment(0xE1, loop))) == "JPEG"


@pytest.mark.parametrize("kind", range(14))
def test_an_orientation_of_every_type_and_size(kind: int) -> None:
    for count, value in ((1, 6), (0, 6), (2**31, 6), (1, 2**32 - 1), (1, 0), (4, 8)):
        body = b"Exif\0\0II*\0\x08\0\0\0" + directory((0x0112, kind, count, value))
        assert outcome(jpeg(segment(0xE1, body))) == "JPEG"


# --- two things at once ----------------------------------------------------------------------------------


def test_what_follows_a_picture_is_never_opened() -> None:
    """A JPEG that is also an archive, a page or a document is the JPEG that it begins as."""
    plain = load(jpeg()).pixels
    for tail in (b"PK\x03\x04" + bytes(100), b"<script>alert(1)</script>", b"%PDF-1.7\n", encoded(scene(), "PNG")):
        assert np.array_equal(load(jpeg() + tail).pixels, plain)
    hidden = segment(0xFE, b"%PDF-1.4\n<html><script>")
    assert np.array_equal(load(jpeg(hidden)).pixels, plain)


@pytest.mark.parametrize(
    "head", [b"%PDF-1.7\n", b"PK\x03\x04" + bytes(26), b"<!doctype html>", b"#!/bin/sh\n", b"GIF89", b"MZ" + bytes(60)]
)
def test_a_picture_behind_something_else_is_none(head: bytes) -> None:
    with pytest.raises((NotAnImageError, UnsupportedFormatError)):
        load(head + jpeg())


@pytest.mark.parametrize("name", ["ICO", "PPM", "TGA", "JPEG2000", "PCX", "SGI", "DDS", "EPS", "MSP", "XBM"])
def test_a_stranger_called_photo_jpg_is_refused_by_its_contents(name: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    with suppress(KeyError):  # not every Pillow writes them all
        path.write_bytes(encoded(scene().convert("1" if name in ("MSP", "XBM") else "RGB"), name))
        with pytest.raises((UnsupportedFormatError, NotAnImageError)):
            load(path)


def test_a_decoder_is_never_chosen_by_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's own search through all its plugins, Ghostscript's among them, is not used."""
    monkeypatch.setattr(Image, "open", None)
    for name in ("JPEG", "PNG", "GIF", "BMP", "TIFF"):
        assert load(encoded(scene(), name)).format == name
    with pytest.raises(UnsupportedFormatError):
        load(b"%!PS-Adobe-3.0 EPSF-3.0\n(r) file\n")


# --- streams ---------------------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A stream that gives more, whatever it is asked for, and more than it is asked for if it is `rude`."""

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
    **{mode: lambda mode=mode: scene().convert(mode)  # type: ignore[misc]
       for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV")},
    "PA": lambda: scene().convert("P").convert("PA"),
    "La": lambda: scene().convert("LA").convert("La"),
    "RGBa": lambda: scene().convert("RGBA").convert("RGBa"),
    "LAB": lab,
    "I": lambda: deep(np.int32),
    "F": lambda: deep(np.float32),
    "I;16": lambda: deep(np.uint16),
}  # fmt: skip
KEPT = {"I": ("TIFF",), "F": ("TIFF",), "I;16": ("PNG", "TIFF")}
"""In which formats Pillow writes these modes without cutting them to eight bits."""


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_in_every_format_that_takes_it(mode: str) -> None:
    image = MODES[mode]()
    assert image.mode == mode
    kinds = ("RGB", "1" if mode == "1" else "L")
    colours, greys = (np.asarray(scene().convert(kind).convert("RGB"), int) for kind in kinds)
    sources: list[bytes | Image.Image] = [image]
    for name in KEPT.get(mode, ("PNG", "TIFF", "BMP", "WEBP", "GIF", "JPEG")):
        with suppress(KeyError, OSError, ValueError):
            sources.append(encoded(image, name))
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
        ("PNG", "L", {}), ("PNG", "LA", {}), ("PNG", "P", {}), ("PNG", "RGB", {}), ("PNG", "RGBA", {}),
        ("PNG", "RGB", {"transparency": (1, 2, 3)}), ("PNG", "I;16", {}), ("TIFF", "F", {}), ("TIFF", "I", {}),
        ("WEBP", "RGBA", {}), ("AVIF", "RGBA", {"speed": 10}), ("GIF", "P", {}), ("JPEG", "RGB", {}),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}), ("JPEG", "CMYK", {"progressive": True}),
    ],
)  # fmt: skip
@linux
def test_what_decoding_takes_is_foreseen(name: str, mode: str, options: dict[str, object]) -> None:
    if name not in decodable_here():
        pytest.skip(f"{name} is not built in")
    small, large = (encoded(MODES[mode]().resize(size), name, **options) for size in ((64, 48), (3000, 2000)))
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        took, foreseen = fresh.submit(decoded, small, large).result()
    assert took < foreseen * 1.1 + 16, "the result itself, of 1024 px, takes up to 12 MB"


def decoded(small: bytes, large: bytes) -> tuple[float, float]:
    """MB that decoding `large` takes in this process, and what was foreseen."""
    from mettici.photo.formats import decoder, recognise

    load(small)
    before = held()
    forget_peak()
    load(large)
    took = peak() - before
    name = recognise(large).name
    decode = decoder(name)
    assert decode is not None
    return took, appetite.needed(decode(io.BytesIO(large)), name) / 2**20


def test_what_would_take_too_much_is_refused_before_a_pixel_is_decoded() -> None:
    image = Image.new("RGBA", (900, 900))
    for name in ("PNG", "WEBP"):
        with pytest.raises(TooLargeError) as caught:
            load(encoded(image, name), Limits(max_memory=4 * 2**20))
        assert caught.value.reason == "decoded"
        assert "900 x 900" in str(caught.value)
        assert load(encoded(image, name)).width == 900


def test_photos_of_phones_are_within_the_limit() -> None:
    pixels = 8064 * 6048  # 48.8 megapixels
    for name, mode in (("HEIF", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("TIFF", "RGB"), ("TIFF", "CMYK")):
        assert appetite.needed(Image.new(mode, (1, 1)), name) * pixels <= DEFAULT.max_memory, name


@linux
def test_a_48_megapixel_jpeg_takes_little_more_than_the_networks(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "made", lambda: samples)
    memory.sized(tmp_path, 0.15, "JPEG").rename(tmp_path / "small.jpg")
    _, most = memory.measured(memory.sized(tmp_path, 48, "JPEG"))
    assert most <= memory.GOAL
