"""Completes the site at build time: example pictures, model cards, and nav entries for pages that nav does not list."""

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
"""Files of the repository that the site shows as well, at the same path."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give each page a place: checks under the checks, decision records in their own section, the rest in
    Explanation."""
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
    """Generate the pictures and the schema and read the cards, so that the repository holds no second copy."""
    sys.path.insert(0, str(DOCS))  # mkdocs loads only this file
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
"""Examples by check, once the pictures are made."""


def _picture(check: str, kind: str) -> str:
    return f"pictures/{check}-{kind}.jpg"


def _figures(check: str) -> str:
    """A good photo next to a faulty one, with the texts for each and mettici's annotations on the latter."""
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
    """Insert a check's examples, and fix the links between docs and the root for the site."""
    source = page.file.src_uri
    if source.startswith("checks/") and page.file.name in _EXAMPLES:
        return markdown.replace("\n## Why", f"\n{_figures(page.file.name)}\n\n## Why", 1)
    if source in FROM_THE_ROOT:
        return markdown.replace("](docs/", "](")
    up = "../" * source.count("/")
    return re.sub(rf"\]\({up}\.\./(?=models/|CONTRIBUTING|CHANGELOG)", f"]({up}", markdown)
