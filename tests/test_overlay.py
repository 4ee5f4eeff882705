"""The overlay on a photo: laid out once, for the annotated picture and for pages."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from albums import CROP, report
from hypothesis import given
from hypothesis import strategies as st

from mettici.output.label_placement import place_labels
from mettici.output.overlay import RADIUS, overlay, overlay_from_json
from mettici.output.svg import svg

if TYPE_CHECKING:
    from mettici import PhotoChecker
    from mettici.checker import Examination

SVG = "{http://www.w3.org/2000/svg}"
SIZE = 960.0, 720.0


def classes(drawn: str) -> list[str]:
    return [part.get("class", "") for part in ElementTree.fromstring(drawn).iter()]


@pytest.mark.parametrize("shown", [280, 960])
def test_numbers_do_not_overlap_and_stay_inside(checker: PhotoChecker, samples: Path, shown: int) -> None:
    for path in sorted(samples.glob("*.jpg"))[::3]:
        done = checker.examine(path, crop=False)
        laid = overlay(done.report, done.evidence, shown)
        assert [mark.check for mark in laid.marks] == [fault.id for fault in done.report.faults]
        assert laid.radius == pytest.approx(RADIUS * max(laid.size) / shown)
        for i, mark in enumerate(laid.marks):
            for at, side in zip(mark.position, laid.size, strict=True):
                assert laid.radius < at < side - laid.radius, path.name
            for other in laid.marks[:i]:
                assert math.dist(mark.position, other.position) > 2 * laid.radius, path.name


spots = st.one_of(st.none(), st.tuples(st.floats(0, SIZE[0]), st.floats(0, SIZE[1])))
heads = st.one_of(st.none(), st.tuples(*[st.floats(0, 400), st.floats(0, 300), st.floats(60, 400), st.floats(60, 400)]))


@given(st.lists(spots, max_size=21), heads)
def test_every_number_has_its_own_place(
    found: list[tuple[float, float] | None], head: tuple[float, float, float, float] | None
) -> None:
    places = place_labels(SIZE, RADIUS, found, head)
    assert len(places) == len(found)
    for i, position in enumerate(places):
        assert all(RADIUS < at < side - RADIUS for at, side in zip(position, SIZE, strict=True))
        assert all(math.dist(position, other) > 2 * RADIUS for other in places[:i])


@pytest.mark.parametrize("size", [(1.0, 1.0), (960.0, 36.0), (42.0, 960.0)])
def test_even_the_smallest_photo_shows_its_numbers(size: tuple[float, float]) -> None:
    middle = size[0] / 2, size[1] / 2
    assert len(place_labels(size, RADIUS, [None, middle, middle], None)) == 3


def test_numbers_are_beside_the_face_rather_than_on_it() -> None:
    head = 300.0, 200.0, 200.0, 300.0
    for spot in ((350.0, 300.0), (450.0, 300.0), (400.0, 440.0)):
        ((x, y),) = place_labels(SIZE, RADIUS, [spot], head)
        assert math.hypot((x - 400) / 100, (y - 350) / 150) > 1


def test_svg_holds_face_crop_and_a_group_for_each_fault(off_centre: Examination) -> None:
    laid = overlay(off_centre.report, off_centre.evidence, 540)
    drawn = svg(laid)
    root = ElementTree.fromstring(drawn)
    assert root.get("viewBox") == f"0 0 {laid.size[0]} {laid.size[1]}"
    assert {"mark-crop", "mark-shade", "mark-circle", "mark-outline"} <= {*classes(drawn)}
    groups = [g for g in root.iter(f"{SVG}g") if "quiet" not in g.get("class", "")]
    faults = off_centre.report.faults
    assert [(g.get("class"), g.get("data-check")) for g in groups] == [(f"mark {f.status.value}", f.id) for f in faults]
    assert [t.text for t in root.iter(f"{SVG}text")] == [str(i) for i in range(1, len(faults) + 1)]
    crop = next(part for part in root.iter() if part.get("class") == "mark-crop")
    assert off_centre.report.crop is not None
    box = [float(crop.get(key, "")) for key in ("x", "y", "width", "height")]
    assert box == pytest.approx(list(off_centre.report.crop.box), abs=0.1)


def test_svg_has_no_styles_and_no_scripts(off_centre: Examination) -> None:
    root = ElementTree.fromstring(svg(overlay(off_centre.report, off_centre.evidence, 280)))
    assert {part.tag.removeprefix(SVG) for part in root.iter()} <= {
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "polygon",
        "text",
    }
    assert not [name for part in root.iter() for name in part.attrib if name == "style" or name.startswith("on")]


def test_a_report_alone_is_numbered_below_and_keeps_its_crop() -> None:
    laid = overlay_from_json(report("a.jpg", "improve", 60, "smile", "exposure", idle="exposure", crop=CROP), 340)
    assert [(mark.number, mark.check, mark.spot) for mark in laid.marks] == [(1, "smile", None), (2, "exposure", None)]
    assert laid.crop == (60, 80, 300, 300)
    assert all(mark.position[1] > 700 for mark in laid.marks)


def test_a_picture_without_a_face_is_numbered_below(checker: PhotoChecker, samples: Path) -> None:
    done = checker.examine(samples / "thing_cat.jpg")
    laid = overlay(done.report, done.evidence, 540)
    assert laid.outline == ()
    assert laid.circle is None
    assert "mark-outline" not in classes(svg(laid))
    assert laid.marks
