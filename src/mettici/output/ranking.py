"""Sentences that say why one photo ranks above another: for the command line, the page and the API."""

from __future__ import annotations

from mettici.checks import all_checks
from mettici.messages import FALLBACK, say
from mettici.schema import Object
from mettici.scoring import compare_reports


def why(first: Object, second: Object, lang: str = FALLBACK) -> str:
    """Why the first photo ranks above the second: the checks where it is ahead, the most important first."""
    return _sentence(first, second, ("rank.equal", "rank.first_verdict", "rank.first_points"), lang)


def behind(first: Object, other: Object, lang: str = FALLBACK) -> str:
    """Why the other photo ranks below the first."""
    return _sentence(first, other, ("rank.as_good", "rank.behind_verdict", "rank.behind_points"), lang)


def reason(before: Object, other: Object, lang: str = FALLBACK) -> str:
    """Like `behind`, in a few words for a table, compared to the photo just above."""
    return _sentence(before, other, ("rank.reason_equal", "rank.reason_verdict", "rank.reason_points"), lang)


def _sentence(first: Object, second: Object, keys: tuple[str, str, str], lang: str) -> str:
    """`keys`: of the sentences for a tie, for a better verdict, and for more points."""
    equal, verdict, points = keys
    better_verdict, found = first["verdict"] != second["verdict"], compare_reports(first, second)
    if not better_verdict and found.points == 0:
        return say(equal, lang)
    names = {check.id: check.name(lang) for check in all_checks()}
    titles = ", ".join(names[check] for check in found.better)
    return say(verdict if better_verdict else points, lang, count=found.points, titles=titles)
