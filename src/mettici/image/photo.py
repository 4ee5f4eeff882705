"""Loading a `Photo` from any source: upright sRGB pixels, and facts about the file.

No other module decodes with Pillow. Limits are checked on the header, before any pixel is decoded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from mettici.errors import TruncatedError
from mettici.image import frames, jpeg, metadata, resize, srgb
from mettici.image.limits import DEFAULT, Limits
from mettici.image.opening import Opened, Source, decoding, from_file, open_source, with_end_marker
from mettici.image.quiet import silenced
from mettici.image.types import Pixels
from mettici.lifecycle import no_fork

__all__ = ["ANALYSIS_SIDE", "DEFAULT", "Area", "Limits", "Photo", "Source", "load", "load_small"]

Area = tuple[int, int, int, int]
"""[x, y, width, height] in pixels of the upright photo."""

ANALYSIS_SIDE = 1024
"""Maximum longer side of `Photo.pixels`, px. The largest face that matters is then about 700 px, several times the
input size of every network used here (192 to 256 px)."""


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photo, upright, and facts about its file.

    - `pixels`: (H, W, 3) uint8, RGB in sRGB, C-contiguous, read-only; longer side at most `ANALYSIS_SIDE`.
    - `width`, `height`: size of the upright original, px.
    - `format`: "JPEG" (MPO included), "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"; "ARRAY" for arrays, "PIL"
      for Pillow images made in memory.
    - `sha256`: hexadecimal, of the file's bytes; for arrays and Pillow images, of mode, size and pixels.
    - `notes`: sorted, out of alpha_on_white, cmyk_converted, exif_rotated, first_frame, greyscale, icc_converted,
      icc_ignored, later_frame (of an animation whose first frames are blank), palette, reduced, sixteen_bit,
      truncated_end (the end of a JPEG is missing: its last rows are grey, or its finest details are lost).
    - `location_tags`: sorted names, never values, of the EXIF, XMP and IPTC tags that reveal the location.
    - `jpeg_quality`: 1..100 on libjpeg's scale; None if not a JPEG.
    - `decode_again`: called by `cut`; None if only `pixels` are available.
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
        """The whole photo at full size, (height, width, 3); otherwise like `pixels`. Raises like `cut`."""
        return self.cut(None)

    def cut(self, area: Area | None, side: int | None = None) -> Pixels:
        """The pixels of `area` (None: everything), at full size or reduced to `side` px on the longer side.

        If `pixels` are reduced, this decodes the photo again, no larger than necessary; raises a `PhotoError` if that
        fails.
        """
        if self.scale > 1 and self.decode_again:
            return self.decode_again(area, side)
        x, y, width, height = area or (0, 0, self.width, self.height)
        return self.pixels[y : y + height, x : x + width]

    @property
    def scale(self) -> float:
        """Size of the original relative to `pixels`, along a side: 1.0 or more."""
        height, width, _ = self.pixels.shape
        return float(max(self.width, self.height) / max(width, height))


def load(source: Source, limits: Limits = DEFAULT) -> Photo:
    """Decode a photo for analysis. Deterministic and thread-safe.

    `source` is a path, the contents of a file, a data URL, a binary stream (read from its current position, and not
    rewound), a Pillow image (left unchanged; its current frame counts) or a uint8 array: RGB (H, W, 3), RGBA or grey
    (H, W).

    Raises a `PhotoError`: `NotFoundError`, `EmptyError`, `TooLargeError`, `NotAnImageError`, `UnsupportedFormatError`,
    `TruncatedError` or `UnreadableError`; `TypeError` for any other type of source.
    """
    opened = open_source(source, limits)
    return replace(_render(opened, ANALYSIS_SIDE), decode_again=partial(_decode_again, opened.data or opened, limits))


def _decode_again(source: bytes | Opened, limits: Limits, area: Area | None, side: int | None) -> Pixels:
    # Start from the bytes: the file's decoder may be set to a smaller size for good, and what it decoded is freed.
    opened = from_file(source, limits, empty="file") if isinstance(source, bytes) else source
    return _render(opened, side, area).pixels


def load_small(source: Source, side: int, limits: Limits = DEFAULT) -> Pixels:
    """Decode a photo for a thumbnail: like `load`, with the longer side at most `side` px."""
    return _render(open_source(source, limits), side).pixels


@no_fork()
@silenced()
def _render(opened: Opened, side: int | None, area: Area | None = None) -> Photo:
    """Upright sRGB pixels of `area`, reduced to `side` px on the longer side if given. Never enlarged."""
    with decoding(opened.format, opened.data):
        opened, full, turn, notes = _decoded(opened, side, area)
        box = metadata.to_stored(area, full, turn) if area else (0, 0, *full)
        size = box[2:]
        image = resize.reduced(srgb.to_eight_bit(opened.image), full, box, side)
        if image.size != size:
            notes.add("reduced")
        if turn in metadata.TRANSPOSES:
            image = image.transpose(metadata.TRANSPOSES[turn])
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
    """Like `_decode`; a JPEG that breaks off within its last rows is read as if it ended there."""
    try:
        return opened, *_decode(opened, side, area)
    except OSError as error:
        ended = with_end_marker(opened) if "truncated" in str(error) else None
        if ended is None:
            raise
    full, turn, notes = _decode(ended, side, area)
    if not jpeg.nearly_complete(ended.image):
        raise TruncatedError(format=opened.format)
    return ended, full, turn, notes | {"truncated_end"}


def _decode(opened: Opened, side: int | None, area: Area | None = None) -> tuple[tuple[int, int], int, set[str]]:
    """Load the pixels; return their full size, the orientation still to apply, and notes.

    A JPEG is decoded at 1/2, 1/4 or 1/8 if that leaves at least 15/16 of `side`. So a 12-megapixel photo, of 4000 or
    4032 px, is decoded at 1000 or 1008 px and needs no further reduction.
    """
    image = opened.image
    notes = srgb.storage_notes(image)
    # Pillow rotates a TIFF while loading it, and then reports it as upright.
    turned = metadata.orientation(image) if opened.format == "TIFF" else 1
    full = image.size
    drafted = bool(opened.data) and opened.format == "JPEG"  # for a HEIF, `draft` would return its embedded thumbnail
    if side and drafted:
        share = max(area[2:]) / max(full) if area else 1.0
        image.draft(None, resize.fitted(full, side * 15 // 16 / share))
    image.load()
    if opened.data and getattr(image, "is_animated", False):
        notes.add("later_frame" if frames.seek_visible(image, opened.data) else "first_frame")
    if not drafted:
        full = image.size  # a TIFF has been rotated, and a damaged HEIF may not have the size it declares
    turn = metadata.orientation(image)
    if turned > 1 or turn > 1:
        notes.add("exif_rotated")
    return full, turn, notes
