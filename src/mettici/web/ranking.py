"""Why the best of several photos is the best, and what puts others behind it, in a sentence."""

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

_AS_GOOD = Text("As good as the first.", "Buona quanto la prima.")
_BEHIND_VERDICT = Text("The first has the better verdict, above all for: {titles}.",
                       "La prima ha il giudizio migliore, soprattutto per: {titles}.")  # fmt: skip
_BEHIND_POINT = Text("One point behind the first, above all for: {titles}.",
                     "Un punto in meno della prima, soprattutto per: {titles}.")  # fmt: skip
_BEHIND = Text("{points} points behind the first, above all for: {titles}.",
               "{points} punti in meno della prima, soprattutto per: {titles}.")  # fmt: skip


def why(first: Object, second: Object, lang: str = "en") -> str:
    """Why the first report stands before the second: the checks where it is ahead, the weightiest first."""
    return _told(first, second, (_EQUAL, _VERDICT, _POINT, _SCORE), lang)


def behind(first: Object, other: Object, lang: str = "en") -> str:
    """The same, said of the other: why it stands behind the first."""
    return _told(first, other, (_AS_GOOD, _BEHIND_VERDICT, _BEHIND_POINT, _BEHIND), lang)


def _told(first: Object, second: Object, texts: tuple[Text, Text, Text, Text], lang: str) -> str:
    """`texts`: for equals, for a better verdict, for one point, and for more points."""
    equal, verdict, point, score = texts
    better_verdict, found = first["verdict"] != second["verdict"], compared(first, second)
    if not better_verdict and found.points == 0:
        return equal(lang)
    names = {check.id: check.name(lang) for check in all_checks()}
    text = verdict if better_verdict else point if found.points == 1 else score
    return text(lang).format(points=found.points, titles=", ".join(names[check] for check in found.better))
