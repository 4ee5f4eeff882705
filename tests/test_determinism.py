"""The same photo, policy and version give an identical report through every interface.

`test_ray.py` compares Ray's reports with those of `scan`, `python -m benchmarks.matrix` compares versions, and `python
-m benchmarks.determinism` repeats a thousand times.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from web_server import serving

from benchmarks import determinism
from mettici import PhotoChecker

PHOTOS = (
    "portrait_good.jpg",
    "portrait_good_exif_rotated.jpg",
    "portrait_good_with_gps.jpg",
    "spoiled_off_centre.jpg",
    "spoiled_two_people.jpg",
    "spoiled_tiny.jpg",
    "drawn_flat_avatar.png",
    "thing_cat.jpg",
)
THREADS = 32


def comparable(report: dict[str, Any]) -> dict[str, Any]:
    """The report without its timings and name, and without what `scan` adds for resuming."""
    return {key: value for key, value in report.items() if key not in ("timing_ms", "path", "source")}


@pytest.fixture(scope="module")
def known(checker: PhotoChecker, samples: Path) -> dict[str, dict[str, Any]]:
    """The library's report on each photo, made once on a single thread."""
    reports = {name: comparable(checker.check(samples / name).to_dict()) for name in PHOTOS}
    return {name: json.loads(json.dumps(report)) for name, report in reports.items()}


def test_32_threads_with_one_checker_give_the_report_of_one_thread(
    checker: PhotoChecker, samples: Path, known: dict[str, dict[str, Any]]
) -> None:
    together = threading.Barrier(THREADS)
    photos = [PHOTOS[i % len(PHOTOS)] for i in range(THREADS)]

    def judge(name: str) -> dict[str, Any]:
        together.wait(60)
        return comparable(checker.check((samples / name).read_bytes()).to_dict())

    with ThreadPoolExecutor(THREADS) as threads:
        for name, found in zip(photos, threads.map(judge, photos), strict=True):
            assert found == known[name], name


def test_check_scan_and_http_give_the_library_s_report(
    samples: Path, known: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text("\n".join(str(samples / name) for name in PHOTOS), "utf-8")
    command = [sys.executable, "-m", "mettici"]
    checked = subprocess.run(
        [*command, "check", "--json", "--lang", "en", *(str(samples / name) for name in PHOTOS)],
        capture_output=True,
        check=False,
    )
    for report in json.loads(checked.stdout):
        assert comparable(report) == known[Path(report["path"]).name], "check"
    words = [
        "scan",
        f"@{tmp_path / 'list.txt'}",
        "--jobs",
        "2",
        "--lang",
        "en",
        "--output",
        str(tmp_path / "all.jsonl"),
    ]
    subprocess.run([*command, *words], capture_output=True, check=False)
    lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(PHOTOS)
    for report in map(json.loads, lines):
        assert comparable(report) == known[Path(report["path"]).name], "scan"
    with serving(workers=2) as address:
        for name in PHOTOS:
            found = httpx.post(f"{address}/v1/check?lang=en", content=(samples / name).read_bytes(), timeout=60)
            assert comparable(found.json()) == known[name], "HTTP"


def test_bytes_file_picture_and_array_give_the_same_findings(checker: PhotoChecker, samples: Path) -> None:
    """Except what only a file reveals: format, hash, compression, metadata."""
    path = samples / "drawn_flat_avatar.png"
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
        sources = (path, path.read_bytes(), io.BytesIO(path.read_bytes()), Image.fromarray(pixels), pixels)
    of_file = {"compression", "metadata_privacy"}
    found = []
    for source in sources:
        checks = checker.check(source).to_dict()["checks"]
        found.append([check for check in checks if check["id"] not in of_file])
    assert all(checks == found[0] for checks in found)


def test_a_few_repeats(monkeypatch: pytest.MonkeyPatch, samples: Path) -> None:
    """The command for a thousand repeats, with three."""
    monkeypatch.setattr(determinism, "made", lambda: samples)
    monkeypatch.setattr(sys, "argv", ["determinism", "--repeats", "3"])
    with pytest.raises(SystemExit) as end:
        determinism.main()
    assert end.value.code == 0
