"""README and docs: every block runs, every link resolves, and every figure matches a printed one."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import needs_chromium, opened
from doc_blocks import ROOT, Workspace, blocks
from test_checks_registry import CONTRACT

from mettici import __version__, policy

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from playwright.sync_api import Browser

READMES = (ROOT / "README.md", ROOT / "README.it.md", ROOT / "README.es.md")
PAGES = [*READMES, *sorted((ROOT / "docs").rglob("*.md"))]
RUNNABLE = [
    p
    for p in PAGES
    if p not in READMES[1:]  # they share the blocks of the English one
    and any(b.language in ("sh", "python") and not b.left_out for b in blocks(p))
]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_every_block_runs(page: Path, tmp_path: Path, samples: Path) -> None:
    workspace = Workspace(tmp_path, samples)
    with ExitStack() as servers:
        for block in blocks(page):
            if block.serves:
                servers.enter_context(workspace.served(block))
            elif not block.left_out:
                workspace.run(block)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_saved_files_are_used(page: Path) -> None:
    there = blocks(page)
    for number, block in enumerate(there):
        if block.title is not None:
            used = Path(block.title).name if block.language == "toml" else Path(block.title).stem
            assert any(used in later.body for later in there[number + 1 :]), f"{block.title} is not used"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_settings_blocks_are_valid_policies(page: Path) -> None:
    for block in blocks(page):
        if block.language == "toml" and block.title is None:
            policy.parse(block.body, "block")


def test_few_blocks_are_skipped() -> None:
    """Each skipped block says why, and every install command names existing extras."""
    left_out = [b for p in PAGES if p not in READMES[1:] for b in blocks(p) if b.left_out]
    assert len(left_out) <= 16
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    asked = {e for b in left_out for named in re.findall(r"\[([a-z,]+)\]", b.body) for e in named.split(",")}
    assert asked <= set(extras)


@pytest.mark.parametrize("page", READMES, ids=name)
def test_links_in_the_readmes_resolve(page: Path) -> None:
    """The site build verifies links between its pages; external links are not checked."""
    for link in LINK.findall(page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        if path.startswith("https://"):
            continue
        target = (page.parent / path) if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts form them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", READMES[1:], ids=name)
def test_each_readme_is_as_complete_as_the_english_one(page: Path) -> None:
    english, other = (p.read_text("utf-8") for p in (READMES[0], page))
    assert [b.body for b in blocks(READMES[0])] == [b.body for b in blocks(page)]
    for what in (r"^#+ ", r"^\| ", r"^!\[", r"^- "):
        assert len(re.findall(what, english, re.M)) == len(re.findall(what, other, re.M)), what
    pictures = r"\((docs/assets/[^)]+)\)"
    own = page.suffixes[0]  # such as .it: pictures with words may be translated
    assert re.findall(pictures, english) == [one.replace(own, "", 1) for one in re.findall(pictures, other)]
    mentioned = r"https://[^)\s]+"
    assert set(re.findall(mentioned, english)) == set(re.findall(mentioned, other))


@functools.lru_cache(maxsize=1)
def python_files() -> list[str]:
    parts = ("src", "tests", "training", "benchmarks", "docs", "sample_images", "supply", "examples")
    files = [ROOT / "hatch_build.py", *(file for part in parts for file in (ROOT / part).rglob("*.py"))]
    return [file.as_posix() for file in files]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_named_files_exist(page: Path) -> None:
    named = re.findall(r"`([\w./-]+\.py)`", page.read_text("utf-8"))
    assert [name for name in named if not any(file.endswith(f"/{name}") for file in python_files())] == []


def test_each_readme_links_to_the_others() -> None:
    for page in READMES:
        others = {other.name for other in READMES if other != page}
        assert others <= set(LINK.findall(page.read_text("utf-8").split("\n\n")[1])), page.name


def test_the_badges_match_the_project() -> None:
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pythons = re.findall(r"Python :: (3\.\d+)", " ".join(metadata["classifiers"]))
    said = {
        "version": f"mettici: {__version__}",
        "python": f"Python: {pythons[0]} to {pythons[-1]}",
        "licence": f"licence: {metadata['license']}",
        "network": "network: none",  # verified by test_no_network.py
    }
    for badge, words in said.items():
        shown = (ROOT / "docs" / "assets" / f"badge-{badge}.svg").read_text("utf-8")
        assert f"<title>{words}</title>" in shown, "run python docs/readme_pictures.py figures"
    assert f"Version {__version__}" in READMES[0].read_text("utf-8")


@pytest.mark.parametrize("page", READMES, ids=name)
def test_figures_match_the_printed_ones(page: Path) -> None:
    """Every number in the table of figures is in the file that its row links to, as the command printed it."""
    rows = re.findall(
        r"^\| [^|]+ \| ([^|]*\d[^|]*) \| \[[^\]]+\]\(([^)#]+)[^)]*\): `python -m [^|]+\|$",
        page.read_text("utf-8"),
        re.M,
    )
    assert len(rows) >= 6
    for figure, source in rows:
        printed = (ROOT / source).read_text("utf-8")
        for number in re.findall(r"\d+(?:[.,]\d+)*", figure):
            plain = number.translate(str.maketrans(".,", ",.")) if page != READMES[0] else number
            assert re.search(rf"(?<![\d.,]){re.escape(plain)}(?!\d|[.,]\d)", printed), f"{number} is not in {source}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built with warnings as errors."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_pages_of_checks_show_a_good_and_a_bad_example(site: Path) -> None:
    """Custom checks need no example, since there may be no sample with their fault."""
    made = {p.stem.rpartition("-")[0] for p in (site / "pictures").glob("*.jpg")}
    assert made >= CONTRACT
    for check in made:
        page = (site / "checks" / f"{check}.html").read_text("utf-8")
        for kind in ("good", "bad", "annotated"):
            assert f"pictures/{check}-{kind}.jpg" in page
            assert (site / "pictures" / f"{check}-{kind}.jpg").is_file()


@needs_chromium
def test_search_works_on_pages_opened_from_disk(chromium: Browser, site: Path) -> None:
    with opened(site / "index.html", chromium) as seen:
        seen.page.fill("input.md-search__input", "sunglasses")
        found = seen.page.locator(".md-search-result__item a").first
        found.wait_for(timeout=30_000)
        assert "eyes_visible" in seen.page.locator(".md-search-result__list").inner_html()
        assert not [r for r in seen.requests if r.startswith("http")]


def test_pages_contact_no_other_host(site: Path) -> None:
    loads = re.compile(
        r"""<(?:script|img|iframe|source)[^>]+src=["']?(?:https?:)?//|<link[^>]+href=["']?(?:https?:)?//"""
    )
    for page in site.rglob("*.html"):
        assert not loads.search(page.read_text("utf-8")), page
    for sheet in site.rglob("*.css"):
        assert "url(http" not in sheet.read_text("utf-8"), sheet


@needs_chromium
def test_pages_render_without_errors_at_every_width(chromium: Browser, site: Path) -> None:
    from web_browser import Watched

    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        for width in (1280, 390):
            context = chromium.new_context(viewport={"width": width, "height": 900})
            for path in ("index.html", "checks/smile.html", "comparison.html", "report.html"):
                seen = Watched(context.new_page(), f"{address}/{path}#")
                assert not [t for t in seen.troubles if "favicon" not in t], path
                assert not [r for r in seen.elsewhere if not r.startswith(address)], path
                wide = seen.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{path} is {wide} px wide at {width}"
            context.close()
    finally:
        server.shutdown()
        server.server_close()


def test_the_readmes_match_the_model_cards(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("assets", "*.md"))
    shutil.copytree(ROOT / "models", tmp_path / "models", ignore=shutil.ignore_patterns("*.onnx"))
    for page in READMES:
        stale = re.sub(r"^(\| [^|]+ \| )[\d.,]+", r"\g<1>1.5", page.read_text("utf-8"), flags=re.M)
        (tmp_path / page.name).write_text(stale, "utf-8")
    subprocess.run([sys.executable, str(tmp_path / "docs" / "readme_figures.py")], check=True)
    for page in READMES:
        table = [line for line in page.read_text("utf-8").splitlines() if "](models/" in line and line.startswith("|")]
        assert len(table) >= 6
        assert set(table) <= set((tmp_path / page.name).read_text("utf-8").splitlines()), (
            "run python docs/readme_figures.py"
        )
