"""Small files that expand or take long: judged within bounded time and memory, or rejected."""

from __future__ import annotations

import struct
import time
import zlib
from collections.abc import Callable

import pytest
from hostile_files import jpeg, outcome, segment
from PIL import Image

from benchmarks.fuzz.seeds import chunk, encoded, png, scene
from mettici.errors import TooLargeError, UnreadableError
from mettici.image.formats import decodable_here
from mettici.image.photo import load

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns about damaged files


# --- files that expand ------------------------------------------------------------------------------------

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
def test_expanding_text_chunks(text: bytes) -> None:
    assert outcome(png((1, 1, 8, 2, 0), b"\0abc", text), 160) in ("PNG", "unreadable", "truncated", "too_large")


def test_expanding_pixels() -> None:
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


def test_a_large_progressive_jpeg_with_many_scans_ends_in_time() -> None:
    """A few bytes per scan, each covering sixteen megapixels."""
    data = encoded(Image.new("L", (4000, 4000), 128), "JPEG", progressive=True)
    start, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    assert outcome(data[:end] + data[start:end] * 20 + data[end:], 120) == "JPEG"
    with pytest.raises(TooLargeError) as caught:
        load(data[:end] + data[start:end] * 500 + data[end:])
    assert caught.value.reason == "scans"


@pytest.mark.parametrize(
    "before",
    [
        segment(0xE1, b"Exif\0\0xx") * 500_000,  # Pillow joins them one at a time, which took 20 seconds
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


def test_camera_padding_and_many_large_segments_are_read() -> None:
    many = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(60_000)) * 200
    assert outcome(jpeg(many + b"\xff" * 500), 100) == "JPEG"


def test_metadata_of_the_largest_size() -> None:
    exif = b"".join(segment(0xE1, b"Exif\0\0" + b"MM\0*\0\0\0\x08" + bytes(65_000)) for _ in range(300))
    xmp = b"".join(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<" * 65_000) for _ in range(100))
    icc = b"".join(segment(0xE2, b"ICC_PROFILE\0" + bytes([i, 255]) + bytes(65_000)) for i in range(1, 256))
    for more in (exif, xmp, icc, segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" * 5000)):
        assert outcome(jpeg(more), 300) == "JPEG"


def test_xmp_that_could_trap_a_regular_expression() -> None:
    """Unclosed blanks and brackets that make a careless pattern backtrack endlessly."""
    attributes, blanks = b"<exif:GPSLatitude" + b" a=''" * 10_000, b"<photoshop:City" + b" " * 60_000
    for body in (attributes, blanks, b"<exif:GPSLatitude " * 3000):
        assert outcome(jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + body)), 120) == "JPEG"


# --- circular directories --------------------------------------------------------------------


def directory(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    """A TIFF directory of (tag, type, count, value), little-endian."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


PLAIN = (
    (256, 4, 1, 4),
    (257, 4, 1, 4),
    (258, 3, 1, 8),
    (259, 3, 1, 1),
    (262, 3, 1, 1),
    (277, 3, 1, 1),
    (278, 4, 1, 4),
    (279, 4, 1, 16),
)


@pytest.mark.parametrize(
    ("more", "following"),
    [
        ((), 8),  # the next picture is this one again
        (((330, 4, 1, 8),), 0),  # so is the subdirectory
        (((34665, 4, 1, 8),), 0),  # EXIF
        (((34853, 4, 1, 8),), 8),  # GPS
        (((34665, 4, 1, 2**32 - 1),), 2**32 - 1),
        (((700, 7, 2**31, 8),), 0),  # 2 GB of XMP
        (((34675, 7, 2**32 - 1, 8),), 0),  # 4 GB of ICC profile
        (((324, 4, 2**28, 8),), 0),  # a billion tiles
    ],
)
def test_circular_tiffs(more: tuple[tuple[int, int, int, int], ...], following: int) -> None:
    entries = (*PLAIN, *more)
    pixels = 8 + 2 + 12 * (len(entries) + 1) + 4
    data = b"II*\0\x08\0\0\0" + directory(*entries, (273, 4, 1, pixels), following=following) + bytes(16)
    assert outcome(data) in ("TIFF", "unreadable", "truncated", "too_large")


def test_a_long_chain_of_directories() -> None:
    chain = b"".join(directory(following=8 + 6 * (i + 1)) for i in range(100_000))
    assert outcome(b"II*\0\x08\0\0\0" + chain) in ("unreadable", "truncated")


def test_circular_exif() -> None:
    loop = b"Exif\0\0II*\0\x08\0\0\0" + directory((34665, 4, 1, 8), (34853, 4, 1, 8), (40965, 4, 1, 8), following=8)
    assert outcome(jpeg(segment(0xE1, loop))) == "JPEG"


@pytest.mark.parametrize("kind", range(14))
def test_an_orientation_of_every_type_and_size(kind: int) -> None:
    for count, value in ((1, 6), (0, 6), (2**31, 6), (1, 2**32 - 1), (1, 0), (4, 8)):
        body = b"Exif\0\0II*\0\x08\0\0\0" + directory((0x0112, kind, count, value))
        assert outcome(jpeg(segment(0xE1, body))) == "JPEG"
