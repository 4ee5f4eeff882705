"""Written pictures contain nothing but pixels, and logs reveal nothing about a photo."""

from __future__ import annotations

import base64
import io
import json
import logging
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from mettici import PhotoChecker
from mettici.checks.smile import Smile
from mettici.cli import program
from mettici.errors.log_format import stack_summary
from mettici.evidence import Evidence
from mettici.image import photo
from mettici.scan.judging import Judge, _make_thumbnail
from mettici.scan.local_engine import LocalEngine
from mettici.scan.task import Task
from mettici.web import responses

CANARY = "canary-4711"
"""Placed wherever a file can carry anything besides pixels."""


def exif() -> Image.Exif:
    tags = Image.Exif()
    for tag in ("ImageDescription", "Make", "Artist", "Copyright", "HostComputer"):
        tags[ExifTags.Base[tag]] = CANARY
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = CANARY
    tags.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (41.0, 53.0, 24.0), 29: CANARY})
    return tags


def with_all_metadata(kind: str, samples: Path) -> bytes:
    """The off-centre sample, which gets a suggested crop, in a file with every kind of metadata."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>{CANARY}</dc:creator></x:xmpmeta>".encode()
    more: dict[str, Any] = {"exif": exif(), "icc_profile": bytes(profile)}
    if kind == "JPEG":
        more |= {"comment": CANARY, "xmp": xmp, "quality": 95}
    elif kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", CANARY)
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        more |= {"pnginfo": text, "dpi": (300, 300)}
    elif kind == "WEBP":
        more |= {"xmp": xmp, "quality": 95}
    buffer = io.BytesIO()
    with Image.open(samples / "spoiled_off_centre.jpg") as image:
        image.convert("RGB").save(buffer, kind, **more)
    assert CANARY.encode() in buffer.getvalue()
    return buffer.getvalue()


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and contents of each segment up to the scan (ITU-T T.81, annex B)."""
    at = 2
    while data[at + 1] != 0xDA:
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        yield data[at + 1], data[at + 4 : at + 2 + length]
        at += 2 + length


def assert_only_pixels(data: bytes) -> None:
    """The file contains what its decoder needs and not a byte more."""
    assert CANARY.encode() not in data
    if data.startswith(b"\xff\xd8"):
        segments = list(jpeg_segments(data))
        assert {marker for marker, _ in segments} <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}, "JFIF, tables, frame"
        jfif = [content for marker, content in segments if marker == 0xE0]
        assert [content[:5] + content[-2:] for content in jfif] == [b"JFIF\0\0\0"], "no thumbnail"
        assert data.endswith(b"\xff\xd9"), "nothing after the end"
    elif data.startswith(b"\x89PNG"):
        assert set(re.findall(rb"(?:IHDR|IDAT|IEND|PLTE|eXIf|iCCP|sRGB|tEXt|zTXt|iTXt|tIME|pHYs)", data)) >= {b"IDAT"}
        at, chunks = 8, set()
        while at < len(data):
            chunks.add(data[at + 4 : at + 8])
            at += 12 + struct.unpack(">I", data[at : at + 4])[0]
        assert chunks == {b"IHDR", b"IDAT", b"IEND"}
    else:
        assert data[8:16] in (b"WEBPVP8 ", b"WEBPVP8L"), "the simple file format, which cannot hold metadata"
        assert 8 + struct.unpack("<I", data[4:8])[0] == len(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_written_picture_contains_only_pixels(
    kind: str, checker: PhotoChecker, samples: Path, tmp_path: Path
) -> None:
    source = tmp_path / "me"
    source.write_bytes(with_all_metadata(kind, samples))
    for option in ("--crop", "--annotate"):
        for ending in ("jpg", "png"):
            path = tmp_path / f"out{option}.{ending}"
            done = CliRunner().invoke(program, ["check", option, str(path), str(source)])
            assert done.exit_code == 0, done.output
            assert_only_pixels(path.read_bytes())
    wanted = responses.ResponseOptions("en", crop=True, annotate=True, preview=True)
    result = responses.check_response(checker, "me", source.read_bytes(), wanted)
    assert sorted(result["pictures"]) == ["annotated", "crop", "preview"]
    for picture in result["pictures"].values():
        assert_only_pixels(base64.b64decode(picture["base64"]))
    assert CANARY not in json.dumps(result)
    thumbnail = _make_thumbnail(Task("me", str(source)))
    assert thumbnail
    assert_only_pixels(thumbnail)


def test_the_pages_contain_thumbnails_without_metadata(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    for kind in ("JPEG", "PNG"):
        (tmp_path / "team" / f"me.{kind.lower()}").write_bytes(with_all_metadata(kind, samples))
    for command, option in (("scan", "--output"), ("rank", "--html")):
        page = tmp_path / f"{command}.html"
        done = CliRunner().invoke(program, [command, str(tmp_path / "team"), option, str(page), "--jobs", "1"])
        assert done.exit_code == 0, done.output
        written = page.read_text("utf-8")
        assert CANARY not in written
        pictures = re.findall(r"UklGR[A-Za-z0-9+/=]+", written)  # "RIFF" in base64
        assert len(pictures) == 2
        for picture in pictures:
            assert_only_pixels(base64.b64decode(picture))


def test_the_test_would_find_a_leak(samples: Path) -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        with pytest.raises(AssertionError):
            assert_only_pixels(with_all_metadata(kind, samples).replace(CANARY.encode(), b"x" * len(CANARY)))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> str:
    """Make a check crash with its input in the message; returns what must not leak."""

    def assess(_: Smile, evidence: Evidence, __: object) -> None:
        face = evidence.scene.faces[0]
        raise ValueError(f"{CANARY} {face.mesh} {evidence.photo.pixels[:2]} {evidence.photo.sha256}")

    monkeypatch.setattr(Smile, "assess", assess)
    return CANARY


def numbers(photo_bytes: bytes, checker: PhotoChecker) -> list[str]:
    """What a log might reveal about a photo: its hash, and the coordinates of its landmarks."""
    done = checker.examine(photo_bytes, crop=False)
    mesh = done.evidence.scene.faces[0].mesh
    assert mesh is not None
    return [str(done.report.photo["sha256"]), *(f"{x:.2f}" for x in np.asarray(mesh.points)[:, :2].ravel()[:40])]


@pytest.mark.usefixtures("broken")
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("damaged", [False, True])
def test_no_log_line_reveals_the_photo(
    damaged: bool, samples: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """At the most verbose level of every library, with a crashing check and unparsable metadata."""
    data = with_all_metadata("JPEG", samples)
    if damaged:
        at = data.index(b"Exif\0\0") + 6
        data = data[:at] + b"II*\0\xff\xff\0\0" + CANARY.encode() + data[at + 8 + len(CANARY) :]
    (tmp_path / f"{CANARY}.jpg").write_bytes(data)
    with PhotoChecker() as lenient, caplog.at_level(logging.DEBUG):
        report = lenient.check(tmp_path / f"{CANARY}.jpg")
        secrets = [CANARY, *numbers(data, lenient)]
    assert report["smile"].status.value == "unknown"
    assert "the check smile failed: ValueError" in caplog.text
    assert "test_nothing_leaks.py, line" in caplog.text, "a developer learns the location"
    assert [secret for secret in secrets if secret in caplog.text] == []


class Breaks(Judge):
    """A judge that raises on every photo, in its own process."""

    def __call__(self, task: Task) -> Any:
        raise ValueError(f"{CANARY} {photo.load(task.path).pixels[:2]}")


def test_a_crashed_worker_is_logged_without_its_data(samples: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = Task("me.jpg", str(samples / "portrait_good.jpg"))
    [answer] = LocalEngine(Breaks("professional", "en"), 1, 60).judge_all([task])
    assert answer.outcome == "worker_crashed"
    assert "judging failed: ValueError" in caplog.text
    assert "in __call__" in caplog.text
    assert CANARY not in caplog.text


def test_a_bug_is_logged_with_its_location_and_without_its_message() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        result = stack_summary(error)
    assert result.startswith("ValueError\n")
    assert re.search(r"test_nothing_leaks\.py, line \d+, in test_a_bug", result)
    assert CANARY not in result
