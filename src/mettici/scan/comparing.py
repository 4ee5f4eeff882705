"""What changed between two scans: which photos got better or worse, were added or removed. Pure functions on
reports."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from mettici.errors import SourceError
from mettici.output.files import normalized_name
from mettici.safe_open import opened
from mettici.scoring import FAULTS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Report = dict[str, Any]

MIN_CHANGE = 5
"""Points by which a score must change to count, if the verdict is the same. Smaller changes may be chance (see
`crop.MIN_GAIN`)."""
_UNJUDGED = len(Verdict)
"""Sorts photos that could not be judged after all verdicts."""


@dataclass(frozen=True)
class Judged:
    """The parts of a report to compare. `verdict` is "error" for a photo that could not be judged; `faults`: the checks
    to fix."""

    path: str
    verdict: str
    score: int | None
    sha256: str
    faults: frozenset[str]

    @classmethod
    def of(cls, report: Report) -> Judged:
        """From a report, or the error in its place. Raises `KeyError` for anything else."""
        if "error" in report:
            return cls(report["path"], "error", None, "", frozenset())
        faults = frozenset(check["id"] for check in report["checks"] if check["status"] in FAULTS)
        return cls(report["path"], Verdict(report["verdict"]).value, report["score"], report["photo"]["sha256"], faults)

    @property
    def place(self) -> int:
        """0 for the best verdict."""
        return _UNJUDGED if self.verdict == "error" else Verdict(self.verdict).place


@dataclass(frozen=True)
class Change:
    """One photo in both scans."""

    before: Judged
    after: Judged

    @property
    def gain(self) -> int:
        """Points gained; 0 if either scan has no score."""
        before, after = self.before.score, self.after.score
        return 0 if before is None or after is None else after - before

    @property
    def fixed(self) -> list[str]:
        """The checks that warned or failed and now pass, if both scans judged the photo."""
        return sorted(self.before.faults - self.after.faults) if self._judged else []

    @property
    def new_faults(self) -> list[str]:
        """The checks that newly warn or fail, if both scans judged the photo."""
        return sorted(self.after.faults - self.before.faults) if self._judged else []

    @property
    def _judged(self) -> bool:
        return self.before.score is not None and self.after.score is not None

    @property
    def direction(self) -> int:
        """1: clearly better, -1: clearly worse, 0: unchanged."""
        steps = self.before.place - self.after.place
        if steps:
            return 1 if steps > 0 else -1
        return 0 if abs(self.gain) < MIN_CHANGE else 1 if self.gain > 0 else -1

    @property
    def same_file(self) -> bool:
        """Whether the photo itself is unchanged, so that only the judging can differ."""
        return bool(self.after.sha256) and self.before.sha256 == self.after.sha256


@dataclass
class Scan:
    """The reports of one scan, by path, and the policies and versions they come from."""

    photos: dict[str, Judged] = field(default_factory=dict)
    judged_by: set[str] = field(default_factory=set)

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(photo.verdict for photo in self.photos.values())


@dataclass(frozen=True)
class Comparison:
    """Two scans, and the photos grouped by what changed; the largest changes first."""

    old: Scan
    new: Scan
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    same: tuple[Change, ...]
    arrived: tuple[Judged, ...]
    gone: tuple[Judged, ...]

    @property
    def same_judging(self) -> bool:
        """Whether policy and version are the same, so that only the photos can have changed."""
        return self.old.judged_by == self.new.judged_by


def read(path: str) -> Scan:
    """Read the JSON lines at `path`; if a photo occurs twice, the last report counts. A torn last line is ignored.

    Raises `SourceError` if the file cannot be read, or contains anything else.
    """
    scan = Scan()
    try:
        with io.BufferedReader(opened(path)) as file:
            for report in _reports(file, path):
                photo = Judged.of(report)
                scan.photos[photo.path] = photo
                if "policy" in report:
                    policy = report["policy"]
                    scan.judged_by.add(f"{policy['name']} {policy['version']}, mettici {report['mettici']}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, FileNotFoundError):
            raise SourceError("not_found", source=path) from error
        raise SourceError("no_reports", source=path) from error
    if not scan.photos:
        raise SourceError("no_reports", source=path)
    return scan


def _reports(lines: Iterable[bytes], path: str) -> Iterator[Report]:
    for line in lines:
        if not line.endswith(b"\n"):
            try:
                yield json.loads(line)
            except ValueError:
                return  # the scan was killed while writing this line
        elif line.strip():
            report = json.loads(line)
            if not isinstance(report, dict):
                raise SourceError("no_reports", source=path)
            yield report


def compare(old: Scan, new: Scan) -> Comparison:
    """Match photos by path; if a path is gone, by the path without its extension, provided only one photo has it."""
    earlier, pairs, arrived = dict(old.photos), list[Change](), list[Judged]()
    for path, photo in new.photos.items():
        if before := earlier.pop(path, None):
            pairs.append(Change(before, photo))
        else:
            arrived.append(photo)
    unmatched = _by_stem(earlier.values())
    renamed = {stem: photo for stem, photo in _by_stem(arrived).items() if stem in unmatched}
    pairs += [Change(earlier.pop(unmatched[stem].path), photo) for stem, photo in renamed.items()]
    matched = {photo.path for photo in renamed.values()}
    arrived = [photo for photo in arrived if photo.path not in matched]

    def in_direction(direction: int) -> tuple[Change, ...]:
        chosen = (change for change in pairs if change.direction == direction)
        return tuple(sorted(chosen, key=lambda c: (-abs(c.before.place - c.after.place), -abs(c.gain), c.after.path)))

    return Comparison(
        old,
        new,
        in_direction(1),
        in_direction(-1),
        in_direction(0),
        _best_first(arrived),
        _best_first(earlier.values()),
    )


def _best_first(photos: Iterable[Judged]) -> tuple[Judged, ...]:
    return tuple(sorted(photos, key=lambda photo: (photo.place, -(photo.score or 0), photo.path)))


def _by_stem(photos: Iterable[Judged]) -> Mapping[str, Judged]:
    """The photos by path without extension, if no other photo shares it."""
    stems = [(normalized_name(PurePath(photo.path).with_suffix("").as_posix()), photo) for photo in photos]
    counts = Counter(stem for stem, _ in stems)
    return {stem: photo for stem, photo in stems if counts[stem] == 1}
