"""What the site gets when it is built: example pictures, model cards, and places for pages that nav does not name."""

from __future__ import annotations

import json
import re
import sys
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from mettici import report_schema

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
CARDS = [
    f"models/{name}"
    for name in (
        "README.md",
        "face_card.md",
        "face_reliability.svg",
        "picture_card.md",
    )
]
FROM_THE_ROOT = ["CONTRIBUTING.md", "CHANGELOG.md", *CARDS]
"""Files of the repository that the site shows too, at the same place in it."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """A place for each page: checks under the checks, decision records of their own, all others under Explanation."""
    nav = config.nav
    assert nav is not None
    sections: dict[str, Any] = {title: pages for entry in nav for title, pages in entry.items()}
    named = set(re.findall(r"[\w/.-]+\.md", json.dumps(nav)))
    there = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md"))
    new = [page for page in there if page not in named]
    checks = next(entry for entry in sections["Reference"] if "The checks" in entry)
    checks["The checks"] += [p for p in new if p.startswith("checks/")]
    sections["Explanation"] += [p for p in new if not p.startswith(("checks/", "decisions/"))]
    sections["Explanation"].append({"Model cards": [card for card in CARDS if card.endswith(".md")]})
    decisions = [p for p in new if p.startswith("decisions/")]
    if decisions:
        nav.append({"Decisions": decisions})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Pictures, cards and schema are made or read now: none is kept a second time in the repository."""
    sys.path.insert(0, str(DOCS))  # mkdocs loads this file alone
    import example_pictures

    for example in example_pictures.examples():
        for kind in ("good", "bad", "annotated"):
            files.append(File.generated(config, _picture(example.check, kind), content=getattr(example, kind)))
        _EXAMPLES[example.check] = example
    for name in FROM_THE_ROOT:
        files.append(File.generated(config, name, content=(ROOT / name).read_bytes()))
    schema = json.dumps(report_schema(), indent=2)
    files.append(File.generated(config, "report.schema.json", content=schema))
    return files


_EXAMPLES: dict[str, Any] = {}
"""By check, once the pictures are made."""


def _picture(check: str, kind: str) -> str:
    return f"pictures/{check}-{kind}.jpg"


def _figures(check: str) -> str:
    """A good photo beside one with the fault, with what is said of each, and what mettici draws on the latter."""
    example = _EXAMPLES[check]
    good, bad, drawn = (f"../{_picture(check, kind)}" for kind in ("good", "bad", "annotated"))
    return "\n".join(
        [
            '<div class="examples">',
            f'<figure class="good"><img src="{good}" alt="A good photo" loading="lazy">',
            f"<figcaption><strong>✔ Good</strong><br>{escape(example.praise)}</figcaption></figure>",
            f'<figure class="bad"><img src="{bad}" alt="A photo with the fault" loading="lazy">',
            f"<figcaption><strong>! Not so good</strong><br>{escape(example.message)} {escape(example.advice)} ",
            f'<a href="{drawn}">As mettici shows it</a></figcaption></figure>',
            "</div>",
        ]
    )


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """The examples of a check; and links between docs and the root, as they lie in the site."""
    source = page.file.src_uri
    if source.startswith("checks/") and page.file.name in _EXAMPLES:
        return markdown.replace("\n## Why", f"\n{_figures(page.file.name)}\n\n## Why", 1)
    if source in FROM_THE_ROOT:
        return markdown.replace("](docs/", "](")
    up = "../" * source.count("/")
    return re.sub(rf"\]\({up}\.\./(?=models/|CONTRIBUTING|CHANGELOG)", f"]({up}", markdown)
