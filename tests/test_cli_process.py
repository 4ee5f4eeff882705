"""The command as its own process: what it loads, how it ends, and real photos from end to end."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

METTICI = [sys.executable, "-m", "mettici"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "NO_COLOR", "LC_MESSAGES", "LANG")}
ENVIRONMENT |= {"LC_ALL": "C.UTF-8"}


def mettici(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [*METTICI, *map(str, words)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=ENVIRONMENT, check=False, timeout=120, **options
    )


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plain picture, and files that are not pictures."""
    folder = tmp_path_factory.mktemp("photos")
    Image.linear_gradient("L").resize((500, 500)).convert("RGB").save(folder / "grey.jpg", quality=90)
    (folder / "empty.jpg").touch()
    (folder / "notes.txt").write_text("Not a photo.")
    (folder / "sub").mkdir()
    data = (folder / "grey.jpg").read_bytes()
    (folder / "sub" / "half.jpg").write_bytes(data[: len(data) // 2])
    return folder


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["check", "--help"], ["scan", "--help"], ["rank", "--help"]]
)
def test_help_and_version_load_nothing_heavy(words: Sequence[str]) -> None:
    code = (
        "import sys\nfrom mettici.cli import program\n"
        f"try: program({list(words)!r}, prog_name='mettici')\nexcept SystemExit as end: assert not end.code\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules}))"
    )
    unmeasured = {
        k: v for k, v in ENVIRONMENT.items() if not k.startswith("COVERAGE")
    }  # coverage itself imports modules
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=unmeasured, check=True)
    loaded = done.stdout.splitlines()[-1]
    for heavy in ("cv2", "onnxruntime", "numpy", "PIL", "rich", "pebble", "multiprocessing"):
        assert f"'{heavy}'" not in loaded


def test_version_matches_the_package() -> None:
    from mettici import __version__

    assert mettici("--version").stdout == f"mettici {__version__}\n"


def test_the_library_does_not_load_the_sound_library() -> None:
    """Importing it would start ldconfig, gcc and ld in every program that uses the library."""
    code = (
        "import sys\n"
        "sys.addaudithook(lambda event, args: sys.exit(str(args)) if event == 'subprocess.Popen' else None)\n"
        "import mettici, mettici.vision\n"
        "assert not {'sounddevice', '_sounddevice'} & set(sys.modules), 'loaded, or barred for good'\n"
    )
    subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty.jpg", "empty"),
        ("notes.txt", "not_an_image"),
        ("sub/half.jpg", "truncated"),
        ("no.jpg", "not_found"),
    ],
)
def test_an_unreadable_photo_gives_a_message_a_remedy_and_an_exit_code(photos: Path, name: str, code: str) -> None:
    outcome = mettici("check", photos / name)
    assert outcome.returncode == 3
    assert outcome.stdout == ""
    path, sentence, *remedy = outcome.stderr.splitlines()
    assert path == str(photos / name)
    assert sentence.startswith("✘ ")
    assert remedy
    done = mettici("check", photos / name, "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["code"] == code


def test_a_photo_gets_the_same_report_alone_and_in_a_batch(photos: Path, tmp_path: Path) -> None:
    output = tmp_path / "reports.jsonl"
    done = mettici("scan", photos, "--output", output, "--jobs", "2")
    assert done.returncode == 3
    assert done.stderr.startswith("3 photos in "), done.stderr
    assert "unreadable (empty 1, incomplete 1)" in " ".join(done.stderr.split())
    assert "Left out because they are not photos: 1 (.txt 1)." in done.stderr
    reports = {r["path"]: r for r in map(json.loads, output.read_text("utf-8").splitlines())}
    assert sorted(reports) == ["empty.jpg", "grey.jpg", "sub/half.jpg"]
    alone = json.loads(mettici("check", "grey.jpg", "--json", cwd=photos).stdout)
    for report in (alone, reports["grey.jpg"]):
        del report["timing_ms"]
    assert reports["grey.jpg"].pop("source")["size"] == (photos / "grey.jpg").stat().st_size
    assert reports["grey.jpg"] == alone


def test_standard_input(photos: Path) -> None:
    with (photos / "grey.jpg").open("rb") as photo:
        done = mettici("check", "-", "--json", stdin=photo)
    assert json.loads(done.stdout)["path"] == "-"


def test_advice_on_empty_standard_input_is_for_people(tmp_path: Path) -> None:
    (tmp_path / "nothing").touch()
    with (tmp_path / "nothing").open("rb") as nothing:
        done = mettici("check", "-", stdin=nothing)
    assert done.returncode == 3
    assert "The file is empty." in done.stderr
    assert "seek" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_closed_pipe_is_not_an_error() -> None:
    running = subprocess.Popen(
        [*METTICI, "policy"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True
    )
    assert running.stdout is not None
    running.stdout.close()
    assert running.wait(60) == 141
    assert running.stderr is not None
    with running.stderr as outcome:
        assert outcome.read() == ""


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_ctrl_c_finishes_photos_in_progress_and_says_how_to_resume(photos: Path, tmp_path: Path) -> None:
    folder, output, table = tmp_path / "folder", tmp_path / "out.jsonl", tmp_path / "out.csv"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.jpg").write_bytes((photos / "grey.jpg").read_bytes())
    words = ["scan", str(folder), "--jobs", "1", "--output", str(output), "--output", str(table)]
    with subprocess.Popen(
        [*METTICI, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        text=True,
        start_new_session=True,
    ) as running:
        while not output.exists() or not output.stat().st_size:
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)  # to every process in the group, as a terminal does
        result, outcome = running.communicate(timeout=60)
    assert (running.returncode, result) == (130, "")
    assert "Traceback" not in outcome
    lines = output.read_text("utf-8").splitlines()
    assert all(json.loads(line)["path"].endswith(".jpg") for line in lines)
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + len(lines) < 400
    finishing, counts, *_, how = outcome.splitlines()
    assert finishing.startswith("Finishing the photos in progress")
    assert counts.startswith(f"{len(lines)} photos in ")
    assert how.endswith(shlex.join(["mettici", *words, "--resume"]))


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_killed_scan_leaves_no_process_and_can_be_resumed(photos: Path, tmp_path: Path) -> None:
    folder, output = tmp_path / "folder", tmp_path / "out.jsonl"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.jpg").write_bytes((photos / "grey.jpg").read_bytes())
    command = [*METTICI, "scan", str(folder), "--jobs", "2", "--output", str(output), "--resume"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as running:
        while not output.exists() or not output.stat().st_size:
            time.sleep(0.05)
        workers = psutil.Process(running.pid).children(recursive=True)
        running.kill()
    assert not psutil.wait_procs(workers, timeout=30)[1]
    before = output.read_bytes()
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 1, "grey squares are not portraits"
    assert "from the earlier run)" in done.stderr
    assert output.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    names = [json.loads(line)["path"] for line in output.read_text("utf-8").splitlines()]
    assert sorted(names) == sorted(f"{i}.jpg" for i in range(60))


def test_quiet_says_nothing(photos: Path, tmp_path: Path) -> None:
    done = mettici("scan", photos / "grey.jpg", "--quiet", "--output", tmp_path / "out.jsonl", "--jobs", "1")
    assert done.stdout == done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="needs pseudo-terminals")
@pytest.mark.parametrize(
    ("lang", "phrases"),
    [("en", ["per second", "1 not suitable", "2 unreadable"]), ("it", ["al secondo", "1 non adatta", "2 illeggibili"])],
)
def test_a_terminal_shows_the_progress(photos: Path, tmp_path: Path, lang: str, phrases: list[str]) -> None:
    import pty

    leader, follower = pty.openpty()
    command = [*METTICI, "scan", str(photos), "--output", str(tmp_path / "o.jsonl"), "--lang", lang, "--jobs", "1"]
    surroundings = ENVIRONMENT | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower, env=surroundings) as running:
        os.close(follower)
        shown = b""
        with suppress(OSError):  # the other end has been closed
            while piece := os.read(leader, 65536):
                shown += piece
        assert running.communicate()[0] == b""
    os.close(leader)
    for words in phrases:
        assert (
            words in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode()).split("3 photos in")[0].split("3 foto in")[0]
        )
