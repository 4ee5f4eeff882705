"""Reading a picture's metadata: its orientation, whether it reveals the location, how it was compressed.

Metadata is often damaged, and never worth rejecting a photo for: what cannot be parsed counts as absent, and is logged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, IptcImagePlugin, JpegImagePlugin, TiffImagePlugin

logger = logging.getLogger(__name__)
# At DEBUG, Pillow logs every tag with its value, including where the photo was taken. An application must not get
# that in its log just for using this package; it can reset the level if it wants to.
logging.getLogger("PIL.TiffImagePlugin").setLevel(logging.INFO)
T = TypeVar("T")

MAX_EXIF = 2**20
"""Bytes. A JPEG fits 64 KiB; other formats, with a camera's own notes, have some hundred."""

SIDEWAYS = range(5, 9)
"""The EXIF orientations that swap width and height."""

TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that makes a picture with this EXIF orientation upright; 1 is upright already."""

# Location tags: EXIF 2.32 4.6.6 (GPS), IPTC-IIM 4.2 data set 2, and their equivalents in XMP.
_GPS = {
    number: name
    for number, name in ExifTags.GPSTAGS.items()
    if re.fullmatch(r"GPS(Dest)?(Latitude|Longitude|Altitude)|GPSAreaInformation", name)
}
_IPTC = {
    (2, 90): "IPTC:City",
    (2, 92): "IPTC:Sub-location",
    (2, 95): "IPTC:Province/State",
    (2, 101): "IPTC:Country",
}
_XMP = re.compile(
    rb"(?<=[<\s])"  # not a closing tag
    rb"(exif:GPS(?:Dest)?(?:Latitude|Longitude|Altitude)|exif:GPSAreaInformation"
    rb"|photoshop:(?:City|State|Country)|Iptc4xmpCore:(?:Location|CountryCode)"
    rb"|Iptc4xmpExt:Location(?:Created|Shown))"
    # An attribute or an element that is not empty.
    rb"""(?=\s*=\s*(?:"[^"]|'[^'])|(?:\s+[\w:]+="[^"]*")?\s*>\s*(?!\s|</))"""
)
_XMP_TIFF_TAG = 700
_ORIENTATION_TAG = ExifTags.Base.Orientation

# The luminance quantization table of ITU-T T.81, table K.1, which libjpeg scales by quality.
_LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
).ravel()


def _scaled_tables() -> NDArray[np.int64]:
    """(100, 64): the luminance table for qualities 1 to 100, as scaled by libjpeg's `jpeg_quality_scaling`."""
    quality = np.arange(1, 101)[:, None]
    scale = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    tables: NDArray[np.int64] = np.clip((_LUMINANCE * scale + 50) // 100, 1, 255)
    return tables


_TABLES = _scaled_tables()


def orientation(image: Image.Image) -> int:
    """EXIF orientation, 1..8; 1 (upright) if it is missing or invalid.

    For a TIFF, call this before loading the pixels: Pillow then rotates them itself, and drops the tag.
    """
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        value = image.tag_v2.get(_ORIENTATION_TAG, 1)
    else:
        value = _parsed("EXIF", lambda: image.getexif().get(_ORIENTATION_TAG, 1), 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def drop_oversized(image: Image.Image) -> None:
    """Drop the EXIF data of an opened picture if it exceeds `MAX_EXIF`: Pillow creates an object for every number."""
    exif = image.info.get("exif")
    if isinstance(exif, bytes) and len(exif) > MAX_EXIF:
        logger.debug("EXIF ignored: %d bytes", len(exif))
        del image.info["exif"]


def to_stored(area: tuple[int, int, int, int], size: tuple[int, int], turn: int) -> tuple[int, int, int, int]:
    """Map `area` [x, y, width, height] from the upright picture to the stored one, of `size`, before it is rotated."""
    x, y, width, height = area
    if turn in SIDEWAYS:
        x, y, width, height = y, x, height, width
    if turn in (2, 3, 7, 8):
        x = size[0] - x - width
    if turn in (3, 4, 6, 7):
        y = size[1] - y - height
    return x, y, width, height


def is_raw(image: Image.Image) -> bool:
    """Whether a TIFF is a camera's raw file: a DNG, or one whose first picture is only a preview."""
    dng_version, subfile_type, sub_ifds = 50706, 254, 330  # DNG 1.4; TIFF 6.0 8; TIFF supplement 1
    tags = image.tag_v2 if isinstance(image, TiffImagePlugin.TiffImageFile) else {}
    return dng_version in tags or (tags.get(subfile_type) == 1 and sub_ifds in tags)


def location_tags(image: Image.Image) -> tuple[str, ...]:
    """Sorted names, never values, of the tags that reveal the location: `("GPSLatitude", "photoshop:City")`."""
    found: set[str] = set()
    for what, parse in (("GPS", _gps_tags), ("XMP", _xmp_tags), ("IPTC", _iptc_tags)):
        found |= _parsed(what, partial(parse, image), frozenset())
    return tuple(sorted(found))


def jpeg_quality(image: Image.Image) -> int | None:
    """The libjpeg quality, 1..100, whose luminance table is closest to the file's; None if it is not a JPEG.

    Exact for files written by libjpeg; for other encoders, the libjpeg setting that is equally coarse.
    """
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return None
    table = np.array(image.quantization.get(0, ()), dtype=np.int64)
    if table.size != _LUMINANCE.size:
        return None
    # Compare ratios; otherwise the large values of high frequencies would dominate.
    distance = np.abs(np.log(np.maximum(table, 1) / _TABLES)).sum(axis=1)
    return int(distance.argmin()) + 1


def _parsed(what: str, parse: Callable[[], T], otherwise: T) -> T:
    try:
        return parse()
    except Exception as error:  # parsers raise almost anything for damaged metadata
        logger.debug("%s ignored: %s", what, type(error).__name__)  # its message may quote the file
        return otherwise


def _gps_tags(image: Image.Image) -> frozenset[str]:
    return frozenset(_GPS[tag] for tag in image.getexif().get_ifd(ExifTags.IFD.GPSInfo) if tag in _GPS)


def _xmp_tags(image: Image.Image) -> frozenset[str]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        packet = image.tag_v2.get(_XMP_TIFF_TAG, packet)
    packet = packet.encode() if isinstance(packet, str) else bytes(packet)
    return frozenset(name.decode("ascii") for name in _XMP.findall(packet))


def _iptc_tags(image: Image.Image) -> frozenset[str]:
    if not isinstance(image, (JpegImagePlugin.JpegImageFile, TiffImagePlugin.TiffImageFile)):
        return frozenset()
    return frozenset(_IPTC[tag] for tag in IptcImagePlugin.getiptcinfo(image) or () if tag in _IPTC)
