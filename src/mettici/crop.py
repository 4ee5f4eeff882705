"""Suggesting a crop that fixes a photo: candidates are estimated from the evidence, and confirmed by judging them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from mettici.checks import all_checks
from mettici.checks.base import IDEAL_SCORE, Cropping, Status
from mettici.cutting import crop_evidence, to_analysed
from mettici.evidence import Evidence
from mettici.image.photo import Area
from mettici.policy import Policy
from mettici.report import Report, Retake, SuggestedCrop
from mettici.scoring import FAULTS, Finding, Verdict
from mettici.scoring import judge as verdict_and_score
from mettici.vision.types import Box

MUST_FIX = tuple(check.id for check in all_checks() if check.crop is Cropping.MUST)
"""Checks that a crop must fix if they fail: a head that is still too small or off-centre is of little use."""
FIXABLE = (*MUST_FIX, *(check.id for check in all_checks() if check.crop is Cropping.MAY))
"""Checks that a crop can fix."""
WHOLE_PICTURE_CHECKS = ("photographic_origin", "added_graphics")
"""Checks of the picture as a whole: if they raise a doubt, they are repeated on a crop."""
RESOLUTION = "resolution"
"""The check that a crop makes worse. A crop keeps as many pixels as this check considers ideal, or the shorter side of
a photo that has fewer."""
MIN_GAIN = 5.0
"""Minimum number of points a crop must gain to be suggested: what a mild warning of a check of weight 1 costs.

Less may be chance: cutting 1 to 3 % off every edge moves the score by up to 3.2 points in 95 of 100 photos (219 such
cuts of 73 photos, `wild_profiles`, train part, and samples).
"""
SIMILAR_AREA = 1 / 3
"""Area of another face, relative to the main one, from which it is unclear whose photo this is, so that no crop is
suggested.

In all of 18 published photos of several people (`wild_profiles`, `event_photos`, `profiles`, train parts), it is at
least 0.47, and 0.43 in the sample with two heads of equal size, whose boxes differ by how they are turned.
"""
ASPECTS = (1.0, 0.8)
"""Aspect ratios if the policy does not require one: square, as social networks show it, or the 4:5 of a portrait if
there is no room at the sides."""
HEADROOMS = (0.12, 0.07, 0.2)
"""Room above the head, as a share of the crop's height. The first is the usual one for portraits, with the eyes at
about 40 %."""
MAX_TRIES = 3
"""Maximum number of crops to judge, plus up to four obvious ones before reporting that none is better: each takes as
long as the photo did."""
DISTINCT_BY = 0.08
"""Minimum difference in size or position, as a share of its height, from a crop already chosen."""
MAX_HEAD_SHARE = 0.9
"""Height of the head, as a share of the photo's shorter side, from which there is no room to crop."""
UNNOTICED_SHARE = 0.1
"""Share of another face that may be visible in a crop without being noticed; more than that looks cut off, unless the
whole face is visible."""

_RANK = {Status.PASS: 0, Status.SKIPPED: 1, Status.UNKNOWN: 1, Status.WARN: 1, Status.FAIL: 2}


@dataclass(frozen=True)
class _Proposal:
    """A candidate crop, with the results of the geometric checks estimated for it.

    `costs`: a check that passes would warn. `score`: of the photo, if only these checks change.
    """

    area: Area
    costs: bool
    score: float

    @property
    def side(self) -> int:
        return min(self.area[2:])

    def similar_to(self, other: _Proposal) -> bool:
        return all(abs(a - b) < DISTINCT_BY * other.area[3] for a, b in zip(self.area, other.area, strict=True))


class _Trial:
    """Judges crops one by one, and keeps the best that is worth suggesting."""

    def __init__(self, before: Report, judge: Callable[[Area], Report]) -> None:
        self._before, self._judge = before, judge
        self.judged: set[Area] = set()
        self.best: SuggestedCrop | None = None
        self.any_better = False
        """Whether any crop scores clearly more, suggested or not; then "none is better" would be wrong."""

    def judge(self, areas: Iterable[Area]) -> SuggestedCrop | None:
        """Return the first of these or earlier crops that makes no check worse; otherwise the best one."""
        for area in areas:
            if (self.best and not self.best.costs) or area in self.judged:
                continue
            self.judged.add(area)
            after = self._judge(area)
            self.any_better |= after.score >= self._before.score + MIN_GAIN
            found = _suggestion(self._before, after, area)
            if found and (not self.best or not found.costs or found.score_after > self.best.score_after):
                self.best = found
        return self.best


def suggest(before: Report, evidence: Evidence, judge: Callable[[Area], Report]) -> SuggestedCrop | Retake | None:
    """Suggest a crop whose own report, from `judge`, fixes everything it must and gains at least `MIN_GAIN` points.

    It must fix the faults in `MUST_FIX`, or else the background. It keeps the pixels that `RESOLUTION` requires, makes
    no check fail that did not fail before, and removes no one from a group. Returns a `Retake` if no crop fixes size,
    framing or other people; None if there is nothing to fix that way, if something else matters more, or without a mesh
    to crop around.
    """
    to_fix = _to_fix(before)
    if not to_fix or evidence.head is None:
        return None
    minor = to_fix[0] not in MUST_FIX or any(f.moot for f in before.findings)
    if (similar := _similar_faces(evidence)) > 1:
        return None if minor else Retake("group", {"faces": similar})
    proposals, needed = _proposals(evidence, before, to_fix), min_side(before.policy, evidence)
    large_enough = [p for p in proposals if p.side >= needed]
    trial = _Trial(before, judge)
    if found := trial.judge(p.area for p in _distinct(p for p in large_enough if p.score > before.score)):
        return found
    if minor:
        return None  # it matters little, or something else in the report matters more
    if large_enough and before["framing"].reason != "head_cut":
        return _none_better(before, trial, _obvious_crops(evidence, _aspects(before.policy)[0], needed))
    return Retake(*_obstacle(before, evidence, to_fix, proposals))


def _to_fix(report: Report) -> list[str]:
    """The checks that a crop of this photo must fix; empty if there are none."""
    faulty = [check for check in FIXABLE if report[check].status in FAULTS]
    return [check for check in faulty if check in MUST_FIX] or faulty


def _similar_faces(evidence: Evidence) -> int:
    """The number of people who appear about as large as the main one, who is included."""
    main, *others = evidence.scene.faces
    return 1 + sum(other.box.area >= SIMILAR_AREA * main.box.area for other in others)


def min_side(policy: Policy, evidence: Evidence) -> int:
    """Minimum length, px, of a crop's shorter side: the ideal, or that of the largest crop with its aspect ratio."""
    return min(math.ceil(policy[RESOLUTION].limits["ideal"]), *_largest_size(evidence, _aspects(policy)[0]))


def _aspects(policy: Policy) -> tuple[float, ...]:
    return ASPECTS if policy.crop is None else (policy.crop.aspect,)


def _largest_size(evidence: Evidence, aspect: float) -> tuple[int, int]:
    """Width and height, px, of the largest crop with this aspect ratio."""
    photo = evidence.photo
    width = min(photo.width, photo.height * aspect)
    return max(1, round(width)), max(1, round(width / aspect))


def _none_better(before: Report, trial: _Trial, obvious: Iterable[Area]) -> SuggestedCrop | Retake | None:
    """Called when no candidate is better: report that only if the obvious crops that anyone would try are not better
    either.

    Returns None if something that no crop fixes blocks the photo: it comes first, and is in the report already.
    """
    blocked = any(f.blocks and f.id not in FIXABLE for f in before.findings)
    if blocked or not trial.judged:
        return None
    if found := trial.judge(obvious):
        return found
    return None if trial.any_better else Retake("no_better", {"points": round(MIN_GAIN)})


def _suggestion(before: Report, after: Report, area: Area) -> SuggestedCrop | None:
    """The crop, if its report justifies suggesting it: at worst, checks that passed now warn."""
    if after.verdict is Verdict.REJECT or after.score < before.score + MIN_GAIN:
        return None
    worse = [f for f in before.findings if _RANK[after[f.id].status] > _RANK[f.status]]
    if any(after[f.id].status is not Status.WARN for f in worse):
        return None
    if any(after[check].status is not Status.PASS for check in _to_fix(before)):
        return None
    mends = tuple(c for c in FIXABLE if before[c].status in FAULTS and after[c].status is Status.PASS)
    return SuggestedCrop(area, after.verdict.value, after.score, mends, tuple(f.id for f in worse))


def _obstacle(
    before: Report, evidence: Evidence, to_fix: list[str], proposals: list[_Proposal]
) -> tuple[str, dict[str, int]]:
    """Why no crop of this photo is worth trying, with the facts for the message."""
    head = evidence.head
    assert head is not None
    if before["framing"].reason == "head_cut":
        return "head_cut", {}
    if proposals:
        wanted = before.policy[RESOLUTION].limits["ideal"]
        return "few_pixels", {"pixels": max(p.side for p in proposals), "needed": math.ceil(wanted)}
    if head.height >= MAX_HEAD_SHARE * min(evidence.width, evidence.height):
        return "too_close", {}
    return "others_close" if to_fix == ["single_face"] else "at_the_edge", {}


def _distinct(proposals: Iterable[_Proposal]) -> list[_Proposal]:
    """The best `MAX_TRIES` proposals that differ enough from each other; those without a cost come first."""
    chosen: list[_Proposal] = []
    for one in sorted(proposals, key=lambda p: (p.costs, -p.score)):
        if len(chosen) < MAX_TRIES and not any(one.similar_to(other) for other in chosen):
            chosen.append(one)
    return chosen


def _proposals(evidence: Evidence, before: Report, to_fix: list[str]) -> list[_Proposal]:
    """Candidates that are estimated to fix all of `to_fix`, without making a geometric check fail."""
    found: list[_Proposal] = []
    policy = before.policy
    rules = [policy[check] for check in dict.fromkeys((*to_fix, "face_size", "framing", RESOLUTION))]
    for area in dict.fromkeys(_in_original(box, evidence) for box in _boxes(evidence, policy)):
        if _cuts_face(evidence, area):
            continue
        inside = crop_evidence(evidence, area)
        seen = {rule.check.id: Finding(rule, rule.check.assess(inside, rule.limits)) for rule in rules}
        worse = [f.status for c, f in seen.items() if c != RESOLUTION and _RANK[f.status] > _RANK[before[c].status]]
        if Status.FAIL not in worse and all(seen[c].status is Status.PASS for c in to_fix):
            _, score = verdict_and_score([seen.get(f.id, f) for f in before.findings], policy.accept_from)
            found.append(_Proposal(area, bool(worse), score))
    return found


def _cuts_face(evidence: Evidence, area: Area) -> bool:
    """Whether the crop cuts through another face."""
    box = to_analysed(area, evidence)
    shares = (f.box.overlap(box) for f in evidence.scene.faces[1:])
    return any(UNNOTICED_SHARE < share < 1 - UNNOTICED_SHARE for share in shares)


def _obvious_crops(evidence: Evidence, aspect: float, needed: int) -> Iterator[Area]:
    """The obvious crops: the largest with this aspect ratio, and the smallest; each centred on the photo and on the
    head."""
    photo, head = evidence.photo, evidence.head
    assert head is not None
    smallest = round(needed * max(1.0, aspect)), round(needed * max(1.0, 1 / aspect))
    for width, height in (_largest_size(evidence, aspect), smallest):
        for x, y in ((evidence.width / 2, evidence.height / 2), (head.middle, (head.top + head.chin) / 2)):
            left, top = round(x * photo.scale - width / 2), round(y * photo.scale - height / 2)
            inside = width <= photo.width and height <= photo.height
            if inside and (width, height) != (photo.width, photo.height):
                yield min(max(0, left), photo.width - width), min(max(0, top), photo.height - height), width, height


def _boxes(evidence: Evidence, policy: Policy) -> Iterator[Box]:
    """Crops around the head, in analysed pixels: of all suitable sizes, centred as far as the edges allow."""
    head, size, offset = evidence.head, policy["face_size"].limits, policy["framing"].limits
    photo = evidence.photo
    fewest = min_side(policy, evidence) * max(evidence.width / photo.width, evidence.height / photo.height)
    assert head is not None
    shares = np.linspace(size["warn_below"], size["aim_to"], 6)[1:]
    to_edge = min(head.middle, evidence.width - head.middle)
    for aspect in _aspects(policy):
        highest = min(evidence.height, evidence.width / aspect)
        # as wide as the nearer edge allows with the head centred, or off-centre as far as the check allows
        widths = (to_edge / (0.5 - share) for share in (0.0, offset["ideal"], offset["warn_above"] * 0.9))
        sizes = (*(head.height / share for share in shares), *(w / aspect for w in widths), fewest / min(aspect, 1.0))
        heights = {*sizes, highest}
        for height in sorted(h for h in heights if head.height <= h <= highest):
            x = min(max(0.0, head.middle - height * aspect / 2), evidence.width - height * aspect)
            for room in HEADROOMS:
                y = min(max(0.0, head.top - room * height), evidence.height - height)
                yield Box(x, y, height * aspect, height)


def _in_original(box: Box, evidence: Evidence) -> Area:
    """Convert a box to whole pixels of the original, clipped to it."""
    photo = evidence.photo
    kx, ky = photo.width / evidence.width, photo.height / evidence.height
    width, height = min(round(box.width * kx), photo.width), min(round(box.height * ky), photo.height)
    left, top = min(round(box.x * kx), photo.width - width), min(round(box.y * ky), photo.height - height)
    return max(0, left), max(0, top), max(1, width), max(1, height)


def needs_origin_check(report: Report) -> bool:
    """Whether the whole picture raises a doubt that a crop may not: graphics near its edge, a drawn frame."""
    return any(f.id in WHOLE_PICTURE_CHECKS and f.score != IDEAL_SCORE for f in report.findings)
