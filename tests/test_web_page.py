"""The page in a real browser, on a real server: what people do with it, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM
from PIL import Image
from playwright.sync_api import BrowserContext, Playwright, sync_playwright
from web_browser import Watched, axe_core, browser, film
from web_server import serving

from mettici import PhotoChecker
from mettici.web.texts import TEXTS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here: apt-get install chromium")

GOOD, BAD = "portrait_good.jpg", "spoiled_two_people.jpg"
HEAD_AND_SHOULDERS = (55, 0, 353, 298)
"""The part of the good portrait, px, whose head is as large as it should be."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def portrait_close(samples: Path) -> Image.Image:
    with Image.open(samples / GOOD) as image:
        return image.convert("RGB").crop(HEAD_AND_SHOULDERS)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def context(
    playwright: Playwright, portrait_close: Image.Image, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    folder = tmp_path_factory.mktemp("browser")
    camera = film([portrait_close], folder / "camera.y4m")
    with browser(playwright, folder / "profile", camera=camera) as opened:
        yield opened


@pytest.fixture
def watched(context: BrowserContext, address: str) -> Iterator[Watched]:
    page = context.new_page()
    yield Watched(page, address)
    page.close()


def said(key: str, lang: str) -> str:
    return TEXTS[key](lang)


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


def test_an_answer_that_cannot_be_shown_is_said(watched: Watched, samples: Path) -> None:
    page = watched.page
    page.route("**/v1/check*", lambda route: route.fulfill(json={"verdict": "accept"}))
    watched.drop(samples / GOOD)
    assert watched.verdict() == said("failed", "en")
    assert said("broken", "en") in page.inner_text(".sorry")
    assert watched.troubles, "what went wrong stands in the console, for whoever mends it"


def test_a_good_and_a_bad_photo_in_both_languages(watched: Watched, samples: Path) -> None:
    page = watched.page
    for name, verdict in ((GOOD, "accept"), (BAD, "reject")):
        watched.drop(samples / name)
        assert watched.verdict() == said(f"verdict_{verdict}", "en")
        page.click("text=Italiano")
        page.wait_for_selector(f"#verdict:text-is('{said(f'verdict_{verdict}', 'it')}')")
        assert page.get_attribute("html", "lang") == "it"
        assert page.evaluate("document.activeElement.id") == "verdict", "a screen reader reads on from there"
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
    listed = watched.page.inner_text(".told")
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


def test_what_cannot_be_read_is_said_with_a_remedy(watched: Watched, samples: Path) -> None:
    watched.drop(samples / "broken" / "truncated.jpg")
    assert watched.verdict() == said("failed", "en")
    assert "is incomplete" in watched.page.inner_text(".sorry")
    assert "Copy or download the photo again" in watched.page.inner_text(".sorry")


def test_the_keyboard_is_enough(watched: Watched, samples: Path) -> None:
    page = watched.page
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert reached[:6] == ["Skip to the photo", "home", "English", "Italiano", "file", "camera"]
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


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> str:
    assert pytestconfig.cache is not None
    return axe_core(pytestconfig.cache.mkdir("axe-core"))


AXE = """async () => {
  const found = (await axe.run(document)).violations.filter((v) => ["serious", "critical"].includes(v.impact));
  return found.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120) + " " + n.failureSummary).join(" | ")}`);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(watched: Watched, samples: Path, axe: str, scheme: str) -> None:
    page = watched.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.evaluate(axe)
    assert page.evaluate(AXE) == [], "start"
    for photos in ([BAD], ["thing_cat.jpg"], [GOOD, BAD, "broken/text.jpg"], ["broken/text.jpg"]):
        watched.drop(*(samples / name for name in photos))
        watched.verdict()
        page.wait_for_timeout(200)
        assert page.evaluate(AXE) == [], photos
        page.click("#again")
    page.click("#camera")
    watched.verdict()
    assert page.evaluate(AXE) == [], "coach"


def test_the_coach_reaches_green_and_takes_the_photo(watched: Watched) -> None:
    page = watched.page
    page.click("#camera")
    page.wait_for_selector(".mirror.green", timeout=30_000)
    page.wait_for_selector(".result", timeout=30_000)
    assert watched.verdict() == said("verdict_accept", "en")
    width = page.get_attribute(".frame img", "width")
    assert width == "720", "the full resolution of the camera, not of the frames"
    assert watched.clean, (watched.troubles, watched.elsewhere)


def test_the_coach_says_two_things_at_most_and_one_frame_is_under_way_at_once(
    playwright: Playwright, address: str, samples: Path, tmp_path: Path
) -> None:
    with Image.open(samples / "spoiled_dark.jpg") as dark, Image.open(samples / "spoiled_tilted.jpg") as tilted:
        camera = film([dark.convert("RGB"), tilted.convert("RGB")], tmp_path / "camera.y4m", frames=25)
    with browser(playwright, tmp_path / "profile", camera=camera, lang="it-IT") as opened:
        watched = Watched(opened.new_page(), address)
        page, under_way, most = watched.page, 0, 0

        def begun(_: object) -> None:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)

        def ended(_: object) -> None:
            nonlocal under_way
            under_way -= 1

        page.on("request", begun)
        page.on("requestfinished", ended)
        page.click("#camera")
        seen = set()
        for _ in range(40):
            page.wait_for_timeout(100)
            hints = [h.get_attribute("data-hint") for h in page.query_selector_all(".hints li")]
            assert len(hints) <= 2
            seen.update(hints)
        assert {"exposure", "head_pose"} <= seen
        assert most == 1
        assert page.get_attribute("html", "lang") == "it"
        page.click(f"text={said('coach_stop', 'it')}")
        assert page.is_visible("#drop")
        assert watched.clean, (watched.troubles, watched.elsewhere)


STEADY = """async () => {
  const { Steady, Green, APPEAR, GONE, HOLD, GREEN, LAPSE } = await import("./static/steady.js");
  const steady = new Steady(), hint = (id) => ({ id, text: id });
  const flicker = [];
  for (let now = 0; now < 3000; now += 100)
    flicker.push(steady.update([hint(now % 200 ? "a" : "b")], now).length);
  const calm = new Steady();
  const shown = [];
  for (let now = 0; now < 4000; now += 100)
    shown.push(calm.update(now < 2000 ? [hint("a"), hint("b"), hint("c")] : [], now).map((h) => h.id).join(""));
  const green = new Green();
  const greens = [];
  for (let now = 0; now <= 3000; now += 100) greens.push(green.update(now < 2000 && now !== 1500, now));
  return { flicker, shown, greens, APPEAR, GONE, HOLD, GREEN, LAPSE };
}"""


def test_hints_do_not_flicker_and_green_lasts(watched: Watched) -> None:
    told = watched.page.evaluate(STEADY)
    assert sum(told["flicker"]) == 0, "what changes with every frame is not said"
    shown = told["shown"]
    assert shown[0] == ""
    assert set(shown) == {"", "ab"}, "two at most, and the same two"
    first, last = shown.index("ab"), len(shown) - 1 - shown[::-1].index("ab")
    assert first * 100 >= told["APPEAR"]
    assert (last - 20) * 100 < told["GONE"] + 100
    greens = told["greens"]
    assert greens.index(True) * 100 == told["GREEN"], "all green for a second"
    assert greens[15], "a blink is forgiven"
    assert not greens[19 + told["LAPSE"] // 100]
