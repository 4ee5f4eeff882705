"""Same photo, same policy, same version: the same report to the last digit, whichever way it comes in.

On Ray: `test_ray.py` compares its reports with those of `scan`. Over versions: `python -m benchmarks.matrix`; a
thousand times: `python -m benchmarks.determinism`.
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


def untold(report: dict[str, Any]) -> dict[str, Any]:
    """The report less what says when and whence: timings, the name, and what `scan` notes to resume by."""
    return {key: value for key, value in report.items() if key not in ("timing_ms", "path", "source")}


@pytest.fixture(scope="module")
def known(checker: PhotoChecker, samples: Path) -> dict[str, dict[str, Any]]:
    """What the library says of each photo, asked once, from one thread."""
    reports = {name: untold(checker.check(samples / name).to_dict()) for name in PHOTOS}
    return {name: json.loads(json.dumps(report)) for name, report in reports.items()}


def test_32_threads_that_share_a_checker_say_what_one_says(
    checker: PhotoChecker, samples: Path, known: dict[str, dict[str, Any]]
) -> None:
    together = threading.Barrier(THREADS)
    photos = [PHOTOS[i % len(PHOTOS)] for i in range(THREADS)]

    def judge(name: str) -> dict[str, Any]:
        together.wait(60)
        return untold(checker.check((samples / name).read_bytes()).to_dict())

    with ThreadPoolExecutor(THREADS) as threads:
        for name, told in zip(photos, threads.map(judge, photos), strict=True):
            assert told == known[name], name


def test_check_and_scan_and_http_say_what_the_library_says(
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
        assert untold(report) == known[Path(report["path"]).name], "check"
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
        assert untold(report) == known[Path(report["path"]).name], "scan"
    with serving(workers=2) as address:
        for name in PHOTOS:
            told = httpx.post(f"{address}/v1/check?lang=en", content=(samples / name).read_bytes(), timeout=60)
            assert untold(told.json()) == known[name], "HTTP"


def test_bytes_a_file_a_picture_and_an_array_say_the_same_of_the_pixels(checker: PhotoChecker, samples: Path) -> None:
    """What only a file can tell (format, hash, compression, metadata) aside."""
    path = samples / "drawn_flat_avatar.png"
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
        sources = (path, path.read_bytes(), io.BytesIO(path.read_bytes()), Image.fromarray(pixels), pixels)
    of_file = {"compression", "metadata_privacy"}
    told = []
    for source in sources:
        checks = checker.check(source).to_dict()["checks"]
        told.append([check for check in checks if check["id"] not in of_file])
    assert all(checks == told[0] for checks in told)


def test_a_thousand_repeats_in_small(monkeypatch: pytest.MonkeyPatch, samples: Path) -> None:
    """The command that prints the thousand, with three."""
    monkeypatch.setattr(determinism, "made", lambda: samples)
    monkeypatch.setattr(sys, "argv", ["determinism", "--repeats", "3"])
    with pytest.raises(SystemExit) as end:
        determinism.main()
    assert end.value.code == 0
