"""`scan --crop`: where the suggested crops go, their shape, and what they never overwrite."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from PIL import Image

from mettici.cli.crops import _resolve
from mettici.errors import OutputError
from mettici.policy import Crop
from mettici.scan.crops import Crops, check_folder
from mettici.scan.judging import Judge
from mettici.scan.task import Task


@pytest.mark.parametrize(
    ("name", "kind", "place"),
    [
        ("anna.jpg", "JPEG", "crops/anna.jpg"),
        ("sales/José Ñ.JPG", "JPEG", "crops/sales/José Ñ.JPG"),
        ("anna.png", "PNG", "crops/anna.png"),
        ("anna.heic", "JPEG", "crops/anna.heic.jpg"),  # next to anna.jpg, without overwriting it
        ("anna.jpg", "PNG", "crops/anna.jpg.png"),  # contains a PNG
        ("../team/anna.jpg", "JPEG", "crops/__/team/anna.jpg"),
        ("/srv/photos/anna", "JPEG", "crops/srv/photos/anna.jpg"),
        ("-", "JPEG", "crops/photo.jpg"),
    ],
)
def test_a_crop_is_named_after_its_photo_and_keeps_its_folder(name: str, kind: str, place: str) -> None:
    assert Path(Crops("crops").path_for(name, kind)).as_posix() == place


@pytest.mark.parametrize("sources", [["team"], ["team/sub"], ["team/*.jpg"], ["team/a.jpg"], ["other", "./team/"]])
def test_crops_are_never_written_among_the_photos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("team/sub", "team/crops", "other"):
        Path(folder).mkdir(parents=True)
    Path("team/a.jpg").touch()
    with pytest.raises(OutputError, match="could replace them"):
        check_folder("team", sources)
    check_folder("team/crops", sources)
    check_folder("elsewhere", [*sources, "@list.txt", "-"])
    with pytest.raises(OutputError, match="Not a directory"):
        check_folder("team/a.jpg", ["other"])


def test_a_photo_named_in_a_list_is_not_overwritten_by_its_crop(samples: Path, tmp_path: Path) -> None:
    photo = Path(shutil.copy(samples / "spoiled_off_centre.jpg", tmp_path))
    before = photo.read_bytes()
    judge = Judge("professional", "en", crops=Crops(str(tmp_path)))
    with pytest.raises(OutputError, match="is the photo itself"):
        judge(Task(photo.name, str(photo)))
    assert photo.read_bytes() == before


@pytest.fixture
def team(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two photos that a crop fixes, one of them in its own folder, and one that needs no crop."""
    monkeypatch.chdir(tmp_path)
    Path("team/sales").mkdir(parents=True)
    shutil.copy(samples / "spoiled_off_centre.jpg", "team/off.jpg")
    shutil.copy(samples / "spoiled_off_centre.jpg", "team/sales/José.JPG")
    shutil.copy(samples / "portrait_good.jpg", "team/fine.jpg")
    return tmp_path / "team"


def scanned(*words: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """The reports of a scan of `team` with crops, by path."""
    done = run("scan", "team", "--crop", "team/crops", "--jobs", "1", "--output", "out.jsonl", *words)
    assert done.exit_code == code, done.stderr
    assert "Crops written to team/crops: 2\n" in done.stderr
    reports = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    return {report["path"]: report for report in reports}


def sizes() -> dict[str, tuple[int, int]]:
    """The sizes of the written crops, by path. Checks that none has metadata."""
    folder, found = Path("team/crops"), dict[str, tuple[int, int]]()
    for path in (p for p in folder.rglob("*") if p.is_file()):
        with Image.open(path) as picture:
            assert not picture.getexif()
            found[path.relative_to(folder).as_posix()] = picture.size
    return found


@pytest.mark.usefixtures("team")
def test_every_suggested_crop_is_written_and_reported_and_missing_ones_are_rewritten() -> None:
    reports = scanned()
    assert set(reports) == {"off.jpg", "sales/José.JPG", "fine.jpg"}, "crops of an earlier run are not photos"
    assert reports["fine.jpg"]["crop"] is None
    crop = reports["sales/José.JPG"]["crop"]
    assert Path(crop["file"]).as_posix() == "team/crops/sales/José.JPG"
    assert sizes() == {name: tuple(crop["box"][2:]) for name in ("off.jpg", "sales/José.JPG")}
    lines = Path("out.jsonl").read_bytes()
    os.unlink("team/crops/off.jpg")
    scanned("--resume")
    assert len(sizes()) == 2
    assert Path("out.jsonl").read_bytes() == lines, "the photos were not judged again"


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("words", "size", "aspect"),
    [
        (["--crop-shape", "4:5"], None, 0.8),
        (["--crop-size", "96"], (96, 96), 1.0),
        (["--crop-shape", "320x400"], (320, 400), 0.8),
    ],
)
def test_crops_have_the_requested_shape_and_size(words: list[str], size: tuple[int, int] | None, aspect: float) -> None:
    box = scanned(*words)["off.jpg"]["crop"]["box"]
    assert box[2] / box[3] == pytest.approx(aspect, rel=0.01), "judged in that shape, not cropped afterwards"
    assert set(sizes().values()) == {size or tuple(box[2:])}


def test_a_size_without_a_shape_uses_the_policy_s_shape() -> None:
    assert _resolve(600, None, "badge") == Crop(4, 5, 600)
    assert _resolve(600, None, "professional") == Crop(1, 1, 600)
    assert _resolve(600, Crop(3, 4), "badge") == Crop(3, 4, 600)
    assert _resolve(None, None, "badge") is None, "the policy's requirements still apply"


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    "words",
    [
        ["--crop-size", "400"],
        ["--crop", "c", "--crop-shape", "round"],
        ["--crop", "c", "--crop-shape", "1:9"],
        ["--crop", "c", "--crop-shape", "413x531", "--crop-size", "400"],
        ["--crop", "."],
        ["--crop", "c", "--engine", "ray", "--output", "o.jsonl"],
    ],
)
def test_usage_errors_of_crop_options(words: list[str]) -> None:
    done = run("scan", "team", *words)
    assert done.exit_code == 2, done.output
    assert not Path("c").exists()


def test_changing_shape_or_folder_invalidates_earlier_results() -> None:
    judges = [
        Judge("professional", "en"),
        Judge("professional", "en", crops=Crops("a")),
        Judge("professional", "en", crops=Crops("b")),
        Judge("professional", "en", crops=Crops("a"), shape=Crop(4, 5)),
    ]
    assert len({judge.basis for judge in judges}) == 4
