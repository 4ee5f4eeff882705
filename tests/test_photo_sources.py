"""Decoding from paths, bytes, streams, pictures and arrays, and the metadata reported about the file."""

import io
import os
import struct
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from encoded import encode, scene
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin, features

from mettici.errors import (
    EmptyError,
    NotFoundError,
    TruncatedError,
    UnreadableError,
)
from mettici.image.formats import decodable_here
from mettici.image.photo import load

# --- sources ---------------------------------------------------------------------------------------------


def test_the_contents_decide_and_not_the_file_name(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(scene(), "PNG"))
    for source in (path, str(path)):
        assert load(source).format == "PNG"
    assert load(path).sha256 == load(path.read_bytes()).sha256


def test_missing_folder_and_odd_names(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for missing in (tmp_path / "none.jpg", tmp_path / "file" / "below.jpg", "a\0b"):
        with pytest.raises(NotFoundError):
            load(missing)
    with pytest.raises(UnreadableError) as caught:
        load(tmp_path)
    assert caught.value.reason == "folder"
    with pytest.raises(UnreadableError):
        load(tmp_path / ("x" * 5000))
    with pytest.raises(EmptyError):
        load(tmp_path / "file")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root can read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encode(scene()))
    path.chmod(0)
    with pytest.raises(UnreadableError) as caught:
        load(path)
    assert caught.value.reason == "permission"


def test_bytes_like() -> None:
    data = encode(scene())
    for source in (bytearray(data), memoryview(data)):
        assert load(source).sha256 == load(data).sha256


class _Pipe(io.RawIOBase):
    """A stream that cannot seek and returns little at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._data.read(min(len(buffer), 100))
        buffer[: len(piece)] = piece
        return len(piece)


def test_streams_are_read_from_their_current_position() -> None:
    data = encode(scene())
    assert np.array_equal(load(cast(BinaryIO, _Pipe(data))).pixels, scene())
    stream = io.BytesIO(b"header" + data)
    stream.seek(6)
    assert load(stream).sha256 == load(data).sha256
    assert stream.tell() == 6 + len(data)
    with pytest.raises(EmptyError) as caught:
        load(stream)
    assert "seek(0)" in caught.value.remedy


def test_streams_that_fail() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableError, match="Input/output error"):
        load(Broken())
    with pytest.raises(UnreadableError) as caught:
        load(io.StringIO("text"))  # type: ignore[arg-type]
    assert caught.value.reason == "text_stream"


def test_pillow_images_are_not_modified() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    image = Image.open(io.BytesIO(encode(scene(2000, 1000), "JPEG", exif=exif)))
    result = load(image)
    assert (result.format, result.width, result.height) == ("JPEG", 2000, 1000)
    assert result.notes == ("exif_rotated", "reduced")
    assert image.size == (2000, 1000)
    assert image.getexif()[0x0112] == 3

    made = Image.fromarray(scene()).convert("P")
    before = made.tobytes()
    assert load(made).format == "PIL"
    assert (made.mode, made.tobytes()) == ("P", before)


def test_a_truncated_pillow_image() -> None:
    data = encode(scene(), "JPEG")
    with pytest.raises(TruncatedError):
        load(Image.open(io.BytesIO(data[:-300])))


def test_arrays() -> None:
    array = scene()
    result = load(array)
    assert np.array_equal(result.pixels, array)
    assert (result.format, result.notes, result.jpeg_quality) == ("ARRAY", (), None)
    assert array.flags.writeable
    assert not np.shares_memory(array, result.pixels)
    assert np.array_equal(load(array[::-1, ::2]).pixels, array[::-1, ::2])
    assert load(array).sha256 == load(array.copy()).sha256 != load(array[::-1]).sha256


@pytest.mark.parametrize("array", [np.zeros((4, 4, 5), np.uint8), np.zeros((4, 4, 3)), np.zeros(3)])
def test_wrong_arrays(array: NDArray[np.uint8]) -> None:
    with pytest.raises(UnreadableError) as caught:
        load(array)
    assert str(array.shape) in str(caught.value)


def test_other_types_are_a_caller_s_mistake() -> None:
    with pytest.raises(TypeError, match="int"):
        load(5)  # type: ignore[arg-type]


# --- metadata--------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_location_in_exif(name: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    gps = {1: "N", 2: (45.0, 4.0, 0.0), 3: "E", 4: (7.0, 40.0, 0.0), 29: "2024:01:01"}
    exif.get_ifd(0x8825).update(gps)
    exif[0x8825] = gps
    assert load(encode(scene(), name, exif=exif)).location_tags == ("GPSLatitude", "GPSLongitude")


_XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description photoshop:City="Torino"
 photoshop:State="" exif:GPSLatitude='45,4N' exif:GPSVersionID="2.3.0.0">
<Iptc4xmpCore:Location>Piazza Castello</Iptc4xmpCore:Location><photoshop:Country></photoshop:Country>
<Iptc4xmpExt:LocationShown><rdf:Bag/></Iptc4xmpExt:LocationShown></rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("name", ["JPEG", "WEBP", "TIFF"])
def test_location_in_xmp(name: str) -> None:
    options: dict[str, object] = {"xmp": _XMP}
    if name == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[700] = _XMP
        options = {"tiffinfo": tags}
    assert load(encode(scene(), name, **options)).location_tags == (
        "Iptc4xmpCore:Location",
        "Iptc4xmpExt:LocationShown",
        "exif:GPSLatitude",
        "photoshop:City",
    )


def test_location_in_iptc() -> None:
    record = b"".join(b"\x1c\x02" + bytes([number]) + struct.pack(">H", 6) + b"Torino" for number in (90, 120))
    block = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record
    segment = b"\xff\xed" + struct.pack(">H", len(block) + 2) + block
    data = encode(scene(), "JPEG")
    assert load(data[:2] + segment + data[2:]).location_tags == ("IPTC:City",)


def test_no_location() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    assert load(encode(scene(), "JPEG", exif=exif)).location_tags == ()
    assert load(scene()).location_tags == ()


@pytest.mark.parametrize("quality", [10, 25, 49, 50, 60, 75, 85, 90, 95])
def test_jpeg_quality(quality: int) -> None:
    estimate = load(encode(scene(), "JPEG", quality=quality)).jpeg_quality
    assert estimate is not None
    assert abs(estimate - quality) <= 3


def test_jpeg_quality_of_grey_and_large() -> None:
    grey = encode(Image.fromarray(scene(3000, 2000)).convert("L"), "JPEG", quality=80)
    assert load(grey).jpeg_quality == 80


def test_supported_formats_of_this_installation() -> None:
    readable = decodable_here()
    assert {"BMP", "GIF", "JPEG", "PNG", "TIFF"} <= set(readable)
    assert ("WEBP" in readable) == features.check("webp")
    assert list(readable) == sorted(readable)
