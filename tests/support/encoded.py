"""Makes and encodes pictures for the decoding tests."""

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

INVERSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How each EXIF orientation stores an upright picture."""


def scene(width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """A picture without symmetry: red increases to the right, green downwards, and one corner is blue."""
    across = np.linspace(0, 255, width)[None, :].repeat(height, 0)
    down = np.linspace(0, 255, height)[:, None].repeat(width, 1)
    array = np.stack([across, down, np.full_like(across, 60)], axis=-1).astype(np.uint8)
    array[: height // 4, : width // 4] = (20, 20, 230)
    return array


def encode(image: Image.Image | NDArray[np.uint8], name: str = "PNG", **options: object) -> bytes:
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def close(a: NDArray[np.uint8], b: NDArray[np.uint8], mean: float = 0.0) -> bool:
    return a.shape == b.shape and float(np.abs(a.astype(int) - b.astype(int)).mean()) <= mean


def profile_of(primaries: tuple[tuple[float, float, float], ...]) -> bytes:
    """A handmade matrix profile with gamma 2.2; rows are the XYZ of red, green and blue."""

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Wide\0" + b"\0" * 78
    text = b"text\0\0\0\0none\0\0\0\0"
    names = [b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt", b"rTRC", b"gTRC", b"bTRC", b"desc", b"cprt"]
    bodies = [*map(xyz, primaries), xyz((0.9642, 1.0, 0.8249)), curve, curve, curve, name, text]
    bodies = [body + b"\0" * (-len(body) % 4) for body in bodies]
    offset = 128 + 4 + 12 * len(names)
    table = struct.pack(">I", len(names))
    for tag, body in zip(names, bodies, strict=True):
        table += tag + struct.pack(">II", offset, len(body))
        offset += len(body)
    header = struct.pack(">I4sI4s4s4s", offset, b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2020, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    header += struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)))
    return header.ljust(128, b"\0") + table + b"".join(bodies)


def wide_profile() -> bytes:
    """A profile with the primaries of Display P3, adapted to D50."""
    return profile_of(((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841)))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(pixels: NDArray[np.uint16], size: tuple[int, int] | None = None) -> bytes:
    """A 16-bit RGB PNG, which Pillow cannot write; `size` makes its header claim a different size."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", *(size or (width, height)), 16, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)
