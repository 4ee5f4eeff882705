"""Makes the pictures of the README, in `docs/assets/`: annotated, terminal, page, report.

python docs/readme_pictures.py     # needs the extra `dev` and Chromium

Every face in them is drawn by `sample_images`, so that no real person stands in the repository. So that there is more
to say than "this is a drawing", they are judged by a policy that lets drawings pass; the terminal shows the samples
made of real portraits, in words only.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from playwright.sync_api import BrowserContext, sync_playwright
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "docs" / "assets"
sys.path[:0] = [str(ROOT / "sample_images"), str(ROOT / "tests")]

import drawn  # noqa: E402 - in sample_images
import portraits  # noqa: E402 - found there
import spoil  # noqa: E402 - found there
from browser import ALONE, CHROMIUM  # type: ignore[import-not-found] # noqa: E402 - in tests
from painted import oil_painting  # noqa: E402 - found there
from web_server import serving  # type: ignore[import-not-found] # noqa: E402 - found there

COLUMNS = 88
DRAWINGS_PASS = """\
name = "drawings"
[photographic_origin]
blocking = false
fail_below = -3
warn_below = -2
ideal = -1
"""


def main() -> None:
    """Make all of them, from pictures in a folder of their own."""
    ASSETS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        Path("drawings.toml").write_text(DRAWINGS_PASS, "utf-8")
        Path("team").mkdir()
        for file, picture in team().items():
            picture.save(f"team/{file}", quality=92)
        subprocess.run([sys.executable, str(ROOT / "sample_images/make_samples.py"), "--output", "samples"], check=True)
        terminal("samples/spoiled_dark.jpg", "samples/spoiled_sunglasses.jpg")
        annotated("team/giulia.jpg")
        with screen() as context:
            page(context, "team/giulia.jpg")
            report(context)


def team() -> dict[str, Image.Image]:
    """Drawn people, each with a fault or two, and a cup of coffee."""
    painting = oil_painting()
    aside = Image.new("RGB", (1020, 825))
    aside.paste(painting.crop((0, 0, 30, 640)).resize((1020, 825)).filter(ImageFilter.GaussianBlur(30)))
    aside.paste(painting, (40, 185), _fading(painting.size))
    sketch = drawn.pencil_sketch().convert("RGB")
    both = Image.new("RGB", (1280, 640))
    both.paste(painting, (0, 0))
    both.paste(sketch, (640, 0))
    return {
        "giulia.jpg": aside, "marta.jpg": painting, "luca.jpg": sketch.rotate(24, fillcolor=(244, 241, 234)),
        "anna.jpg": spoil.exposed(painting, -4), "sara.jpg": spoil.blurred(painting, 6), "team.jpg": both,
        "elena.jpg": spoil.cast(painting, (0.45, 0.75, 1.5)), "break.jpg": portraits.thing("coffee.png"),
    }  # fmt: skip


def _fading(size: tuple[int, int]) -> Image.Image:
    """Full inside, soft towards left, top and right: what is pasted has no edge."""
    width, height = size
    across = np.clip(np.minimum(np.arange(width), width - 1 - np.arange(width)) / 60, 0, 1)
    down = np.clip(np.arange(height) / 60, 0, 1)
    return Image.fromarray((255 * np.outer(down, across)).astype(np.uint8))


def mettici(*arguments: str) -> str:
    """What the command prints, in colour, as in a terminal."""
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "LC_ALL": "C.UTF-8"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run([sys.executable, "-m", "mettici", *arguments], capture_output=True, encoding="utf-8",
                          env=environment, check=False)  # fmt: skip
    if done.returncode > 1:  # 1 is a photo rejected, which is worth showing
        sys.exit(done.stderr)
    return done.stdout


def terminal(*photos: str) -> None:
    """What `mettici check` prints, as an SVG; the same text gives the same file, byte by byte."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    names = " ".join(Path(photo).name for photo in photos)
    told = mettici("check", *photos).replace("samples/", "")
    console.print(Text.from_ansi(f"$ mettici check {names}\n\n{told}"))
    svg = console.export_svg(title="mettici check", unique_id="mettici")
    (ASSETS / "check.svg").write_text(svg, encoding="utf-8")


def annotated(photo: str) -> None:
    """What `mettici check --annotate` draws."""
    mettici("check", "--policy", "drawings.toml", "--annotate", "annotated.png", photo)
    keep("annotated.jpg", Path("annotated.png").read_bytes())


@contextmanager
def screen() -> Iterator[BrowserContext]:
    """A browser's window, as on a laptop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ALONE))
        yield browser.new_context(viewport={"width": 1180, "height": 860}, locale="en-US")
        browser.close()


def page(context: BrowserContext, photo: str) -> None:
    """The page of `mettici serve` after a photo was dropped on it."""
    with serving(policy="drawings.toml") as address:
        tab = context.new_page()
        tab.goto(address)
        tab.set_input_files("input[type=file] >> nth=0", photo)
        tab.wait_for_selector("#verdict", timeout=60_000)
        tab.wait_for_timeout(1500)
        keep("page.jpg", tab.screenshot())


def report(context: BrowserContext) -> None:
    """The page that `mettici scan --output team.html` writes."""
    mettici("scan", "team", "--policy", "drawings.toml", "--output", "team.html")
    tab = context.new_page()
    tab.goto(Path("team.html").absolute().as_uri())
    tab.wait_for_timeout(1500)
    tab.evaluate("[...document.querySelectorAll('h2')].pop().scrollIntoView()")
    keep("report.jpg", tab.screenshot())


def keep(name: str, picture: bytes) -> None:
    """Small enough for a repository."""
    Image.open(io.BytesIO(picture)).convert("RGB").save(ASSETS / name, quality=84, optimize=True)


if __name__ == "__main__":
    main()
