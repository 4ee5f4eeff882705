"""Recognising files by their contents alone, and choosing the decoder.

Only the decoder for the recognised format ever runs: there is no trial and error, and no external program. The
signatures come from the formats' specifications (PNG 5.2, GIF89a 17, TIFF 6.0 2, RFC 9649 2.4, ISO/IEC 14496-12 4.3 and
so on).
"""

from __future__ import annotations

import codecs
import importlib
import re
from collections.abc import Callable
from functools import cache
from typing import IO, Literal, NamedTuple, cast

from PIL.ImageFile import ImageFile

Decoder = Callable[[IO[bytes]], ImageFile]
Kind = Literal["picture", "drawing", "raw", "document", "text", "video", "audio", "archive", "unknown"]

PICTURES: frozenset[Kind] = frozenset({"picture", "drawing", "raw"})
"""The kinds that are some sort of picture."""


class Contents(NamedTuple):
    """The `name` of a format (Pillow's, if Pillow decodes it) and the `kind` of its contents."""

    name: str
    kind: Kind


# A JPEG is opened as plain JPEG even if it contains more pictures (MPO, Ultra HDR): the first is the photo.
# Decoders are imported on first use, and are missing if Pillow was built without them.
_DECODERS = {
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "HEIF": ("pillow_heif", "HeifImageFile"),
}

DECODABLE = frozenset(_DECODERS)
"""The formats that can be decoded if everything is installed."""

_SIGNATURES: tuple[tuple[bytes, str, Kind], ...] = (
    (rb"\xff\xd8\xff", "JPEG", "picture"),
    (rb"\x89PNG\r\n\x1a\n", "PNG", "picture"),
    (rb"RIFF.{4}WEBP", "WEBP", "picture"),
    (rb"GIF8[79]a", "GIF", "picture"),
    (rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", "BMP", "picture"),
    (rb"II\x2a\x00.{4}CR", "CR2", "raw"),
    (rb"II\x2a\x00|MM\x00\x2a|II\x2b\x00|MM\x00\x2b", "TIFF", "picture"),
    (rb"IIR[OS]|MMOR", "ORF", "raw"),
    (rb"IIU\x00", "RW2", "raw"),
    (rb"FUJIFILMCCD-RAW", "RAF", "raw"),
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n", "JPEG XL", "picture"),
    (rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", "JPEG 2000", "picture"),
    (rb"II\xbc", "JPEG XR", "picture"),
    (rb"8BPS", "Photoshop", "picture"),
    (rb"gimp xcf", "GIMP", "picture"),
    (rb"\x00\x00[\x01\x02]\x00[^\x00]\x00", "ICO", "picture"),
    (rb"icns", "ICNS", "picture"),
    (rb"P[1-7][\s]|Pf\s|PF\s", "PNM", "picture"),
    (rb"DDS ", "DDS", "picture"),
    (rb"BLP[12]", "BLP", "picture"),
    (rb"qoif", "QOI", "picture"),
    (rb"BPG\xfb", "BPG", "picture"),
    (rb"\x76\x2f\x31\x01", "OpenEXR", "picture"),
    (rb"#\?(RADIANCE|RGBE)", "Radiance HDR", "picture"),
    (rb"\x01\xda[\x00\x01][\x01\x02]", "SGI", "picture"),
    (rb"\x59\xa6\x6a\x95", "Sun raster", "picture"),
    (rb"\x0a[\x00-\x05]\x01[\x01\x02\x04\x08]", "PCX", "picture"),
    (rb"SIMPLE  =", "FITS", "picture"),
    (rb".{128}DICM", "DICOM", "picture"),
    (rb"\xd7\xcd\xc6\x9a|\x01\x00\x09\x00\x00\x03|\x01\x00\x00\x00.{36} EMF", "WMF", "drawing"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "EPS", "drawing"),
    (rb"(\xef\xbb\xbf)?\s*<(\?xml|!--|!DOCTYPE svg|svg)[^\x00]*<svg[\s>]|\s*<svg[\s>]", "SVG", "drawing"),
    # Truevision Targa has no signature: check for a plausible colour map flag, image type and depth.
    (rb".[\x00\x01][\x01-\x03\x09-\x0b].{13}[\x08\x0f\x10\x18\x20]", "TGA", "picture"),
    (rb"%PDF-", "PDF", "document"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office", "document"),
    (rb"AT&TFORM", "DjVu", "document"),
    (rb"\{\\rtf", "RTF", "document"),
    (rb"\x1a\x45\xdf\xa3", "Matroska or WebM", "video"),
    (rb"RIFF.{4}AVI ", "AVI", "video"),
    (rb"FLV\x01", "Flash", "video"),
    (rb"\x00\x00\x01[\xb3\xba]", "MPEG", "video"),
    (rb".{4}(moov|mdat|wide|free|skip)", "QuickTime", "video"),
    (rb"RIFF.{4}WAVE", "WAV", "audio"),
    (rb"ID3|\xff[\xfb\xf3\xf2]", "MP3", "audio"),
    (rb"OggS", "Ogg", "audio"),
    (rb"fLaC", "FLAC", "audio"),
    (rb"PK\x03\x04|PK\x05\x06", "ZIP", "archive"),
    (rb"\x1f\x8b", "GZIP", "archive"),
    (rb"Rar!\x1a\x07", "RAR", "archive"),
    (rb"7z\xbc\xaf\x27\x1c", "7-Zip", "archive"),
)
_COMPILED = tuple((re.compile(p, re.DOTALL), Contents(name, kind)) for p, name, kind in _SIGNATURES)

# Brands of ISO base media files (the MP4 registration authority's list), most specific first.
_BRANDS: tuple[tuple[frozenset[bytes], Contents], ...] = (
    (frozenset({b"crx "}), Contents("CR3", "raw")),
    (frozenset({b"avif", b"avis"}), Contents("AVIF", "picture")),
    (
        frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}),
        Contents("HEIF", "picture"),
    ),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PREFIX = 4096


def recognise(data: bytes) -> Contents:
    """Recognise `data`: a whole file, or at least its first 4096 bytes. Never fails."""
    head = data[:_PREFIX]
    if head[4:8] == b"ftyp":
        return _media(head)
    for pattern, contents in _COMPILED:
        if pattern.match(head):
            return contents
    return Contents("text", "text") if _is_text(head) else Contents("", "unknown")


def _is_text(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # incremental, since the last character may be cut off
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(head)


def _media(head: bytes) -> Contents:
    size = min(int.from_bytes(head[:4], "big"), len(head))
    # The major brand, then the compatible ones; the four bytes between are a version.
    brands = {head[i : i + 4] for i in (8, *range(16, size, 4))}
    for known, contents in _BRANDS:
        if brands & known:
            return contents
    return Contents("MP4", "video")


@cache
def decoder(name: str) -> Decoder | None:
    """The decoder of a format, or None if this installation has none."""
    if name not in _DECODERS:
        return None
    module_name, attribute = _DECODERS[name]
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError:
        return None
    return cast(Decoder, getattr(module, attribute)) if getattr(module, "SUPPORTED", True) else None


def decodable_here() -> tuple[str, ...]:
    """The formats that this installation decodes, sorted: `("AVIF", "BMP", "GIF", ...)`."""
    return tuple(sorted(name for name in DECODABLE if decoder(name)))


def is_truncated(data: bytes, name: str) -> bool:
    """Whether a file is truncated, as far as its format shows it. Used to explain why decoding failed."""
    if name == "JPEG":
        return b"\xff\xd9" not in data[-_PREFIX:]
    if name == "PNG":
        return b"IEND" not in data
    if name == "WEBP":
        return len(data) < 8 + int.from_bytes(data[4:8], "little")
    if name == "BMP":
        return len(data) < int.from_bytes(data[2:6], "little")
    if name in ("AVIF", "HEIF"):
        return _boxes_end(data) > len(data)
    return False


def _boxes_end(data: bytes) -> int:
    """The offset, in bytes, at which the last top-level box of an ISO base media file claims to end."""
    position = 0
    while position < len(data):
        size = int.from_bytes(data[position : position + 4], "big")
        if size == 1:
            size = int.from_bytes(data[position + 8 : position + 16], "big")
        if size < 8:  # 0 means "to the end of the file"; less is damage
            return len(data)
        position += size
    return position
