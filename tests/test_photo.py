"""Decoding: every storage form gives the same upright sRGB pixels, every bad file its own error."""

import contextlib
import io
import os
import struct
import time
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, TiffImagePlugin, features

from mettici import photo
from mettici.errors import (
    EmptyError,
    NotAnImageError,
    NotFoundError,
    PhotoError,
    TooLargeError,
    TruncatedError,
    UnreadableError,
    UnsupportedFormatError,
)
from mettici.photo import ANALYSIS_SIDE, Limits, load
from mettici.photo.formats import decodable_here


def scene(width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """A picture without symmetry: red grows to the right, green downwards, with a blue corner."""
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


# --- formats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "mean"),
    [
        ("PNG", {}, 0.0),
        ("BMP", {}, 0.0),
        ("TIFF", {}, 0.0),
        ("TIFF", {"compression": "tiff_lzw"}, 0.0),
        ("WEBP", {"lossless": True}, 0.0),
        ("JPEG", {"quality": 95}, 4.0),
        ("JPEG", {"quality": 95, "progressive": True}, 4.0),
        ("AVIF", {"quality": 95}, 5.0),
    ],
)
def test_formats(name: str, options: dict[str, object], mean: float) -> None:
    if name not in decodable_here():
        pytest.skip(f"{name} is not built in")
    data = encode(scene(), name, **options)
    result = load(data)
    assert close(result.pixels, scene(), mean)
    assert (result.width, result.height, result.format, result.scale) == (96, 64, name, 1.0)
    assert not result.notes
    assert (result.jpeg_quality is None) == (name != "JPEG")


def test_pixels_are_contiguous_and_read_only() -> None:
    pixels = load(encode(scene())).pixels
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert not pixels.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0] = 0


def test_same_bytes_same_result_from_any_thread() -> None:
    data = encode(scene(1500, 1100), "JPEG", icc_profile=_wide_profile())
    first = load(data)
    with ThreadPoolExecutor(8) as pool:
        for other in pool.map(load, [data] * 16):
            assert np.array_equal(first.pixels, other.pixels)
            assert (first.sha256, first.notes) == (other.sha256, other.notes)


# --- which way is up -------------------------------------------------------------------------------------

_INVERSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int, name: str) -> None:
    image = Image.fromarray(scene())
    stored = image.transpose(_INVERSE[orientation]) if orientation > 1 else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if name == "WEBP" else {}
    result = load(encode(stored, name, exif=exif, **options))
    assert close(result.pixels, scene(), 6.0 if name == "JPEG" else 0.0)
    assert (result.width, result.height) == (96, 64)
    assert ("exif_rotated" in result.notes) == (orientation > 1)


def test_a_reduced_photo_is_turned_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    result = load(encode(scene(2000, 1000), "JPEG", exif=exif))
    assert (result.width, result.height) == (1000, 2000)
    assert result.pixels.shape == (1000, 500, 3)


def test_nonsense_orientation_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 99
    assert "exif_rotated" not in load(encode(scene(), exif=exif)).notes


def test_broken_exif_does_not_fail_the_photo() -> None:
    result = load(encode(scene(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert close(result.pixels, scene())


# --- colour ----------------------------------------------------------------------------------------------


def _profile(primaries: tuple[tuple[float, float, float], ...]) -> bytes:
    """A matrix profile with gamma 2.2, put together by hand; rows are the XYZ of red, green and blue."""

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


def _wide_profile() -> bytes:
    """The primaries of Display P3, adapted to D50."""
    return _profile(((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841)))


def test_a_wide_profile_becomes_srgb() -> None:
    flat = np.full((8, 8, 3), (180, 100, 90), np.uint8)
    result = load(encode(flat, icc_profile=_wide_profile()))
    assert result.notes == ("icc_converted",)
    red, green, blue = result.pixels[4, 4].astype(int)
    # The same numbers mean a stronger colour in the wider space.
    assert red > 185
    assert green < 100
    assert blue < 90


def test_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    result = load(encode(scene(), icc_profile=profile))
    assert np.array_equal(result.pixels, scene())
    assert result.notes == ()


def test_a_grey_photo_with_a_colour_profile() -> None:
    result = load(encode(Image.new("L", (8, 8), 128), icc_profile=_wide_profile()))
    assert result.notes == ("greyscale", "icc_converted")
    assert np.ptp(result.pixels) <= 2


@pytest.mark.parametrize("profile", [b"nonsense", _wide_profile()[:150], b"\0" * 4000])
def test_a_broken_profile_is_noted_and_ignored(profile: bytes) -> None:
    result = load(encode(scene(), icc_profile=profile))
    assert np.array_equal(result.pixels, scene())
    assert result.notes == ("icc_ignored",)


def test_a_profile_that_does_not_fit_is_ignored() -> None:
    result = load(encode(Image.fromarray(scene()).convert("CMYK"), "JPEG", icc_profile=_wide_profile()))
    assert result.notes == ("cmyk_converted", "icc_ignored")


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_cmyk(name: str) -> None:
    result = load(encode(Image.fromarray(scene()).convert("CMYK"), name))
    assert close(result.pixels, scene(), 6.0)
    assert result.notes == ("cmyk_converted",)


def test_lab() -> None:
    flat = Image.new("RGB", (8, 8), (180, 100, 90))
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(flat, to_lab)
    assert lab is not None
    assert close(load(encode(lab, "TIFF")).pixels, np.asarray(flat), 3.0)


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_sixteen_bit_grey(name: str) -> None:
    grey = np.arange(256, dtype=np.uint16)[None, :].repeat(4, 0)
    result = load(encode(Image.fromarray(grey * 257), name))
    assert np.array_equal(result.pixels[..., 0], grey.astype(np.uint8))
    assert result.notes == ("greyscale", "sixteen_bit")


def test_sixteen_bit_colour() -> None:
    result = load(_png(scene().astype(np.uint16) * 257))
    assert np.array_equal(result.pixels, scene())
    assert result.notes == ("sixteen_bit",)


def test_five_six_five_bits_are_not_sixteen() -> None:
    head = struct.pack("<IiiHHIIiiII", 40, 4, 4, 1, 16, 0, 32, 0, 0, 0, 0)
    data = b"BM" + struct.pack("<IHHI", 14 + len(head) + 32, 0, 0, 14 + len(head)) + head + b"\xff\x7f" * 16
    assert load(data).notes == ()


def test_float_and_integer_tiffs() -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    expected = (ramp * 255 + 0.5).astype(np.uint8)
    for values in (ramp, ramp * 65535, np.where(ramp == 0, np.nan, ramp).astype(np.float32)):
        assert close(load(encode(Image.fromarray(values), "TIFF")).pixels[..., 0], expected, 1.0)
    whole = Image.fromarray((ramp * 65535).astype(np.int32))
    assert close(load(encode(whole, "TIFF")).pixels[..., 0], expected, 1.0)


def test_palette() -> None:
    image = Image.fromarray(scene()).quantize(256)
    result = load(encode(image))
    assert np.array_equal(result.pixels, np.asarray(image.convert("RGB")))
    assert result.notes == ("palette",)


def test_transparent_palette_is_laid_on_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([200, 0, 0, 0, 0, 200])
    image.paste(1, (0, 0, 4, 8))
    result = load(encode(image, transparency=0))
    assert result.notes == ("alpha_on_white", "palette")
    assert tuple(result.pixels[0, 0]) == (0, 0, 200)
    assert tuple(result.pixels[0, 7]) == (255, 255, 255)


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (0, 0, 0, 51)), ("LA", (0, 51))])
def test_alpha_on_white(mode: str, colour: tuple[int, ...]) -> None:
    result = load(encode(Image.new(mode, (8, 8), colour)))
    assert "alpha_on_white" in result.notes
    assert set(np.unique(result.pixels)) == {204}


def test_transparent_colour_of_png() -> None:
    data = encode(Image.new("RGB", (4, 4), (9, 9, 9)), transparency=(9, 9, 9))
    assert np.all(load(data).pixels == 255)


def test_opaque_alpha_goes_unsaid() -> None:
    image = Image.fromarray(scene())
    image.putalpha(255)
    result = load(encode(image))
    assert np.array_equal(result.pixels, scene())
    assert result.notes == ()


def test_one_bit() -> None:
    image = Image.new("1", (8, 8), 1)
    image.putpixel((0, 0), 0)
    result = load(encode(image))
    assert (result.pixels[0, 0, 0], result.pixels[7, 7, 0]) == (0, 255)
    assert result.notes == ("greyscale",)


# --- several pictures in one file ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_frame_of_many(name: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    data = encode(frames[0], name, save_all=True, append_images=frames[1:])
    result = load(data)
    assert "first_frame" in result.notes
    assert close(result.pixels, np.asarray(frames[0]), 3.0)


def test_mpo_is_a_jpeg() -> None:
    second = Image.new("RGB", (96, 64))
    result = load(encode(Image.fromarray(scene()), "MPO", save_all=True, append_images=[second]))
    assert result.format == "JPEG"
    assert close(result.pixels, scene(), 6.0)
    assert result.jpeg_quality == 75


# --- size ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(4032, 3024), (3000, 4000), (2047, 100), (1025, 30)])
def test_large_photos_are_reduced(size: tuple[int, int], name: str) -> None:
    result = load(encode(scene(*size), name))
    height, width, _ = result.pixels.shape
    assert ANALYSIS_SIDE * 15 // 16 <= max(width, height) <= ANALYSIS_SIDE
    assert (result.width, result.height) == size
    assert result.scale == pytest.approx(max(size) / max(width, height))
    assert result.notes == ("reduced",)
    reference = np.asarray(Image.fromarray(scene(*size)).resize((width, height), Image.Resampling.BOX))
    assert close(result.pixels, reference, 6.0)


def test_small_photos_stay_as_they_are() -> None:
    assert load(encode(scene(1024, 700))).pixels.shape == (700, 1024, 3)
    assert load(encode(scene(1, 1))).pixels.shape == (1, 1, 3)


def test_full_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    pixels = load(encode(scene(2000, 1500)[::-1, ::-1], exif=exif)).full()
    assert np.array_equal(pixels, scene(2000, 1500))
    assert not pixels.flags.writeable


# --- limits ----------------------------------------------------------------------------------------------


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(pixels: NDArray[np.uint16], size: tuple[int, int] | None = None) -> bytes:
    """A 16-bit RGB PNG, which Pillow does not write; `size` lets its header claim another size."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", *(size or (width, height)), 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(50000, 50000), (11000, 11000), (30001, 1)])
def test_bombs_are_turned_away_by_their_header(size: tuple[int, int]) -> None:
    data = _png(np.zeros((1, 1, 3), np.uint16), size)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(TooLargeError) as caught:
            load(data)
    assert time.perf_counter() - start < 1
    assert str(size[0]) in str(caught.value)


def test_photos_within_our_limit_do_not_warn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 96 * 64 - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("PNG", "JPEG", "GIF", "WEBP", "BMP"):  # not TIFF, which asks once more inside Pillow
            load(encode(scene(), name))


def test_too_many_bytes(tmp_path: Path) -> None:
    data = encode(scene())
    path = tmp_path / "a.png"
    path.write_bytes(data)
    few = Limits(max_bytes=len(data) - 1)
    for source in (data, path, io.BytesIO(data)):
        with pytest.raises(TooLargeError):
            load(source, few)
    assert load(path, Limits(max_bytes=len(data))).width == 96


def test_a_stream_is_read_no_further_than_the_limit() -> None:
    stream = io.BytesIO(b"x" * 10_000)
    with pytest.raises(TooLargeError):
        load(stream, Limits(max_bytes=100))
    assert stream.tell() == 101


def test_limits_hold_for_pictures_in_memory() -> None:
    small = Limits(max_pixels=10)
    for source in (scene(), Image.fromarray(scene())):
        with pytest.raises(TooLargeError):
            load(source, small)


def test_formats_can_be_narrowed() -> None:
    with pytest.raises(UnsupportedFormatError):
        load(encode(scene(), "GIF"), Limits(formats=frozenset({"JPEG", "PNG"})))


# --- bad files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated(name: str, share: float) -> None:
    if name not in decodable_here():
        pytest.skip(f"{name} is not built in")
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    data = encode(noise, name)
    with pytest.raises(PhotoError) as caught:
        load(data[: int(len(data) * share)])
    if name not in ("GIF", "TIFF"):  # their parsers cannot always tell a cut from other damage
        assert isinstance(caught.value, TruncatedError)
        assert name in str(caught.value)


@pytest.mark.parametrize("name", ["JPEG", "PNG"])
@pytest.mark.parametrize("length", [4, 12, 20, 100])
def test_truncated_within_the_header(name: str, length: int) -> None:
    data = encode(scene(), name)[:length]
    with pytest.raises(PhotoError) as caught:
        load(data)
    assert caught.value.code == ("truncated" if length >= 8 or name == "JPEG" else "not_an_image")


def test_bytes_after_the_picture_do_not_matter() -> None:
    for name in ("JPEG", "PNG"):
        data = encode(scene(), name)
        assert np.array_equal(load(data).pixels, load(data + b"trailing" * 99).pixels)
    data = encode(scene(), "PNG")
    assert np.array_equal(load(data[:-12]).pixels, scene())  # only the end mark is missing


def test_damaged() -> None:
    data = bytearray(encode(scene(), "PNG"))
    data[60:80] = bytes(20)
    with pytest.raises(UnreadableError) as caught:
        load(bytes(data))
    assert caught.value.reason == "damaged"
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("error", [MemoryError, Image.DecompressionBombError])
def test_memory_runs_out(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(photo, "_decode", fail)
    with pytest.raises(TooLargeError):
        load(encode(scene()))


@pytest.mark.parametrize("error", [KeyError("x"), struct.error("x"), OverflowError(), zlib.error("x")])
def test_whatever_a_decoder_raises_is_typed(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(photo, "_decode", fail)
    with pytest.raises(UnreadableError) as caught:
        load(encode(scene()))
    assert caught.value.__cause__ is error


def test_random_damage_always_gives_a_photo_or_a_typed_error() -> None:
    rng = np.random.default_rng(1)
    for name in ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"):
        clean = encode(scene(), name)
        for _ in range(30):
            data = bytearray(clean)
            for position in rng.integers(0, len(data), 8):
                data[position] = rng.integers(0, 256)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with contextlib.suppress(PhotoError):
                    load(bytes(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Hello, this is not a picture.\n", "text"),
        ("Perché no? È una lettera.".encode(), "text"),
        (b"%PDF-1.7\n%\xe2\xe3", "document"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video"),
        (b"\x1a\x45\xdf\xa3\x01", "video"),
        (b"PK\x03\x04\x14\0", "archive"),
        (b"ID3\x03\0", "audio"),
        (b"BM, a text that starts like a bitmap", "text"),
        (bytes(range(7, 40)), "unknown"),
        (b"\x89", "unknown"),
    ],
)
def test_no_pictures(data: bytes, reason: str) -> None:
    with pytest.raises(NotAnImageError) as caught:
        load(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"8BPS\0\1", "picture"),
        (b"\0\0\1\0\1\0\x10\x10", "picture"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "picture"),
        (b"P6\n2 2\n255\n" + bytes(12), "picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "drawing"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing"),
        (b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg/>'.replace(b"svg/", b"svg /"), "drawing"),
        (b"II\x2a\0\x10\0\0\0CR\2\0", "raw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw"),
        (b"FUJIFILMCCD-RAW 0201", "raw"),
    ],
)
def test_pictures_that_are_not_read(data: bytes, reason: str) -> None:
    with pytest.raises(UnsupportedFormatError) as caught:
        load(data)
    assert caught.value.reason == reason
    assert "JPEG" in caught.value.remedy


def test_heic_without_its_package_says_what_to_install() -> None:
    if "HEIF" in decodable_here():
        pytest.skip("pillow_heif is installed")
    with pytest.raises(UnsupportedFormatError) as caught:
        load(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic")
    assert "mettici[heif]" in caught.value.remedy


def test_raw_in_the_guise_of_a_tiff() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[50706] = b"\1\4\0\0"
    with pytest.raises(UnsupportedFormatError) as caught:
        load(encode(scene(), "TIFF", tiffinfo=tags))
    assert caught.value.reason == "raw"


def test_empty() -> None:
    for source in (b"", io.BytesIO(), np.zeros((0, 5, 3), np.uint8)):
        with pytest.raises(EmptyError):
            load(source)


# --- sources ---------------------------------------------------------------------------------------------


def test_a_path_by_its_contents_and_not_its_name(tmp_path: Path) -> None:
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


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
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
    """A stream that cannot seek and gives little at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._data.read(min(len(buffer), 100))
        buffer[: len(piece)] = piece
        return len(piece)


def test_streams_are_read_from_where_they_stand() -> None:
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


def test_pillow_images_are_left_alone() -> None:
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


def test_pillow_image_that_breaks_off() -> None:
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


@pytest.mark.parametrize(
    "array", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros(3)]
)
def test_wrong_arrays(array: NDArray[np.uint8]) -> None:
    with pytest.raises(UnreadableError) as caught:
        load(array)
    assert str(array.shape) in str(caught.value)


def test_anything_else_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="int"):
        load(5)  # type: ignore[arg-type]


# --- facts -----------------------------------------------------------------------------------------------


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
        "Iptc4xmpCore:Location", "Iptc4xmpExt:LocationShown", "exif:GPSLatitude", "photoshop:City",
    )  # fmt: skip


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


def test_what_this_installation_reads() -> None:
    readable = decodable_here()
    assert {"BMP", "GIF", "JPEG", "PNG", "TIFF"} <= set(readable)
    assert ("WEBP" in readable) == features.check("webp")
    assert list(readable) == sorted(readable)
