"""The page in a real browser with a real server: what people do with it, in several languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import needs_chromium
from PIL import Image
from web_browser import Watched, said

from mettici import PhotoChecker

pytestmark = needs_chromium

GOOD, BAD = "portrait_good.jpg", "spoiled_two_people.jpg"


def test_every_sample_is_judged_and_shown(watched: Watched, samples: Path) -> None:
    readable = sorted(p for p in samples.iterdir() if p.is_file())
    assert len(readable) > 20
    verdicts = {said(f"verdict_{verdict}", "en") for verdict in ("accept", "improve", "reject")}
    for photo in readable:
        watched.drop(photo)
        assert watched.verdict() in verdicts, photo.name
        watched.page.click("#home")
        watched.page.wait_for_selector("#verdict", state="detached")
    assert watched.clean, watched.troubles


def test_an_answer_that_cannot_be_shown_is_reported(watched: Watched, samples: Path) -> None:
    page = watched.page
    page.route("**/v1/check*", lambda route: route.fulfill(json={"verdict": "accept"}))
    watched.drop(samples / GOOD)
    assert watched.verdict() == said("failed", "en")
    assert said("broken", "en") in page.inner_text(".failure")
    assert watched.troubles, "the console shows what went wrong, for debugging"


def test_a_good_and_a_bad_photo_in_two_languages(watched: Watched, samples: Path) -> None:
    page = watched.page
    for name, verdict in ((GOOD, "accept"), (BAD, "reject")):
        watched.drop(samples / name)
        assert watched.verdict() == said(f"verdict_{verdict}", "en")
        page.click("text=Italiano")
        page.wait_for_selector(f"#verdict:text-is('{said(f'verdict_{verdict}', 'it')}')")
        assert page.get_attribute("html", "lang") == "it"
        assert page.evaluate("document.activeElement.textContent") == "Italiano", "the focus does not move"
        assert page.inner_text("#announce").startswith(said(f"verdict_{verdict}", "it"))
        page.click("text=English")
        page.wait_for_selector(f"#verdict:text-is('{said(f'verdict_{verdict}', 'en')}')")
        page.click("#again")
    assert watched.clean, (watched.troubles, watched.elsewhere)


def test_findings_are_drawn_and_listed_with_advice(watched: Watched, samples: Path, checker: PhotoChecker) -> None:
    watched.drop(samples / BAD)
    watched.verdict()
    report = checker.check(samples / BAD)
    faults = [f for f in report.findings if f.status.value in ("warn", "fail")]
    listed = watched.page.inner_text(".report")
    for finding in faults:
        assert (finding.advice("en") or "").replace(" %", "\xa0%") in listed
        assert watched.page.locator(f".mark[data-check={finding.id}]").count() == 1
    assert watched.page.locator(".mark-crop").count() == 0
    assert report.retake is not None
    assert report.retake.message("en") in watched.page.inner_text("body")
    watched.page.uncheck(".switch input")
    assert not watched.page.locator(".frame svg").is_visible()


def test_the_suggested_crop_is_downloaded_and_judged_again(
    watched: Watched, samples: Path, checker: PhotoChecker, tmp_path: Path
) -> None:
    watched.drop(samples / "spoiled_off_centre.jpg", event="paste")
    watched.verdict()
    with watched.page.expect_download() as started:
        watched.page.click("#download")
    crop = tmp_path / started.value.suggested_filename
    started.value.save_as(crop)
    assert crop.name == "spoiled_off_centre-crop.jpg"
    promised = checker.check(samples / "spoiled_off_centre.jpg").crop
    assert promised is not None
    after = checker.check(crop)
    assert (after.verdict.value, after.photo["width"]) == (promised.verdict_after, promised.box[2])
    for size in (400, 100, 48):
        with watched.page.expect_download() as started:
            watched.page.click(f"a[download='spoiled_off_centre-{size}.png']")
        started.value.save_as(tmp_path / "round.png")
        with Image.open(tmp_path / "round.png") as image:
            assert image.size == (size, size)
            assert image.convert("RGBA").getpixel((0, 0))[3] == 0, "it is round"
            assert image.convert("RGBA").getpixel((size // 2, size // 2))[3] == 255


def test_three_are_compared_and_the_best_comes_first(watched: Watched, samples: Path) -> None:
    names = ["spoiled_dark.jpg", "thing_cat.jpg", GOOD]
    watched.page.set_input_files("#file", [samples / n for n in names])
    assert watched.verdict() == said("compare", "en")
    order = [card.get_attribute("data-path") for card in watched.page.query_selector_all(".shot")]
    assert order == [GOOD, "spoiled_dark.jpg", "thing_cat.jpg"]
    assert watched.page.inner_text(".winner .ribbon") == said("best", "en")
    watched.page.click(".shot.winner button")
    assert watched.verdict() == said("verdict_accept", "en")
    watched.page.click(f"text={said('back', 'en')}")
    assert watched.page.locator(".shot").count() == 3
    assert watched.clean, (watched.troubles, watched.elsewhere)


def test_unreadable_files_are_reported_with_a_remedy(watched: Watched, samples: Path) -> None:
    watched.drop(samples / "broken" / "truncated.jpg")
    assert watched.verdict() == said("failed", "en")
    assert "is incomplete" in watched.page.inner_text(".failure")
    assert said("remedy_truncated", "en") in watched.page.inner_text(".failure")


def test_the_keyboard_alone_is_enough(watched: Watched, samples: Path) -> None:
    page = watched.page
    reached = []
    for _ in range(9):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert reached[:8] == ["skip", "home", "English", "Español", "Italiano", "policy", "file", "camera"]
    with page.expect_file_chooser() as chooser:
        page.focus("#file")
        page.keyboard.press("Enter")
    chooser.value.set_files(samples / GOOD)
    watched.verdict()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "BODY"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_it_fits_every_screen(watched: Watched, samples: Path, width: int, scheme: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    watched.drop(samples / "spoiled_off_centre.jpg")
    watched.verdict()
    page.wait_for_selector("#download")
    assert page.evaluate(fits)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(v) for v in re.findall(r"\d+", paper)[:3]) > 3 * 128
    assert bright is (scheme == "light")
