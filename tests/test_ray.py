"""`--engine ray`: the same reports as locally, only on the loopback, and no photo lost if a node dies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from mettici.errors import NotFoundError, OutputError, SourceError
from mettici.scan import ray_engine, ray_sources
from mettici.scan.judging import Judge
from mettici.scan.sources import find

pytest.importorskip("ray")
TESTS = Path(__file__).parent
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS" and not k.startswith("COVERAGE")}
ENVIRONMENT["LC_ALL"] = "C.UTF-8"  # without coverage, which each of Ray's many processes would load
PHOTOS = 300


@pytest.fixture(scope="module")
def folder(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some samples in subfolders, and files that are not photos."""
    folder = tmp_path_factory.mktemp("team")
    (folder / "sub").mkdir()
    for i, name in enumerate(("portrait_good.jpg", "spoiled_dark.jpg", "thing_cat.jpg", "drawn_pencil.jpg")):
        (folder / ("sub" if i % 2 else ".") / name).write_bytes((samples / name).read_bytes())
    (folder / "empty.jpg").touch()
    (folder / ".hidden.jpg").touch()
    (folder / os.fsdecode(b"odd\xff.jpg")).write_text("text")
    return folder


def scan(source: Path | str, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mettici", "scan", str(source), "--output", str(output), "--jobs", "2", *more]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=600)


def reports(lines: str) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in lines.splitlines()]
    assert len({r["path"] for r in found}) == len(found)
    for report in found:
        report.pop("timing_ms", None)
    return {r["path"]: r for r in found}


def test_the_reports_are_those_of_the_local_engine_and_nothing_listens_beyond_the_loopback(
    folder: Path, tmp_path: Path
) -> None:
    listening: set[str] = set()
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(listening, ended))
    watcher.start()
    on_cluster = scan(folder, tmp_path / "ray.jsonl", "--engine", "ray")
    ended.set()
    watcher.join()
    assert on_cluster.returncode == 3, on_cluster.stderr
    assert on_cluster.stdout == ""
    here = scan(folder, tmp_path / "local.jsonl")
    parts = sorted((tmp_path / "ray.jsonl").iterdir())
    assert all(part.suffix == ".jsonl" for part in parts)
    lines = "".join(part.read_text("utf-8") for part in parts)
    assert reports(lines) == reports((tmp_path / "local.jsonl").read_text("utf-8"))
    there, nearby = (" ".join(done.stderr.split()) for done in (on_cluster, here))
    assert there.split(" in ")[0] == nearby.split(" in ")[0] == "6 photos"
    assert there.split(": ")[1].split("Written")[0] == nearby.split(": ")[1].split("Written")[0]
    assert listening
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1", "::1"}


def _watch(listening: set[str], ended: threading.Event) -> None:
    """Collect the addresses on which this process's descendants listen."""
    while not ended.wait(0.3):
        for process in psutil.Process().children(recursive=True):
            try:
                connections = process.net_connections("inet")
            except psutil.Error:  # the process has ended
                continue
            listening.update(c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN)


def test_a_node_that_dies_in_mid_run_loses_no_photo(tmp_path: Path) -> None:
    photos, output, log = tmp_path / "photos", tmp_path / "out.parquet", tmp_path / "log"
    photos.mkdir()
    log.touch()
    for number in range(PHOTOS):
        (photos / f"{number}.jpg").write_text("accept" if number % 3 else "reject")
    (photos / "die.jpg").touch()
    command = [sys.executable, str(TESTS / "support" / "ray_cluster.py"), str(photos), str(output), str(log)]
    surroundings = ENVIRONMENT | {"PYTHONPATH": str(TESTS / "support")}
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-4000:]
    result = json.loads(done.stdout.splitlines()[-1])
    [killed_at] = result["killed_at"]
    assert 40 <= killed_at < PHOTOS, "the node died in mid-run"
    rows = pq.read_table(output, columns=["path", "verdict", "error"]).to_pylist()
    assert Counter(row["path"] for row in rows) == Counter(p.name for p in photos.iterdir()), "each photo exactly once"
    verdicts = {row["path"]: row["verdict"] for row in rows if not row["error"]}
    assert verdicts == {p.name: p.read_text() for p in photos.iterdir() if p.name != "die.jpg"}
    assert [(row["path"], row["error"]["code"]) for row in rows if row["error"]] == [("die.jpg", "worker_crashed")]
    assert result["verdicts"] == Counter(verdicts.values())
    assert result["failures"] == {"worker_crashed": 1}


def test_a_url_is_listed_like_a_folder(folder: Path) -> None:
    here = [task.name for task in find(str(folder), ordered=True) if "odd" not in task.name]
    listed = [t for group in ray_sources.in_groups(folder.as_uri(), "", 3) for t in group]
    assert [t.error.code for t in listed if t.error] == ["unreadable"], "Ray cannot open a name that is not valid text"
    there = [t for t in listed if not t.error]
    assert [task.name for task in there] == here
    read = list(ray_sources.read(folder.as_uri(), [*there, there[0]._replace(path=f"{folder}/gone.jpg")]))
    assert [t.data for t in read[:-1]] == [(folder / name).read_bytes() for name in here]
    assert isinstance(read[-1].error, NotFoundError)
    assert read[0].contents == b"", "the fetched bytes are the ones judged"


def test_an_earlier_output_in_the_source_is_not_a_photo(folder: Path) -> None:
    groups = ray_sources.in_groups(str(folder), str(folder / "sub"), 100)
    assert not [task for group in groups for task in group if task.name.startswith("sub/")]


@pytest.mark.parametrize(
    ("source", "reason"), [("file:///nowhere", "not_found"), ("nowhere", "not_found"), ("odd://x/y", "not_found")]
)
def test_a_missing_source(source: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        ray_engine.scan(source, str(tmp_path / "out.jsonl"), Judge("professional", "en"), 1, 30)
    assert caught.value.reason == reason


@pytest.mark.parametrize("words", [["out.csv"], ["out.jsonl", "--resume"], ["out.jsonl", "--output", "two.jsonl"]])
def test_unsupported_outputs_with_ray_are_reported(folder: Path, tmp_path: Path, words: list[str]) -> None:
    done = scan(folder, tmp_path / words[0], "--engine", "ray", *words[1:])
    assert done.returncode == 2
    assert "--engine ray" in done.stderr


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.mkdir()
    (output / "mine.txt").touch()
    with pytest.raises(OutputError, match="other files"), ray_engine._atomic_folder(str(output)):
        pass
    assert (output / "mine.txt").exists()
