"""Why an upload is refused, and the checkers that all uploads of a process share."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mettici.errors import MetticiError

if TYPE_CHECKING:
    from pathlib import Path

    from mettici.checker import PhotoChecker
    from mettici.policy import Policy
    from mettici.report import Report

log = logging.getLogger(__name__)

TAKEN = ("accept", "improve")
"""The verdicts that are accepted by default."""


@dataclass(frozen=True)
class Refusal:
    """One reason to refuse a photo: a check's id or an error's code, what is wrong, and what to do."""

    code: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".rstrip()

    def to_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "advice": self.advice}


def refusals(report: Report, taken: Collection[str], lang: str = "en") -> list[Refusal]:
    """Why a photo is refused, the most serious reason first; empty if its verdict is among `taken`.

    For a rejected photo, only the reasons that reject it: a drawing is refused for being one, not for its lighting.
    For any other, everything to fix.
    """
    if report.verdict.value in taken:
        return []
    blocking = [f for f in report.findings if f.blocks and not f.moot]
    return [Refusal(f.id, f.message(lang), f.advice(lang) or "") for f in blocking or report.to_fix]


def refused(error: MetticiError, lang: str = "en") -> Refusal:
    """The refusal of a photo that could not be judged, worded for its sender. The operator's details go to the log."""
    shown = error.for_uploader()
    if shown is not error:
        log.warning("an upload could not be judged: %s, %s", error.code, error.reason)
    return Refusal(shown.code, shown.message(lang), shown.remedy_in(lang))


@lru_cache(maxsize=64)
def shared_checker(policy: str | Path | Policy) -> PhotoChecker:
    """The checker for a policy. All share their networks, which load with the first photo, and again after a fork."""
    from mettici.checker import PhotoChecker

    return PhotoChecker(policy)
