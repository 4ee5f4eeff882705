"""Full disks and closed or full standard streams: a message and exit code 2, never a traceback or a verdict's code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_line import run
from PIL import Image
from test_cli_process import ENVIRONMENT, METTICI, mettici
from test_scan_tables import answers

from mettici.cli.error_boundary import error_boundary
from mettici.errors import OutputError
from mettici.output.album import Album
from mettici.output.files import AtomicFile, End
from mettici.output.sinks import JsonLines
from mettici.output.tables import Csv, Parquet
from mettici.scan.resume import Resumed

if TYPE_CHECKING:
    from mettici.output.sinks import Sink

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX devices, limits and descriptors")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "grey.png"
    Image.new("RGB", (64, 64), "grey").save(path)
    return path


def redirected(redirection: str, *words: str) -> tuple[int, str]:
    """The exit code and standard error of `mettici words` with a shell redirection."""
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", *METTICI, *words]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=120)
    return done.returncode, done.stderr


COMMANDS = [
    ["check"],
    ["check", "--json"],
    ["scan", "--jobs", "1"],
    ["rank", "--jobs", "1"],
    ["rank", "--json", "--jobs", "1"],
    ["policy"],
    ["checks"],
    ["schema"],
    ["doctor"],
    ["--help"],
    ["--version"],
    ["scan", "--help"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("redirection", [pytest.param(">/dev/full", marks=needs_full), ">&-"])
def test_a_result_that_cannot_be_written_is_an_error(photo: Path, words: list[str], redirection: str) -> None:
    judges = words[0] in ("check", "scan", "rank") and "--help" not in words
    code, said = redirected(redirection, *words, *([str(photo)] if judges else []))
    assert code == 2, said
    assert said.count("The result could not be written to standard output: ") == 1
    assert "Traceback" not in said
    assert "Errno" not in said


@pytest.mark.parametrize("redirection", [">&-", "2>&-", pytest.param("2>/dev/full", marks=needs_full), "<&-"])
def test_an_unused_stream_may_be_closed(photo: Path, tmp_path: Path, redirection: str) -> None:
    output = tmp_path / "reports.jsonl"
    code, said = redirected(redirection, "scan", str(photo), "--jobs", "1", "--output", str(output))
    assert code == 1, said
    assert '"verdict":"reject"' in output.read_text("utf-8").replace(" ", "")


def test_a_closed_standard_input_is_an_unreadable_photo() -> None:
    code, said = redirected("<&-", "check", "-")
    assert (code, "Traceback" in said) == (3, False)


@needs_full
def test_unwritable_diagnostics_do_not_change_the_exit_code() -> None:
    assert redirected("2>/dev/full", "check", "nowhere.jpg")[0] == 3


def test_a_non_blocking_pipe_gets_the_whole_result() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with subprocess.Popen([*METTICI, "schema"], stdout=writing, stderr=subprocess.PIPE, env=ENVIRONMENT) as running:
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as file:
            running.poll()
            result = file.read()
        assert running.stderr is not None
        assert running.stderr.read() == b""
    assert (running.returncode, result) == (0, mettici("schema").stdout)


def test_closing_the_help_s_pipe_is_not_an_error() -> None:
    with subprocess.Popen([*METTICI, "scan", "--help"], stdout=subprocess.PIPE, env=ENVIRONMENT) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(60) == 141


def test_a_bug_in_the_program_is_not_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the person's name")

    monkeypatch.setattr("mettici.policy.load", broken)
    done = run("policy")
    assert done.exit_code == 4
    assert "Something went wrong here" in done.stderr
    assert "RuntimeError\n" in done.stderr
    assert "in broken" in done.stderr
    assert "the person's name" not in done.stderr


def test_a_bug_before_the_language_is_known_is_reported_too() -> None:
    from click.exceptions import Exit

    with pytest.raises(Exit) as caught, error_boundary(lambda: "it"):
        raise KeyboardInterrupt
    assert caught.value.exit_code == 130


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """Limit the files of this process to `most` bytes, which acts like a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def sinks(folder: Path) -> dict[str, Sink]:
    return {
        "jsonl": JsonLines.at(str(folder / "out.jsonl")),
        "csv": Csv(str(folder / "out.csv"), "en"),
        "parquet": Parquet(str(folder / "out.parquet")),
        "html": Album(str(folder / "out.html"), "en"),
    }


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, the limit's signal may kill the process")
@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet", "html"])
@pytest.mark.parametrize("nameless", [True, False], ids=["without a name", "beside its place"])
def test_an_output_on_a_full_disk(tmp_path: Path, kind: str, nameless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not nameless:
        monkeypatch.setattr("mettici.output.files._DESCRIPTORS", "/nowhere")
    for ending_ in ("csv", "parquet", "html"):
        (tmp_path / f"out.{ending_}").write_text("before")
    made = sinks(tmp_path)
    sink = made.pop(kind)
    for other in made.values():
        other.close(End.FAILED)
    with full_disk(200), pytest.raises(OutputError) as caught:  # noqa: PT012 - which of them fails depends on the sink
        for answer in answers():
            sink.write(answer)
        sink.close(End.COMPLETE)
    with full_disk(200):
        sink.close(End.FAILED)
    assert caught.value.exit_code == 2
    assert f"out.{kind}" in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "out.html", "out.jsonl", "out.parquet"]
    assert kind == "jsonl" or (tmp_path / f"out.{kind}").read_text() == "before"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, the limit's signal may kill the process")
def test_the_index_of_a_resumed_run_on_a_full_disk(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    line = b'{"path": "a.jpg", "verdict": "accept", "source": {}}\n'
    output.write_bytes(line * 40_000)  # more than SQLite caches in memory
    with full_disk(1000), pytest.raises(OutputError) as caught:
        Resumed(str(output))
    assert "out.jsonl" in str(caught.value)


def test_a_page_needs_room_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryFile", none)
    with pytest.raises(OutputError, match="temporary"):
        Album(str(tmp_path / "out.html"), "en")


def test_a_failure_at_the_last_moment_leaves_no_partial_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mettici.output.files._DESCRIPTORS", "/nowhere")
    file = AtomicFile(str(tmp_path / "out.csv"))
    file.stream.write(b"x")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError):
        file.commit()
    assert list(tmp_path.iterdir()) == []
