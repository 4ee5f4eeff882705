"""Decoding: every colour encoding is converted to sRGB."""

import struct

import numpy as np
import pytest
from encoded import close, encode, png, scene, wide_profile
from PIL import Image, ImageCms

from mettici.image.photo import load


def test_a_wide_profile_becomes_srgb() -> None:
    flat = np.full((8, 8, 3), (180, 100, 90), np.uint8)
    result = load(encode(flat, icc_profile=wide_profile()))
    assert result.notes == ("icc_converted",)
    red, green, blue = result.pixels[4, 4].astype(int)
    # The same values mean a stronger colour in the wider space.
    assert red > 185
    assert green < 100
    assert blue < 90


def test_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    result = load(encode(scene(), icc_profile=profile))
    assert np.array_equal(result.pixels, scene())
    assert result.notes == ()


def test_a_grey_photo_with_a_colour_profile() -> None:
    result = load(encode(Image.new("L", (8, 8), 128), icc_profile=wide_profile()))
    assert result.notes == ("greyscale", "icc_converted")
    assert np.ptp(result.pixels) <= 2


@pytest.mark.parametrize("profile", [b"nonsense", wide_profile()[:150], b"\0" * 4000])
def test_a_broken_profile_is_noted_and_ignored(profile: bytes) -> None:
    result = load(encode(scene(), icc_profile=profile))
    assert np.array_equal(result.pixels, scene())
    assert result.notes == ("icc_ignored",)


def test_a_mismatched_profile_is_ignored() -> None:
    result = load(encode(Image.fromarray(scene()).convert("CMYK"), "JPEG", icc_profile=wide_profile()))
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
    result = load(png(scene().astype(np.uint16) * 257))
    assert np.array_equal(result.pixels, scene())
    assert result.notes == ("sixteen_bit",)


def test_rgb565_is_not_sixteen_bits_per_channel() -> None:
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


def test_a_transparent_palette_is_composited_on_white() -> None:
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


def test_opaque_alpha_is_not_noted() -> None:
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
