"""Which of several photos is the best, and why. Pure: no photo's place depends on anything but the reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from mettici.checks.base import Text
from mettici.report import Report

_VERDICT = Text("The first photo has the better verdict, above all for: {titles}.",
                "La prima foto ha il giudizio migliore, soprattutto per: {titles}.")  # fmt: skip
_SCORE = Text("The first photo has {points} points more, above all for: {titles}.",
              "La prima foto ha {points} punti in più, soprattutto per: {titles}.")  # fmt: skip
_POINT = Text("The first photo has one point more, above all for: {titles}.",
              "La prima foto ha un punto in più, soprattutto per: {titles}.")  # fmt: skip
_EQUAL = Text("The first two are equally good: take the one you like.",
              "Le prime due sono ugualmente buone: prendi quella che ti piace di più.")  # fmt: skip
MOST_TITLES = 3

Key = TypeVar("Key")


def best_first(reports: Sequence[tuple[Key, Report]]) -> list[tuple[Key, Report]]:
    """By verdict, then by score; those that are equal stay in the order they came in."""
    return sorted(reports, key=lambda pair: (pair[1].verdict.place, -round(pair[1].score)))


def why(first: Report, second: Report, lang: str = "en") -> str:
    """Why the first stands before the second: the checks where it is ahead, the weightiest first."""
    points = round(first.score) - round(second.score)
    if first.verdict is second.verdict and points == 0:
        return _EQUAL(lang)
    ahead = {f.id: second[f.id].cost - f.cost for f in first.findings if second[f.id].status is not f.status}
    if not any(gain > 0 for gain in ahead.values()):
        ahead = {f.id: second[f.id].cost - f.cost for f in first.findings}
    blocked = {f.id for f in second.findings if f.blocks and not first[f.id].blocks}
    chosen = sorted(ahead, key=lambda c: (c not in blocked, -ahead[c]))[:MOST_TITLES]
    titles = ", ".join(first[c].rule.check.name(lang) for c in chosen if ahead[c] > 0 or c in blocked)
    text = _VERDICT if first.verdict is not second.verdict else _POINT if points == 1 else _SCORE
    return text(lang).format(points=points, titles=titles)
