"""The page in a real browser: its policies, what Back and reload keep, and its languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import needs_chromium
from playwright.sync_api import BrowserContext
from web_browser import Watched, is_verdict, judgements, said, until
from web_server import serving

from mettici import policy

pytestmark = needs_chromium

GOOD, BAD, CROPPED = "portrait_good.jpg", "spoiled_two_people.jpg", "spoiled_off_centre.jpg"
BROKEN = "broken/truncated.jpg"
COMPARED = ("spoiled_dark.jpg", CROPPED, "thing_cat.jpg", "broken/text.jpg")


# Policies


def test_every_policy_can_be_chosen_and_used(watched: Watched, samples: Path) -> None:
    page = watched.page
    offered = page.eval_on_selector_all("#policy option", "all => all.map((one) => one.value)")
    assert offered[0] == policy.DEFAULT
    assert sorted(offered) == policy.names()
    page.select_option("#policy", "linkedin")
    page.reload()
    assert page.input_value("#policy") == "linkedin"
    assert page.inner_text("#policy option:checked") == "LinkedIn"
    asked = judgements(page)
    watched.given(samples, "portrait_half_body.jpg")
    assert page.input_value(".bar .policy") == "linkedin"
    assert "policy=linkedin" in asked[0].url
    page.select_option(".bar .policy", "relaxed")
    is_verdict(page, "accept")
    assert "policy=relaxed" in asked[1].url, "the photo is judged again without choosing it again"
    page.go_back()
    until(page, "document.querySelector('.bar .policy')?.value === 'linkedin'")
    assert len(asked) == 2
    assert watched.clean, watched.troubles


def test_an_operator_s_own_policy_comes_first_and_sets_the_shape_of_pictures(
    context: BrowserContext, samples: Path, tmp_path: Path
) -> None:
    own = tmp_path / "club.toml"
    own.write_text('name = "chess-club"\n[crop]\nshape = "4:5"\n')
    with serving(policy=own) as address:
        page = context.new_page()
        watched = Watched(page, address)
        assert page.inner_text("#policy option:checked") == "chess-club"
        asked = judgements(page)
        watched.given(samples, CROPPED)
        answer = asked[0].response()
        assert answer is not None
        assert answer.json()["policy"]["name"] == "chess-club"
        page.wait_for_selector("#download")
        (shape,) = page.eval_on_selector_all(".sizes canvas", "all => all.map((one) => one.width / one.height)")
        assert shape == pytest.approx(4 / 5, abs=0.02), "upright and not round"
        page.close()


# Back and reload


def test_back_forward_and_reload_keep_the_result(watched: Watched, samples: Path) -> None:
    page = watched.page
    watched.given(samples, BAD)
    page.click("#again")
    page.wait_for_selector("#drop")
    watched.given(samples, GOOD)
    asked = judgements(page)
    page.go_back()
    page.wait_for_selector("#drop", state="visible")
    page.go_back()
    is_verdict(page, "reject")
    page.reload()
    is_verdict(page, "reject")
    page.go_forward()
    page.go_forward()
    is_verdict(page, "accept")
    page.reload()
    is_verdict(page, "accept")
    assert asked == [], "nothing was judged again"
    page.select_option(".bar .policy", "relaxed")
    until(page, "document.querySelector('.bar .policy')?.value === 'relaxed'")
    is_verdict(page, "accept")
    assert len(asked) == 1, "the photo itself was stored too"
    assert watched.clean, watched.troubles


def test_comparisons_details_and_failures_are_kept(watched: Watched, samples: Path) -> None:
    page = watched.page
    watched.given(samples, *COMPARED)
    page.click(".winner .text > button")
    page.wait_for_selector(".result")
    page.reload()
    page.wait_for_selector(".result")
    page.go_back()
    page.wait_for_selector(".shots")
    assert page.locator(".shot").count() == len(COMPARED)
    page.click("#again")
    watched.given(samples, BROKEN)
    page.reload()
    assert watched.verdict() == said("failed")
    page.go_back()
    page.wait_for_selector("#drop", state="visible")


def test_the_skip_link_adds_no_history_entry(watched: Watched, samples: Path) -> None:
    watched.given(samples, GOOD)
    watched.page.focus("#skip")
    watched.page.keyboard.press("Enter")
    assert watched.page.evaluate("document.activeElement.id") == "main"
    is_verdict(watched.page, "accept")


STORED = """async () => {
  const request = indexedDB.open("mettici", 1);
  await new Promise((done) => (request.onsuccess = done));
  const all = request.result.transaction("sealed").objectStore("sealed").getAll();
  await new Promise((done) => (all.onsuccess = done));
  const texts = all.result.map(({ sealed }) => new TextDecoder("latin1").decode(sealed));
  const told = ["JFIF", "portrait_good", "accept"].filter((one) => texts.some((text) => text.includes(one)));
  return { count: texts.length, size: Math.max(...texts.map((text) => text.length)), told };
}"""


def test_stored_photos_can_only_be_read_by_this_tab(watched: Watched, samples: Path, context: BrowserContext) -> None:
    page = watched.page
    watched.given(samples, GOOD)
    until(page, "history.state?.id")
    page.reload()
    is_verdict(page, "accept")
    stored = page.evaluate(STORED)
    assert stored["count"] >= 1
    assert stored["size"] > (samples / GOOD).stat().st_size
    assert stored["told"] == []
    state = page.evaluate("history.state")
    other = context.new_page()
    other.goto(page.url)
    other.evaluate("(state) => history.replaceState(state, '')", state)
    other.reload()
    other.wait_for_selector("#drop", state="visible")
    other.close()


STALE = """async (plant) => {
  const settled = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const database = await settled(indexedDB.open("mettici", 1));
  const store = database.transaction("sealed", "readwrite").objectStore("sealed");
  const id = (Date.now() - 25 * 3600 * 1000).toString(36);
  if (plant) await settled(store.put({ id, type: "", iv: null, sealed: new Uint8Array() }));
  const ids = await settled(store.getAllKeys());
  database.close();
  return ids.filter((one) => parseInt(one, 36) < Date.now() - 24 * 3600 * 1000).length;
}"""
"""The number of stored photos older than a day, after adding one if `plant` is true."""


def test_leftovers_of_a_closed_tab_are_deleted_after_a_day(watched: Watched, samples: Path) -> None:
    page = watched.page
    watched.given(samples, GOOD)
    assert page.evaluate(STALE, True) == 1
    page.reload()
    is_verdict(page, "accept")
    assert page.evaluate(STALE, False) == 0


def test_without_https_a_reload_starts_over(context: BrowserContext, address: str, samples: Path) -> None:
    """Such pages cannot encrypt anything, so they store nothing. They also cannot know whether the computer is the
    user's own."""
    page = context.new_page()
    watched = Watched(page, address.replace("127.0.0.1", "0.0.0.0"))
    assert not page.evaluate("isSecureContext")
    watched.given(samples, GOOD)
    page.click("#again")
    page.go_back()
    is_verdict(page, "accept")
    page.reload()
    page.wait_for_selector("#drop", state="visible")
    page.route("**/v1/check*", lambda route: route.abort())
    assert watched.given(samples, GOOD) == said("failed")
    assert said("offline_remedy") in page.inner_text(".failure")
    page.close()


# Languages


@pytest.mark.parametrize(
    ("names", "selector"),
    [
        ((CROPPED,), ".report"),
        ((BAD,), ".avatars"),
        (COMPARED, ".shots"),
        ((BROKEN,), ".failure"),
    ],
)
def test_switching_the_language_sends_no_request(
    watched: Watched, samples: Path, names: tuple[str, ...], selector: str
) -> None:
    page = watched.page
    watched.given(samples, *names)
    page.wait_for_timeout(500)  # until the pictures are ready
    asked = judgements(page)
    english, title = page.inner_text(selector), page.title()
    page.click("text=Italiano")
    until(page, "document.documentElement.lang === 'it'")
    italian = page.inner_text(selector)
    assert page.title() != title
    lines = {line for line in english.splitlines() if len(line) > 30}
    assert lines, "there are texts"
    assert not lines & set(italian.splitlines()), "none is left in the other language"
    page.click("text=English")
    until(page, f"document.querySelector({json.dumps(selector)}).innerText === {json.dumps(english)}")
    assert asked == []
