"""Damaged files are reported only through the result: nothing goes to the program's standard error."""

from __future__ import annotations

import io
import threading
import warnings
from contextlib import suppress

import pytest
from PIL import Image

from benchmarks.fuzz.seeds import encoded, scene
from mettici.errors import PhotoError
from mettici.image.photo import load
from mettici.image.quiet import _WHILE_DECODING, silenced


def damaged(compression: str) -> bytes:
    """A TIFF with noise in place of its compressed pixels."""
    data = bytearray(encoded(scene(), "TIFF", compression=compression))
    data[8:200] = bytes(range(192))
    return bytes(data)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_libtiff_prints_nothing(compression: str, capfd: pytest.CaptureFixture[str]) -> None:
    data = damaged(compression)
    for _ in range(2):
        with suppress(PhotoError):
            load(data)
    assert capfd.readouterr() == ("", "")


def test_pillow_s_warnings_reach_only_direct_users_of_pillow(capfd: pytest.CaptureFixture[str]) -> None:
    data = encoded(scene(), "PNG")
    exif = Image.Exif()
    exif[0x010E] = "x"
    broken = encoded(scene(), "JPEG", exif=exif.tobytes()[:-8])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load(broken)
        load(data)
        with silenced(), silenced():
            warnings.warn("of ours", UserWarning, stacklevel=1)
            other = threading.Thread(target=lambda: warnings.warn("of another thread", UserWarning, stacklevel=1))
            other.start()
            other.join()
        warnings.warn("afterwards", UserWarning, stacklevel=1)
        Image.open(io.BytesIO(data)).close()
    assert [str(w.message) for w in caught] == ["of another thread", "afterwards"]
    assert _WHILE_DECODING.depth == 0
    assert capfd.readouterr() == ("", "")
