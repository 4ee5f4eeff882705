"""Small valid files to mutate: every supported format, in every mode, bit depth and layout."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms

from benchmarks.fuzz.size_override import with_size_override
from mettici.image.formats import decodable_here

WIDTH, HEIGHT = 32, 24
"""Small, so that decoding pixels does not dominate the time of a mutated file."""
CODED = 1600, 1216
"""The coded width and height in px of a few seeds that declare `WIDTH` and `HEIGHT`."""
FACE = 96
"""Side in px of the portrait among the seeds: large enough to detect its face, so that a full check analyses it."""
PORTRAIT = "portrait_good.jpg"
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


class Seed(NamedTuple):
    """A valid file and its format."""

    name: str
    format: str
    data: bytes


@lru_cache(maxsize=1)
def seeds(samples: Path) -> tuple[Seed, ...]:
    """All seeds, in a fixed order; `samples` is the folder of sample pictures."""
    found = [*_single_images(samples), *_modes(), *_multi_image(), *_handmade(), *_unsupported()]
    readable = decodable_here()
    return tuple(seed for seed in found if seed.format in readable or seed.format == "other")


def scene() -> Image.Image:
    """A colour picture with edges and noise."""
    noise = np.random.default_rng(0).integers(0, 60, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    noise[..., 0] += np.linspace(0, 190, WIDTH).astype(np.uint8)
    noise[: HEIGHT // 3, : WIDTH // 3] = (20, 20, 230)
    return Image.fromarray(noise)


def encoded(image: Image.Image, name: str, **options: object) -> bytes:
    """`image` as a file in Pillow's format `name`."""
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def _save(label: str, image: Image.Image, name: str, **options: object) -> Iterator[Seed]:
    """The seed, or nothing if this installation cannot write it."""
    if name == "HEIF":
        try:
            import pillow_heif
        except ModuleNotFoundError:
            return
        pillow_heif.register_heif_opener()
    try:
        data = encoded(image, name, **options)
    except (KeyError, OSError, ValueError):
        return
    yield Seed(f"{name} {label}".strip().lower(), "JPEG" if name == "MPO" else name, data)


def metadata() -> dict[str, object]:
    """EXIF with a location, an orientation and a comment; XMP; and a non-sRGB profile."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    directories: dict[int, dict[int, object]] = {
        0x8825: {1: "N", 2: (45.0, 4.0, 0.0), 3: "E", 4: (7.0, 40.0, 0.0)},
        0x8769: {0x9286: b"ASCII\0\0\0hello"},
    }
    for directory, tags in directories.items():
        exif.get_ifd(directory).update(tags)
        exif[directory] = tags
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description photoshop:City="Torino"/></x:xmpmeta>'
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    return {"exif": exif.tobytes(), "xmp": xmp, "icc_profile": profile}


def _single_images(samples: Path) -> Iterator[Seed]:
    """The portrait and the scene in every format, with and without metadata."""
    with Image.open(samples / PORTRAIT) as whole:
        portrait = whole.convert("RGB").resize((FACE, FACE))
    for name in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"):
        yield from _save("portrait", portrait, name)
        yield from _save("", scene(), name)
        if name not in ("GIF", "BMP"):
            yield from _save("metadata", scene(), name, **metadata())
    settings: dict[str, dict[str, object]] = {
        "progressive": {"progressive": True},
        "restarts": {"restart_marker_blocks": 1},
        "full colour": {"subsampling": 0, "quality": 100, "comment": b"hello"},
    }
    for label, options in settings.items():
        yield from _save(label, scene(), "JPEG", **options)
    yield from _save("lossless", scene(), "WEBP", lossless=True)
    for name in ("AVIF", "HEIF"):
        for seed in _save("says less than it codes", Image.new("RGB", CODED, "tan"), name):
            yield seed._replace(data=seed.data.replace(struct.pack(">II", *CODED), struct.pack(">II", WIDTH, HEIGHT)))
    for seed in _save("overrides", scene(), "AVIF"):
        for label, coded in ("its size", (WIDTH, HEIGHT)), ("and says less than it codes", CODED):
            data = with_size_override(seed.data, (WIDTH, HEIGHT), coded)
            yield seed._replace(name=f"{seed.name} {label}", data=data)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "lzma"):
        yield from _save(compression, scene(), "TIFF", compression=compression)


def _modes() -> Iterator[Seed]:
    """Every Pillow mode in every format that supports it."""
    picture = scene()
    deep = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    images = [picture.convert(mode) for mode in ("1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "HSV")]
    images += [Image.fromarray(deep), Image.fromarray(deep.astype(np.int32)), Image.fromarray(deep / np.float32(65535))]
    lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    images += [ImageCms.applyTransform(picture, lab) or picture]
    for image in images:
        for name in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"):
            unread = image.mode == "YCbCr" and name == "TIFF"  # Pillow 12 writes it uncompressed but cannot read it
            yield from _save(image.mode, image, name, **({"compression": "tiff_lzw"} if unread else {}))
    yield from _save("group 4", picture.convert("1"), "TIFF", compression="group4")
    yield from _save("two bits", picture.quantize(4), "PNG", bits=2)
    yield from _save("transparent", picture.quantize(8), "PNG", transparency=0)


def _multi_image() -> Iterator[Seed]:
    """Files with several images."""
    frames = [scene(), scene().rotate(180), Image.new("RGB", (WIDTH, HEIGHT), "red")]
    for name in ("GIF", "PNG", "WEBP", "TIFF", "AVIF", "MPO", "HEIF"):
        yield from _save("frames", frames[0], name, save_all=True, append_images=frames[1:])
    for name in ("GIF", "PNG"):
        yield from _save("blank first", frames[2], name, save_all=True, append_images=frames[:2])


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(header: tuple[int, int, int, int, int], rows: bytes, *more: bytes) -> bytes:
    """A PNG with the header (width, height, bit depth, colour type, interlace), extra chunks, then the filtered
    `rows`."""
    width, height, depth, colour, interlace = header
    first = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))
    last = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + first + b"".join(more) + last


def interlaced(pixels: np.ndarray) -> bytes:
    """(H, W, 3) uint8 `pixels` as an Adam7 PNG, which Pillow does not write."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for x, y, dx, dy in _ADAM7 for row in pixels[y::dy, x::dx] if row.size)
    return png((width, height, 8, 2, 1), rows)


def _handmade() -> Iterator[Seed]:
    """Layouts that Pillow reads but does not write."""
    pixels = np.asarray(scene())
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels.astype(np.uint16) * 257)
    text = [
        chunk(b"tEXt", b"Title\0hello"),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"hello" * 50)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<x:xmpmeta/>")),
    ]
    yield Seed("png sixteen bits", "PNG", png((WIDTH, HEIGHT, 16, 2, 0), rows))
    yield Seed("png text", "PNG", png((WIDTH, HEIGHT, 16, 2, 0), rows, *text))
    yield Seed("png interlaced", "PNG", interlaced(pixels))
    ycck = encoded(scene().convert("CMYK"), "JPEG")
    adobe = ycck.index(b"Adobe") + 11
    yield Seed("jpeg ycck", "JPEG", ycck[:adobe] + b"\2" + ycck[adobe + 1 :])
    palette, packed = bytes(range(256)) * 4, b"\x20\x05\x00\x00" * HEIGHT + b"\0\1"  # runs of 32 px, then ends of lines
    head = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 8, 1, len(packed), 0, 0, 256, 0)
    start = 14 + len(head) + len(palette)
    yield Seed(
        "bmp run length",
        "BMP",
        b"BM" + struct.pack("<IHHI", start + len(packed), 0, 0, start) + head + palette + packed,
    )
    for order in "<>":
        yield Seed(f"tiff planes {order}", "TIFF", _tiff_in_planes(order))
    yield Seed("tiff tiles", "TIFF", tiled(128))
    gif = encoded(scene(), "GIF")
    table = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    yield Seed("gif comments", "GIF", gif[:table] + b"\x21\xfe\x05hello\x05world\0" * 3 + gif[table:])


def tiled(side: int) -> bytes:
    """A grey 64 x 64 px TIFF in one deflated tile of `side` px; the file holds at most 2000 rows of it, all white."""
    packer = zlib.compressobj(9)
    tile = b"".join([*(packer.compress(b"\xff" * side) for _ in range(min(side, 2000))), packer.flush()])
    entries = [
        (256, 64),
        (257, 64),
        (258, 8),
        (259, 8),
        (262, 1),
        (277, 1),
        (322, side),
        (323, side),
        (324, 8),
        (325, len(tile)),
    ]
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return struct.pack("<2sHI", b"II", 42, 8 + len(tile)) + tile + struct.pack("<H", len(entries)) + table + bytes(4)


def _tiff_in_planes(order: str) -> bytes:
    """A TIFF in either byte order with planar channels, eight rows per strip."""
    planes = np.asarray(scene()).transpose(2, 0, 1).tobytes()
    strip, count = WIDTH * 8, 3 * HEIGHT // 8
    after = 8 + 2 + 12 * 10 + 4  # the header, and a directory of ten entries
    offsets = [after + 8 * count + strip * i for i in range(count)]
    body = struct.pack(f"{order}{2 * count}I", *offsets, *[strip] * count)
    entries = [
        (256, 1, WIDTH),
        (257, 1, HEIGHT),
        (258, 1, 8),
        (259, 1, 1),
        (262, 1, 2),
        (273, count, after),
        (277, 1, 3),
        (278, 1, 8),
        (279, count, after + 4 * count),
        (284, 1, 2),
    ]
    table = b"".join(struct.pack(f"{order}HHII", tag, 4, values, value) for tag, values, value in entries)
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(f"{order}HIH", 42, 8, len(entries)) + table + bytes(4) + body + planes


def _unsupported() -> Iterator[Seed]:
    """Unsupported formats: none of their bytes may reach a decoder."""
    for name in ("ICO", "PPM", "TGA", "JPEG2000", "PCX", "SGI", "DDS", "PDF", "EPS", "ICNS"):
        for seed in _save("", scene(), name):
            yield seed._replace(format="other")
    for label, data in {
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "html": b"<!doctype html><script>alert(1)</script>",
        "zip": b"PK\x03\x04" + bytes(60),
        "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(60),
        "jxl": b"\xff\x0a" + bytes(60),
    }.items():
        yield Seed(label, "other", data)
