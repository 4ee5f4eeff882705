"""Any input → `Photo`: upright sRGB pixels and the facts of the file. All limits on photos live here.

The only user of Pillow for decoding. Sizes are checked on the header, before a pixel is decoded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from mettici.errors import TruncatedError
from mettici.image import frames, jpeg, metadata, resize, srgb
from mettici.image.limits import DEFAULT, Limits
from mettici.image.opening import Opened, Source, completed, decoding, from_file, open_source
from mettici.image.quiet import hushed
from mettici.image.types import Pixels
from mettici.lifecycle import undivided

__all__ = ["ANALYSIS_SIDE", "DEFAULT", "Area", "Limits", "Photo", "Source", "load", "load_small"]

Area = tuple[int, int, int, int]
"""[x, y, width, height] in pixels of the upright photo."""

ANALYSIS_SIDE = 1024
"""Longer side of `Photo.pixels` at most, in px: the largest face that matters is then about 700 px, which is
several times the input of every network used here (192 to 256 px)."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photo, upright, and the facts of its file.

    - `pixels`: (H, W, 3) uint8, RGB in sRGB, C-contiguous, read-only; longer side at most `ANALYSIS_SIDE`.
    - `width`, `height`: of the upright original, px.
    - `format`: "JPEG" (MPO included), "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"; "ARRAY" for
      arrays, "PIL" for Pillow images made in memory.
    - `sha256`: hexadecimal, of the file's bytes; for arrays and Pillow images of mode, size and pixels.
    - `notes`: sorted, out of alpha_on_white, cmyk_converted, exif_rotated, first_frame, greyscale,
      icc_converted, icc_ignored, later_frame (of an animation that begins blank), palette, reduced, sixteen_bit,
      truncated_end (a JPEG's end is missing: its last rows are grey, or its finest details gone).
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


def load(source: Source, limits: Limits = DEFAULT) -> Photo:
    """Decode a photo for analysis. Deterministic and safe to call from any thread.

    `source` is a path, the bytes of a file, a data URL, a binary stream (read from where it stands, and not rewound), a
    Pillow image (left as it was; its current frame counts) or a uint8 array: RGB (H, W, 3), RGBA or grey (H, W).

    Raises a `PhotoError`: `NotFoundError`, `EmptyError`, `TooLargeError`, `NotAnImageError`,
    `UnsupportedFormatError`, `TruncatedError` or `UnreadableError`; `TypeError` for any other kind of source.
    """
    opened = open_source(source, limits)
    return replace(_render(opened, ANALYSIS_SIDE), decode_again=partial(_again, opened.data or opened, limits))


def _again(kept: bytes | Opened, limits: Limits, area: Area | None, side: int | None) -> Pixels:
    # A file's decoder may have been set to a smaller size for good, so it starts from the bytes, and none of what was
    # decoded is kept until then.
    again = from_file(kept, limits, empty="file") if isinstance(kept, bytes) else kept
    return _render(again, side, area).pixels


def load_small(source: Source, side: int, limits: Limits = DEFAULT) -> Pixels:
    """Decode a photo with its longer side at most `side` px, otherwise as `load`: for thumbnails."""
    return _render(open_source(source, limits), side).pixels


@undivided()
@hushed()
def _render(opened: Opened, side: int | None, area: Area | None = None) -> Photo:
    """Upright sRGB pixels of `area`, reduced to `side` px on the longer side where it is given. Never enlarged."""
    with decoding(opened.format, opened.data):
        opened, full, turn, notes = _decoded(opened, side, area)
        box = metadata.stored(area, full, turn) if area else (0, 0, *full)
        size = box[2:]
        image = resize.reduced(srgb.plain(opened.image), full, box, side)
        if image.size != size:
            notes.add("reduced")
        if turn in metadata.TURNS:
            image = image.transpose(metadata.TURNS[turn])
        image, more = srgb.flatten(image, opened.image.info.get("icc_profile"))
        pixels = resize.array(image)
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


def _decoded(opened: Opened, side: int | None, area: Area | None) -> tuple[Opened, tuple[int, int], int, set[str]]:
    """As `_decode`; a JPEG that breaks off within its last rows is read as if it ended there."""
    try:
        return opened, *_decode(opened, side, area)
    except OSError as error:
        ended = completed(opened) if "truncated" in str(error) else None
        if ended is None:
            raise
    full, turn, notes = _decode(ended, side, area)
    if not jpeg.lacks_little(ended.image):
        raise TruncatedError(format=opened.format)
    return ended, full, turn, notes | {"truncated_end"}


def _decode(opened: Opened, side: int | None, area: Area | None = None) -> tuple[tuple[int, int], int, set[str]]:
    """Load the pixels, and tell their full size, the orientation left to fix, and notes.

    A JPEG is decoded at 1/2, 1/4 or 1/8 where that leaves enough: 15/16 of `side`, so that a 12-megapixel
    photo, of 4000 or 4032 px, comes out of the decoder at 1000 or 1008 px and needs no second reduction.
    """
    image = opened.image
    notes = srgb.storage_notes(image)
    # A TIFF is turned by Pillow while it is loaded, and then says that it is upright.
    turned = metadata.orientation(image) if opened.format == "TIFF" else 1
    full = image.size
    drafted = bool(opened.data) and opened.format == "JPEG"  # a HEIF would give the thumbnail that it carries
    if side and drafted:
        share = max(area[2:]) / max(full) if area else 1.0
        image.draft(None, resize.fitted(full, side * 15 // 16 / share))
    image.load()
    if opened.data and getattr(image, "is_animated", False):
        notes.add("later_frame" if frames.seek_drawn(image, opened.data) else "first_frame")
    if not drafted:
        full = image.size  # a TIFF is turned, and a damaged HEIF is not what it said
    turn = metadata.orientation(image)
    if turned > 1 or turn > 1:
        notes.add("exif_rotated")
    return full, turn, notes
