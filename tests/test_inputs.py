"""Whatever callers pass: the right report, or a typed error that says what to do instead."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks.fuzz.seeds import encoded, scene
from mettici.errors import EmptyError, NotFoundError, PhotoError, TooLargeError, UnreadableError
from mettici.image.photo import Limits, load

RGB = np.asarray(scene())


def reason(source: Any) -> str:
    with pytest.raises(PhotoError) as caught:
        load(source)
    return caught.value.reason


# --- arrays ----------------------------------------------------------------------------------------------


def test_grey_and_transparent_arrays_are_accepted() -> None:
    grey = RGB[:, :, 1]
    for one in (grey, grey[:, :, None]):
        assert np.array_equal(load(one).pixels, np.repeat(grey[:, :, None], 3, axis=2))
        assert load(one).notes == ("greyscale",)
    alpha = np.dstack([RGB, np.full(grey.shape, 255, np.uint8)])
    assert np.array_equal(load(alpha).pixels, RGB)
    alpha[:, :, 3] = 0
    assert load(alpha).pixels.min() == 255
    assert np.array_equal(load(memoryview(np.ascontiguousarray(RGB))).pixels, RGB)  # type: ignore[arg-type]
    assert np.array_equal(load(RGB[:, ::-1]).pixels, RGB[:, ::-1])


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (RGB / 255.0, "unit"),
        ((RGB / 255.0).astype(np.float32), "unit"),
        (RGB / 127.5 - 1, "signed_unit"),
        (RGB.astype(np.float64), "numbers"),
        (RGB.astype(np.int64), "numbers"),
        (RGB.astype(np.uint16) * 257, "wide"),
        (RGB > 127, "bits"),
        (np.moveaxis(RGB, 2, 0), "channels_first"),
        (np.moveaxis(RGB, 2, 0)[:1] / 255.0, "channels_first"),
        (RGB[None], "batch"),
    ],
    ids=lambda a: a if isinstance(a, str) else "",
)
def test_the_remedy_for_an_array_is_a_line_of_code_that_fixes_it(array: Any, expected: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        load(array)
    assert caught.value.reason == expected
    line = caught.value.remedy.partition(": ")[2]
    fixed = eval(line, {"array": array})
    if expected == "channels_first" and fixed.dtype != np.uint8:
        return  # one problem at a time: the next error covers the values
    pixels = load(fixed).pixels.astype(int)
    assert np.abs(pixels - RGB).max() <= 1 or expected == "bits"


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(5, np.uint8),
        np.zeros((5, 5, 2), np.uint8),
        np.zeros((2, 5, 5, 3), np.uint8),
        np.array("x"),
        np.array([["a"]]),
        np.zeros((4, 4, 3), complex),
        np.full((4, 4, 3), None),
    ],
)
def test_objects_that_are_not_photos(array: Any) -> None:
    assert reason(array) == "array"


@pytest.mark.parametrize("shape", [(0, 4, 3), (4, 0, 3), (0,), (4, 4, 0)])
def test_an_empty_array(shape: tuple[int, ...]) -> None:
    with pytest.raises(EmptyError):
        load(np.zeros(shape, np.uint8))


def test_invalid_numbers() -> None:
    assert reason(np.full((4, 4, 3), np.nan)) == "unit"
    assert reason(np.full((4, 4, 3), np.inf)) == "unit"


@pytest.mark.parametrize("top", [255, 65535])
def test_wide_modes_that_hold_bytes(top: int) -> None:
    grey = RGB[:, :, 1].astype(np.int32) * (top // 255)
    off = load(Image.fromarray(grey)).pixels[:, :, 0].astype(int) - RGB[:, :, 1]
    assert np.abs(off).max() <= 1


# --- streams ---------------------------------------------------------------------------------------------


class Upload:
    """Like Starlette's `UploadFile`: asynchronous, with a regular file inside."""

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO()
        self.file.write(data)
        self.file.seek(0)

    async def read(self, size: int = -1) -> bytes:
        return self.file.read(size)


class Awaited:
    """An asynchronous stream with no regular file inside."""

    async def read(self, _size: int = -1) -> bytes:
        return b""


class Disguised:
    """An asynchronous stream whose `read` does not look asynchronous."""

    def read(self, size: int = -1) -> object:
        return Awaited().read(size)


def test_an_asynchronous_upload() -> None:
    assert load(Upload(encoded(scene(), "PNG"))).format == "PNG"  # type: ignore[arg-type]
    assert reason(Awaited()) == "async_stream"
    assert reason(Disguised()) == "async_stream"


def test_closed_files(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    scene().save(path)
    with path.open("rb") as file, Image.open(path) as lazy:
        pass
    with Image.open(path) as loaded:
        loaded.load()
    loaded.close()
    memory = io.BytesIO(path.read_bytes())
    memory.close()
    assert reason(file) == "closed_stream"
    assert reason(memory) == "closed_stream"
    assert reason(lazy) == "closed_image"
    assert reason(loaded) == "closed_image"


# --- text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_data_url_contains_the_photo(name: str) -> None:
    data = encoded(scene(), name)
    text = base64.b64encode(data).decode()
    photo = load(f"data:image/{name.lower()};base64,{text}")
    assert (photo.format, photo.sha256) == (name, load(data).sha256)
    assert reason(text) == "base64"
    assert reason(text.encode()) == "base64"


def test_a_data_url_without_a_photo() -> None:
    assert reason("data:image/png,%89PNG") == "data_url"
    assert reason("data:image/png;base64,?!") == "data_url"
    assert reason("data:") == "data_url"
    with pytest.raises(TooLargeError):
        load("data:image/png;base64," + "A" * 2000, Limits(max_bytes=1000))


@pytest.mark.parametrize("address", ["https://example.org/a.jpg", "HTTP://example.org/a.jpg", "s3://b/a.jpg"])
def test_a_url_is_not_opened(address: str) -> None:
    assert reason(address) == "address"


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        load(tmp_path / "none.jpg")
    with pytest.raises(UnreadableError) as caught:
        load("x" * 1_000_000)
    assert caught.value.reason == "io"
    assert len(str(caught.value)) < 2000
    odd = tmp_path / "9j"
    odd.write_bytes(encoded(scene(), "PNG"))
    assert load(odd).format == "PNG"
