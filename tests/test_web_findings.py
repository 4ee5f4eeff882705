"""The page in a real browser: findings on the photo, focus, headings, downloads and accessibility."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import needs_chromium
from PIL import Image
from playwright.sync_api import Browser, Page
from web_browser import AXE, Held, Watched, axe_core, said

pytestmark = needs_chromium

GOOD, BAD, CROPPED = "portrait_good.jpg", "spoiled_two_people.jpg", "spoiled_off_centre.jpg"
DRAWN = "drawn_flat_avatar.png"
BROKEN = "broken/truncated.jpg"
COMPARED = ("spoiled_dark.jpg", CROPPED, "thing_cat.jpg", "broken/text.jpg")


# Findings on the photo


def here(page: Page) -> list[str]:
    return page.eval_on_selector_all(".mark.here", "all => all.map((one) => one.dataset.check)")  # type: ignore[no-any-return]


def test_each_finding_can_be_focused_and_shows_its_location(watched: Watched, samples: Path) -> None:
    page = watched.page
    watched.given(samples, BAD)
    findings = page.locator(".finding")
    assert findings.count() > 2
    for i in range(findings.count()):
        check = findings.nth(i).get_attribute("data-check")
        findings.nth(i).locator("button").focus()
        assert here(page) == [check]
    page.evaluate("document.activeElement.blur()")
    assert here(page) == []


@pytest.mark.parametrize("width", [360, 768])
def test_a_tap_shows_the_location_and_keeps_the_photo_visible(
    chromium: Browser, address: str, samples: Path, width: int
) -> None:
    with chromium.new_context(viewport={"width": width, "height": 740}, has_touch=True, is_mobile=True) as opened:
        page = opened.new_page()
        watched = Watched(page, address)
        watched.given(samples, BAD)
        last = page.locator(".finding").last
        last.evaluate("(node) => node.scrollIntoView({ block: 'end' })")
        last.tap()
        assert here(page) == [last.get_attribute("data-check")]
        assert last.locator("button").get_attribute("aria-pressed") == "true"
        photo, item = page.locator(".frame").bounding_box(), last.bounding_box()
        assert photo is not None
        assert item is not None
        assert photo["y"] >= 0
        assert photo["y"] + photo["height"] <= item["y"], "both are visible and do not overlap"
        assert item["y"] + item["height"] <= 741
        first = page.locator(".finding").first
        page.locator(f".mark[data-check={first.get_attribute('data-check')}] .mark-number").tap()
        assert first.locator("button").get_attribute("aria-pressed") == "true", "back from the photo to the text"


def test_findings_about_the_whole_photo_say_so(watched: Watched, samples: Path) -> None:
    page = watched.page
    watched.given(samples, "thing_cat.jpg")
    page.focus(".finding button")
    assert page.locator(".frame.entire .whole").count() == 1
    assert page.inner_text(".whole") == said("whole_photo")


RINGS = """() => {
  const ringed = (node, pseudo) => {
    const style = getComputedStyle(node, pseudo);
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return drawn && (!pseudo || style.content !== "none");
  };
  const shown = [...document.querySelectorAll("body *")].filter((node) => node.checkVisibility());
  const large = shown.filter((node) => node.getBoundingClientRect().width > 2);
  return large.filter((node) => ringed(node) || ringed(node, "::after")).map((node) => node.outerHTML.slice(0, 80));
}"""


def test_one_ring_shows_the_focus(watched: Watched, samples: Path) -> None:
    page = watched.page
    for names in ((), (CROPPED,), (GOOD, BAD)):
        if names:
            watched.given(samples, *names)
        page.evaluate("document.activeElement.blur()")
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            assert len(page.evaluate(RINGS)) == 1, page.evaluate("document.activeElement.outerHTML.slice(0, 100)")


# Headings and titles


def test_every_view_has_one_heading_and_its_own_title(watched: Watched, samples: Path) -> None:
    page = watched.page
    titles = [page.title()]
    for names in ((GOOD,), (CROPPED,), (GOOD, BAD), (BROKEN,)):
        watched.given(samples, *names)
        assert page.locator("h1:visible").count() == 1
        titles.append(page.title())
        page.click("#again")
    held = Held(page)
    watched.drop(samples / GOOD)
    page.wait_for_selector(".wait h1")
    titles.append(page.title())
    page.click("#cancel")
    held.let_go()
    page.click("#camera")
    page.wait_for_selector(".coach h1")
    titles.append(page.title())
    page.click("#stop")
    page.wait_for_selector("#drop", state="visible")
    assert page.title() == titles[0]
    assert len(set(titles)) == len(titles)
    assert all("mettici" in title for title in titles)


# Downloads


def test_drawings_and_rejected_photos_offer_no_download(watched: Watched, samples: Path) -> None:
    page = watched.page
    watched.given(samples, DRAWN)
    page.wait_for_timeout(300)
    assert page.locator(".avatars, [download]").count() == 0
    page.click("#again")
    watched.given(samples, BAD)
    page.wait_for_selector(".sizes figure")
    assert page.locator("[download]").count() == 0


def test_the_crop_states_its_size_and_is_never_enlarged(watched: Watched, samples: Path, tmp_path: Path) -> None:
    page = watched.page
    watched.given(samples, CROPPED)
    page.wait_for_selector("#download")
    note = page.inner_text(".downloads p")
    assert note.startswith(
        said("download_note").split(",", 1)[0].format(width=400, height=400).replace(" px", "\xa0px")
    )
    small = tmp_path / "small.jpg"
    with Image.open(samples / GOOD) as image:
        image.resize((240, 240)).save(small, quality=95)
    page.click("#again")
    watched.drop(small)
    watched.verdict()
    page.wait_for_selector(".sizes figure")
    page.wait_for_timeout(300)
    assert page.eval_on_selector_all(".sizes canvas", "all => all.map((one) => one.width)") == [100, 48]


def test_a_comparison_gives_the_winner_s_crop_and_a_reason_for_each(
    watched: Watched, samples: Path, tmp_path: Path
) -> None:
    page = watched.page
    watched.given(samples, *COMPARED)
    with page.expect_download() as started:
        page.click(".winner [download]")
    started.value.save_as(tmp_path / "crop.jpg")
    with Image.open(tmp_path / "crop.jpg") as crop:
        assert crop.size == (400, 400)
    assert "400 × 400" in page.inner_text(".winner .crop")
    assert page.locator("[download]").count() == 1, "only the winner's"
    others = page.locator(".shot:not(.winner)")
    assert others.count() == 3
    for i in range(3):
        assert len(others.nth(i).locator(".reason").inner_text()) > 20
    assert "points" in others.nth(0).locator(".reason").inner_text()


# Without JavaScript


def test_without_scripts_a_notice_is_shown_at_the_top(chromium: Browser, address: str) -> None:
    with chromium.new_context(java_script_enabled=False) as opened:
        page = opened.new_page()
        page.goto(f"{address}/?lang=it")
        notice, heading = page.locator(".no-script").bounding_box(), page.locator("h1").bounding_box()
        assert notice is not None
        assert heading is not None
        assert notice["y"] < heading["y"]
        assert page.inner_text(".no-script") == said("no_script", "it")
        assert not page.locator("#camera").is_visible(), "controls without a function are not shown"


# Accessibility


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> str:
    assert pytestconfig.cache is not None
    return axe_core(pytestconfig.cache.mkdir("axe-core"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_serious_problem_in_any_view_and_language(
    watched: Watched, samples: Path, axe: str, scheme: str, width: int
) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.evaluate(axe)

    def sound(view: str) -> None:
        for button in page.query_selector_all("[data-lang]"):
            button.click()
            page.wait_for_timeout(100)
            assert page.evaluate(AXE) == [], (view, button.inner_text())

    sound("start")
    for names in ((BAD,), ("thing_cat.jpg",), (CROPPED,), COMPARED, (BROKEN,)):
        watched.given(samples, *names)
        page.wait_for_timeout(200)
        if page.locator(".where").count():
            page.locator(".where").first.click()
        sound(json.dumps(names))
        page.click("#again")
    held = Held(page)
    watched.drop(samples / GOOD)
    page.wait_for_selector("#cancel")
    sound("wait")
    page.click("#cancel")
    held.let_go()
    page.click("#camera")
    page.wait_for_selector(".coach h1")
    sound("coach")
