"""What was seen by eye on pictures of the train part, where a set's labels are silent or wrong."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def seen() -> dict[str, dict[str, str]]:
    """By picture and head: a value, or "-" for doubtful."""
    with Path(__file__).with_name("seen.csv").open(newline="", encoding="utf-8") as lines:
        return {r.pop("picture"): r for r in csv.DictReader(lines)}
