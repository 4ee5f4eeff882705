"""`python -m benchmarks.crops --data DIR`: how often the suggested crop fixes what a crop can fix.

Spoils the labelled `us_congress` portraits (far away, off-centre, both) and uses the `profiles` unchanged. A crop can
fix a photo if any of about two thousand crops is predicted to pass `face_size` and `framing` with enough pixels, and if
nothing blocks the photo that no crop can fix. The sizes and places of those crops are independent of `mettici.crop`.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import cv2
import numpy as np

from mettici import PhotoChecker, PhotoError
from mettici.checks.base import Status
from mettici.crop import FIXABLE, MIN_GAIN, min_side
from mettici.cutting import crop_evidence
from mettici.evidence import Evidence
from mettici.image.encode import Original
from mettici.image.photo import Area, load
from mettici.image.types import Pixels
from mettici.policy import Policy

GEOMETRY = ("face_size", "framing")
GOAL = 0.8
POINT = 1.0
"""How far the score of the cropped file, checked afresh, may differ from the predicted one."""
PICTURES = (".jpg", ".jpeg", ".png")


def placed(pixels: Pixels, share: float, across: float, down: float = 0.3) -> Pixels:
    """The portrait scaled by `share` on a wall of its original size; `across` and `down` place it."""
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    wall = np.empty_like(pixels)
    wall[:] = pixels[:8].mean((0, 1))
    y, x = round(height * down), round((width - small.shape[1]) * across)
    wall[y : y + small.shape[0], x : x + small.shape[1]] = small[: height - y]
    return wall


SPOILED_BY: dict[str, Callable[[Pixels], Pixels]] = {
    "far away": lambda p: placed(p, 0.22, 0.5),
    "off-centre": lambda p: p[:, int(p.shape[1] * 0.36) :],
    "half as far, at the side": lambda p: placed(p, 0.45, 0.95),
    "a little off-centre": lambda p: p[:, int(p.shape[1] * 0.18) :],
}
"""The first two match the exam's `degraded`."""


@dataclass
class Tally:
    """Counts for one kind of photo."""

    photos: int = 0
    flawed: int = 0
    fixable: int = 0
    fixed: int = 0
    suggested: int = 0
    lower: int = 0
    other_verdict: int = 0
    off: int = 0
    retakes: Counter[str] = field(default_factory=Counter)
    gains: list[float] = field(default_factory=list)
    search_ms: list[float] = field(default_factory=list)

    def add(self, checker: PhotoChecker, photo: Pixels | Path) -> None:
        """Judge the photo, then its suggested crop from the crop's own bytes."""
        done = checker.examine(photo if isinstance(photo, Path) else np.ascontiguousarray(photo))
        report, evidence = done.report, done.evidence
        self.photos += 1
        self.search_ms += [report.timing_ms["crop"]] if "crop" in report.timing_ms else []
        self.retakes.update([report.retake.reason] if report.retake else [])
        flawed = any(report[c].status in (Status.WARN, Status.FAIL) for c in GEOMETRY)
        blocked = any(f.blocks and f.id not in FIXABLE for f in report.findings)
        fixable = flawed and not blocked and any_passes(evidence, checker.policy)
        self.flawed += flawed
        self.fixable += fixable
        if report.crop is None:
            return
        after = checker.check(Original(evidence.photo).cropped(report.crop.box), crop=False)
        self.suggested += 1
        self.lower += after.score < report.score + MIN_GAIN
        self.other_verdict += after.verdict.value != report.crop.verdict_after
        self.off += abs(after.score - report.crop.score_after) > POINT
        self.gains.append(after.score - report.score)
        self.fixed += fixable and all(after[c].status is Status.PASS for c in GEOMETRY)

    def __str__(self) -> str:
        share = f"{self.fixed / self.fixable:6.1%}" if self.fixable else "     -"
        gain = f"{statistics.median(self.gains):+5.1f}" if self.gains else "    -"
        search = f"{statistics.median(self.search_ms):4.0f} ms" if self.search_ms else "      -"
        retakes = ", ".join(f"{reason} {n}" for reason, n in self.retakes.most_common())
        return (
            f"{self.photos:6} {self.flawed:6} {self.fixable:8} {self.fixed:6} {share} {self.suggested:9} "
            f"{self.lower:5} {self.other_verdict:6} {self.off:4} {gain} {len(self.search_ms):6} {search}  {retakes}"
        )


def any_passes(evidence: Evidence, policy: Policy) -> bool:
    """Whether any crop on a dense grid is predicted to pass size and framing with enough pixels."""
    if evidence.head is None:
        return False
    rules = [policy[c] for c in GEOMETRY]
    fewest = min_side(policy, evidence)
    return any(
        all(rule.check.assess(inside, rule.limits).status is Status.PASS for rule in rules)
        for area in grid(evidence)
        if min(area[2:]) >= fewest
        for inside in [crop_evidence(evidence, area)]
    )


def grid(evidence: Evidence) -> Iterator[Area]:
    """Crops that contain the head, in various sizes, places and three shapes, in original pixels."""
    head, k = evidence.head, evidence.photo.scale
    assert head is not None
    for aspect, share, across, down in product((1.0, 0.8, 1.25), np.linspace(0.38, 0.92, 14), range(7), range(7)):
        height = head.height / share
        width = height * aspect
        if width > evidence.width or height > evidence.height:
            continue
        x = head.middle - width * (0.35 + 0.05 * across)
        y = head.top - (height - head.height) * down / 6
        if 0 <= x <= evidence.width - width and 0 <= y <= evidence.height - height:
            yield round(x * k), round(y * k), int(width * k), int(height * k)


def pictures(folder: Path) -> list[Path]:
    """Every picture in the folder, at any depth."""
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURES)


def main() -> None:
    """Print one line for each way of spoiling, and one for the profiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled pictures")
    parser.add_argument("--limit", type=int, help="at most this many pictures per set")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    print(f"{'':25} photos  amiss  fixable  fixed  share suggested short other* off** gain  sought  search  retakes")
    tallies: dict[str, Tally] = {}
    with PhotoChecker(strict=True) as checker:
        portraits = pictures(chosen.data / "us_congress")[: chosen.limit]
        for name, spoil in SPOILED_BY.items():
            tallies[name] = Tally()
            for path in portraits:
                tallies[name].add(checker, spoil(load(path).pixels))
            print(f"{name:25} {tallies[name]}", flush=True)
        tallies["profiles"] = Tally()
        for path in pictures(chosen.data / "profiles")[: chosen.limit]:
            try:
                tallies["profiles"].add(checker, path)
            except PhotoError as error:
                print(f"{path.name}: {error}")
        print(f"{'profiles':25} {tallies['profiles']}")
    print("* crops whose own verdict is another than the report said; ** whose score is off by more than a point")
    asked = [tallies[name] for name in list(SPOILED_BY)[:2]]
    fixed, fixable = sum(t.fixed for t in asked), sum(t.fixable for t in asked)
    _goal("far away and off-centre fixed, of those a crop can fix", fixed / max(1, fixable), GOAL)
    lower = sum(t.lower + t.other_verdict for t in tallies.values())
    print(f"suggested crops that win less than they have to or are judged otherwise: {lower}    goal 0")


def _goal(what: str, share: float, goal: float) -> None:
    print(f"{what}: {share:.1%}    goal >= {goal:.0%}{'' if share >= goal else '   <-- short'}")


if __name__ == "__main__":
    main()
