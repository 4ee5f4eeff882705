"""How people use the HTML report: folders, printing, keyboard and links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from albums import HOSTILE, many, names, written
from browser import Watched, needs_chromium, opened

from mettici.messages import languages

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@needs_chromium
def test_the_header_states_what_was_judged_when_and_how(shown: Watched) -> None:
    facts = shown.page.locator(".facts span").all_text_contents()
    assert facts[0] == "Photos: team/"
    assert re.fullmatch(r"Checked on 20\d\d-\d\d-\d\d \d\d:\d\d", facts[1])
    assert facts[2:] == ["Policy: professional, version 1", "Median score: 68", "Crops suggested: 1"]


@needs_chromium
def test_photos_are_grouped_by_folder(chromium: Browser, tmp_path: Path) -> None:
    page_ = written(tmp_path / "page.html", reports=many(8))
    with opened(page_, chromium) as watched:
        page = watched.page
        page.select_option("#group", "folder")
        assert page.locator("#photos .folder").all_text_contents() == ["Not in a folder 1", "sales/ 4", "support/ 4"]
        assert names(watched)[:2] == ["boss.jpg", "sales/001.jpg"]
    with opened(written(tmp_path / "flat.html", reports=many(0)), chromium) as watched:
        assert not watched.page.locator("#group").is_visible(), "one folder needs no groups"


@needs_chromium
def test_the_printout_has_every_photo_with_its_advice(chromium: Browser, tmp_path: Path) -> None:
    with opened(written(tmp_path / "page.html", reports=many(369)), chromium) as watched:
        page = watched.page
        assert page.locator("#photos > li").count() == 60, "on screen, while scrolling"
        page.select_option("#group", "folder")
        page.emulate_media(media="print")
        pdf = page.pdf()
        assert page.locator("#photos .card").count() == 370
        assert pdf.count(b"/Type /Page\n") > 20
        advice = page.locator("#photos .card ol").last
        assert advice.is_visible()
        assert "Fix exposure." in advice.inner_text()
        assert page.locator("#chosen").inner_text() == "370 of 370 photos · Group: By folder"
        assert not page.locator(".filters").is_visible()


@needs_chromium
@pytest.mark.parametrize("lang", languages())
def test_the_printout_fits_on_a_sheet(chromium: Browser, tmp_path: Path, lang: str) -> None:
    sheet = 718  # A4 between its margins, px
    with opened(written(tmp_path / "page.html", lang=lang), chromium, width=sheet) as watched:
        page = watched.page
        page.emulate_media(media="print")
        for width in (sheet, sheet + 100):
            page.set_viewport_size({"width": width, "height": 1000})
            assert page.evaluate("document.documentElement.scrollWidth") == width
            bars = page.evaluate("[...document.querySelectorAll('.checks svg')].map((bar) => bar.clientWidth)")
            assert min(bars) > 200


@needs_chromium
def test_the_url_keeps_filters_and_photo(chromium: Browser, tmp_path: Path) -> None:
    with opened(written(tmp_path / "page.html"), chromium) as watched:
        page = watched.page
        page.select_option("#verdict", "improve")
        page.fill("#search", "Bob 9")
        page.get_by_role("button", name="What was found in bob 9.jpg").click()
        address = page.url
        assert address.endswith("#verdict=improve&search=Bob+9&photo=bob+9.jpg")
        page.goto("about:blank")
        page.goto(address)
        assert page.locator("#photo-name").inner_text() == "bob 9.jpg"
        page.keyboard.press("Escape")
        page.wait_for_url(lambda url: not url.endswith("bob+9.jpg"))
        assert names(watched) == ["bob 9.jpg"]
        page.evaluate("location.hash = '#verdict=accept&check=nonsense'")
        page.get_by_text("1 of 5 photos").wait_for()
        assert names(watched) == ["anna.jpg"], "unknown parameters are dropped"


@needs_chromium
def test_keys_move_between_photos_and_mark_them(chromium: Browser, tmp_path: Path) -> None:
    path = written(tmp_path / "page.html")
    with opened(path, chromium) as watched:
        page = watched.page
        page.get_by_role("button", name="What was found in bob 10.jpg").click()
        assert page.locator("#place").inner_text() == "2 of 5"
        for key, name in (("ArrowRight", "bob 9.jpg"), ("ArrowLeft", "bob 10.jpg"), ("ArrowLeft", HOSTILE)):
            page.keyboard.press(key)
            assert page.locator("#photo-name").inner_text() == name
        assert page.locator("#previous").is_disabled()
        page.keyboard.press("o")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("s")
        page.keyboard.press("Escape")
        page.wait_for_url(lambda url: "photo=" not in url)  # otherwise the reload would open it again
        page.reload()
        assert page.locator("#photos .marked").all_text_contents() == ["Overruled", "Seen"], "the browser stores them"
        page.select_option("#mark", "overruled")
        assert names(watched) == [HOSTILE]
        page.select_option("#mark", "none")
        assert len(names(watched)) == 3
        assert (watched.troubles, watched.requests) == ([], [])


@needs_chromium
def test_a_url_without_the_open_photo_closes_it(chromium: Browser, tmp_path: Path) -> None:
    with opened(written(tmp_path / "page.html"), chromium) as watched:
        page = watched.page
        page.evaluate("location.hash = '#photo=bob+10.jpg'")
        assert page.get_by_role("dialog").locator("h2").first.inner_text() == "bob 10.jpg"
        page.evaluate("location.hash = '#verdict=accept'")
        page.get_by_text("1 of 5 photos").wait_for()
        assert not page.get_by_role("dialog").is_visible()
        assert page.url.endswith("#verdict=accept")
        page.evaluate("location.hash = '#verdict=improve&photo=bob+9.jpg'")
        page.get_by_role("dialog").wait_for()
        assert page.locator("#photo-name").inner_text() == "bob 9.jpg"
        assert page.locator("#place").inner_text() == "2 of 2"
        assert (watched.troubles, watched.requests) == ([], [])


@needs_chromium
def test_keys_work_on_a_photo_opened_right_after_closing_another(chromium: Browser, tmp_path: Path) -> None:
    with opened(written(tmp_path / "page.html"), chromium) as watched:
        page = watched.page
        page.get_by_role("button", name="What was found in bob 10.jpg").click()
        close_and_open = "document.getElementById('photo').close(); document.querySelector('.card.accept').click()"
        page.evaluate(close_and_open)
        assert page.locator("#photo-name").inner_text() == "anna.jpg"
        page.evaluate("() => new Promise((end) => setTimeout(end, 100))")  # let the first photo's close event arrive
        page.keyboard.press("ArrowLeft")
        assert page.locator("#photo-name").inner_text() == "bob 9.jpg"
        page.wait_for_url(lambda url: url.endswith("#photo=bob+9.jpg"))
        assert (watched.troubles, watched.requests) == ([], [])


@needs_chromium
def test_findings_are_numbered_on_the_picture(shown: Watched) -> None:
    page = shown.page
    page.get_by_role("button", name="What was found in bob 9.jpg").click()
    marks = page.locator("#photo-body .finding > i").all_text_contents()
    assert marks[:2] == ["1", "2"]
    assert page.locator(".frame .mark-number").all_text_contents() == ["1", "2"]
    frame, crop = page.locator(".frame").bounding_box(), page.locator(".mark-other").bounding_box()
    assert frame is not None
    assert crop is not None
    assert (crop["y"] - frame["y"]) / frame["height"] == pytest.approx(200 / 800, abs=0.02), "at the face"


@needs_chromium
def test_a_page_without_pictures_has_everything_else(chromium: Browser, tmp_path: Path) -> None:
    path = written(tmp_path / "page.html", pictures=False)
    assert "data:image/webp" not in path.read_text("utf-8").split("<script", 1)[0]
    with opened(path, chromium, width=390) as watched:
        page = watched.page
        assert "This file contains no pictures" in page.locator("footer").inner_text()
        assert page.locator("#photos img").count() == 0
        assert not page.locator(".card .picture").first.is_visible()
        page.get_by_role("button", name="What was found in bob 10.jpg").click()
        assert "Fix smile." in page.get_by_role("dialog").inner_text()
        assert (watched.troubles, watched.requests) == ([], [])
