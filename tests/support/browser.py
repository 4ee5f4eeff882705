"""A real browser for the page tests: the system's Chromium, headless."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")
ISOLATED = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Watched:
    """A page, with its errors and its requests to other hosts."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.troubles, self.requests = page, list[str](), list[str]()
        page.on("console", lambda m: self.troubles.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self._asked(request.url, address))
        page.goto(address)

    def _asked(self, url: str, address: str) -> None:
        if url != address and not url.startswith("data:"):
            self.requests.append(url)


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """One browser for many pages, because starting it takes longer than most tests."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(ISOLATED))
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def opened(file: Path, chromium: Browser, *, width: int = 1280, height: int = 900) -> Iterator[Watched]:
    """The page in `file`, in a window of this size with its own storage."""
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-US")
    try:
        yield Watched(context.new_page(), file.as_uri())
    finally:
        context.close()
