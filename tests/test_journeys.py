"""Journeys, as those who make them would tell them: eight shots to the best crop; a folder to a letter to each."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run
from PIL import Image, ImageEnhance

EIGHT = (
    "portrait_half_body.jpg", "spoiled_dark.jpg", "spoiled_blurred.jpg", "spoiled_off_centre.jpg",
    "spoiled_sunglasses.jpg", "spoiled_tilted.jpg",
)  # fmt: skip
LIST = """\
photo;name;email
anna.jpg;Anna Nuñez;anna@example.org
sales/bruno.jpg;Bruno Forlì;bruno@example.org
sales/carla.jpg;Carla;carla@example.org
dora.jpg;Dora Weiß;dora@example.org
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("desk")
def test_from_eight_shots_to_the_best_crop(samples: Path) -> None:
    # Eight shots of an afternoon, two of them almost the same as another.
    shots = Path("shots")
    shots.mkdir()
    for name in EIGHT:
        shutil.copy(samples / name, shots)
    with Image.open(samples / "portrait_half_body.jpg") as one:
        shot = one.convert("RGB")
    shot.crop((6, 6, shot.width - 6, shot.height - 6)).save(shots / "again.jpg", quality=80)
    ImageEnhance.Brightness(shot).enhance(0.93).save(shots / "darker.jpg", quality=80)

    # Which is the best, and why? One command, and its crop is ready.
    done = run("rank", "shots", "--crop", "best.jpg", "--jobs", "1", COLUMNS="200")
    assert done.exit_code == 1, "one hides the eyes behind sunglasses"
    told = " ".join(done.stdout.split())
    assert re.search(r"\(and \d+ like it\)", told), "shots of one moment share a row"
    assert "the best of all" in told
    assert "a worse verdict, mainly because of" in told, "every place has its reason"

    # The crop is upright and square, and better than the shot it comes from.
    with Image.open("best.jpg") as best:
        assert best.width == best.height
        assert not best.getexif()
    checked = json.loads(run("check", "best.jpg", "--json").stdout)
    first = json.loads(run("rank", "shots", "--json", "--jobs", "1", "--quiet").stdout)["ranked"][0]
    assert checked["verdict"] == "accept"
    assert checked["score"] >= first["score"]


@pytest.mark.usefixtures("desk")
def test_from_a_folder_of_photos_to_a_letter_to_each_person(samples: Path) -> None:
    # The photos that came in, with what comes along, and the list of who was asked.
    for name, sample in {
        "anna.jpg": "portrait_good.jpg", "sales/bruno.jpg": "spoiled_off_centre.jpg",
        "sales/carla.jpg": "spoiled_sunglasses.jpg",
    }.items():  # fmt: skip
        Path("team", name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(samples / sample, Path("team", name))
    for junk in ("Thumbs.db", "notes.docx", "sales/anna.xmp"):
        Path("team", junk).write_bytes(b"no picture")
    Path("people.csv").write_text(LIST, "cp1252")  # as Excel saves it

    # One command judges them, writes the crops, and a table for the letters.
    words = ("--people", "people.csv", "--crop", "crops", "--output", "all.xlsx", "--output", "all.csv")
    done = run("scan", "team", *words, "--jobs", "1", "--lang", "es")
    assert done.exit_code == 1, "one photo is rejected; junk and those without a photo count for nothing"
    assert Path("crops/sales/bruno.jpg").exists()
    assert Path("all.xlsx").stat().st_size > 0

    # The letters: what is good, what to change, and who is still to send one.
    with open("all.csv", encoding="utf-8-sig", newline="") as file:
        letters = {row["person"]: row for row in csv.DictReader(file)}
    assert set(letters) == {"Anna Nuñez", "Bruno Forlì", "Carla", "Dora Weiß"}
    assert letters["Anna Nuñez"]["verdict"] == "accept"
    assert letters["Bruno Forlì"]["crop_file"] == str(Path("crops/sales/bruno.jpg"))
    assert int(letters["Bruno Forlì"]["crop_score"]) > int(letters["Bruno Forlì"]["score"])
    assert letters["Carla"]["verdict"] == "reject"
    assert letters["Carla"]["fix_1"].startswith(letters["Carla"]["advice"].split("\n")[0])
    assert "gafas de sol" in letters["Carla"]["advice"], "in the language of the letter"
    assert letters["Dora Weiß"]["error"] == "not_found"
    assert letters["Dora Weiß"]["list_email"] == "dora@example.org"


def test_a_folder_of_junk_exits_by_its_photos_alone(samples: Path, desk: Path) -> None:
    # Twenty kinds of what lies beside photos, and one photo that is good.
    team = desk / "team"
    junk = (
        "Thumbs.db", "desktop.ini", ".DS_Store", "anna.xmp", "anna.jpg.json", "IMG_1.MOV", "clip.mp4", "notes.txt",
        "README", "list.pdf", "all.zip", "out.jsonl", "out.csv", "out.parquet", "out.html", "out.xlsx", "letter.docx",
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
    spelt_out = [
        str(path) for path in sorted(team.iterdir()) if not path.name.startswith(".")
    ]  # as a shell spells out *
    done = subprocess.run([*scan, *spelt_out], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(Path("r.jsonl").read_text("utf-8").splitlines()) == 1
