"""Verdict, score, and what is worth mending first. Pure: no pixels, no files, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from mettici.checks.base import Assessment, Check, Status
from mettici.mapping import FAILS, IDEAL, WARNS, interpolate
from mettici.messages import FALLBACK
from mettici.policy import Rule

POINTS = 10.0
"""Points that a check of weight 1 costs where it scores nothing."""
LOSS = ((0.0, 1.0), (FAILS, 0.8), (WARNS, 0.5), (75.0, 0.1), (IDEAL, 0.0))
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
    """One check's assessment under the policy's rule. `idle`: nothing in the picture is worth mending, so no advice."""

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
        """Points lost to this finding: what mending it is worth, for ordering."""
        return points_lost(self.rule.weight, self.score)

    @property
    def ceiling(self) -> float:
        """The most that the photo can score with this finding."""
        if self.rule.blocking and self.status is Status.UNKNOWN:
            return UNTOLD_AT_MOST
        if self.score is None or self.rule.cap >= 100.0:
            return 100.0
        return interpolate(self.score, ((0.0, self.rule.cap / 2), (FAILS, self.rule.cap), (GRAVE, 100.0)))

    def title(self, lang: str = FALLBACK) -> str:
        """What the check is called; of a fault, what is amiss."""
        amiss = self.status in (Status.WARN, Status.FAIL)
        check = self.rule.check
        return check.fault_title(self.reason, lang) if amiss else check.title(lang)

    def message(self, lang: str = FALLBACK) -> str:
        return self.rule.check.message(self.reason, lang, **self._facts)

    def advice(self, lang: str = FALLBACK) -> str | None:
        """What to do about it; None where nothing needs doing, or where it is of no use."""
        return None if self.idle else self.rule.check.advice(self.reason, lang, **self._facts)

    @property
    def _facts(self) -> dict[str, object]:
        return {**self.rule.limits, **self.assessment.details, "value": self.value}


def worth_mending(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, idle where another picture is needed anyway: open eyes and better light mend no drawing."""
    if not any(f.blocks and f.rule.check.replaces for f in findings):
        return tuple(findings)
    return tuple(f if f.rule.check.foremost else replace(f, idle=True) for f in findings)


def points_lost(weight: float, score: float | None) -> float:
    """What a check of `weight` with `score` 0..100 costs a photo; nothing where there is no score."""
    return POINTS * weight * interpolate(score, LOSS) if score is not None else 0.0


def mending_order(check: Check, blocks: bool, cost: float) -> tuple[bool, bool, bool, float, str]:
    """Sorts by what is to be mended first: that it is no photograph of a face at all, then what else blocks, then by
    points lost; what would only be a plus comes after every fault."""
    return not (blocks and check.foremost), not blocks, check.plus, -cost, check.id


def judge(findings: Sequence[Finding], accept_from: float) -> tuple[Verdict, float]:
    """The verdict, and the score 0..100.

    The score is 100 less what each finding costs, at most the lowest of their ceilings: mending one never lowers it.
    `reject` where a blocking check fails: the score is then scaled under `REJECTED_AT_MOST`. `accept` where nothing
    fails, no blocking check is unknown and the score reaches `accept_from`; else `improve`.
    """
    score = total(findings)
    if any(f.blocks for f in findings):
        return Verdict.REJECT, score * REJECTED_AT_MOST / 100
    failed = any(f.status is Status.FAIL for f in findings)
    untold = any(f.rule.blocking and f.status is Status.UNKNOWN for f in findings)
    accepted = not failed and not untold and score >= accept_from
    return Verdict.ACCEPT if accepted else Verdict.IMPROVE, score


def total(findings: Sequence[Finding]) -> float:
    """The score 0..100 before a rejection scales it; 0 where no check has one."""
    if not any(f.score is not None for f in findings):
        return 0.0
    left = 100.0 - sum(f.cost for f in findings)
    return max(0.0, min([left, *(f.ceiling for f in findings)]))
