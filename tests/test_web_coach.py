"""The live coach in a real browser: its hints, its countdown and its sounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import needs_chromium
from PIL import Image
from playwright.sync_api import Playwright
from web_browser import HEAD_AND_SHOULDERS, Watched, browser, film, said

from mettici import PhotoChecker
from mettici.messages import say
from mettici.web.coach import coach_response

pytestmark = needs_chromium

GOOD = "portrait_good.jpg"


def test_the_coach_reaches_green_and_takes_the_photo(watched: Watched) -> None:
    page = watched.page
    page.click("#camera")
    page.wait_for_selector(".mirror.green", timeout=30_000)
    page.wait_for_selector(".result", timeout=30_000)
    assert watched.verdict() == said("verdict_accept", "en")
    width = page.get_attribute(".frame img", "width")
    assert width == "720", "the full resolution of the camera, not of the frames"
    assert watched.clean, (watched.troubles, watched.elsewhere)


def test_the_coach_gives_at_most_two_hints_and_sends_one_frame_at_a_time(
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
  const { StableHints, StableGreen, APPEAR, GONE, HOLD, GREEN, LAPSE } = await import("./static/stable.js");
  const steady = new StableHints(), hint = (id) => ({ id, text: id });
  const flicker = [];
  for (let now = 0; now < 3000; now += 100)
    flicker.push(steady.update([hint(now % 200 ? "a" : "b")], now).length);
  const calm = new StableHints();
  const shown = [];
  for (let now = 0; now < 4000; now += 100)
    shown.push(calm.update(now < 2000 ? [hint("a"), hint("b"), hint("c")] : [], now).map((h) => h.id).join(""));
  const green = new StableGreen();
  const greens = [];
  for (let now = 0; now <= 3000; now += 100) greens.push(green.update(now < 2000 && now !== 1500, now));
  return { flicker, shown, greens, APPEAR, GONE, HOLD, GREEN, LAPSE };
}"""


def test_hints_do_not_flicker_and_green_lasts(watched: Watched) -> None:
    hints_by = watched.page.evaluate(STEADY)
    assert sum(hints_by["flicker"]) == 0, "hints that change with every frame are not shown"
    shown = hints_by["shown"]
    assert shown[0] == ""
    assert set(shown) == {"", "ab"}, "at most two, and the same two"
    first, last = shown.index("ab"), len(shown) - 1 - shown[::-1].index("ab")
    assert first * 100 >= hints_by["APPEAR"]
    assert (last - 20) * 100 < hints_by["GONE"] + 100
    greens = hints_by["greens"]
    assert greens.index(True) * 100 == hints_by["GREEN"], "all green for a second"
    assert greens[15], "a blink is tolerated"
    assert not greens[19 + hints_by["LAPSE"] // 100]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1366, 657), (768, 1024), (360, 640), (740, 360)])
def test_mirror_and_buttons_are_visible(watched: Watched, width: int, height: int) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": height})
    page.click("#camera")
    for thing in (".mirror", "#shoot", "#stop"):
        box = page.locator(thing).bounding_box()
        assert box is not None
        assert box["y"] >= 0, thing
        assert box["y"] + box["height"] <= height, thing
        assert box["x"] + box["width"] <= width, thing
    page.click("#stop")


def test_a_small_head_is_distinguished_from_a_distant_one(checker: PhotoChecker, samples: Path) -> None:
    with Image.open(samples / GOOD) as image:
        portrait = image.convert("RGB").crop(HEAD_AND_SHOULDERS)
    hints_by = {}
    for share in (0.55, 0.3):
        frame = Image.new("RGB", (512, 512), (170, 168, 164))
        side = round(512 * share)
        frame.paste(portrait.resize((side, side)), ((512 - side) // 2, 140))
        hints = coach_response(checker.examine(frame, crop=False), "en")["hints"]
        hints_by[share] = {hint["text"] for hint in hints}
    assert say("coach.closer") in hints_by[0.55]
    assert say("coach.far") in hints_by[0.3]


HEARD = """() => {
  globalThis.heard = [];
  const Plain = OscillatorNode;
  globalThis.OscillatorNode = class extends Plain {
    constructor(context, options) { super(context, options); heard.push(options.frequency); }
  };
}"""
VOICES = """() => {
  globalThis.heard = [];
  globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = [{ localService: false, lang: "en-US" }, { localService: true, lang: "en-GB" }];
  const speak = ({ text, voice }) => heard.push([text, voice.lang]);
  Object.defineProperty(globalThis, "speechSynthesis", { value: { getVoices: () => voices, speak, cancel() {} } });
}"""


def photographed(watched: Watched) -> Any:
    """The sounds played until the photo was taken."""
    watched.page.click("#camera")
    watched.page.wait_for_selector(".result", timeout=60_000)
    return watched.page.evaluate("heard")


def test_it_counts_down_aloud_unless_muted(watched: Watched) -> None:
    page = watched.page
    page.evaluate(HEARD)
    heard = photographed(watched)
    assert len(heard) >= 4, "a countdown may start more than once"
    assert heard[-4:-1] == [heard[0]] * 3
    assert heard[-1] > heard[0], "the shutter sounds different"
    page.click("#again")
    page.evaluate("heard.length = 0")
    page.click("#camera")
    page.uncheck("#aloud")
    page.click("#stop")
    assert photographed(watched) == [], "the choice is stored"
    assert page.evaluate("localStorage.getItem('mettici-sound')") == "off"
    page.evaluate("localStorage.clear()")
    assert watched.clean, watched.troubles


def test_the_browser_s_own_voice_speaks_the_numbers(watched: Watched) -> None:
    watched.page.evaluate(VOICES)
    assert photographed(watched)[-3:] == [["3", "en-GB"], ["2", "en-GB"], ["1", "en-GB"]], (
        "no voice that uses another host"
    )


def test_the_language_switches_without_a_restart(watched: Watched) -> None:
    page = watched.page
    page.route(
        "**/v1/coach*",
        lambda route: route.fulfill(
            json={
                "green": False,
                "hints": [{"id": "smile", "text": "lang=it" if "lang=it" in route.request.url else "lang=en"}],
                "size": [512, 512],
                "outline": [],
                "eyes": [],
                "head": None,
            }
        ),
    )
    page.click("#camera")
    page.wait_for_selector(".hints li:text-is('lang=en')")
    stream = "document.querySelector('.mirror video').srcObject.id"
    before = page.evaluate(stream)
    page.click("text=Italiano")
    page.wait_for_selector(".hints li:text-is('lang=it')")
    assert page.inner_text("#shoot") == said("coach_now", "it")
    assert page.title().startswith(said("coach", "it"))
    assert page.evaluate(stream) == before, "the camera kept running"
    assert watched.clean, watched.troubles
