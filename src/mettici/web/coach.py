"""What to say to a person in front of a camera: at most two short hints, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mettici.messages import say
from mettici.web.drawing import outlines

if TYPE_CHECKING:
    from mettici.checker import Examination, PhotoChecker

MOST_HINTS = 2
"""More at once are not followed."""


def guided(checker: PhotoChecker, data: bytes, lang: str) -> dict[str, Any]:
    """What to say on one frame, the bytes of a file. Raises `PhotoError`."""
    return coached(checker.examine(data, crop=False), lang)


def coached(done: Examination, lang: str) -> dict[str, Any]:
    """`green`: nothing is left to say; `hints`: at most two, as `{id, text}`; and the face's outline in the frame."""
    said: dict[str, str] = {}
    for finding in sorted(done.report.faults, key=lambda f: -f.rule.check.urgency):
        if hint := finding.rule.check.hint(finding.assessment, finding.rule.limits):
            said.setdefault(hint, finding.id)
    told = [{"id": check, "text": say(f"coach.{hint}", lang)} for hint, check in said.items()]
    photo = done.report.photo
    size = [photo["width"], photo["height"]]
    return {"green": not told, "hints": told[:MOST_HINTS], "size": size, **outlines(done.evidence)}
