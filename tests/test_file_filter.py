"""Files in a folder that are not photos: skipped and counted, unless requested."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import run
from PIL import Image
from test_cli_scan import FakeJudge

from mettici.errors import SourceError
from mettici.scan import judging
from mettici.scan.file_filter import FileFilter
from mettici.scan.sources import counter, find

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_FILES = {
    "Thumbs.db": OLE,
    "desktop.ini": "[.ShellClassInfo]".encode("utf-16"),
    ".DS_Store": b"\0\0\0\1Bud1",
    "anna.xmp": b"<x:xmpmeta/>",
    "anna.jpg.json": b"{}",
    "IMG_1.MOV": b"\0\0\0\x14ftypqt  ",
    "clip.mp4": b"\0" * 8,
    "notes.txt": b"text",
    "README": b"text",
    "Icon\r": b"",
    "letter.docx": b"PK\x03\x04",
    "all.zip": b"PK\x03\x04",
    "out.jsonl": b"{}",
    "out.csv": b"path",
    "out.parquet": b"PAR1",
    "out.html": b"<!doctype html>",
    "@eaDir/anna.jpg/SYNOPHOTO_THUMB_S.jpg": b"x",
    "$RECYCLE.BIN/b.jpg": b"x",
    "__MACOSX/anna.jpg": b"x",
}


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(judging, "Judge", FakeJudge)
    folder = tmp_path / "team"
    for name, data in OTHER_FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in ("anna.jpg", "old/bob.PNG", "empty.jpg", "raw.nef", "drawn.svg", "old.dds"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("accept")
    Image.new("RGB", (9, 9)).save(folder / "IMG_0001", "PNG")
    Image.new("RGB", (9, 9)).save(folder / "avatar.txt", "JPEG")
    return folder


PHOTOS = ["IMG_0001", "anna.jpg", "avatar.txt", "drawn.svg", "empty.jpg", "old.dds", "old/bob.PNG", "raw.nef"]


def names(source: str, file_filter: FileFilter) -> list[str]:
    return sorted(task.name.removeprefix("team/") for task in find(source, file_filter=file_filter))


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("source", ["team", "team/**"])
def test_other_files_are_skipped_and_counted(source: str) -> None:
    file_filter = FileFilter()
    assert names(source, file_filter) == PHOTOS
    visible = [name for name in OTHER_FILES if not name.startswith(".")]
    assert file_filter.skipped.total() == len(visible)
    assert file_filter.skipped[".mov"] == file_filter.skipped["@eaDir/"] == 1
    assert file_filter.skipped[""] == 2, "README and Icon have no extension"


@pytest.mark.usefixtures("team")
def test_all_files_are_judged_on_request() -> None:
    file_filter = FileFilter(everything=True)
    assert names("team", file_filter) == sorted([*PHOTOS, *(name for name in OTHER_FILES if not name.startswith("."))])
    assert not file_filter.skipped


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        (["*.jpg"], [], ["anna.jpg", "empty.jpg"]),
        (["notes.*", "*.xmp"], [], ["anna.xmp", "notes.txt"]),
        ([], ["*.jpg", "old"], ["IMG_0001", "avatar.txt", "drawn.svg", "old.dds", "raw.nef"]),
        ([], ["old/*", "IMG*"], ["anna.jpg", "avatar.txt", "drawn.svg", "empty.jpg", "old.dds", "raw.nef"]),
        (["*.jpg"], ["empty*"], ["anna.jpg"]),
    ],
)
def test_patterns_choose(include: list[str], exclude: list[str], found: list[str]) -> None:
    assert names("team", FileFilter(tuple(include), tuple(exclude))) == found


@pytest.mark.usefixtures("team")
def test_files_named_individually_are_always_judged() -> None:
    Path("list.txt").write_text("team/notes.txt\n")
    assert names("@list.txt", FileFilter()) == names("team/notes.txt", FileFilter()) == ["notes.txt"]


def test_a_folder_without_photos_says_how_to_judge_its_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(SourceError) as caught:
        find(str(tmp_path))
    assert "--all" in caught.value.remedy


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root can read every file")
def test_an_inaccessible_file_is_judged(tmp_path: Path) -> None:
    (tmp_path / "closed").touch(0)
    assert [task.name for task in find(str(tmp_path))] == ["closed"]


@pytest.mark.usefixtures("team")
def test_counting_for_the_progress_bar_does_not_count_twice() -> None:
    file_filter = FileFilter()
    count = counter(["team"], [], file_filter)
    assert count is not None
    assert count() == len(PHOTOS)
    assert not file_filter.skipped


@pytest.mark.usefixtures("team")
def test_the_commands_report_how_many_were_skipped() -> None:
    for beside in ("raw.nef", "drawn.svg", "IMG_0001", "avatar.txt", "old.dds"):
        Path("team", beside).unlink()
    done = run("scan", "team", "--jobs", "1", "--output", "team/new.jsonl")
    assert done.exit_code == 0, done.stderr
    printed = " ".join(done.stderr.split())
    assert "Left out because they are not photos: 18 (" in printed
    assert printed.count("--all") == 1
    assert "3 photos" in printed
    italian = run("scan", "team", "--jobs", "1", "--lang", "it", "--exclude", "*", "--output", "o.csv")
    assert italian.exit_code == 2
    assert "Con --all ogni file vale come foto." in " ".join(italian.stderr.split())
