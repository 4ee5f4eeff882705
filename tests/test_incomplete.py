"""Truncated files, and animations with a blank start: judged as image viewers show them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.fuzz.seeds import encoded
from mettici import PhotoChecker
from mettici.errors import TruncatedError, UnreadableError
from mettici.image.gif import MAX_COMMENT
from mettici.image.photo import load, load_small


def picture(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    noise = np.random.default_rng(7).integers(0, 90, (*size[::-1], 3)).astype(np.uint8)
    return Image.fromarray(noise + np.linspace(0, 160, size[1], dtype=np.uint8)[:, None, None]).convert(mode)


PLAIN: dict[str, Any] = {"quality": 85}
FINE: dict[str, Any] = {"quality": 85, "progressive": True}


def cut(data: bytes, share: float) -> bytes:
    """The first `share` of the image data, after the complete header."""
    start = data.index(b"\xff\xda")
    return data[: start + round((len(data) - start) * share)]


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("options", [PLAIN, FINE], ids=["plain", "progressive"])
@pytest.mark.parametrize("lacking", [1, 2, 3])
def test_a_jpeg_without_its_end_marker(mode: str, options: dict[str, Any], lacking: int) -> None:
    data = encoded(picture(mode=mode), "JPEG", **options)
    whole, broken = load(data), load(data[:-lacking])
    assert "truncated_end" in broken.notes
    assert "truncated_end" not in whole.notes
    off = np.abs(whole.pixels.astype(int) - broken.pixels)
    assert off[:-16].max() == 0 or options is FINE
    assert off.mean() < 0.5
    assert (broken.width, broken.height) == (640, 480)


@pytest.mark.parametrize("share", [0.99, 0.95, 0.92])
@pytest.mark.parametrize("size", [(640, 480), (1600, 1200)])
def test_a_jpeg_without_its_last_rows(share: float, size: tuple[int, int]) -> None:
    data = encoded(picture(size), "JPEG", **PLAIN)
    whole, broken = load(data), load(cut(data, share))
    assert "truncated_end" in broken.notes
    kept = round(broken.pixels.shape[0] * (share - 0.08))  # rows are stored in blocks of 16
    assert np.array_equal(broken.pixels[:kept], whole.pixels[:kept])
    assert broken.full().shape == (size[1], size[0], 3)
    assert load_small(cut(data, share), 200).shape[1] == 200


@pytest.mark.parametrize("share", [0.0, 0.3])
@pytest.mark.parametrize("options", [PLAIN, FINE], ids=["plain", "progressive"])
def test_a_jpeg_that_lacks_more_is_rejected(share: float, options: dict[str, Any]) -> None:
    with pytest.raises(TruncatedError):
        load(cut(encoded(picture(), "JPEG", **options), share))


def test_a_progressive_jpeg_lacks_at_most_its_finest_details() -> None:
    data = encoded(picture(), "JPEG", **FINE)
    last = data.rindex(b"\xff\xda")
    broken = load(data[: last + (len(data) - last) // 2])
    assert "truncated_end" in broken.notes
    assert np.abs(broken.pixels.astype(int) - load(data).pixels).mean() < 6
    with pytest.raises(TruncatedError):
        load(data[: data.rindex(b"\xff\xda", 0, last) + 40])


def test_a_white_bottom_edge_is_not_mistaken_for_missing_rows() -> None:
    paper = picture()
    paper.paste("white", (0, 200, 640, 480))
    assert "truncated_end" in load(encoded(paper, "JPEG", **PLAIN)[:-2]).notes


@pytest.mark.parametrize("name", ["PNG", "BMP", "WEBP", "GIF"])
def test_other_truncated_formats_are_rejected(name: str) -> None:
    data = encoded(picture(), name)
    with pytest.raises((TruncatedError, UnreadableError)):
        load(data[: len(data) * 9 // 10])


def test_the_report_mentions_it(checker: PhotoChecker, samples: Any) -> None:
    data = (samples / "portrait_good.jpg").read_bytes()
    report = checker.check(data[:-2])
    assert "truncated_end" in report.photo["notes"]
    assert report.verdict is checker.check(data).verdict


# --- animations ------------------------------------------------------------------------------------------


def animation(name: str, *frames: Image.Image) -> bytes:
    return encoded(frames[0], name, save_all=True, append_images=list(frames[1:]), duration=50)


def blank(colour: object = "white", mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (64, 48), colour)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["GIF", "PNG"])
@pytest.mark.parametrize("before", [1, 3, 16])
def test_an_animation_with_a_blank_start_shows_its_first_picture(name: str, before: int) -> None:
    blanks = [blank((255, 255, 255 - i)) for i in range(before)]  # identical frames would be merged
    shown = load(animation(name, *blanks, picture((64, 48))))
    assert "later_frame" in shown.notes
    assert "first_frame" not in shown.notes
    assert shown.pixels.std() > 20
    assert np.array_equal(shown.full(), shown.pixels)


@pytest.mark.parametrize("name", ["GIF", "PNG"])
def test_any_other_animation_is_judged_by_its_first_frame(name: str) -> None:
    first = load(animation(name, picture((64, 48)), blank()))
    assert "first_frame" in first.notes
    assert first.pixels.std() > 20
    empty = load(animation(name, *(blank((i, 0, 0)) for i in range(30))))
    assert "first_frame" in empty.notes
    assert empty.pixels.max() == 0


def test_an_invisible_first_frame_is_blank() -> None:
    shown = load(animation("PNG", blank((9, 9, 9, 0), "RGBA"), picture((64, 48)).convert("RGBA")))
    assert "later_frame" in shown.notes


def test_a_later_frame_outside_the_picture_is_ignored() -> None:
    data = bytearray(animation("GIF", blank(), picture((64, 48))))
    second = data.rindex(b"\x2c\0\0\0\0\x40\0\x30\0")
    data[second + 5 : second + 9] = b"\xff\xff\xff\xff"
    assert "first_frame" in load(bytes(data)).notes


def gif_with(comment: bytes) -> bytes:
    buffer = io.BytesIO()
    picture((64, 48)).save(buffer, "GIF")
    data = buffer.getvalue()
    at = 13 + (3 * 2 ** ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    return data[:at] + comment + data[at:]


def test_comments_of_a_gif_are_bounded() -> None:
    piece = b"\xff" + b"x" * 255
    assert load(gif_with(b"\x21\xfe" + piece * 20 + b"\0")).format == "GIF"
    for comment in (
        b"\x21\xfe" + piece * (MAX_COMMENT // 255 + 1) + b"\0",
        (b"\x21\xfe" + piece + b"\0") * 100_000,  # 25 MB, a gigabyte in Pillow
        b"\x21\xfe" + b"\1x" * 2_000_000 + b"\0",
        b"\x21\xff" + b"\1x" * 2_000_000 + b"\0",
    ):
        with pytest.raises(UnreadableError):
            load(gif_with(comment))
