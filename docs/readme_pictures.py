"""Makes the README's pictures in `docs/assets/`: annotated photos, terminal, animated page, report and figures.

python docs/readme_pictures.py              # all of them; needs the extra `dev` and Chromium
python docs/readme_pictures.py figures      # some: photos, terminal, page, report, figures

The two people are Eileen Collins, in a photo by NASA (in scikit-image), and Grace Hopper, in a photo by the US Navy (in
matplotlib). Both photos are in the public domain.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "docs" / "assets"
sys.path[:0] = [str(ROOT / "docs"), str(ROOT / "sample_images"), str(ROOT / "tests" / "support")]

import how_it_works  # noqa: E402 - in docs
import plots  # noqa: E402 - in docs
import portraits  # noqa: E402 - in sample_images
import spoil  # noqa: E402 - in sample_images
from browser import CHROMIUM, ISOLATED  # type: ignore[import-not-found] # noqa: E402 - in tests/support
from web_server import serving  # type: ignore[import-not-found] # noqa: E402 - in tests/support

from mettici import __version__ as mettici_version  # noqa: E402 - after the imports that need the path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LANGUAGES = plots.LANGUAGES

COLUMNS, MARGIN = 88, 2
"""Of the terminal in the picture: what its text may fill, and what is left free at the right."""
WINDOW = (1040, 760)
"""The browser window for the animated page, px; the animation is three quarters as large."""
FILM = (780, 570)
LEGEND = 600
"""Height of an annotated photo, px: no legend here needs more."""
STEP_MS, REST_MS = 70, 2200
"""Duration of a frame while the page scrolls, and of a pause."""


def main() -> None:
    """Make the pictures named on the command line, or all of them, from samples in a temporary folder."""
    ASSETS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        samples()
        for part in sys.argv[1:] or PARTS:
            PARTS[part]()


def samples() -> None:
    """The photos to use, and a folder with a team's photos."""
    collins, hopper = portraits.model_portrait(), portraits.crop(portraits.hopper(), 0, 0, 512, 512)
    team = {
        "eileen.jpg": collins,
        "grace.jpg": hopper,
        "eileen-aside.jpg": portraits.off_centre(),
        "grace-dark.jpg": spoil.exposed(hopper, -3.5),
        "eileen-blurred.jpg": spoil.blurred(collins, 4),
        "grace-noisy.jpg": spoil.noisy(hopper),
        "both.jpg": portraits.two_people(),
        "eileen-sunglasses.jpg": spoil.sunglasses(collins),
        "cat.jpg": portraits.thing("chelsea.png"),
    }
    Path("team").mkdir()
    for file, picture in team.items():
        picture.convert("RGB").save(f"team/{file}", quality=92)


def mettici(*arguments: str) -> str:
    """The command's output, in colour, as in a terminal."""
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "LC_ALL": "C.UTF-8"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", "mettici", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    if done.returncode > 1:  # 1 means that a photo was rejected, which is worth showing
        sys.exit(done.stderr)
    return done.stdout


def localised(name: str, lang: str) -> str:
    """The file's name in the README of that language; the English one has no suffix."""
    stem, _, ending = name.partition(".")
    return name if lang == "en" else f"{stem}.{lang}.{ending}"


def photos() -> None:
    """What `mettici check --annotate` draws on a good photo and on a spoiled one."""
    for lang in LANGUAGES:
        for name, photo in (("accepted.jpg", "team/eileen.jpg"), ("dark.jpg", "team/grace-dark.jpg")):
            mettici("check", "--lang", lang, "--annotate", "annotated.png", photo)
            keep(localised(name, lang), closer(Path("annotated.png")))


def closer(annotated: Path) -> bytes:
    """The square photo, scaled down beside its legend so that the text is legible in a README's column."""
    with Image.open(annotated) as drawn:
        photo, legend = drawn.crop((0, 0, drawn.height, drawn.height)), drawn.crop((drawn.height, 0, *drawn.size))
    beside = Image.new("RGB", (LEGEND + legend.width, LEGEND), "white")
    beside.paste(photo.resize((LEGEND, LEGEND), Image.Resampling.LANCZOS))
    beside.paste(legend, (LEGEND, 0))
    out = io.BytesIO()
    beside.save(out, "PNG")
    return out.getvalue()


def terminal() -> None:
    """The output of `mettici check` as an SVG; the same text always gives the same file."""
    shown = ("team/grace-dark.jpg", "team/eileen-sunglasses.jpg")
    for lang in LANGUAGES:
        console = Console(record=True, width=COLUMNS + MARGIN, file=io.StringIO())
        command = " ".join(["$ mettici check", *(["--lang", lang] if lang != "en" else []), *shown])
        console.print(Text.from_ansi(f"{command}\n\n{mettici('check', '--lang', lang, *shown)}"))
        svg = console.export_svg(title="mettici check", unique_id="mettici")
        (ASSETS / localised("check.svg", lang)).write_text(svg, encoding="utf-8")


@contextmanager
def tab(width: int, height: int) -> Iterator[Page]:
    """A browser tab of that size in px."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ISOLATED))
        window = browser.new_context(viewport={"width": width, "height": height}, locale="en-US", color_scheme="light")
        yield window.new_page()
        browser.close()


def page() -> None:
    """The page of `mettici serve`, animated: the user chooses a photo, mettici judges it and offers a crop."""
    frames: list[tuple[Image.Image, int]] = []

    def shot(milliseconds: int) -> None:
        picture = Image.open(io.BytesIO(seen.screenshot())).convert("RGB")
        frames.append((picture.resize(FILM, Image.Resampling.LANCZOS), milliseconds))

    with serving() as address, tab(*WINDOW) as seen:
        seen.goto(address)
        seen.wait_for_timeout(1000)
        shot(1400)
        seen.set_input_files("#file", "team/eileen-aside.jpg")
        seen.wait_for_selector("#verdict", timeout=60_000)
        seen.wait_for_timeout(1500)
        shot(REST_MS)
        bottom = seen.evaluate("document.documentElement.scrollHeight - innerHeight")
        for top in range(0, bottom, 60):
            seen.evaluate(f"scrollTo({{top: {top}, behavior: 'instant'}})")
            shot(REST_MS if top % WINDOW[1] >= WINDOW[1] - 60 else STEP_MS)
        seen.evaluate(f"scrollTo({{top: {bottom}, behavior: 'instant'}})")
        shot(REST_MS)
    film("page.webp", frames)


def film(name: str, frames: list[tuple[Image.Image, int]]) -> None:
    """An animated WebP that loops."""
    first, *others = [picture for picture, _ in frames]
    first.save(
        ASSETS / name,
        save_all=True,
        append_images=others,
        duration=[shown for _, shown in frames],
        loop=0,
        quality=55,
        method=6,
        minimize_size=True,
    )


def report() -> None:
    """The page that `mettici scan --output team.html` writes."""
    mettici("scan", "team", "--output", "team.html")
    with tab(width=1180, height=860) as seen:
        seen.goto(Path("team.html").absolute().as_uri())
        seen.wait_for_timeout(1500)
        seen.evaluate("[...document.querySelectorAll('h2')].pop().scrollIntoView()")
        keep("report.jpg", seen.screenshot())


def figures() -> None:
    """The badges, how it works, and how often it is right, from the exam and the model cards."""
    for name, (label, value) in badges().items():
        (ASSETS / f"badge-{name}.svg").write_text(badge(label, value), encoding="utf-8")
    for lang in LANGUAGES:
        (ASSETS / localised("how.svg", lang)).write_text(how_it_works.drawn(lang), encoding="utf-8")
    plots.main()


def badges() -> dict[str, tuple[str, str]]:
    """The badges' labels and values, from the project itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pythons = [c.rpartition(" ")[2] for c in project["classifiers"] if re.search(r":: 3\.\d+$", c)]
    return {
        "version": ("mettici", mettici_version),
        "python": ("Python", f"{pythons[0]} to {pythons[-1]}"),
        "licence": ("licence", project["license"]),
        "network": ("network", "none"),
    }


def badge(label: str, value: str) -> str:
    """A label and its value as a self-contained SVG, so that no other host is contacted."""
    left, right = 16 + 7 * len(label), 16 + 7 * len(value)
    dark = f"M4 0h{left - 4}v22h-{left - 4}a4 4 0 0 1-4-4v-14a4 4 0 0 1 4-4z"
    teal = f"M{left} 0h{right - 4}a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4h-{right - 4}z"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="22" role="img">',
            f"<title>{label}: {value}</title>",
            f'<path d="{dark}" fill="#4b5a56"/><path d="{teal}" fill="#0f766e"/>',
            '<g font-family="Verdana, DejaVu Sans, sans-serif" font-size="11.5" fill="#fff" text-anchor="middle">',
            f'<text x="{left / 2:g}" y="15.2">{label}</text><text x="{left + right / 2:g}" y="15.2">{value}</text></g>',
            "</svg>",
            "",
        ]
    )


def keep(name: str, picture: bytes) -> None:
    """Save the picture, compressed enough for a repository."""
    Image.open(io.BytesIO(picture)).convert("RGB").save(ASSETS / name, quality=86, optimize=True)


PARTS: dict[str, Callable[[], None]] = {
    "photos": photos,
    "terminal": terminal,
    "page": page,
    "report": report,
    "figures": figures,
}

if __name__ == "__main__":
    main()
