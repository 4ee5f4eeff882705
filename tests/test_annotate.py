"""The annotated picture: complete, legible, reproducible, in every language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from mettici import messages
from mettici.checks.base import Status
from mettici.messages import languages
from mettici.output import annotate, drawing, legend
from mettici.output.annotate import COLOURS, CROP_GREEN, DISPLAY_SIDE, FACE_BLUE, annotated
from mettici.output.overlay import RADIUS

if TYPE_CHECKING:
    from mettici import PhotoChecker
    from mettici.checker import Examination
    from mettici.image.types import Pixels


def near(picture: Pixels, colour: tuple[int, int, int], within: int = 12) -> int:
    """The number of pixels close to this colour."""
    return int((np.abs(picture.astype(int) - colour).max(axis=2) <= within).sum())


@pytest.mark.parametrize("lang", languages())
def test_it_shows_face_crop_and_numbers_next_to_a_legend(off_centre: Examination, lang: str) -> None:
    picture = annotated(off_centre.report, off_centre.evidence, lang)
    assert picture.dtype == np.uint8
    assert picture.shape == (DISPLAY_SIDE, DISPLAY_SIDE + legend.BESIDE, 3)
    shown, side = picture[:, :DISPLAY_SIDE], picture[:, DISPLAY_SIDE:]
    assert near(shown, FACE_BLUE) > 200
    assert near(shown, CROP_GREEN) > 1000
    for status in {f.status for f in off_centre.report.faults}:
        for half in (shown, side):
            assert near(half, COLOURS[status]) > RADIUS**2, "a badge on the photo, and one in the legend"
    assert (side[-1, 2:] > 250).all(), "nothing is cut off at the bottom"


def test_the_same_report_gives_the_same_picture_and_each_language_its_own(off_centre: Examination) -> None:
    of = off_centre.report, off_centre.evidence
    assert np.array_equal(annotated(*of, "it"), annotated(*of, "it"))
    assert not np.array_equal(annotated(*of, "it"), annotated(*of, "en"))


@pytest.mark.parametrize(
    "name", ["spoiled_two_people.jpg", "thing_cat.jpg", "thing_logo.png", "spoiled_tiny.jpg", "spoiled_face_mask.jpg"]
)
def test_any_photo_can_be_annotated(checker: PhotoChecker, samples: Path, name: str) -> None:
    done = checker.examine(samples / name)
    picture = annotated(done.report, done.evidence, "it")
    longer = max(done.evidence.photo.width, done.evidence.photo.height)
    assert max(picture.shape[:2]) >= DISPLAY_SIDE
    assert (
        picture.shape[0] * picture.shape[1] > (DISPLAY_SIDE / longer) ** 2 * done.evidence.width * done.evidence.height
    )


@pytest.mark.parametrize("size", [(1600, 60), (40, 900), (1, 1), (3000, 2000)])
@pytest.mark.parametrize("ground", [0, 255])
def test_any_size_and_background(checker: PhotoChecker, size: tuple[int, int], ground: int) -> None:
    done = checker.examine(np.full((size[1], size[0], 3), ground, np.uint8))
    picture = annotated(done.report, done.evidence)
    assert near(picture, COLOURS[Status.FAIL]) > RADIUS**2
    assert min(picture.shape[:2]) > 200, "the legend has room"


# --- letters ----------------------------------------------------------------------------------------------


def said(lang: str) -> set[str]:
    """Every character in the language's catalogue, which is more than a legend can show."""
    lines = (Path(messages.__file__).parent / f"{lang}.po").read_text("utf-8").splitlines()
    return set("".join(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("lang", languages())
def test_the_font_has_every_letter(lang: str, bold: bool) -> None:
    face = drawing.font(40, bold=bold)
    missing = bytes(face.getmask("\U0010ffff"))
    for letter in sorted(said(lang) | set("àèéìòùÀÈÉÌÒÙ«»°×…✔✘!/0123456789")):
        assert letter.isspace() or bytes(face.getmask(letter)) != missing, f"no {letter!r}"


def test_lines_fit_and_no_word_is_lost() -> None:
    face, text = drawing.font(17), "Basta un ritaglio per sistemare la grandezza della testa, perché così è più vicina"
    lines = drawing.wrapped(text, face, 200)
    assert " ".join(lines) == text
    assert len(lines) > 2
    assert all(face.getlength(line) <= 200 for line in lines)
    assert drawing.wrapped("", face, 200) == []
    assert drawing.wrapped("Donaudampfschifffahrtsgesellschaft", face, 20) == ["Donaudampfschifffahrtsgesellschaft"]


@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255), (92, 200, 255), (80, 226, 132)])
def test_a_stroke_is_visible_on_any_background(ground: tuple[int, int, int]) -> None:
    for colour in (FACE_BLUE, CROP_GREEN, annotate.HEAD_YELLOW, annotate.ROUND_WHITE):
        picture, sheet = Image.new("RGB", (60, 60), ground), drawing.Sheet((60, 60))
        sheet.line([(5, 30), (55, 30)], colour, 3)
        sheet.onto(picture)
        column = np.asarray(picture.convert("L"), int)[:, 30]
        assert column.max() - column.min() > 60, "stroke or halo stands out"


def test_a_dashed_line_has_gaps_and_both_ends() -> None:
    picture, sheet = Image.new("RGB", (200, 20), (128, 128, 128)), drawing.Sheet((200, 20))
    sheet.line([(10, 10), (100, 10), (190, 10)], drawing.WHITE, 2, 10)
    sheet.onto(picture)
    row = np.asarray(picture.convert("L"), int)[10]
    changes = int((np.diff((row > 200).astype(int)) != 0).sum())
    assert 16 <= changes <= 24
    assert (row[:8] == 128).all()
    assert (row[193:] == 128).all()
