"""Labels set by hand for pictures of the train part, where a set's own labels are missing or wrong."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=1)
def hand_labels() -> dict[str, dict[str, str]]:
    """By picture and head: a value, or "-" if doubtful."""
    with Path(__file__).with_name("hand_labels.csv").open(newline="", encoding="utf-8") as lines:
        return {r.pop("picture"): r for r in csv.DictReader(lines)}
