"""What an upload is refused for, and the checkers that all uploads of a process share."""

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
"""Verdicts with which a photo is taken, where a back end names no others."""


@dataclass(frozen=True)
class Refusal:
    """One thing that stands against a photo: the check's id, or an error's code; what is wrong; what to do."""

    code: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".rstrip()

    def to_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "advice": self.advice}


def refusals(report: Report, taken: Collection[str], lang: str = "en") -> list[Refusal]:
    """Why a photo is not taken, the gravest first; empty where its verdict is among `taken`.

    A rejected photo is refused for what rejects it, a drawing for that alone, any other for all that is to be fixed.
    """
    if report.verdict.value in taken:
        return []
    blocking = [f for f in report.findings if f.blocks and not f.moot]
    return [Refusal(f.id, f.message(lang), f.advice(lang) or "") for f in blocking or report.to_fix]


def refused(error: MetticiError, lang: str = "en") -> Refusal:
    """The refusal of a photo that could not be judged, in words for who sent it; the log has them for who runs it."""
    told = error.for_uploader()
    if told is not error:
        log.warning("an upload could not be judged: %s, %s", error.code, error.reason)
    return Refusal(told.code, told.message(lang), told.remedy_in(lang))


@lru_cache(maxsize=64)
def shared_checker(policy: str | Path | Policy) -> PhotoChecker:
    """A checker for each policy; all have the same networks, which come with the first photo, and anew after a fork."""
    from mettici.checker import PhotoChecker

    return PhotoChecker(policy)
