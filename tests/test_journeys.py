"""User journeys: from eight shots to the best crop; from 369 photos to a letter for each person.

A third journey, an avatar through a form, is in `test_django_form.py`.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from command_line import run
from doc_blocks import ROOT, blocks
from PIL import Image, ImageEnhance

EIGHT = (
    "portrait_half_body.jpg", "spoiled_dark.jpg", "spoiled_blurred.jpg", "spoiled_off_centre.jpg",
    "spoiled_sunglasses.jpg", "spoiled_tilted.jpg",
)  # fmt: skip
GOOD, DARK = "portrait_good.jpg", "spoiled_dark.jpg"
OFF_CENTRE, SUNGLASSES = "spoiled_off_centre.jpg", "spoiled_sunglasses.jpg"
LIST = """\
photo;name;email
anna.jpg;Anna Nuñez;anna@example.org
sales/bruno.jpg;Bruno Forlì;bruno@example.org
sales/carla.jpg;Carla;carla@example.org
dora.jpg;Dora Weiß;dora@example.org
"""
(MERGING,) = [block.body for block in blocks(ROOT / "docs/howto/letters.md") if block.title == "letters.py"]
"""The program that writes the letters, taken from the documentation."""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("workspace")
def test_from_eight_shots_to_the_best_crop(samples: Path) -> None:
    # Eight shots from one afternoon; two are near-duplicates of others.
    shots = Path("shots")
    shots.mkdir()
    for name in EIGHT:
        shutil.copy(samples / name, shots)
    with Image.open(samples / "portrait_half_body.jpg") as one:
        shot = one.convert("RGB")
    shot.crop((6, 6, shot.width - 6, shot.height - 6)).save(shots / "again.jpg", quality=80)
    ImageEnhance.Brightness(shot).enhance(0.93).save(shots / "darker.jpg", quality=80)

    # One command finds the best, says why, and writes its crop.
    done = run("rank", "shots", "--crop", "best.jpg", "--jobs", "1", COLUMNS="200")
    assert done.exit_code == 1, "one hides the eyes behind sunglasses"
    printed = " ".join(done.stdout.split())
    assert re.search(r"\(and \d+ like it\)", printed), "near-duplicates share a row"
    assert "the best of all" in printed
    assert "a worse verdict, mainly because of" in printed, "every rank has a reason"

    # The crop is upright, square, and better than the original shot.
    with Image.open("best.jpg") as best:
        assert best.width == best.height
        assert not best.getexif()
    checked = json.loads(run("check", "best.jpg", "--json").stdout)
    first = json.loads(run("rank", "shots", "--json", "--jobs", "1", "--quiet").stdout)["ranked"][0]
    assert checked["verdict"] == "accept"
    assert checked["score"] >= first["score"]


def _gather(samples: Path) -> None:
    """The 369 photos in three folders, with the usual junk, and the list of people."""
    photos = {"anna.jpg": GOOD, "sales/bruno.jpg": OFF_CENTRE, "sales/carla.jpg": SUNGLASSES}
    photos |= {f"sales/{n}.jpg": DARK for n in range(40)} | {f"lab/{n}.jpg": GOOD for n in range(326)}
    assert len(photos) == 369
    for name, sample in photos.items():
        Path("team", name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(samples / sample, Path("team", name))
    for junk in ("Thumbs.db", "notes.docx", "sales/anna.xmp"):
        Path("team", junk).write_bytes(b"no picture")
    others = [name for name in photos if name not in LIST]
    names = {f"{name};Zoë {name};{n}@example.org" for n, name in enumerate(others)}
    Path("people.csv").write_text("\n".join([LIST.rstrip(), *names]), "cp1252")  # the encoding that Excel uses


@pytest.mark.usefixtures("workspace")
def test_from_369_photos_to_a_letter_to_each_person(samples: Path) -> None:
    _gather(samples)

    # One command judges them and writes the crops and a table for the letters.
    words = ("--people", "people.csv", "--crop", "crops", "--output", "letters.xlsx", "--output", "letters.csv")
    done = run("scan", "team", *words, "--jobs", "2", "--lang", "es")
    assert done.exit_code == 1, "one photo is rejected; junk and people without a photo do not count"
    with zipfile.ZipFile("letters.xlsx") as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 1 + 369 + 1

    # The table: what is good, what to change, and who has not sent a photo yet.
    with open("letters.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["person"]: row for row in csv.DictReader(file)}
    assert len(rows) == 370
    assert Counter(row["verdict"] for row in rows.values()) == {"accept": 327, "improve": 41, "reject": 1, "": 1}
    assert rows["Anna Nuñez"]["verdict"] == "accept"
    assert rows["Bruno Forlì"]["crop_file"] == str(Path("crops/sales/bruno.jpg"))
    assert int(rows["Bruno Forlì"]["crop_score"]) > int(rows["Bruno Forlì"]["score"])
    assert rows["Carla"]["verdict"] == "reject"
    assert rows["Carla"]["fix_1"].startswith(rows["Carla"]["advice"].split("\n")[0])
    assert "gafas de sol" in rows["Carla"]["advice"], "in the language of the letter"
    assert rows["Dora Weiß"]["error"] == "not_found"
    assert rows["Dora Weiß"]["list_email"] == "dora@example.org"

    # The program from the documentation writes a letter to each person with what to change.
    Path("letters.py").write_text(MERGING, "utf-8")
    subprocess.run([sys.executable, "letters.py"], check=True)
    letters = {path.read_text("utf-8") for path in Path("letters").iterdir()}
    assert {letter.split("\n")[0] for letter in letters} == {f"Dear {person}," for person in rows}
    (bruno,) = [letter for letter in letters if "Bruno Forlì" in letter]
    assert f"- {rows['Bruno Forlì']['fix_1']}" in bruno.split("\n")


def test_only_photos_decide_the_exit_code_of_a_junk_folder(samples: Path, workspace: Path) -> None:
    # Twenty kinds of files found next to photos, and one good photo.
    team = workspace / "team"
    junk = (
        "Thumbs.db", "desktop.ini", ".DS_Store", "anna.xmp", "anna.jpg.json", "IMG_1.MOV", "clip.mp4", "notes.txt",
        "README", "list.ods", "all.zip", "out.jsonl", "out.csv", "out.parquet", "out.html", "out.xlsx", "letter.docx",
        "song.mp3",
        "@eaDir/anna.jpg/SYNOPHOTO_THUMB_S.jpg", "__MACOSX/anna.jpg", "$RECYCLE.BIN/b.jpg",
    )  # fmt: skip
    for name in junk:
        (team / name).parent.mkdir(parents=True, exist_ok=True)
        (team / name).write_bytes(b"\0no picture")
    shutil.copy(samples / "portrait_good.jpg", team / "anna.JPG")
    scan = [sys.executable, "-m", "mettici", "scan", "--jobs", "1", "--output", "r.jsonl"]
    for sources in (["team"], ["team/*"]):
        assert run("scan", *sources, "--jobs", "1", "--output", "r.jsonl").exit_code == 0, "the photo is good"
    spelt_out = [str(path) for path in sorted(team.iterdir()) if not path.name.startswith(".")]  # as a shell expands *
    done = subprocess.run([*scan, *spelt_out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(Path("r.jsonl").read_text("utf-8").splitlines()) == 1
