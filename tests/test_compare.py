"""`mettici compare`: whose photo got better or worse between two scans, and whose is new or gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import run

from mettici.errors import EmptyError, SourceError
from mettici.output.json import error_object, to_text
from mettici.scan.comparing import MIN_CHANGE, compare, read


def report(path: str, verdict: str, score: int, *faulty: str, file: str = "", policy: str = "1") -> dict[str, Any]:
    """A report in which the checks `faulty` warn; `file` is the photo's hash, by default a unique one."""
    checks = [
        {"id": check, "status": "warn" if check in faulty else "pass"} for check in ("smile", "exposure", "framing")
    ]
    printed = {"path": path, "verdict": verdict, "score": score, "checks": checks, "mettici": "1"}
    return printed | {
        "photo": {"sha256": file or f"{path}{score}"},
        "policy": {"name": "professional", "version": policy},
    }


OLD = [
    report("anna.jpg", "reject", 20, "framing", "smile"),
    report("bob.jpg", "improve", 60, "exposure"),
    report("carla.jpg", "accept", 90),
    report("dora.jpg", "improve", 70, "smile", file="d"),
    report("ed.jpg", "accept", 85),
    report("gone.jpg", "accept", 99),
    error_object("fay.jpg", EmptyError()),
    report("sales/gus.jpeg", "improve", 60),
]
NEW = [
    report("anna.jpg", "accept", 88, "smile"),
    report("bob.jpg", "improve", 60 + MIN_CHANGE),
    report("carla.jpg", "improve", 72, "framing"),
    report("dora.jpg", "improve", 71 - MIN_CHANGE + 1, file="d"),
    report("ed.jpg", "accept", 86),
    report("zoe.jpg", "improve", 55),
    report("fay.jpg", "improve", 50),
    report("sales/Gus.PNG", "accept", 91),
]


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two scans, in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name, reports in (("old.jsonl", OLD), ("new.jsonl", NEW)):
        Path(name).write_text("".join(to_text(one) + "\n" for one in reports), "utf-8")


@pytest.mark.usefixtures("scans")
def test_each_photo_is_better_worse_unchanged_new_or_gone() -> None:
    found = compare(read("old.jsonl"), read("new.jsonl"))
    assert [change.after.path for change in found.better] == ["anna.jpg", "fay.jpg", "sales/Gus.PNG", "bob.jpg"]
    assert [change.after.path for change in found.worse] == ["carla.jpg"]
    assert {change.after.path for change in found.same} == {"dora.jpg", "ed.jpg"}, (
        f"less than {MIN_CHANGE} points is noise"
    )
    assert [photo.path for photo in found.arrived] == ["zoe.jpg"]
    assert [photo.path for photo in found.gone] == ["gone.jpg"]
    anna, fay, *_ = found.better
    assert (anna.fixed, anna.new_faults, anna.gain) == (["framing"], [], 68)
    assert (fay.fixed, fay.new_faults, fay.gain) == ([], [], 0), "an unreadable file has no checks"
    assert [change.after.path for change in found.same if change.same_file] == ["dora.jpg"]
    assert found.same_judging


@pytest.mark.usefixtures("scans")
@pytest.mark.parametrize("lang", ["en", "it", "es"])
def test_no_line_is_wider_than_a_narrow_terminal(lang: str) -> None:
    printed = run("compare", "old.jsonl", "new.jsonl", "--lang", lang, COLUMNS="40").stdout
    assert max(map(len, printed.splitlines())) <= 40


@pytest.mark.usefixtures("scans")
def test_the_command_describes_the_changes() -> None:
    done = run("compare", "old.jsonl", "new.jsonl", "--top", "2")
    assert done.exit_code == 0, done.stderr
    printed = " ".join(done.stdout.split())
    assert "old.jsonl: 8 photos: 3 good, 3 could be better, 1 not suitable, 1 unreadable" in printed
    assert "Better: 4. Worse: 1. As before: 2. New: 1. Gone: 1." in printed
    assert "anna.jpg 20 not suitable 88 good fixed: framing" in printed
    assert "carla.jpg 90 good 72 could be better new: framing" in printed
    assert "2 more; show them with --top 4" in printed
    italian = " ".join(run("compare", "old.jsonl", "new.jsonl", "--lang", "it").stdout.split())
    assert "Migliorate: 4. Peggiorate: 1." in italian
    assert "sales/Gus.PNG 60 da migliorare 91 buona era sales/gus.jpeg" in italian


@pytest.mark.usefixtures("scans")
def test_json_holds_everything() -> None:
    result = json.loads(run("compare", "old.jsonl", "new.jsonl", "--json").stdout)
    assert result["better"][0]["before"] == {"path": "anna.jpg", "verdict": "reject", "score": 20}
    assert result["new"]["verdicts"] == {"accept": 3, "improve": 5}
    assert [photo["path"] for photo in result["gone"]] == ["gone.jpg"]


@pytest.mark.usefixtures("scans")
def test_scans_with_different_rules_are_flagged() -> None:
    Path("other.jsonl").write_text(to_text(report("anna.jpg", "accept", 90, policy="2")) + "\n")
    assert "not every change is due to" in " ".join(run("compare", "old.jsonl", "other.jsonl").stdout.split())
    assert "not every change is due to" not in run("compare", "old.jsonl", "new.jsonl").stdout


def test_only_complete_lines_of_a_killed_scan_count(tmp_path: Path) -> None:
    lines = [to_text(one) for one in NEW]
    (tmp_path / "torn.jsonl").write_text("\n".join([*lines[:2], lines[2][:40]]))
    assert list(read(str(tmp_path / "torn.jsonl")).photos) == ["anna.jpg", "bob.jpg"]


@pytest.mark.parametrize("text", ["", "[]\n", "{}\n", "path,verdict\n", '"a"\n', '{"path": "a"}\n', "\0\xff\n"])
def test_a_file_without_reports_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "out.jsonl").write_bytes(text.encode("latin-1"))
    with pytest.raises(SourceError) as caught:
        read(str(tmp_path / "out.jsonl"))
    assert caught.value.reason == "no_reports"
    assert run("compare", str(tmp_path / "out.jsonl"), str(tmp_path / "gone.jsonl")).exit_code == 2
