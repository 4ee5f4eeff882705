"""Any input → `Photo`: upright sRGB pixels and the facts of the file. All limits on photos live here.

The only user of Pillow for decoding. Pillow's process-wide settings are neither relied on nor changed: sizes
are checked here, on the header, before a pixel is decoded.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mettici.errors import (
    EmptyError,
    MetticiError,
    NotAnImageError,
    TooLargeError,
    TruncatedError,
    UnreadableError,
    UnsupportedFormatError,
)
from mettici.photo import appetite, jpeg, metadata, sizes, srgb
from mettici.photo.formats import DECODABLE, PICTURES, decoder, ends_early, recognise
from mettici.photo.reading import File, read

Source = File | Image.Image | NDArray[np.uint8]
Pixels = NDArray[np.uint8]
Area = tuple[int, int, int, int]
"""[x, y, width, height] in pixels of the upright photo."""

ANALYSIS_SIDE = 1024
"""Longer side of `Photo.pixels` at most, in px: the largest face that matters is then about 700 px, which is
several times the input of every network used here (192 to 256 px)."""

HASHED_BESIDE = 2**20
"""Bytes of a file from which its hash is worked out in a thread of its own: a millisecond is not worth one."""


@dataclass(frozen=True)
class Limits:
    """What is read at all.

    - `max_bytes`: 100 MiB holds an uncompressed picture of 7680 x 4320, the largest that LinkedIn takes.
    - `max_pixels`: 120 million, above the 108-megapixel phones.
    - `max_memory`: 420 MiB for decoding, as foreseen from the header: with the networks that leaves a process under
      600 MB. It is what 48 megapixels take as HEIC or as PNG with transparency; a baseline JPEG takes a tenth, since it
      is decoded at the size that is needed.
    - `max_side`: 30 000 px, the limit of Photoshop's own format, above every phone's panoramas.
    - `formats`: names out of `formats.DECODABLE`. JPEG 2000 and others are left out: portraits do not come
      in them, and every decoder is one more way in for a hostile file.
    """

    max_bytes: int = 100 * 2**20
    max_pixels: int = 120_000_000
    max_side: int = 30_000
    max_memory: int = 420 * 2**20
    formats: frozenset[str] = DECODABLE


DEFAULT = Limits()


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photo, upright, and the facts of its file.

    - `pixels`: (H, W, 3) uint8, RGB in sRGB, C-contiguous, read-only; longer side at most `ANALYSIS_SIDE`.
    - `width`, `height`: of the upright original, px.
    - `format`: "JPEG" (MPO included), "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"; "ARRAY" for
      arrays, "PIL" for Pillow images made in memory.
    - `sha256`: hexadecimal, of the file's bytes; for arrays and Pillow images of mode, size and pixels.
    - `notes`: sorted, out of alpha_on_white, cmyk_converted, exif_rotated, first_frame, greyscale,
      icc_converted, icc_ignored, palette, reduced, sixteen_bit.
    - `location_tags`: sorted names of the EXIF, XMP and IPTC tags that tell the place; never their values.
    - `jpeg_quality`: 1..100 on libjpeg's scale; None if no JPEG.
    - `decode_again`: what `cut` calls; None where only `pixels` are known.
    """

    pixels: Pixels
    width: int
    height: int
    format: str
    sha256: str
    notes: tuple[str, ...]
    location_tags: tuple[str, ...]
    jpeg_quality: int | None
    decode_again: Callable[[Area | None, int | None], Pixels] | None = field(default=None, repr=False)

    def full(self) -> Pixels:
        """The photo at its full size, (height, width, 3), otherwise as `pixels`; as `cut`."""
        return self.cut(None)

    def cut(self, area: Area | None, side: int | None = None) -> Pixels:
        """What lies in `area` (None: everything), at full size or, where given, `side` px on the longer side at most.

        Decoded anew where `pixels` are reduced, no larger than is needed; raises a `PhotoError` where that fails.
        """
        if self.scale > 1 and self.decode_again:
            return self.decode_again(area, side)
        x, y, width, height = area or (0, 0, self.width, self.height)
        return self.pixels[y : y + height, x : x + width]

    @property
    def scale(self) -> float:
        """Pixels of the original for each of `pixels`, along a side; 1.0 or more."""
        height, width, _ = self.pixels.shape
        return float(max(self.width, self.height) / max(width, height))


@dataclass(frozen=True, eq=False)
class _Opened:  # `data` is empty where there is no file
    image: Image.Image
    format: str
    sha256: Callable[[], str]
    data: bytes = b""


def load(source: Source, limits: Limits = DEFAULT) -> Photo:
    """Decode a photo for analysis. Deterministic and safe to call from any thread.

    `source` is a path, the bytes of a file, a binary stream (read from where it stands, and not rewound), a
    Pillow image (left as it was; its current frame counts) or an RGB uint8 array (H, W, 3).

    Raises a `PhotoError`: `NotFoundError`, `EmptyError`, `TooLargeError`, `NotAnImageError`,
    `UnsupportedFormatError`, `TruncatedError` or `UnreadableError`; `TypeError` for any other kind of source.
    """
    opened = _open(source, limits)
    return replace(_render(opened, ANALYSIS_SIDE), decode_again=partial(_again, opened.data or opened, limits))


def _again(kept: bytes | _Opened, limits: Limits, area: Area | None, side: int | None) -> Pixels:
    # A file's decoder may have been set to a smaller size for good, so it starts from the bytes, and none of what was
    # decoded is kept until then.
    again = _from_file(kept, limits, empty="file") if isinstance(kept, bytes) else kept
    return _render(again, side, area).pixels


def load_small(source: Source, side: int, limits: Limits = DEFAULT) -> Pixels:
    """Decode a photo with its longer side at most `side` px, otherwise as `load`: for thumbnails."""
    return _render(_open(source, limits), side).pixels


def _open(source: Source, limits: Limits) -> _Opened:
    if isinstance(source, np.ndarray):
        return _from_array(source, limits)
    if isinstance(source, Image.Image):
        return _from_pillow(source, limits)
    return _from_file(read(source, limits.max_bytes), limits, empty="stream" if hasattr(source, "read") else "file")


def _from_array(array: Pixels, limits: Limits) -> _Opened:
    if array.dtype != np.uint8 or array.shape[2:] != (3,):
        raise UnreadableError("array", dtype=str(array.dtype), shape=str(array.shape))
    _check_size((array.shape[1], array.shape[0]), limits)
    image = Image.fromarray(np.ascontiguousarray(array))
    return _Opened(image, "ARRAY", _pixel_hash(image))


def _from_pillow(image: Image.Image, limits: Limits) -> _Opened:
    _check_size(image.size, limits)
    name = image.format or "PIL"
    with _decoding(name):  # it may not have been loaded yet
        return _Opened(image, name, _pixel_hash(image))


def _from_file(data: bytes, limits: Limits, empty: str) -> _Opened:
    if not data:
        raise EmptyError(empty)
    name, kind = recognise(data)
    if kind not in PICTURES:
        raise NotAnImageError(kind, name=name)
    decode = decoder(name) if name in limits.formats else None
    if decode is None:
        missing = name == "HEIF" and name in limits.formats
        raise UnsupportedFormatError("heif" if missing else kind, name=name)
    if name == "HEIF" and ends_early(data, name):
        raise TruncatedError(format=name)  # libheif paints what is missing, and says nothing
    if name == "JPEG":
        jpeg.check_segments(data)
    with _decoding(name, data):
        image = decode(io.BytesIO(data))
        _check_size(image.size, limits)
        if name == "JPEG":
            jpeg.check_scans(data, image.width * image.height)
        _check_memory(image, name, limits)
    if metadata.is_raw(image):
        raise UnsupportedFormatError("raw", name="DNG, NEF, ARW …")
    return _Opened(image, name, _file_hash(data), data)


def _file_hash(data: bytes) -> Callable[[], str]:
    """SHA-256 of the file, of a large one worked out while it is decoded: neither holds the interpreter's lock."""
    if len(data) < HASHED_BESIDE:
        return hashlib.sha256(data).hexdigest
    beside = ThreadPoolExecutor(1, thread_name_prefix="mettici-hash")
    digest = beside.submit(hashlib.sha256, data)
    beside.shutdown(wait=False)
    return lambda: digest.result().hexdigest()


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise EmptyError("pixels", width=width, height=height)
    if width * height > limits.max_pixels:
        limit = round(limits.max_pixels / 1e6)
        raise TooLargeError("pixels", width=width, height=height, limit=limit)
    if max(size) > limits.max_side:
        raise TooLargeError("side", width=width, height=height, limit=limits.max_side)


def _check_memory(image: Image.Image, name: str, limits: Limits) -> None:
    needed, limit = appetite.needed(image, name), limits.max_memory
    if needed > limit:
        megabytes = {"needed": round(needed / 2**20), "limit": round(limit / 2**20)}
        raise TooLargeError("decoded", format=name, width=image.width, height=image.height, **megabytes)


def _pixel_hash(image: Image.Image) -> Callable[[], str]:
    digest = hashlib.sha256(f"{image.mode} {image.width} {image.height} ".encode())
    digest.update(image.tobytes())
    digest.update(bytes(image.getpalette() or ()))
    return digest.hexdigest


@contextmanager
def _decoding(name: str, data: bytes = b"") -> Iterator[None]:
    """Turn whatever a decoder raises on hostile bytes into the error that says what is wrong."""
    try:
        yield
    except MetticiError:
        raise
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLargeError("memory") from error
    except Exception as error:  # decoders raise almost anything
        if isinstance(error, EOFError) or "truncated" in str(error).lower() or ends_early(data, name):
            raise TruncatedError(format=name) from error
        raise UnreadableError("damaged", format=name) from error


def _render(opened: _Opened, side: int | None, area: Area | None = None) -> Photo:
    """Upright sRGB pixels of `area`, reduced to `side` px on the longer side where it is given. Never enlarged."""
    with _decoding(opened.format, opened.data):
        full, turn, notes = _decode(opened, side, area)
        box = metadata.stored(area, full, turn) if area else (0, 0, *full)
        size = box[2:]
        image = sizes.reduced(srgb.plain(opened.image), full, box, side)
        if image.size != size:
            notes.add("reduced")
        if turn in metadata.TURNS:
            image = image.transpose(metadata.TURNS[turn])
        image, more = srgb.flatten(image, opened.image.info.get("icc_profile"))
        pixels = sizes.array(image)
    pixels.setflags(write=False)
    width, height = size[::-1] if turn in metadata.SIDEWAYS else size
    return Photo(
        pixels,
        width,
        height,
        format=opened.format,
        sha256=opened.sha256(),
        notes=tuple(sorted(notes | more)),
        location_tags=metadata.location_tags(opened.image),
        jpeg_quality=metadata.jpeg_quality(opened.image),
    )


def _decode(opened: _Opened, side: int | None, area: Area | None = None) -> tuple[tuple[int, int], int, set[str]]:
    """Load the pixels, and tell their full size, the orientation left to mend, and notes.

    A JPEG is decoded at 1/2, 1/4 or 1/8 where that leaves enough: 15/16 of `side`, so that a 12-megapixel
    photo, of 4000 or 4032 px, comes out of the decoder at 1000 or 1008 px and needs no second reduction.
    """
    image = opened.image
    notes = srgb.storage_notes(image)
    if opened.data and getattr(image, "is_animated", False):
        notes.add("first_frame")
    # A TIFF is turned by Pillow while it is loaded, and then says that it is upright.
    turned = metadata.orientation(image) if opened.format == "TIFF" else 1
    full = image.size
    drafted = bool(opened.data) and opened.format == "JPEG"  # a HEIF would give the thumbnail that it carries
    if side and drafted:
        share = max(area[2:]) / max(full) if area else 1.0
        image.draft(None, sizes.fitted(full, side * 15 // 16 / share))
    image.load()
    if not drafted:
        full = image.size  # a TIFF is turned, and a damaged HEIF is not what it said
    turn = metadata.orientation(image)
    if turned > 1 or turn > 1:
        notes.add("exif_rotated")
    return full, turn, notes
