"""Verdict, score, the order of faults, and the ranking of photos with reasons. Pure: no files, no clock.

Functions on one photo work on findings; those that compare photos work on reports as JSON, wherever they come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Any

from mettici.checks import all_checks
from mettici.checks.base import FAIL_SCORE, IDEAL_SCORE, WARN_SCORE, Assessment, Check, Status, interpolate
from mettici.messages import FALLBACK
from mettici.policy import Rule

POINTS = 10.0
"""Points that a check of weight 1 costs if it scores 0."""
LOSS_CURVE = ((0.0, 1.0), (FAIL_SCORE, 0.8), (WARN_SCORE, 0.5), (75.0, 0.1), (IDEAL_SCORE, 0.0))
"""Maps a check's score to the share of its points that is lost: little if it passes well, half if it warns.

Of five such curves, with weights fitted by least squares to the mean of two people's ratings of 114 published photos
and of 147 profile photos (train parts), this one had the highest rank correlation on held-out photos (.71 and .73).
"""
UNCAPPED_FROM = 55.0
"""A check with at least this score does not cap the photo's score: a mild fault costs points, a grave one sets a
ceiling."""
UNKNOWN_CAP = 60.0
"""Maximum score of a photo for which a blocking check is unknown."""
REJECTED_CAP = 39.0
"""Maximum score of a rejected photo: its score is scaled to 0..39."""
MIN_DIFFERENCE = 8
"""Minimum difference between two photos in a check's score (0..100) to be worth mentioning."""
MAX_REASONS = 3
"""Maximum number of checks to name as reasons: more would obscure the most important."""
FAULTS = (Status.WARN, Status.FAIL)
"""The statuses of faults; each equals its name in a report's JSON."""

Object = Mapping[str, Any]


class Verdict(str, Enum):
    """Verdicts, best first."""

    ACCEPT = "accept"
    IMPROVE = "improve"
    REJECT = "reject"

    @property
    def place(self) -> int:
        """0 for the best. Photos are sorted by it, and then by score."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Finding:
    """A check's assessment under the policy's rule. `moot`: fixing it is pointless in this picture, so it gives no
    advice."""

    rule: Rule
    assessment: Assessment
    moot: bool = False

    @property
    def id(self) -> str:
        return self.rule.check.id

    @property
    def status(self) -> Status:
        return self.assessment.status

    @property
    def value(self) -> float | None:
        return self.assessment.value

    @property
    def score(self) -> float | None:
        return self.assessment.score

    @property
    def reason(self) -> str:
        return self.assessment.reason

    @property
    def blocks(self) -> bool:
        return self.rule.blocking and self.status is Status.FAIL

    @property
    def cost(self) -> float:
        """Points lost to this finding, and so what fixing it is worth, for sorting."""
        return points_lost(self.rule.weight, self.score)

    @property
    def ceiling(self) -> float:
        """The maximum score of a photo with this finding."""
        if self.rule.blocking and self.status is Status.UNKNOWN:
            return UNKNOWN_CAP
        if self.score is None or self.rule.cap >= 100.0:
            return 100.0
        return interpolate(self.score, ((0.0, self.rule.cap / 2), (FAIL_SCORE, self.rule.cap), (UNCAPPED_FROM, 100.0)))

    def title(self, lang: str = FALLBACK) -> str:
        """The check's title or, for a fault, the title of that fault."""
        check = self.rule.check
        return check.fault_title(self.reason, lang) if self.status in FAULTS else check.title(lang)

    def message(self, lang: str = FALLBACK) -> str:
        return self.rule.check.message(self.reason, lang, **self._facts)

    def advice(self, lang: str = FALLBACK) -> str | None:
        """What to do about it; None if there is nothing to do, or if it would be pointless."""
        return None if self.moot else self.rule.check.advice(self.reason, lang, **self._facts)

    @property
    def _facts(self) -> dict[str, object]:
        return {**self.rule.limits, **self.assessment.details, "value": self.value}


def mark_moot(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Mark findings as moot if a different picture is needed anyway: open eyes and better light do not improve a
    drawing."""
    if not any(f.blocks and f.rule.check.needs_another_photo for f in findings):
        return tuple(findings)
    return tuple(f if f.rule.check.fix_first else replace(f, moot=True) for f in findings)


def points_lost(weight: float, score: float | None) -> float:
    """Points that a check of `weight` with `score` 0..100 costs; 0 if it has no score."""
    return POINTS * weight * interpolate(score, LOSS_CURVE) if score is not None else 0.0


def fixing_order(check: Check, blocks: bool, cost: float) -> tuple[bool, bool, bool, float, str]:
    """A sort key for what to fix first: that the picture is not a photo of a face at all, then whatever else blocks,
    then by points lost; improvements that are merely optional come last."""
    return not (blocks and check.fix_first), not blocks, check.bonus, -cost, check.id


def judge(findings: Sequence[Finding], accept_from: float) -> tuple[Verdict, float]:
    """The verdict, and the score 0..100.

    The score is 100 minus the cost of each finding, limited by the lowest of their ceilings, so fixing one never lowers
    it. `reject` if a blocking check fails; the score is then scaled below `REJECTED_CAP`. `accept` if nothing
    fails, no blocking check is unknown and the score, rounded as displayed, reaches `accept_from`; otherwise `improve`.
    """
    score = total(findings)
    if any(f.blocks for f in findings):
        return Verdict.REJECT, score * REJECTED_CAP / 100
    failed = any(f.status is Status.FAIL for f in findings)
    unknown = any(f.rule.blocking and f.status is Status.UNKNOWN for f in findings)
    accepted = not failed and not unknown and round(score) >= accept_from
    return Verdict.ACCEPT if accepted else Verdict.IMPROVE, score


def total(findings: Sequence[Finding]) -> float:
    """The score 0..100 before it is scaled for a rejection; 0 if no check has a score."""
    if not any(f.score is not None for f in findings):
        return 0.0
    left = 100.0 - sum(f.cost for f in findings)
    return max(0.0, min([left, *(f.ceiling for f in findings)]))


def order(report: Object) -> tuple[int, int, float, int]:
    """A sort key for reports as JSON, best first: by verdict, score, the weighted mean of the checks, pixels.

    Reports that are equal in all of these keep their order.
    """
    weighed = [(c["weight"], c["score"]) for c in report["checks"] if c["score"] is not None]
    mean = sum(w * s for w, s in weighed) / (sum(w for w, _ in weighed) or 1)
    photo = report["photo"]
    return Verdict(report["verdict"]).place, -report["score"], -mean, -photo["width"] * photo["height"]


def reported_order(check: Object) -> tuple[int, bool, bool, bool, float, str]:
    """A sort key for the checks of a report as JSON: faults in the order of `Report.faults`, then the others by id."""
    known, fault = _checks_by_id()[check["id"]], check["status"] in FAULTS
    cost = points_lost(check["weight"], check["score"]) if fault else 0.0
    blocks = check["blocking"] and check["status"] == Status.FAIL.value
    return 2 if not fault else int(check["advice"] is None), *fixing_order(known, blocks, cost)


def first_fault(report: Object) -> str | None:
    """The id of the check to fix first, in a report as JSON."""
    faults = [c for c in report["checks"] if c["status"] in FAULTS]
    return str(min(faults, key=reported_order)["id"]) if faults else None


@dataclass(frozen=True)
class Comparison:
    """Why one photo ranks above another; checks by id, the most important first.

    `points`: by how much its score is higher. `rejected_by`: checks that reject only the other photo. `better` and
    `worse`: where it is ahead and behind, at most `MAX_REASONS` each.
    """

    points: int
    rejected_by: tuple[str, ...]
    better: tuple[str, ...]
    worse: tuple[str, ...]


def compare_reports(first: Object, second: Object) -> Comparison:
    """Compare two reports as JSON, the better one first.

    Each check counts by the difference in points between the photos. Differences below `MIN_DIFFERENCE` count only if
    nothing else explains a difference in score.
    """
    points = first["score"] - second["score"]
    gains = _gains(first, second, MIN_DIFFERENCE)
    if points and not any(gain > 0 for gain in gains.values()):
        gains = _gains(first, second, 0)
    passed = {check["id"] for check in first["checks"]} - _blocking(first)
    rejected_by = tuple(sorted(_blocking(second) & passed, key=lambda c: (-gains.get(c, 0.0), c)))
    ahead = sorted((c for c, gain in gains.items() if gain > 0 and c not in rejected_by), key=lambda c: -gains[c])
    behind = sorted((c for c, gain in gains.items() if gain < 0), key=lambda c: gains[c])
    better = (*rejected_by, *ahead)[:MAX_REASONS]
    return Comparison(points, rejected_by, better, tuple(behind[:MAX_REASONS]))


def _gains(first: Object, second: Object, least: float) -> dict[str, float]:
    """Points by which each check costs the second photo more than the first, if their scores differ by at least
    `least`."""
    others = {check["id"]: check for check in second["checks"]}
    gains = {}
    for one in first["checks"]:
        other = others.get(one["id"], {"score": None})
        if one["score"] is not None and other["score"] is not None and abs(one["score"] - other["score"]) >= least:
            gains[one["id"]] = points_lost(one["weight"], other["score"]) - points_lost(one["weight"], one["score"])
    return gains


def _blocking(report: Object) -> set[str]:
    return {c["id"] for c in report["checks"] if c["blocking"] and c["status"] == Status.FAIL.value}


@cache
def _checks_by_id() -> dict[str, Check]:
    return {check.id: check for check in all_checks()}
