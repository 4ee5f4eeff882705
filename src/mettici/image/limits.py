"""Limits on the photos that are read, and the errors for exceeding them."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from mettici.errors import EmptyError, TooLargeError
from mettici.image import memory
from mettici.image.formats import DECODABLE


@dataclass(frozen=True)
class Limits:
    """Which photos are read at all.

    - `max_bytes`: 100 MiB fit an uncompressed picture of 7680 x 4320, the largest that LinkedIn accepts.
    - `max_pixels`: 120 million, above the 108-megapixel phones.
    - `max_memory`: 420 MiB for decoding, estimated from the header; with the networks, that keeps a process under 600
      MB. It fits 48 megapixels as HEIC or as PNG with transparency; a baseline JPEG takes a tenth, since it is decoded
      at a reduced size.
    - `max_side`: 30 000 px, the limit of Photoshop's own format, and more than any phone's panorama.
    - `formats`: names from `formats.DECODABLE`. JPEG 2000 and others are left out: nobody takes portraits in them, and
      every decoder is one more target for hostile files.
    """

    max_bytes: int = 100 * 2**20
    max_pixels: int = 120_000_000
    max_side: int = 30_000
    max_memory: int = 420 * 2**20
    formats: frozenset[str] = DECODABLE


DEFAULT = Limits()
UPLOAD_BYTES = 25 * 2**20
"""Maximum size of an upload to a service: 25 MiB fit the JPEG of a 50-megapixel phone."""
MAX_RUN_PIXELS = 16_000_000
MAX_RUN_BYTES = 8 * 2**20
"""Limits for a run-length encoded BMP, which Pillow decodes in Python: about three seconds."""


def check_size(size: tuple[int, int], limits: Limits) -> None:
    """Raises `EmptyError` or `TooLargeError` for a picture of this width and height."""
    width, height = size
    if width < 1 or height < 1:
        raise EmptyError("pixels", width=width, height=height)
    if width * height > limits.max_pixels:
        limit = round(limits.max_pixels / 1e6)
        raise TooLargeError("pixels", width=width, height=height, limit=limit)
    if max(size) > limits.max_side:
        raise TooLargeError("side", width=width, height=height, limit=limits.max_side)


def check_memory(image: Image.Image, name: str, limits: Limits, data: bytes = b"") -> None:
    """Raises `TooLargeError` if decoding an opened picture in the format `name` would take too much memory.

    `data`: its file, if there is one.
    """
    needed, limit = memory.needed(image, name, data), limits.max_memory
    if needed > limit:
        megabytes = {"needed": round(needed / 2**20), "limit": round(limit / 2**20)}
        raise TooLargeError("decoded", format=name, width=image.width, height=image.height, **megabytes)


def check_runs(image: Image.Image, size: int) -> None:
    """Raises `TooLargeError` if the run-length encoded picture, in a file of `size` bytes, would take too long to
    decode."""
    much = image.width * image.height > MAX_RUN_PIXELS or size > MAX_RUN_BYTES
    if much and any(tile[0] == "bmp_rle" for tile in getattr(image, "tile", ())):
        raise TooLargeError("runs", width=image.width, height=image.height)
