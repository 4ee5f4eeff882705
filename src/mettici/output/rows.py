"""Rows of the tables for people (CSV, Excel): the person, the verdict in words, what to do, and the crop."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from mettici.checks.base import Status
from mettici.errors import NotFoundError
from mettici.messages import say
from mettici.output.json import error_object
from mettici.scoring import FAULTS, reported_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mettici.output.people import People

FIX_COLUMNS = 3
"""Number of columns for things to fix: few people fix more at once."""


_ADVISED = (*FAULTS, Status.UNKNOWN)


@dataclass(frozen=True)
class Row:
    """A photo in a table. `person`: from the list of people, else the file name; `others`: the list's further
    columns."""

    report: dict[str, Any]
    path: str
    person: str
    verdict: str
    first: tuple[str, ...]
    advice: str
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def score(self) -> int | None:
        """0..100; None for a photo that could not be judged."""
        return self.report.get("score")

    @property
    def crop(self) -> Mapping[str, Any]:
        """The suggested crop, as reported; empty if there is none."""
        return self.report.get("crop") or {}


def row(report: dict[str, Any], lang: str, people: People | None = None) -> Row:
    """The table row for a report as JSON."""
    path = valid_unicode(report["path"])
    listed = people.find(path) if people else None
    person, others = listed or (PurePath(path).name, {})
    fixes = advice(report)
    retake = report.get("retake")
    everything = [*fixes, *([retake["message"]] if retake else ())]
    verdict = say("report.short.error", lang) if "error" in report else say("report.short." + report["verdict"], lang)
    return Row(report, path, person, verdict, tuple(fixes[:FIX_COLUMNS]), "\n".join(everything), others)


def missing_people(people: People, lang: str) -> Iterator[Row]:
    """A row for each person in the list whose photo was not judged."""
    for file, person, others in [*people.without_photo()]:
        report = error_object(file, NotFoundError(path=file), lang)
        fixes = tuple(advice(report))
        yield Row(report, file, person, say("report.short.error", lang), fixes, "\n".join(fixes), others)


def advice(report: dict[str, Any]) -> list[str]:
    """What to do about a photo, the most valuable first; for a photo that could not be judged, the remedy."""
    if "error" in report:
        return [report["error"]["remedy"]]
    checks = sorted(report["checks"], key=reported_order)
    return [check["advice"] for check in checks if check["status"] in _ADVISED and check["advice"]]


def valid_unicode(path: str) -> str:
    """Convert a name to valid Unicode, escaping invalid bytes."""
    return path.encode("utf-8", "backslashreplace").decode()
