"""Verdict, score, what is worth fixing first, which of several photos is best, and why. Pure: no files, no clock.

What concerns one photo works on findings; what compares photos works on reports as JSON, whoever wrote them.
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
"""Points that a check of weight 1 costs where it scores nothing."""
LOSS = ((0.0, 1.0), (FAIL_SCORE, 0.8), (WARN_SCORE, 0.5), (75.0, 0.1), (IDEAL_SCORE, 0.0))
"""A check's score, and the share of its points that are lost: little while it passes well, half where it warns.

Of five such curves, with weights by least squares on the mean of two people's ratings of 114 published photos and of
147 profile photos (train parts), this one kept the most of its rank correlation on photos left out (.71 and .73).
"""
GRAVE = 55.0
"""A check's score from which it no longer caps the photo's: a mild fault costs points, a grave one sets a ceiling."""
UNTOLD_AT_MOST = 60.0
"""The most a photo can score where a blocking check could not be told."""
REJECTED_AT_MOST = 39.0
"""A rejected photo never outscores an accepted or improvable one's lower half: its score is scaled to 0..39."""
TELLING = 8
"""Points of a check's score (0..100) from which a difference between two photos is worth a word."""
MOST_REASONS = 3
"""Checks named as reasons: more would hide the gravest."""
FAULTS = (Status.WARN, Status.FAIL)
"""The statuses of what could be better; each equals its name in a report's JSON."""

Object = Mapping[str, Any]


class Verdict(str, Enum):
    """The best first."""

    ACCEPT = "accept"
    IMPROVE = "improve"
    REJECT = "reject"

    @property
    def place(self) -> int:
        """0 for the best: what photos are ordered by, before their scores."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Finding:
    """One check's assessment under the policy's rule. `idle`: nothing in the picture is worth fixing, so no advice."""

    rule: Rule
    assessment: Assessment
    idle: bool = False

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
        """Points lost to this finding: what fixing it is worth, for ordering."""
        return points_lost(self.rule.weight, self.score)

    @property
    def ceiling(self) -> float:
        """The most that the photo can score with this finding."""
        if self.rule.blocking and self.status is Status.UNKNOWN:
            return UNTOLD_AT_MOST
        if self.score is None or self.rule.cap >= 100.0:
            return 100.0
        return interpolate(self.score, ((0.0, self.rule.cap / 2), (FAIL_SCORE, self.rule.cap), (GRAVE, 100.0)))

    def title(self, lang: str = FALLBACK) -> str:
        """What the check is called; of a fault, what is amiss."""
        check = self.rule.check
        return check.fault_title(self.reason, lang) if self.status in FAULTS else check.title(lang)

    def message(self, lang: str = FALLBACK) -> str:
        return self.rule.check.message(self.reason, lang, **self._facts)

    def advice(self, lang: str = FALLBACK) -> str | None:
        """What to do about it; None where nothing needs doing, or where it is of no use."""
        return None if self.idle else self.rule.check.advice(self.reason, lang, **self._facts)

    @property
    def _facts(self) -> dict[str, object]:
        return {**self.rule.limits, **self.assessment.details, "value": self.value}


def worth_mending(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, idle where another picture is needed anyway: open eyes and better light fix no drawing."""
    if not any(f.blocks and f.rule.check.needs_another_photo for f in findings):
        return tuple(findings)
    return tuple(f if f.rule.check.fix_first else replace(f, idle=True) for f in findings)


def points_lost(weight: float, score: float | None) -> float:
    """What a check of `weight` with `score` 0..100 costs a photo; nothing where there is no score."""
    return POINTS * weight * interpolate(score, LOSS) if score is not None else 0.0


def fixing_order(check: Check, blocks: bool, cost: float) -> tuple[bool, bool, bool, float, str]:
    """Sorts by what is to be fixed first: that it is no photograph of a face at all, then what else blocks, then by
    points lost; what would only be a plus comes after every fault."""
    return not (blocks and check.fix_first), not blocks, check.bonus, -cost, check.id


def judge(findings: Sequence[Finding], accept_from: float) -> tuple[Verdict, float]:
    """The verdict, and the score 0..100.

    The score is 100 less what each finding costs, at most the lowest of their ceilings: fixing one never lowers it.
    `reject` where a blocking check fails: the score is then scaled under `REJECTED_AT_MOST`. `accept` where nothing
    fails, no blocking check is unknown and the score, rounded as people see it, reaches `accept_from`; else `improve`.
    """
    score = total(findings)
    if any(f.blocks for f in findings):
        return Verdict.REJECT, score * REJECTED_AT_MOST / 100
    failed = any(f.status is Status.FAIL for f in findings)
    untold = any(f.rule.blocking and f.status is Status.UNKNOWN for f in findings)
    accepted = not failed and not untold and round(score) >= accept_from
    return Verdict.ACCEPT if accepted else Verdict.IMPROVE, score


def total(findings: Sequence[Finding]) -> float:
    """The score 0..100 before a rejection scales it; 0 where no check has one."""
    if not any(f.score is not None for f in findings):
        return 0.0
    left = 100.0 - sum(f.cost for f in findings)
    return max(0.0, min([left, *(f.ceiling for f in findings)]))


def order(report: Object) -> tuple[int, int, float, int]:
    """Sorts reports as JSON, the best first: by verdict, score, the checks' weighted mean, pixels.

    Those that are equal in all of these stay as they came.
    """
    weighed = [(c["weight"], c["score"]) for c in report["checks"] if c["score"] is not None]
    mean = sum(w * s for w, s in weighed) / (sum(w for w, _ in weighed) or 1)
    photo = report["photo"]
    return Verdict(report["verdict"]).place, -report["score"], -mean, -photo["width"] * photo["height"]


def reported_order(check: Object) -> tuple[int, bool, bool, bool, float, str]:
    """Sorts the checks of a report as JSON: faults as in `Report.faults`, and then what is none, by its id."""
    known, fault = _known()[check["id"]], check["status"] in FAULTS
    cost = points_lost(check["weight"], check["score"]) if fault else 0.0
    blocks = check["blocking"] and check["status"] == Status.FAIL.value
    return 2 if not fault else int(check["advice"] is None), *fixing_order(known, blocks, cost)


def first_fault(report: Object) -> str | None:
    """The check of a report as JSON that is to be fixed first, by its id."""
    faults = [c for c in report["checks"] if c["status"] in FAULTS]
    return str(min(faults, key=reported_order)["id"]) if faults else None


@dataclass(frozen=True)
class Comparison:
    """Why one photo stands before another; checks by their id, those first that count most.

    `points`: by how much its score is higher. `rejected_by`: what rejects the other photo, and not this one. `better`
    and `worse`: where it is ahead and where it is behind, `MOST_REASONS` each at most.
    """

    points: int
    rejected_by: tuple[str, ...]
    better: tuple[str, ...]
    worse: tuple[str, ...]


def compared(first: Object, second: Object) -> Comparison:
    """What tells two reports as JSON apart, the better one first.

    A check counts by the points that it costs the one photo and not the other. Differences under `TELLING` count only
    where nothing else tells photos of different scores apart.
    """
    points = first["score"] - second["score"]
    gains = _gains(first, second, TELLING)
    if points and not any(gain > 0 for gain in gains.values()):
        gains = _gains(first, second, 0)
    passed = {check["id"] for check in first["checks"]} - _blocking(first)
    rejected_by = tuple(sorted(_blocking(second) & passed, key=lambda c: (-gains.get(c, 0.0), c)))
    ahead = sorted((c for c, gain in gains.items() if gain > 0 and c not in rejected_by), key=lambda c: -gains[c])
    behind = sorted((c for c, gain in gains.items() if gain < 0), key=lambda c: gains[c])
    better = (*rejected_by, *ahead)[:MOST_REASONS]
    return Comparison(points, rejected_by, better, tuple(behind[:MOST_REASONS]))


def _gains(first: Object, second: Object, least: float) -> dict[str, float]:
    """Points that each check costs the second photo more than the first, where their scores differ by `least`."""
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
def _known() -> dict[str, Check]:
    return {check.id: check for check in all_checks()}
