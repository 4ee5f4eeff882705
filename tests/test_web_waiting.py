"""The page in a real browser: while photos are judged, and after a failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import needs_chromium
from web_browser import Held, Watched, is_verdict, judgements, said, until

from mettici.web.problems import STATUS

pytestmark = needs_chromium

GOOD, BAD, CROPPED = "portrait_good.jpg", "spoiled_two_people.jpg", "spoiled_off_centre.jpg"


def test_judging_shows_progress_and_can_be_cancelled(watched: Watched, samples: Path) -> None:
    page = watched.page
    held = Held(page)
    cancelled = list[str]()
    page.on("requestfailed", lambda request: cancelled.append(request.url))
    for cancel in (lambda: page.click("#cancel"), lambda: page.keyboard.press("Escape"), page.go_back):
        watched.drop(samples / GOOD)
        page.wait_for_selector("#cancel")
        assert page.locator(".wait progress").is_visible()
        assert page.locator(".wait .thumbs img").count() == 1
        assert page.title().startswith(said("looking"))
        page.click("text=Italiano")
        assert page.inner_text("#cancel") == said("cancel", "it")
        page.click("text=English")
        until(page, "document.querySelector('.wait progress')")
        cancel()
        page.wait_for_selector("#drop", state="visible")
    held.let_go()
    assert watched.given(samples, GOOD) == said("verdict_accept")


def test_progress_distinguishes_sending_from_judging(watched: Watched, samples: Path) -> None:
    page = watched.page
    page.evaluate("""() => {
      globalThis.seen = [];
      new MutationObserver(() => {
        const bar = document.querySelector(".wait progress");
        if (bar) seen.push([bar.hasAttribute("value"), document.querySelector(".phase").textContent]);
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    }""")
    watched.given(samples, GOOD)
    seen = page.evaluate("seen")
    assert [True, said("sending").format(percent=100).replace(" %", "\xa0%")] in seen or any(v for v, _ in seen)
    assert [False, said("judging")] in seen, "judging has no measurable progress, so none is shown"


def test_cancelling_another_policy_keeps_the_result(watched: Watched, samples: Path) -> None:
    page = watched.page
    watched.given(samples, GOOD)
    held = Held(page)
    page.select_option(".bar .policy", "strict")
    page.click("#cancel")
    is_verdict(page, "accept")
    assert page.input_value(".bar .policy") == "professional"
    held.let_go()


def test_a_busy_server_is_retried(watched: Watched, samples: Path) -> None:
    page = watched.page
    busy = {"code": "busy", "detail": "", "remedy": ""}
    page.route("**/v1/check*", lambda route: route.fulfill(status=503, json=busy), times=1)
    watched.drop(samples / GOOD)
    page.wait_for_selector(f".phase:text-is('{said('queue')}')")
    assert watched.verdict() == said("verdict_accept")


# Failures

FAILURES = {
    "no connection": {},
    "a fault": {"status": 500, "json": {"code": "internal"}},
    "no answer in time": {"status": 408, "json": {"code": "slow_upload"}},
    "what is no answer": {"status": 200, "body": "<html>a proxy's page"},
    "an empty report": {"status": 200, "json": {}},
}


@pytest.mark.parametrize("failure", FAILURES)
def test_after_any_failure_the_photo_is_kept_and_retried(watched: Watched, samples: Path, failure: str) -> None:
    page = watched.page
    answer = FAILURES[failure]
    page.route("**/v1/check*", lambda route: route.fulfill(**answer) if answer else route.abort())  # type: ignore[arg-type]
    assert watched.given(samples, GOOD) == said("failed")
    assert said("kept") in page.inner_text(".failure")
    assert page.locator(".failure .thumbs img").count() == 1
    page.unroute("**/v1/check*")
    page.click("#retry")
    is_verdict(page, "accept")


def test_a_damaged_photo_is_to_be_chosen_again(watched: Watched, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "half.jpg").write_bytes((samples / GOOD).read_bytes()[:9000])
    assert watched.given(tmp_path, "half.jpg") == said("failed")
    assert said("remedy_truncated") in watched.page.inner_text(".failure")
    assert said("kept") not in watched.page.inner_text(".failure")


def test_an_oversized_photo_is_not_sent(watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    page.evaluate("document.getElementById('data')")
    asked = judgements(page)
    heavy = tmp_path / "heavy.jpg"
    heavy.write_bytes(bytes(26 * 2**20))
    page.set_input_files("#file", heavy)
    assert watched.verdict() == said("failed")
    assert "heavy.jpg is larger than 25\xa0MB." in page.inner_text(".failure")
    assert said("remedy_too_large") in page.inner_text(".failure")
    assert asked == []


def test_an_oversized_photo_does_not_prevent_comparing_the_others(
    watched: Watched, samples: Path, tmp_path: Path
) -> None:
    heavy = tmp_path / "heavy.jpg"
    heavy.write_bytes(bytes(26 * 2**20))
    watched.page.set_input_files("#file", [samples / GOOD, heavy, samples / BAD])
    assert watched.verdict() == said("compare")
    assert watched.page.locator(".shot").count() == 2
    assert "heavy.jpg" in watched.page.inner_text(".notice")


@pytest.mark.parametrize("lang", ["en", "it"])
def test_every_remedy_works_on_a_phone(lang: str) -> None:
    asked_by_programs = {"bad_request", "bad_policy", "no_such_page", "busy", "too_many_requests", "empty"}
    for code in {*STATUS, "worker_crashed", "internal"} - asked_by_programs:
        remedy = said(f"remedy_{code}", lang)
        assert not {"pip", "JSON", "openapi", "--", "mettici"} & set(remedy.split()), code
