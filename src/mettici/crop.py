"""The crop that mends a photo, where the photo holds one: foreseen from the evidence, proved by judging the crop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mettici.checks.base import Status
from mettici.evidence import Evidence
from mettici.face_view import Head
from mettici.faces import Box, Face, Mesh, Sight
from mettici.photo import Area
from mettici.policy import Policy
from mettici.suggestion import Retake, SuggestedCrop
from mettici.verdict import Report, Verdict

MENDABLE = ("face_size", "framing", "single_face", "background")
"""What a crop can mend."""
COST = "resolution"
"""What a crop costs: the only check that may warn after it and did not before. It must not fail."""
ASPECTS = (1.0, 0.8)
"""Width over height: square as networks show it, or the 4:5 of a portrait where there is no room at the sides."""
HEADROOMS = (0.12, 0.07, 0.2)
"""Room above the head over the crop's height, first the one that portraits have: a little, and eyes at about 40 %."""
TRIES = 3
"""Crops judged at most: each costs about as much as the photo did."""
APART = 0.08
"""How much of its height a crop's size or place differs at least from one that was judged in vain."""
TIGHT = 0.9
"""Share of the photo's shorter side from which a head leaves no room to crop."""

_RANK = {Status.PASS: 0, Status.SKIPPED: 1, Status.UNKNOWN: 1, Status.WARN: 1, Status.FAIL: 2}
_AMISS = (Status.WARN, Status.FAIL)


@dataclass(frozen=True)
class _Proposal:
    """A crop with what the checks of geometry foresee for it: how many it mends, what it costs, and their score."""

    area: Area
    mends: int
    costs: bool
    score: float

    @property
    def side(self) -> int:
        return min(self.area[2:])

    def like(self, other: _Proposal) -> bool:
        return all(abs(a - b) < APART * other.area[3] for a, b in zip(self.area, other.area, strict=True))


def suggest(before: Report, evidence: Evidence, judge: Callable[[Area], Report]) -> SuggestedCrop | Retake | None:
    """The first promising crop whose own report, from `judge`, mends a check of `MENDABLE` and makes nothing worse.

    A `Retake` where size, framing or company need mending and no crop does it; None where there is nothing to mend
    that way, or no mesh to crop around. The score of a suggested crop is never below that of `before`, and its verdict
    never `reject`.
    """
    amiss = [check for check in MENDABLE if before[check].status in _AMISS]
    if not amiss or evidence.head is None:
        return None
    proposals = _proposals(evidence, before.policy, amiss)
    needed = before.policy[COST].limits["fail_below"]
    large_enough = [p for p in proposals if p.side >= needed]
    tries = _apart(large_enough)
    for proposal in tries:
        after = judge(proposal.area)
        if mends := _mended(before, after):
            return SuggestedCrop(proposal.area, after.verdict.value, after.score, mends)
    blocked = any(f.blocks and f.id not in MENDABLE for f in before.findings)
    idle = any(f.idle for f in before.findings)
    if amiss == ["background"] or idle or (tries and blocked):
        return None  # it matters little, or something else does more: that is said already
    if tries:
        return Retake("no_better")
    if proposals:
        return Retake("few_pixels", {"pixels": max(p.side for p in proposals), "needed": round(needed)})
    return Retake(_obstacle(before, evidence, evidence.head, amiss))


def _mended(before: Report, after: Report) -> tuple[str, ...]:
    """What the crop mends; nothing where it is still no photo to use, scores less, or any check comes out worse."""
    if after.verdict is Verdict.REJECT or after.score < before.score:
        return ()
    for old in before.findings:
        new = after[old.id].status
        if _RANK[new] > _RANK[old.status] and not (old.id == COST and new is Status.WARN):
            return ()
    return tuple(c for c in MENDABLE if before[c].status in _AMISS and after[c].status is Status.PASS)


def _obstacle(before: Report, evidence: Evidence, head: Head, amiss: list[str]) -> str:
    """Why no crop of this photo is even worth a try."""
    if before["framing"].reason == "head_cut":
        return "head_cut"
    if head.height >= TIGHT * min(evidence.width, evidence.height):
        return "too_close"
    return "others_close" if "face_size" not in amiss and "framing" not in amiss else "at_the_edge"


def _apart(proposals: Iterable[_Proposal]) -> list[_Proposal]:
    """The best `TRIES` proposals that are not nearly the same; those that cost no pixels that matter come first."""
    chosen: list[_Proposal] = []
    for one in sorted(proposals, key=lambda p: (-p.mends, p.costs, -p.score)):
        if len(chosen) < TRIES and not any(one.like(other) for other in chosen):
            chosen.append(one)
    return chosen


def _proposals(evidence: Evidence, policy: Policy, amiss: list[str]) -> list[_Proposal]:
    """The crops for which the checks foresee that one of `amiss` is mended, and size and framing are no worse."""
    found: list[_Proposal] = []
    checks = [*dict.fromkeys((*amiss, "face_size", "framing", COST))]
    rules = [policy[check] for check in checks]
    now = {rule.check.id: rule.check.assess(evidence, rule.limits) for rule in rules}
    for area in dict.fromkeys(_in_original(box, evidence) for box in _boxes(evidence, policy)):
        inside = cut_out(evidence, area)
        seen = {rule.check.id: rule.check.assess(inside, rule.limits) for rule in rules}
        worse = any(_RANK[seen[c].status] > _RANK[now[c].status] for c in checks if c != COST)
        mends = sum(seen[c].status is Status.PASS for c in amiss)
        if mends and not worse:
            score = sum(rule.weight * (seen[rule.check.id].score or 0.0) for rule in rules)
            found.append(_Proposal(area, mends, _RANK[seen[COST].status] > _RANK[now[COST].status], score))
    return found


def _boxes(evidence: Evidence, policy: Policy) -> Iterator[Box]:
    """Crops around the head in analysed pixels: of every size that suits, centred as far as the edges allow."""
    head, size, offset = evidence.head, policy["face_size"].limits, policy["framing"].limits
    assert head is not None
    shares = np.linspace(size["warn_below"], size["aim_to"], 6)[1:]
    to_edge = min(head.middle, evidence.width - head.middle)
    for aspect in ASPECTS:
        highest = min(evidence.height, evidence.width / aspect)
        # as wide as the nearer side allows with the head in the middle, or at the most off it that is no fault
        widths = (to_edge / (0.5 - share) for share in (0.0, offset["ideal"], offset["warn_above"] * 0.9))
        heights = {*(head.height / share for share in shares), *(w / aspect for w in widths), highest}
        for height in sorted(h for h in heights if head.height <= h <= highest):
            x = min(max(0.0, head.middle - height * aspect / 2), evidence.width - height * aspect)
            for room in HEADROOMS:
                y = min(max(0.0, head.top - room * height), evidence.height - height)
                yield Box(x, y, height * aspect, height)


def _in_original(box: Box, evidence: Evidence) -> Area:
    """The box in whole pixels of the original, inside it."""
    photo = evidence.photo
    kx, ky = photo.width / evidence.width, photo.height / evidence.height
    left, top = max(0, round(box.x * kx)), max(0, round(box.y * ky))
    width, height = round(box.width * kx), round(box.height * ky)
    return left, top, max(1, min(width, photo.width - left)), max(1, min(height, photo.height - top))


def cut_out(evidence: Evidence, area: Area) -> Evidence:
    """What is known of the photo, seen as if only `area` of it were there; no network looks again."""
    photo, sight = evidence.photo, evidence.sight
    box = _in_analysed(area, evidence)
    rows = slice(round(box.y), max(round(box.y) + 1, round(box.bottom)))
    columns = slice(round(box.x), max(round(box.x) + 1, round(box.right)))
    pixels = photo.pixels[rows, columns]
    faces = tuple(_moved(f, columns.start, rows.start) for f in sight.faces if f.box.overlap(box) > 0.5)
    mask = sight.mask
    if mask is not None:
        ky, kx = mask.shape[0] / evidence.height, mask.shape[1] / evidence.width
        top, left = round(rows.start * ky), round(columns.start * kx)
        mask = mask[top : max(top + 1, round(rows.stop * ky)), left : max(left + 1, round(columns.stop * kx))]
    inside = replace(photo, pixels=pixels, width=area[2], height=area[3])
    return Evidence(inside, Sight(faces, mask, sight.looks, sight.origin))


def _in_analysed(area: Area, evidence: Evidence) -> Box:
    kx, ky = evidence.width / evidence.photo.width, evidence.height / evidence.photo.height
    x, y, width, height = area
    return Box(x * kx, y * ky, width * kx, height * ky)


def _moved(face: Face, left: int, top: int) -> Face:
    box = Box(face.box.x - left, face.box.y - top, face.box.width, face.box.height)
    if face.mesh is None:
        return replace(face, box=box)
    points = face.mesh.points - np.array([left, top, 0], np.float32)
    return replace(face, box=box, mesh=Mesh(points, face.mesh.presence))
