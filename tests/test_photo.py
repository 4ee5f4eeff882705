"""Decoding: every format and encoding gives the same upright sRGB pixels."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from encoded import INVERSE, close, encode, scene, wide_profile
from PIL import Image

from mettici.image.formats import decodable_here
from mettici.image.photo import ANALYSIS_SIDE, load

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
    data = encode(scene(1500, 1100), "JPEG", icc_profile=wide_profile())
    first = load(data)
    with ThreadPoolExecutor(8) as pool:
        for other in pool.map(load, [data] * 16):
            assert np.array_equal(first.pixels, other.pixels)
            assert (first.sha256, first.notes) == (other.sha256, other.notes)


# --- orientation -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int, name: str) -> None:
    image = Image.fromarray(scene())
    stored = image.transpose(INVERSE[orientation]) if orientation > 1 else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if name == "WEBP" else {}
    result = load(encode(stored, name, exif=exif, **options))
    assert close(result.pixels, scene(), 6.0 if name == "JPEG" else 0.0)
    assert (result.width, result.height) == (96, 64)
    assert ("exif_rotated" in result.notes) == (orientation > 1)


def test_a_downscaled_photo_is_rotated_too() -> None:
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


# --- several pictures in one file ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "TIFF"])
def test_the_first_of_many_frames(name: str) -> None:
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
def test_large_photos_are_downscaled(size: tuple[int, int], name: str) -> None:
    result = load(encode(scene(*size), name))
    height, width, _ = result.pixels.shape
    assert ANALYSIS_SIDE * 15 // 16 <= max(width, height) <= ANALYSIS_SIDE
    assert (result.width, result.height) == size
    assert result.scale == pytest.approx(max(size) / max(width, height))
    assert result.notes == ("reduced",)
    reference = np.asarray(Image.fromarray(scene(*size)).resize((width, height), Image.Resampling.BOX))
    assert close(result.pixels, reference, 6.0)


def test_small_photos_are_not_resized() -> None:
    assert load(encode(scene(1024, 700))).pixels.shape == (700, 1024, 3)
    assert load(encode(scene(1, 1))).pixels.shape == (1, 1, 3)


def test_full_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    pixels = load(encode(scene(2000, 1500)[::-1, ::-1], exif=exif)).full()
    assert np.array_equal(pixels, scene(2000, 1500))
    assert not pixels.flags.writeable
