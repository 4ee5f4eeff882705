"""`python -m benchmarks.unchanged BEFORE AFTER`: do two versions of mettici judge the same photos the same way?

    python -m benchmarks.unchanged --freeze before.jsonl PHOTO_OR_FOLDER...   # with one version
    python -m benchmarks.unchanged --freeze after.jsonl PHOTO_OR_FOLDER...    # with the other
    python -m benchmarks.unchanged before.jsonl after.jsonl

Compares verdicts, scores, boxes, crops, and each check's status, value, score and reason, but not texts, times and
versions. Values are compared to the four decimals of a report. Unreadable photos must fail with the same code. Prints
every difference, and exits with 1 if there are any.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mettici import PhotoChecker, PhotoError

Object = dict[str, Any]
CHECK = ("id", "status", "value", "score", "reason", "blocking", "weight", "details")
"""The fields of a check that must not change between versions."""


def comparable(report: Object) -> Object:
    """The parts of a JSON report that must not change."""
    crop, retake = report["crop"], report["retake"]
    return {
        "verdict": report["verdict"],
        "score": report["score"],
        "photo": report["photo"],
        "faces": report["faces"],
        "checks": {check["id"]: {key: check[key] for key in CHECK} for check in report["checks"]},
        "crop": crop,
        "retake": retake and retake["reason"],
    }


def photos(given: list[Path]) -> Iterator[Path]:
    """Every file given, and those in the folders given, at any depth."""
    for path in given:
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def freeze(output: Path, given: list[Path]) -> None:
    """Write a line for each photo: its path and what must not change."""
    with PhotoChecker(strict=True) as checker, output.open("w", encoding="utf-8") as file:
        for path in photos(given):
            try:
                outcome = comparable(checker.check(path).to_dict())
            except PhotoError as error:
                outcome = {"error": error.code}
            file.write(json.dumps({"path": str(path), **outcome}) + "\n")


def differences(before: Object, after: Object, where: str = "") -> Iterator[str]:
    """Every difference between two reports, with both values."""
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from differences(one, other, f"{where}{key}.")
        elif one != other:
            yield f"{where}{key}: {one} -> {other}"


def read(path: Path) -> dict[str, Object]:
    """The frozen reports by photo."""
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return {line.pop("path"): line for line in lines}


def compare(before: dict[str, Object], after: dict[str, Object]) -> int:
    """Print the differences; return 1 if there are any or if there was nothing to compare."""
    found = 0
    for path in sorted(before.keys() | after.keys()):
        outcome = [*differences(before.get(path, {"missing": True}), after.get(path, {"missing": True}))]
        found += bool(outcome)
        for line in outcome:
            print(f"{path}: {line}")
    print(f"{len(before)} photos, {found} judged otherwise")
    return int(bool(found) or not before)


def main() -> None:
    """Freeze or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--freeze", type=Path, metavar="FILE")
    parser.add_argument("paths", type=Path, nargs="+")
    given = parser.parse_args()
    if given.freeze:
        freeze(given.freeze, given.paths)
    elif len(given.paths) == 2:
        sys.exit(compare(read(given.paths[0]), read(given.paths[1])))
    else:
        parser.error("give two files to compare")


if __name__ == "__main__":
    main()
