"""Finding the photos of a batch."""

from __future__ import annotations

import io
import os
import shutil
import tracemalloc
import unicodedata
from pathlib import Path

import pytest

from mettici.errors import SourceError
from mettici.scan.file_filter import FileFilter
from mettici.scan.judging import file_state
from mettici.scan.sources import counter, find
from mettici.scan.task import Task

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `team` in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("b.jpg", "a.txt", ".hidden.jpg", "sub/c.jpg", "sub/deep/d.png", ".git/x.jpg", "z è.jpg"):
        path = tmp_path / "team" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path / "team"


def names(*sources: object, **options: object) -> list[str]:
    return sorted(task.name for task in find(*map(str, sources), **options))  # type: ignore[arg-type]


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Make `data` the standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))  # type: ignore[type-var]


def test_a_folder_includes_all_files_but_hidden_ones(team: Path) -> None:
    assert names(team) == ["b.jpg", "sub/c.jpg", "sub/deep/d.png", "z è.jpg"]
    assert names("team/") == names(team)
    assert [task.name for task in find("team", ordered=True)] == names(team)
    assert all(os.path.isfile(task.path) for task in find("team"))


@pytest.mark.usefixtures("team")
def test_outputs_of_the_run_are_not_photos() -> None:
    assert "b.jpg" not in names("team", skip=["team/b.jpg"])
    assert "sub/c.jpg" in names("team", skip=["c.jpg"]), "another file of the same name"


@POSIX
def test_links_are_followed_once_and_broken_ones_reported(team: Path) -> None:
    (team / "sub" / "back").symlink_to(team, target_is_directory=True)
    (team / "broken.jpg").symlink_to(team / "gone.jpg")
    (team / "linked.jpg").symlink_to(team / "b.jpg")
    os.mkfifo(team / "pipe.jpg")
    assert names(team) == [
        "b.jpg",
        "broken.jpg",
        "linked.jpg",
        "sub/c.jpg",
        "sub/deep/d.png",
        "z è.jpg",
    ]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root can read every folder")
def test_an_unreadable_folder_is_reported(team: Path) -> None:
    (team / "sub").chmod(0)
    closed = [task for task in find("team") if task.error]
    (team / "sub").chmod(0o755)
    assert [(task.name, task.error.code) for task in closed if task.error] == [("sub", "unreadable")]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("team/*.jpg", ["team/b.jpg", "team/z è.jpg"]),
        ("team/**/*.jpg", ["team/b.jpg", "team/z è.jpg", "team/sub/c.jpg"]),
        ("team/**", ["team/b.jpg", "team/z è.jpg", "team/sub/c.jpg", "team/sub/deep/d.png"]),
        ("*/sub/[cd].*", ["team/sub/c.jpg"]),
        ("team/*", ["team/b.jpg", "team/z è.jpg"]),
        ("team/.*.jpg", ["team/.hidden.jpg"]),
        ("./team/?.jpg", ["team/b.jpg"]),
    ],
)
@pytest.mark.usefixtures("team")
def test_patterns(pattern: str, found: list[str]) -> None:
    assert names(pattern) == sorted(found)


def test_a_pattern_may_start_at_the_root(team: Path) -> None:
    assert names(team / "*.jpg") == [(team / "b.jpg").as_posix(), (team / "z è.jpg").as_posix()]


@pytest.mark.usefixtures("team")
def test_several_sources_are_distinguished_and_files_filtered_as_in_a_folder() -> None:
    """As a shell expands `team/*`: other files are skipped and counted, as for 'team/*'."""
    file_filter = FileFilter()
    assert names("team/b.jpg", "team/a.txt", "team/sub", file_filter=file_filter) == [
        "team/b.jpg",
        "team/sub/c.jpg",
        "team/sub/deep/d.png",
    ]
    assert file_filter.skipped == {".txt": 1}
    assert names("team/a.txt") == ["team/a.txt"], "a file named alone is always judged"
    Path("list.txt").write_text("team/a.txt\n")
    assert names("./team/", "@list.txt", "team/s*/*.jpg") == [
        "team/a.txt",
        "team/b.jpg",
        "team/sub/c.jpg",
        "team/sub/deep/d.png",
        "team/z è.jpg",
    ]
    assert names(".", "list.txt") == names("."), "names are relative to the current folder"


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("sources", [("team/*.jpg", "team"), ("team", "./team/../team"), ("team", "@list.txt")])
def test_a_photo_in_several_sources_is_judged_once(sources: tuple[str, ...]) -> None:
    Path("list.txt").write_text("team/b.jpg\nteam/sub/c.jpg\n")
    tasks = [os.path.realpath(task.path) for task in find(*sources)]
    assert sorted(tasks) == sorted(set(tasks))
    assert len(tasks) == len(names("team"))


@pytest.mark.usefixtures("team")
def test_a_list_may_name_a_photo_twice() -> None:
    Path("list.txt").write_text("team/b.jpg\nteam/b.jpg\n")
    assert names("@list.txt", "team/sub/c.jpg") == ["team/b.jpg", "team/b.jpg", "team/sub/c.jpg"]


@pytest.mark.usefixtures("team")
def test_all_of_several_sources_must_exist_and_one_must_have_photos() -> None:
    Path("empty").mkdir()
    assert names("empty", "team/b.jpg") == ["team/b.jpg"]
    for sources, reason, named in (
        (("team", "nowhere"), "not_found", "nowhere"),
        (("empty", "*.nef"), "no_photos", "empty, *.nef"),
    ):
        with pytest.raises(SourceError) as caught:
            find(*sources)
        assert caught.value.reason == reason
        assert str(caught.value).endswith(f" {named}.")


@pytest.mark.usefixtures("team")
def test_brackets_in_names_can_be_literal() -> None:
    for name in ("team [2024]/e.JPG", "team [2024]/a[1].jpg", "team [2024]/a1.jpg", "team 2/f.jpg"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    assert names("team [2024]/*.jpg") == [f"team [2024]/{name}" for name in ("a1.jpg", "a[1].jpg", "e.JPG")]
    assert names("team [2-4]/*") == ["team 2/f.jpg"]
    assert names("team [2024]/a[1]*") == ["team [2024]/a1.jpg", "team [2024]/a[1].jpg"]
    assert names("team [2024]") == ["a1.jpg", "a[1].jpg", "e.JPG"]


def test_letters_match_in_either_case_and_accents_in_any_normal_form(team: Path) -> None:
    (team / "DSC_1.JPG").touch()
    assert "team/DSC_1.JPG" in names("team/*.jpg")
    assert names("team/dsc*") == ["team/DSC_1.JPG"]
    assert names("team", file_filter=FileFilter(include=("*.Jpg",), exclude=("Z*", "SUB"))) == ["DSC_1.JPG", "b.jpg"]
    assert names(unicodedata.normalize("NFD", "team/*è.jpg")) == ["team/z è.jpg"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"team/b.jpg\0team/two\nlines.jpg\0", ["team/b.jpg", "team/two\nlines.jpg"]),
        (b"team/b.jpg\n\nteam/a.txt", ["team/b.jpg", "team/a.txt"]),
        ("team/è.jpg\r\nteam/b.jpg\r\n".encode("utf-16"), ["team/è.jpg", "team/b.jpg"]),
        (b"x" * 200_000 + b"\nb.jpg\n", ["x" * 200_000, "b.jpg"]),
    ],
)
@pytest.mark.usefixtures("team")
def test_a_list_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, found: list[str]) -> None:
    """Separated by lines, by NUL as from `find -print0`, and in UTF-16 as from PowerShell."""
    piped(monkeypatch, data)
    assert [task.name for task in find("@-")] == found
    assert counter(["@-", "team"], (), FileFilter()) is None, "it cannot be counted in advance"


@pytest.mark.usefixtures("team")
def test_a_photo_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("-").write_bytes(b"another")
    piped(monkeypatch, b"a photo")
    [task] = find("-")
    assert (task.name, task.contents, file_state(task.path, hashing=True)) == ("-", b"a photo", {})
    with pytest.raises(SourceError) as caught:
        find("-", "@-")
    assert caught.value.reason == "stdin_twice"


def test_a_list_is_used_literally(team: Path) -> None:
    Path("list.txt").write_bytes("\ufeffteam/b.jpg\r\n\n/nowhere.jpg\nteam/z è.jpg".encode() + b"\nteam/\xff.jpg\n")
    assert [task.name for task in find("@list.txt")] == [
        "team/b.jpg",
        "/nowhere.jpg",
        "team/z è.jpg",
        "team/\udcff.jpg",
    ]
    assert team.is_dir()


@pytest.mark.usefixtures("team")
def test_one_file_is_a_batch_of_one() -> None:
    assert list(find("team/b.jpg")) == [Task("team/b.jpg", "team/b.jpg")]
    Path("odd[1].jpg").write_bytes(b"x")
    assert names("odd[1].jpg") == ["odd[1].jpg"], "an existing file is not a pattern"


@pytest.mark.parametrize(
    ("source", "reason"),
    [("nowhere", "not_found"), ("@nowhere.txt", "not_found"), ("*.nef", "no_photos"), ("empty", "no_photos")],
)
@pytest.mark.usefixtures("team")
def test_an_empty_batch_is_an_error(source: str, reason: str) -> None:
    Path("empty").mkdir()
    with pytest.raises(SourceError) as caught:
        find(source)
    assert caught.value.reason == reason


def test_folders_are_read_lazily(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").touch()
    read: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: read.append(os.path.basename(path)) or scandir(path))
    tasks = find(str(tmp_path))
    first = next(tasks)
    assert read == [tmp_path.name, first.name[0]]


def test_a_vanished_folder_is_reported(team: Path) -> None:
    tasks = find("team", ordered=True)
    assert next(tasks).name == "b.jpg"
    shutil.rmtree(team / "sub")
    rest = list(tasks)
    assert [(t.name, t.error.code) for t in rest if t.error] == [("sub", "unreadable")]
    assert [t.name for t in rest if not t.error] == ["z è.jpg"]


@POSIX
def test_names_in_any_encoding_are_found_and_reported(team: Path) -> None:
    (team / os.fsdecode(b"\xe8.jpg")).touch()
    assert "\udce8.jpg" in names(team)


def test_a_huge_folder_starts_at_once_and_is_not_kept_in_memory(tmp_path: Path) -> None:
    for number in range(20_000):
        os.close(os.open(tmp_path / f"{number}.jpg", os.O_CREAT))
    tracemalloc.start()
    count = sum(1 for _ in find(str(tmp_path)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert most < 500_000, "in bytes: names are not collected"
