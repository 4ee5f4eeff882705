"""The HTML report: its contents, and how a browser shows it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from albums import CHECKS, HOSTILE, names, report, thumbnail, written
from browser import Watched, needs_chromium, opened

from mettici.errors import PhotoError
from mettici.messages import languages, say, section
from mettici.output import album
from mettici.output.album import Album
from mettici.output.answer import Answer
from mettici.output.files import End
from mettici.output.html import Rows
from mettici.output.json import to_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_the_page_allows_only_its_own_content(tmp_path: Path) -> None:
    text = written(tmp_path / "page.html").read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;; img-src data:;")
    assert "unsafe" not in policy[1]
    for tag in ("style", "script"):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert not re.findall(
        r"""(?:src|href)=["']?(?!data:)[a-z]+:""", text.replace("\\u003c", "<").split("<script", 1)[0]
    )
    assert HOSTILE not in text
    assert text.count("<script") == 4, "three data scripts and one that runs: no file name added another"


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("before")
    written(path, end=End.FAILED)
    assert path.read_text() == "before"
    written(path, end=End.STOPPED)
    assert "The scan was stopped early" in path.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_italian(tmp_path: Path) -> None:
    text = written(tmp_path / "page.html", lang="it").read_text("utf-8")
    assert '<html lang="it">' in text
    assert "Foto analizzate" in text
    assert "Occhi aperti" in text
    assert "Photos checked" not in text


@pytest.mark.parametrize("lang", languages())
def test_errors_are_described_in_words(tmp_path: Path, lang: str) -> None:
    codes = {error.code for error in PhotoError.__subclasses__()}
    assert set(section("album.code", lang)) == codes
    text = written(tmp_path / "page.html", lang=lang).read_text("utf-8")
    assert f"<li>{say('album.code.empty', lang)}: 1</li>" in text


def test_long_lists_are_truncated_but_counts_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "MAX_LISTED", 2)
    text = written(tmp_path / "page.html").read_text("utf-8")
    [rows] = re.findall(r'id="rows">(.*?)</script>', text, re.DOTALL)
    assert len(json.loads(rows)) == 2
    assert "The counts cover all 5 photos" in text
    assert "<b>5</b>" in text


@needs_chromium
def test_filtering_and_sorting_in_a_browser(shown: Watched) -> None:
    page = shown.page
    worst = [HOSTILE, "bob 10.jpg", "bob 9.jpg", "anna.jpg", "empty.jpg"]
    assert names(shown) == worst
    page.select_option("#order", "best")
    assert names(shown) == ["anna.jpg", "bob 9.jpg", "bob 10.jpg", HOSTILE, "empty.jpg"]
    page.select_option("#order", "name")
    assert names(shown)[1:4] == ["anna.jpg", "bob 9.jpg", "bob 10.jpg"], "natural sort order"
    page.select_option("#order", "worst")
    page.select_option("#verdict", "improve")
    assert names(shown) == ["bob 10.jpg", "bob 9.jpg"]
    page.select_option("#check", label="Exposure")
    assert names(shown) == ["bob 9.jpg"]
    assert page.locator("#shown").inner_text() == "1 of 5 photos"
    page.get_by_role("button", name="5 photos").click()
    page.locator(".checks [data-id=exposure]").click()
    assert names(shown) == worst
    page.locator(".checks [data-id=smile]").click()
    assert names(shown) == ["bob 10.jpg", "bob 9.jpg"]
    page.fill("#search", "10")
    assert names(shown) == ["bob 10.jpg"]
    page.fill("#search", "nobody")
    assert page.locator("#shown").inner_text().startswith("No photo matches")
    page.fill("#search", "")
    page.select_option("#check", "")
    assert (shown.troubles, shown.requests) == ([], [])


def test_what_to_fix_first_comes_first() -> None:
    rows = Rows("en")
    row = json.loads(rows.row(report("drawn.png", "reject", 20, "smile", "eyes_visible", "photographic_origin")))
    messages_said = [rows.sentences[message] for _, _, _, message, _, _ in row["findings"]]
    first = ["About photographic_origin.", "About eyes_visible.", "About smile."]
    assert messages_said[:3] == first, "bonus checks come after every fault and before passed checks"
    assert messages_said[3:] == [f"About {check}." for check in CHECKS if f"About {check}." not in first]


@needs_chromium
def test_a_photo_opens_with_its_findings_and_crop(shown: Watched) -> None:
    page = shown.page
    page.get_by_role("button", name="What was found in bob 10.jpg").click()
    dialog = page.get_by_role("dialog")
    assert "No smile: About smile." in dialog.inner_text()
    assert "Fix smile." in dialog.inner_text()
    assert "It would fix: framing." in dialog.inner_text()
    assert "Before: 61 points. With the crop: 91." in dialog.inner_text()
    assert "Written to crops/b" in dialog.inner_text()
    crop, inside = dialog.locator(".crop").bounding_box(), dialog.locator(".crop img").bounding_box()
    assert crop is not None
    assert inside is not None
    assert crop["width"] == pytest.approx(crop["height"], abs=1), "the crop's own shape"
    assert inside["width"] / crop["width"] == pytest.approx(600 / 300, rel=0.02)
    assert (crop["x"] - inside["x"]) / crop["width"] == pytest.approx(60 / 300, rel=0.05)
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.get_by_role("button", name="What was found in bob 9.jpg").click()
    assert "Step back." in dialog.inner_text()
    assert re.search("What to improve\\s+.*Fix smile.*Also noticed.*About exposure", dialog.inner_text(), re.DOTALL)
    assert dialog.locator(".crop").count() == 0
    page.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    assert (shown.troubles, shown.requests) == ([], [])


@needs_chromium
def test_it_fits_a_phone_screen(shown: Watched) -> None:
    for width in (1280, 390, 320):
        shown.page.set_viewport_size({"width": width, "height": 800})
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width


@needs_chromium
def test_the_content_security_policy_blocks_requests(shown: Watched) -> None:
    blocked = shown.page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'blocked')")
    assert blocked == "blocked"
    assert any("Content Security Policy" in trouble for trouble in shown.troubles)


@needs_chromium
def test_five_thousand_photos_load_while_scrolling(chromium: Browser, tmp_path: Path) -> None:
    sink, picture = Album(str(tmp_path / "page.html"), "en"), thumbnail("teal") + b"\0" * 2500
    for number in range(5000):
        line = to_text(report(f"{number}.jpg", "improve", number % 100, *CHECKS[:3]))
        sink.write(Answer(line, "improve", thumbnail=picture))
    sink.close(End.COMPLETE)
    assert (tmp_path / "page.html").stat().st_size < 32 * 2**20
    started = time.perf_counter()
    with opened(tmp_path / "page.html", chromium) as watched:
        page = watched.page
        assert page.locator("#photos > li").count() < 200, "only rows near the viewport are rendered"
        for count in (60, 120, 180, 240, 300):  # near its end, the list grows by sixty each time
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            page.locator("#photos > li").nth(count).wait_for(state="attached")
        page.select_option("#order", "best")
        assert page.locator("#photos .badge").first.text_content().endswith("99")
        assert watched.troubles == []
    assert time.perf_counter() - started < 30
