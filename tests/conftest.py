"""Shared fixtures: the sample pictures, made once; a checker; and a browser showing the page."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from PIL import Image

from mettici import PhotoChecker
from mettici.image import photo
from mettici.image.types import Pixels
from mettici.vision.pipeline import Vision

if TYPE_CHECKING:
    from browser import Watched as WatchedFile
    from playwright.sync_api import Browser, BrowserContext, Playwright
    from web_browser import Watched

    from mettici.checker import Examination

LONGEST = (
    "test_shortcuts",
    "test_ray",
    "test_docs",
    "test_scan_resume",
    "test_cli_process",
    "test_fuzz",
    "test_soak",
    "test_web_coach",
    "test_web_findings",
    "test_contributing",
)
"""The slowest files, the slowest first."""
SCRIPT = Path(__file__).parent.parent / "sample_images" / "make_samples.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slowest files first, so that no process still runs one after the others have finished."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(autouse=True)
def _own_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep in-process judging from redirecting pytest's standard error, as it does in its own process."""
    monkeypatch.setattr("mettici.scan.judging.silence_native", lambda: None)


@pytest.fixture
def default_sighup() -> Iterator[None]:
    """Give SIGHUP its default effect even under nohup: a signal that the caller ignores would stay ignored."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def make_samples(folder: Path) -> None:
    """Make every sample picture in `folder`."""
    subprocess.run([sys.executable, str(SCRIPT), "--output", str(folder)], check=True, timeout=300)


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of samples. Read-only, because all tests and all pytest-xdist processes share it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "samples"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            beside = folder.with_suffix(".part")
            make_samples(beside)
            beside.rename(folder)
    return folder


@pytest.fixture(scope="session")
def checker() -> Iterator[PhotoChecker]:
    """A strict checker, which raises if a check crashes."""
    with PhotoChecker(strict=True) as strict:
        yield strict


@pytest.fixture(scope="session")
def vision() -> Iterator[Vision]:
    """A shared `Vision`."""
    with Vision() as shared:
        yield shared


@pytest.fixture(scope="session")
def off_centre(checker: PhotoChecker, samples: Path) -> Examination:
    """The examination of a photo with faults, one of which a crop fixes."""
    return checker.examine(samples / "spoiled_off_centre.jpg")


@pytest.fixture(scope="session")
def portrait(samples: Path) -> Pixels:
    """The good portrait, decoded."""
    return photo.load(samples / "portrait_good.jpg").pixels


@pytest.fixture
def shown(chromium: Browser, tmp_path: Path) -> Iterator[WatchedFile]:
    """An HTML report in a browser."""
    from albums import written
    from browser import opened

    with opened(written(tmp_path / "page.html"), chromium) as watched:
        yield watched


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of the service on a real socket."""
    from web_server import serving

    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Starts browsers. Limited to one module, because its running event loop disturbs other tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser without a camera."""
    from browser import launched

    with launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def context(
    playwright: Playwright, samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser whose camera shows a good portrait."""
    from web_browser import HEAD_AND_SHOULDERS, browser, film

    folder = tmp_path_factory.mktemp("browser")
    with Image.open(samples / "portrait_good.jpg") as image:
        camera = film([image.convert("RGB").crop(HEAD_AND_SHOULDERS)], folder / "camera.y4m")
    with browser(playwright, folder / "profile", camera=camera) as opened:
        yield opened


@pytest.fixture
def watched(context: BrowserContext, address: str) -> Iterator[Watched]:
    """The page, freshly opened."""
    from web_browser import Watched

    page = context.new_page()
    yield Watched(page, address)
    page.close()
