"""Coaches a person in front of a camera: at most two short hints at a time, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mettici.messages import say
from mettici.web.geometry import outlines

if TYPE_CHECKING:
    from mettici.checker import Examination, PhotoChecker

MAX_HINTS = 2
"""People do not follow more at once."""


def coach_frame(checker: PhotoChecker, data: bytes, lang: str) -> dict[str, Any]:
    """The coach's response to one frame, an encoded picture. Raises `PhotoError`."""
    return coach_response(checker.examine(data, crop=False), lang)


def coach_response(done: Examination, lang: str) -> dict[str, Any]:
    """`green`: nothing is left to say. `hints`: at most two, as `{id, text}`. Also the outline of the face."""
    check_by_hint: dict[str, str] = {}
    for finding in sorted(done.report.faults, key=lambda f: -f.rule.check.urgency):
        if hint := finding.rule.check.hint(finding.assessment, finding.rule.limits):
            check_by_hint.setdefault(hint, finding.id)
    hints = [{"id": check, "text": say(f"coach.{hint}", lang)} for hint, check in check_by_hint.items()]
    photo = done.report.photo
    size = [photo["width"], photo["height"]]
    return {"green": not hints, "hints": hints[:MAX_HINTS], "size": size, **outlines(done.evidence)}
