"""The HTML report: what is written, and what a browser makes of it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import CHROMIUM, Watched, opened
from PIL import Image

from mettici.batch import album
from mettici.batch.album import Album
from mettici.batch.files import End
from mettici.batch.task import Answer
from mettici.checks import all_checks
from mettici.errors import EmptyError
from mettici.render.album import Rows
from mettici.render.json import error_object, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTILE = '<script>alert("1")</script><img src=http://127.0.0.1:9/x>.jpg'
CHECKS = [check.id for check in all_checks()]
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def thumbnail(colour: str, width: int = 120, height: int = 160) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "WEBP")
    return file.getvalue()


def report(
    path: str, verdict: str, score: int, *open_: str, crop: dict[str, Any] | None = None, idle: str = ""
) -> dict[str, Any]:
    """A report in which the checks `open_` fail, `idle` without advice, and the others pass."""
    findings = [
        {"id": check.id, "status": "fail" if check.id in open_ else "pass", "score": 10 if check.id in open_ else 95,
         "blocking": check.blocking, "weight": check.weight, "reason": "made_up",
         "message": f"About {check.id}.", "advice": f"Mend {check.id}." if check.id in {*open_} - {idle} else None}
        for check in all_checks()
    ]  # fmt: skip
    photo = {"width": 600, "height": 800, "sha256": hashlib.sha256(path.encode()).hexdigest()}
    return {"path": path, "verdict": verdict, "score": score, "photo": photo, "checks": findings, "crop": crop,
            "faces": [{"box": [150, 200, 300, 400], "score": 0.9, "main": True}],
            "policy": {"name": "professional", "version": "1"}}  # fmt: skip


CROP = {
    "box": [60, 80, 300, 300],
    "verdict_after": "accept",
    "score_after": 91,
    "mends": ["framing"],
    "file": "crops/b",
}
REPORTS = [
    report("anna.jpg", "accept", 96),
    report("bob 10.jpg", "improve", 61, "smile", crop=CROP),
    report("bob 9.jpg", "improve", 74, "smile", "exposure", idle="exposure")
    | {"retake": {"reason": "near", "message": "Step back."}},
    report(HOSTILE, "reject", 12, "face_present"),
    error_object("empty.jpg", EmptyError()),
]


def written(
    path: Path, *, end: End = End.COMPLETE, lang: Any = "en", reports: Any = None, pictures: bool = True
) -> Path:
    sink = Album(str(path), lang, ["team/"])
    for each in REPORTS if reports is None else reports:
        picture = b"" if "error" in each or not pictures else thumbnail("teal")
        sink.write(Answer(to_text(each), each.get("verdict", "empty"), "error" in each, picture))
    sink.close(end)
    return path


def test_the_page_admits_nothing_but_itself(tmp_path: Path) -> None:
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
    assert text.count("<script") == 4, "three of data, one that runs: no file name became another"


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("before")
    written(path, end=End.FAILED)
    assert path.read_text() == "before"
    written(path, end=End.STOPPED)
    assert "The scan was stopped before its end" in path.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_italian(tmp_path: Path) -> None:
    text = written(tmp_path / "page.html", lang="it").read_text("utf-8")
    assert '<html lang="it">' in text
    assert "Foto esaminate" in text
    assert "Occhi aperti" in text
    assert "Photos checked" not in text


def test_a_list_has_an_end_and_the_counts_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "LISTED", 2)
    text = written(tmp_path / "page.html").read_text("utf-8")
    [rows] = re.findall(r'id="rows">(.*?)</script>', text, re.DOTALL)
    assert len(json.loads(rows)) == 2
    assert "The counts cover all 5 photos" in text
    assert "<b>5</b>" in text


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Watched]:
    """The page in a browser; one for each test, as an open Playwright keeps an event loop of its own running."""
    with opened(written(tmp_path / "page.html"), tmp_path / "profile") as watched:
        yield watched


def names(shown: Watched) -> list[str]:
    return shown.page.locator("#photos .name").all_text_contents()


@needs_chromium
def test_filters_and_orders_in_a_browser(shown: Watched) -> None:
    page = shown.page
    worst = [HOSTILE, "bob 10.jpg", "bob 9.jpg", "anna.jpg", "empty.jpg"]
    assert names(shown) == worst
    page.select_option("#order", "best")
    assert names(shown) == ["anna.jpg", "bob 9.jpg", "bob 10.jpg", HOSTILE, "empty.jpg"]
    page.select_option("#order", "name")
    assert names(shown)[1:4] == ["anna.jpg", "bob 9.jpg", "bob 10.jpg"], "numbers as people order them"
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


def test_what_to_mend_first_comes_first() -> None:
    rows = Rows("en")
    row = json.loads(rows.row(report("drawn.png", "reject", 20, "smile", "eyes_visible", "photographic_origin")))
    told = [rows.said[message] for _, _, _, message, _, _ in row["findings"]]
    first = ["About photographic_origin.", "About eyes_visible.", "About smile."]
    assert told[:3] == first, "a plus comes after every fault, and before what is none"
    assert told[3:] == [f"About {check}." for check in CHECKS if f"About {check}." not in first]


@needs_chromium
def test_a_photo_opens_with_its_findings_and_crop(shown: Watched) -> None:
    page = shown.page
    page.get_by_role("button", name="What was found in bob 10.jpg").click()
    dialog = page.get_by_role("dialog")
    assert "No smile: About smile." in dialog.inner_text()
    assert "Mend smile." in dialog.inner_text()
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
    assert re.search("What to improve\\s+.*Mend smile.*Also noticed.*About exposure", dialog.inner_text(), re.DOTALL)
    assert dialog.locator(".crop").count() == 0
    page.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    assert (shown.troubles, shown.requests) == ([], [])


@needs_chromium
def test_it_fits_a_phone(shown: Watched) -> None:
    for width in (1280, 390, 320):
        shown.page.set_viewport_size({"width": width, "height": 800})
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= width


@needs_chromium
def test_the_policy_of_the_page_stops_a_request(shown: Watched) -> None:
    blocked = shown.page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'blocked')")
    assert blocked == "blocked"
    assert any("Content Security Policy" in trouble for trouble in shown.troubles)


@needs_chromium
def test_five_thousand_photos_are_shown_as_one_scrolls(tmp_path: Path) -> None:
    sink, picture = Album(str(tmp_path / "page.html"), "en"), thumbnail("teal") + b"\0" * 2500
    for number in range(5000):
        line = to_text(report(f"{number}.jpg", "improve", number % 100, *CHECKS[:3]))
        sink.write(Answer(line, "improve", thumbnail=picture))
    sink.close(End.COMPLETE)
    assert (tmp_path / "page.html").stat().st_size < 32 * 2**20
    started = time.perf_counter()
    with opened(tmp_path / "page.html", tmp_path / "profile") as watched:
        page = watched.page
        assert page.locator("#photos > li").count() < 200, "only what is near the window is made"
        for count in (60, 120, 180, 240, 300):  # each time its end comes near, the list grows by sixty
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            page.locator("#photos > li").nth(count).wait_for(state="attached")
        page.select_option("#order", "best")
        assert page.locator("#photos .badge").first.text_content().endswith("99")
        assert watched.troubles == []
    assert time.perf_counter() - started < 30


def many(count: int) -> list[dict[str, Any]]:
    """Photos of two departments, and one of none."""
    names = [f"{'sales' if i % 2 else 'support'}/{i:03}.jpg" for i in range(count)]
    return [report(name, "improve", 50 + i % 40, "smile", "exposure") for i, name in enumerate([*names, "boss.jpg"])]


@needs_chromium
def test_the_head_says_what_was_judged_when_and_by_what(shown: Watched) -> None:
    facts = shown.page.locator(".facts span").all_text_contents()
    assert facts[0] == "Photos: team/"
    assert re.fullmatch(r"Judged on 20\d\d-\d\d-\d\d \d\d:\d\d", facts[1])
    assert facts[2:] == ["Policy: professional, version 1", "Median score: 68", "Crops suggested: 1"]


@needs_chromium
def test_photos_are_grouped_by_folder(tmp_path: Path) -> None:
    page_ = written(tmp_path / "page.html", reports=many(8))
    with opened(page_, tmp_path / "profile") as watched:
        page = watched.page
        page.select_option("#group", "folder")
        assert page.locator("#photos .folder").all_text_contents() == ["Not in a folder 1", "sales/ 4", "support/ 4"]
        assert names(watched)[:2] == ["boss.jpg", "sales/001.jpg"]
    with opened(written(tmp_path / "flat.html", reports=many(0)), tmp_path / "other") as watched:
        assert not watched.page.locator("#group").is_visible(), "one folder needs no groups"


@needs_chromium
def test_paper_holds_every_photo_with_its_advice(tmp_path: Path) -> None:
    with opened(written(tmp_path / "page.html", reports=many(369)), tmp_path / "profile") as watched:
        page = watched.page
        assert page.locator("#photos > li").count() == 60, "on the screen, as one scrolls"
        page.select_option("#group", "folder")
        page.emulate_media(media="print")
        pdf = page.pdf()
        assert page.locator("#photos .card").count() == 370
        assert pdf.count(b"/Type /Page\n") > 20
        advice = page.locator("#photos .card ol").last
        assert advice.is_visible()
        assert "Mend exposure." in advice.inner_text()
        assert page.locator("#chosen").inner_text() == "370 of 370 photos · Group: By folder"
        assert not page.locator(".filters").is_visible()


@needs_chromium
def test_the_address_holds_filters_and_photo(tmp_path: Path) -> None:
    with opened(written(tmp_path / "page.html"), tmp_path / "profile") as watched:
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
        assert names(watched) == ["bob 9.jpg"]
        assert not page.url.endswith("bob+9.jpg")
        page.evaluate("location.hash = '#verdict=accept&check=nonsense'")
        page.get_by_text("1 of 5 photos").wait_for()
        assert names(watched) == ["anna.jpg"], "what the page does not know is left out"


@needs_chromium
def test_keys_go_from_photo_to_photo_and_mark_them(tmp_path: Path) -> None:
    path = written(tmp_path / "page.html")
    with opened(path, tmp_path / "profile") as watched:
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
        page.reload()
        assert page.locator("#photos .mark").all_text_contents() == ["Overruled", "Seen"], "this browser keeps them"
        page.select_option("#mark", "overruled")
        assert names(watched) == [HOSTILE]
        page.select_option("#mark", "none")
        assert len(names(watched)) == 3
        assert (watched.troubles, watched.requests) == ([], [])


@needs_chromium
def test_findings_are_numbered_on_the_picture(shown: Watched) -> None:
    page = shown.page
    page.get_by_role("button", name="What was found in bob 9.jpg").click()
    marks = page.locator("#photo-body .finding > i").all_text_contents()
    assert marks[:2] == ["1", "2"]
    assert page.locator(".spot").all_text_contents() == ["1", "2"]
    frame, smile = page.locator(".frame").bounding_box(), page.locator(".spot").first.bounding_box()
    assert frame is not None
    assert smile is not None
    middle = (smile["y"] + smile["height"] / 2 - frame["y"]) / frame["height"]
    assert middle == pytest.approx((200 + 0.82 * 400) / 800, abs=0.02), "at the mouth"


@needs_chromium
def test_a_page_without_pictures_has_all_else(tmp_path: Path) -> None:
    path = written(tmp_path / "page.html", pictures=False)
    assert "data:image/webp" not in path.read_text("utf-8").split("<script", 1)[0]
    with opened(path, tmp_path / "profile", width=390) as watched:
        page = watched.page
        assert "This file holds no pictures" in page.locator("footer").inner_text()
        assert page.locator("#photos img").count() == 0
        assert not page.locator(".card .picture").first.is_visible()
        page.get_by_role("button", name="What was found in bob 10.jpg").click()
        assert "Mend smile." in page.get_by_role("dialog").inner_text()
        assert (watched.troubles, watched.requests) == ([], [])
