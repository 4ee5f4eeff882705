"""Regions of a photo, at full and reduced size, as crops use them; and thumbnails, which never replace the photo."""

import io

import numpy as np
import pytest
from encoded import INVERSE, close, encode, scene
from PIL import Image

from mettici.image import photo
from mettici.image.encode import Original
from mettici.image.photo import ANALYSIS_SIDE, load


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["PNG", "TIFF", "JPEG"])
def test_a_region_refers_to_the_upright_photo(orientation: int, name: str) -> None:
    image = Image.fromarray(scene(1600, 1200))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = image.transpose(INVERSE[orientation]) if orientation > 1 else image
    result = load(encode(stored, name, exif=exif))
    x, y, width, height = 30, 50, 500, 700
    expected = scene(1600, 1200)[y : y + height, x : x + width]
    assert close(result.cut((x, y, width, height)), expected, 4.0 if name == "JPEG" else 0.0)
    large = result.cut((0, 0, 1600, 1100), 400)
    assert large.shape == (275, 400, 3)
    reference = Image.fromarray(scene(1600, 1200)).resize((400, 275), Image.Resampling.BOX, (0, 0, 1600, 1100))
    assert close(large, np.asarray(reference), 5.0)


def test_a_region_of_a_large_jpeg_is_decoded_no_larger_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    result = load(encode(Image.fromarray(scene(4000, 3000)), "JPEG"))
    sizes: list[tuple[int, int]] = []
    plain = photo.srgb.to_eight_bit
    monkeypatch.setattr(photo.srgb, "to_eight_bit", lambda image: sizes.append(image.size) or plain(image))
    assert max(result.cut((500, 500, 2000, 2000), ANALYSIS_SIDE).shape) in range(960, 1025)
    assert sizes == [(2000, 1500)]


def test_a_heic_thumbnail_is_not_the_photo() -> None:
    heif = pytest.importorskip("pillow_heif")
    made = heif.from_pillow(Image.fromarray(scene(3000, 2000)))
    file = io.BytesIO()
    made.save(file, quality=90)
    whole = load(file.getvalue())
    with_thumbnail = io.BytesIO()
    heif.from_pillow(Image.fromarray(scene(3000, 2000))).save(with_thumbnail, quality=90, thumbnails=[1500])
    opened = heif.HeifImageFile(io.BytesIO(with_thumbnail.getvalue()))
    assert opened.info["thumbnails"]
    assert opened.draft(None, (960, 640)), "its decoder would take the thumbnail"
    assert np.array_equal(load(with_thumbnail.getvalue()).pixels, whole.pixels)


@pytest.mark.parametrize("area", [(3, 5, 600, 700), (30, 50, 1500, 1300)])
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
def test_a_crop_preview_matches_its_file(name: str, area: photo.Area) -> None:
    original = Original(load(encode(Image.fromarray(scene(1900, 1400)), name)))
    preview, saved = original.preview(area), load(original.cropped(area))
    assert np.array_equal(preview.pixels, saved.pixels)
    for fact in ("width", "height", "format", "notes", "jpeg_quality", "location_tags"):
        assert getattr(preview, fact) == getattr(saved, fact), fact


@pytest.mark.parametrize("limits", [{"PREVIEW_MAX_PIXELS": 1_000_000, "PREVIEW_MAX_SIDE": 4000}, {}])
def test_a_large_crop_is_previewed_without_decoding_the_whole_photo(
    limits: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, limit in limits.items():
        monkeypatch.setattr(f"mettici.image.encode.{name}", limit)
    photo_ = load(encode(Image.fromarray(scene(4000, 3000)), "JPEG"))
    sizes: list[tuple[int, int]] = []
    plain = photo.srgb.to_eight_bit
    monkeypatch.setattr(photo.srgb, "to_eight_bit", lambda image: sizes.append(image.size) or plain(image))
    preview = Original(photo_).preview((500, 500, 2000, 2000))
    assert sizes[0] == (2000, 1500)
    assert (preview.width, preview.height, preview.notes) == (2000, 2000, ("reduced",))


def test_a_crop_is_previewed_even_if_its_format_is_disabled() -> None:
    only_webp = photo.Limits(formats=frozenset({"WEBP"}))
    original = Original(load(encode(Image.fromarray(scene(800, 600)), "WEBP"), only_webp))
    assert original.preview((0, 0, 300, 300)).format == "JPEG"
