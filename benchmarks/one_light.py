"""One studio, one light, many people: how often the lighting checks flag each group.

    python -m benchmarks.one_light --data FOLDER

`FOLDER` holds portraits taken under the same light and a `labels.csv` with the columns `path` and `race` (the Face
Research Lab London Set, DeBruine and Jones 2017, is such a set). Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path

from mettici import PhotoChecker
from mettici.checks.base import Status
from mettici.report import Report

CHECKS = ("exposure", "illumination", "colour_cast", "background")


def table(reports: dict[str, list[Report]]) -> str:
    """How many of each group's reports warn or fail, by check."""
    lines = [f"| group | portraits | {' | '.join(CHECKS)} |", f"| --- | --- |{' --- |' * len(CHECKS)}"]
    for group, some in sorted(reports.items()):
        counts = [sum(r[check].status in (Status.WARN, Status.FAIL) for r in some) for check in CHECKS]
        lines.append(f"| {group} | {len(some)} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def main() -> None:
    """Judge the portraits and print how often each group gets a finding about the light."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.one_light", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of portraits with a labels.csv")
    folder: Path = parser.parse_args().data
    reports: dict[str, list[Report]] = defaultdict(list)
    with PhotoChecker() as checker, (folder / "labels.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            reports[row["race"]].append(checker.check(folder / row["path"], crop=False))
    print(table(reports))


if __name__ == "__main__":
    main()
