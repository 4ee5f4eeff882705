"""Why the best of several photos is the best, in a sentence."""

from __future__ import annotations

from mettici.checks import all_checks
from mettici.checks.base import Text
from mettici.schema import Object
from mettici.scoring import compared

_VERDICT = Text("The first photo has the better verdict, above all for: {titles}.",
                "La prima foto ha il giudizio migliore, soprattutto per: {titles}.")  # fmt: skip
_SCORE = Text("The first photo has {points} points more, above all for: {titles}.",
              "La prima foto ha {points} punti in più, soprattutto per: {titles}.")  # fmt: skip
_POINT = Text("The first photo has one point more, above all for: {titles}.",
              "La prima foto ha un punto in più, soprattutto per: {titles}.")  # fmt: skip
_EQUAL = Text("The first two are equally good: take the one you like.",
              "Le prime due sono ugualmente buone: prendi quella che ti piace di più.")  # fmt: skip


def why(first: Object, second: Object, lang: str = "en") -> str:
    """Why the first report stands before the second: the checks where it is ahead, the weightiest first."""
    better_verdict, found = first["verdict"] != second["verdict"], compared(first, second)
    if not better_verdict and found.points == 0:
        return _EQUAL(lang)
    names = {check.id: check.name(lang) for check in all_checks()}
    text = _VERDICT if better_verdict else _POINT if found.points == 1 else _SCORE
    return text(lang).format(points=found.points, titles=", ".join(names[check] for check in found.better))
