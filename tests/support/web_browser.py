"""Debian's Chromium for the web page tests: headless, with a fresh profile and a camera that shows a photo."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from browser import CHROMIUM, ISOLATED
from PIL import Image

from mettici.web.page import texts

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Playwright, Request, Route

HEAD_AND_SHOULDERS = (55, 0, 353, 298)
"""The part of the good portrait, in px, in which the head has the ideal size."""


def film(pictures: list[Image.Image], path: Path, *, size: tuple[int, int] = (960, 720), frames: int = 10) -> Path:
    """A film (Y4M) of the pictures, each shown for `frames` frames at ten per second, in the middle of a grey frame."""
    width, height = size
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            canvas = Image.new("RGB", size, (170, 168, 164))
            canvas.paste(picture.resize((height, height)), ((width - height) // 2, 0))
            planes = cv2.cvtColor(np.asarray(canvas), cv2.COLOR_RGB2YUV_I420)
            for _ in range(frames):
                out.write(b"FRAME\n" + planes.tobytes())
    return path


def axe_core(folder: Path) -> str:
    """axe-core's source, downloaded from npm into `folder` once. Skips the test if it is unavailable."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not here: accessibility was not checked with axe-core")
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        command = ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), "axe-core@4"]
        if subprocess.run(command, check=False, timeout=120).returncode != 0:
            pytest.skip("npm did not bring axe-core: accessibility was not checked with it")
    return script.read_text("utf-8")


AXE = """async () => {
  const found = (await axe.run(document)).violations.filter((v) => ["serious", "critical"].includes(v.impact));
  return found.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120) + " " + n.failureSummary).join(" | ")}`);
}"""
"""Runs axe-core, which the page must have loaded, and returns the serious and critical problems."""


@contextmanager
def browser(
    playwright: Playwright, profile: Path, *, camera: Path | None = None, lang: str = "en-US", **settings: Any
) -> Iterator[BrowserContext]:
    """A browser with the profile folder `profile`, which must be new, and a camera that shows the film `camera`."""
    args = list(ISOLATED)
    if camera is not None:
        args += [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ]
    settings = {"viewport": {"width": 1280, "height": 900}, **settings}
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, headless=True, args=args, locale=lang, **settings
    )
    try:
        yield context
    finally:
        context.close()


class Watched:
    """A page of the service, with its errors and its requests to other hosts."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.troubles, self.elsewhere = page, list[str](), list[str]()
        page.on("console", lambda m: self.troubles.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((address, "blob:", "data:")) else self._asked(r.url))
        page.goto(f"{address}/")

    def _asked(self, url: str) -> None:
        self.elsewhere.append(url)

    @property
    def clean(self) -> bool:
        return not self.troubles and not self.elsewhere

    def drop(self, *photos: Path, event: str = "drop") -> None:
        """Drop photos on the page, or paste them."""
        files = [[photo.name, list(photo.read_bytes())] for photo in photos]
        self.page.evaluate(_HAND_OVER, [files, event])

    def given(self, folder: Path, *names: str) -> str:
        """The heading of the result for these photos, dropped on the page."""
        self.drop(*(folder / name for name in names))
        return self.verdict()

    def verdict(self) -> str:
        """The heading of the result, once it is shown."""
        heading = self.page.wait_for_selector("#verdict", timeout=30_000)
        assert heading is not None
        return heading.inner_text()


def until(page: Page, expression: str, *, seconds: float = 30) -> None:
    """Wait until the expression is true on the page. Playwright's own wait needs `eval`, which the page forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


def said(key: str, lang: str = "en") -> str:
    """The page's text."""
    return texts(lang)[key]


def judgements(page: Page) -> list[Request]:
    """Collect the page's requests to judge photos from now on."""
    asked: list[Request] = []
    page.on("request", lambda r: asked.append(r) if "/v1/" in r.url else None)
    return asked


def is_verdict(page: Page, verdict: str, lang: str = "en") -> None:
    """Wait until the page shows this verdict."""
    page.wait_for_selector(f"#verdict:text-is('{said(f'verdict_{verdict}', lang)}')", timeout=30_000)


class Held:
    """Requests held back until `let_go`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.route("**/v1/check*", self.hold)

    def hold(self, route: Route) -> None:
        """Leave the request unanswered, so that the page has to wait."""

    def let_go(self) -> None:
        self.page.unroute("**/v1/check*")


_HAND_OVER = """([files, kind]) => {
  const carried = new DataTransfer();
  for (const [name, bytes] of files) carried.items.add(new File([new Uint8Array(bytes)], name));
  const given = { bubbles: true, cancelable: true };
  const target = document.getElementById("drop");
  if (kind === "paste") return target.dispatchEvent(new ClipboardEvent("paste", { ...given, clipboardData: carried }));
  for (const step of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(step, { ...given, dataTransfer: carried }));
}"""
