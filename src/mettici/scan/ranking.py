"""`rank`: sort photos best first, explain why the first beats the second, and group shots of one moment.

Works on reports as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mettici.checks import all_checks
from mettici.messages import say
from mettici.output.ranking import reason
from mettici.scan.judging import HASH_BITS
from mettici.scoring import compare_reports, order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mettici.output.answer import Answer

    Report = dict[str, Any]

MAX_DISTANCE = 36
"""Bits, of 144, in which the perceptual hashes of two shots of one moment may differ.

On 245 photos (95 of caltech_faces, 150 profiles): 95 % stay within this distance when shifted by 6 %, rotated by 1.5
degrees and made 10 % brighter or darker; none of 11 175 pairs of different photos does, the closest being 42 apart.
"""


@dataclass(frozen=True)
class Ranked:
    """A ranked photo: `rank` starts at 1; `group` holds all shots of its moment, itself included, best first."""

    rank: int
    report: Report
    thumbnail: bytes
    overlay: str
    group: tuple[str, ...]

    @property
    def path(self) -> str:
        return str(self.report["path"])

    @property
    def best(self) -> bool:
        """Whether it is the best of several shots of its moment."""
        return len(self.group) > 1 and self.group[0] == self.path


def rank(answers: Iterable[Answer]) -> tuple[list[Ranked], list[Report]]:
    """The photos, best first (`scoring.order`), ties by path; and the errors."""
    answers = list(answers)
    judged = [(json.loads(a.line), a) for a in answers if not a.failed]
    judged.sort(key=lambda pair: (*order(pair[0]), pair[0]["path"]))
    groups = _groups([(report["path"], answer.perceptual_hash) for report, answer in judged])
    ranked = [Ranked(i, r, a.thumbnail, a.overlay, groups[i - 1]) for i, (r, a) in enumerate(judged, 1)]
    return ranked, sorted((json.loads(a.line) for a in answers if a.failed), key=lambda r: str(r["path"]))


def _groups(shots: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The group of each (path, perceptual hash), given best first.

    Each photo joins the best one within `MAX_DISTANCE`, or starts a group. So every photo of a group is close to its
    best one, and no chain of small steps joins different photos.
    """
    leaders = np.zeros((len(shots), HASH_BITS // 8), np.uint8)
    members: list[list[str]] = []
    joined: list[list[str]] = []
    for path, perceptual_hash in shots:
        near = len(members)
        if perceptual_hash:
            bits = np.frombuffer(bytes.fromhex(perceptual_hash), np.uint8)
            apart = np.unpackbits(leaders[:near] ^ bits, axis=1).sum(axis=1)
            if near and apart.min() <= MAX_DISTANCE:
                near = int(apart.argmin())
            else:
                leaders[near] = bits
        if near == len(members):
            members.append([])
        members[near].append(path)
        joined.append(members[near])
    return [tuple(group) for group in joined]


def leaders(ranked: Iterable[Ranked]) -> list[Ranked]:
    """The best photo of each group."""
    return [one for one in ranked if one.group[0] == one.path]


def reasons(ranked: Iterable[Ranked], lang: str) -> dict[str, str]:
    """Why each photo ranks where it does, by path: compared to the one before it, or to the best shot of its moment."""
    found: dict[str, str] = {}
    by_path: dict[str, Report] = {}
    before = None
    for one in ranked:
        leads = one.group[0] == one.path
        other = before if leads else by_path[one.group[0]]
        found[one.path] = reason(other, one.report, lang) if other else say("rank.reason_first", lang)
        by_path[one.path] = one.report
        before = one.report if leads else before
    return found


def why(first: Report, second: Report, lang: str) -> list[str]:
    """Sentences that say why the first is better than the second, the most important first."""
    names = {"first": first["path"], "second": second["path"], "a": first["score"], "b": second["score"]}
    sentences = [say("rank.even" if names["a"] == names["b"] else "rank.beats", lang, **names)]
    if second["verdict"] == "reject" != first["verdict"]:
        faults = [c["message"] for c in second["checks"] if c["blocking"] and c["status"] == "fail"]
        sentences.append(say("rank.not_fit", lang, message=" ".join(faults), **names))
    titles = {check.id: check.title(lang) for check in all_checks()}
    mine, others = ({c["id"]: c for c in report["checks"]} for report in (first, second))
    found = compare_reports(first, second)
    for check in found.better:
        one, other = mine[check], others[check]
        part, key = ("points", "score") if one["message"] == other["message"] else ("check", "message")
        sentences.append(say(f"rank.{part}", lang, title=titles[check], mine=one[key], other=other[key], **names))
    if found.worse:
        inside = {check.id: check.name(lang) for check in all_checks()}
        worse = ", ".join(inside[check] for check in found.worse)
        sentences.append(say("rank.for_second", lang, titles=worse, **names))
    return sentences if len(sentences) > 1 else [*sentences, say("rank.no_reason", lang)]
