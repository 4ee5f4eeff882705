"""A new language is a single new file: a German catalogue in a copy of the package, used everywhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from skimage import data

ROOT = Path(__file__).parents[1]
MARK = "§"
"""The start of every text of the made-up German."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with an added `de.po`, and a photo."""
    folder = tmp_path_factory.mktemp("fourth")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "models").symlink_to(ROOT / "models")
    messages = folder / "src" / "mettici" / "messages"
    head, *entries = (messages / "en.po").read_text("utf-8").split("\n\n")
    marked = [re.sub(r'^(msgstr(?:\[\d\])? ")', rf"\g<1>{MARK}", entry, flags=re.M) for entry in entries]
    german = "\n\n".join([head.replace("Language: en", "Language: de"), *marked])
    (messages / "de.po").write_text(german, "utf-8")
    Image.fromarray(data.astronaut()).save(folder / "photo.jpg")
    return folder


def said(copy: Path, *words: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COVERAGE", "LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=copy,
        env=kept | {"PYTHONPATH": "src", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_command_and_its_pictures_use_it(copy: Path) -> None:
    printed = said(copy, "-m", "mettici", "check", "photo.jpg", "--lang", "de-AT", "--annotate", "drawn.png")
    assert f"{MARK}A good professional profile photo" in printed
    assert f"{MARK}photo.jpg: annotated in drawn.png" in printed
    assert (copy / "drawn.png").exists()


def test_the_album_uses_it(copy: Path) -> None:
    said(copy, "-m", "mettici", "scan", "photo.jpg", "--jobs", "1", "--lang", "de", "--output", "album.html")
    album = (copy / "album.html").read_text("utf-8")
    assert '<html lang="de">' in album
    assert f"{MARK}Photos checked" in album


def test_the_page_offers_it_and_errors_use_it(copy: Path) -> None:
    printed = said(
        copy,
        "-c",
        "from starlette.testclient import TestClient\n"
        "from mettici.web import create_app\n"
        "client = TestClient(create_app())\n"
        "print(client.get('/', headers={'Accept-Language': 'de-CH'}).text)\n"
        "print(client.get('/nothing?lang=de').json()['detail'])",
    )
    assert '<html lang="de">' in printed
    assert 'data-lang="de"' in printed
    assert f"{MARK}Put your best face forward." in printed
    assert printed.rstrip().endswith(f"{MARK}There is nothing at this address.")
