"""What a check is: reasons, unit, limits, weight, and one method that assesses the evidence."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from mettici.frozen import Frozen, freeze
from mettici.messages import FALLBACK, has, say

if TYPE_CHECKING:
    from mettici.evidence import Evidence

FAIL_SCORE, WARN_SCORE, IDEAL_SCORE = 30.0, 60.0, 100.0
"""The score at the limit of failing, at the limit of a warning, and from the ideal on.

Piecewise linear between them, so that a score says the same as the status: under 30 fails, under 60 warns.
"""


def interpolate(value: float, points: tuple[tuple[float, float], ...]) -> float:
    """Piecewise linear through `points` (x ascending), constant outside them."""
    xs = [x for x, _ in points]
    i = bisect_right(xs, value)
    if i == 0:
        return points[0][1]
    if i == len(points):
        return points[-1][1]
    (x0, y0), (x1, y1) = points[i - 1], points[i]
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)


def rising(value: float, fail: float, warn: float, ideal: float) -> float:
    """Score of a measure of which more is better; `fail` < `warn` < `ideal`.

    Below `fail` it falls on with the slope between `fail` and `warn`, down to 0.
    """
    zero = fail - (warn - fail) * FAIL_SCORE / (WARN_SCORE - FAIL_SCORE)
    return interpolate(value, ((zero, 0.0), (fail, FAIL_SCORE), (warn, WARN_SCORE), (ideal, IDEAL_SCORE)))


def falling(value: float, ideal: float, warn: float, fail: float) -> float:
    """Score of a measure of which less is better; `ideal` < `warn` < `fail`."""
    return rising(-value, -fail, -warn, -ideal)


WHAT = "What"
SECTIONS = (WHAT, "Why", "How", "Fix", "Limits")
"""Of a check's documentation: what it asks, why (with the source), how it is measured, how to fix, where it fails."""
Detail = float | int | str | bool


class Status(str, Enum):
    """`skipped`: does not apply; `unknown`: should apply and could not be told. Neither is a hidden pass."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Assessment:
    """What one check says of one photo. `score` is 0..100, None where there is no value."""

    status: Status
    reason: str
    value: float | None = None
    score: float | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "details")


Limits = Mapping[str, float]

NO_FACE = "no_face"
FROM_SIDE = "from_side"
TURNED_FROM = 45.0
"""Degrees of yaw from which what cannot be seen of a face is laid to its being turned (see `face_visible`)."""
JUDGED_FROM_PX = 18.0
"""Longer side in px of a face under which it cannot be told that something hides it (see `face_visible`)."""
MAX_LIGHT_RATIO = 16.0
"""The largest ratio of light that is told in figures: beyond it a face, or one side of it, is simply dark."""
CRASHED = "crashed"
COMMON_REASONS = (NO_FACE, FROM_SIDE, CRASHED)
"""What any check may give as its reason; their sentences are under `common`."""


class Cropping(Enum):
    """What a crop can do for a check: nothing; fix it; or fix it, and then it has to, or is of little use."""

    NO = "no"
    MAY = "may"
    MUST = "must"


class Check(ABC):
    """One question asked of a photo. A subclass per file of this folder; the file's name is the check's id.

    The subclass's docstring is its documentation: first what it asks, then the sections `Why`, `How`, `Fix` and
    `Limits`, each a heading with indented paragraphs below; the last paragraph of `Why` begins with `Source:`.

    What it says to people is in the catalogues of `mettici.messages`, under its id: `title`, what it is called where
    all is well; `name`, what it is called inside a sentence; `fault_title`, what it is called where it warns or fails;
    and for each of its `reasons` a `message`, an `advice` where there is something to do, and a `title` where the
    fault has a better name than `fault_title`.
    """

    unit: ClassVar[str]
    weight: ClassVar[float]
    cap: ClassVar[float] = 100.0
    """The most a photo can score where this check is at the limit of failing; half of it where it scores nothing."""
    blocking: ClassVar[bool] = False
    fix_first: ClassVar[bool] = False
    """Where it blocks, nothing else is worth fixing before it."""
    bonus: ClassVar[bool] = False
    """It speaks of what would win something, not of a fault: its advice comes last."""
    needs_another_photo: ClassVar[bool] = False
    """Where it blocks, another picture is needed: no advice is given on this one, but for what is foremost."""
    needs_face: ClassVar[bool] = False
    """It looks at the face from close by: without one it is skipped, and of one seen from the side it cannot tell."""
    landmarks: ClassVar[tuple[int, ...]] = ()
    """Points of the mesh whose middle is where its findings show, unless `spot` says otherwise."""
    crop: ClassVar[Cropping] = Cropping.NO
    """Whether a crop can fix what it finds."""
    hints: ClassVar[Mapping[str, str]] = {}
    """What to say to a person before a camera, by reason ("" for any other), as keys of the catalogues under `coach`;
    nothing where that person can fix nothing."""
    urgency: ClassVar[int] = 0
    """The higher, the earlier its hint is given: there is no use in a smile outside the picture."""
    limits: ClassVar[Mapping[str, float]]
    ascending: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of limits that only make sense in this order: each policy is held to it."""
    reasons: ClassVar[tuple[str, ...]]
    """Why it may come out as it does, as keys of the catalogues; those of `COMMON_REASONS` aside."""

    def __init_subclass__(cls) -> None:
        for name in ("limits", "hints"):
            if name in vars(cls):
                setattr(cls, name, Frozen(vars(cls)[name]))

    def __eq__(self, other: object) -> bool:
        """A check has no state, so that one which came out of another process is the same."""
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @property
    def id(self) -> str:
        return type(self).__module__.rpartition(".")[2]

    @property
    def documentation(self) -> str:
        return inspect.cleandoc(type(self).__doc__ or "")

    @property
    def asks(self) -> str:
        """What the check asks, in one line."""
        return " ".join(self.sections[WHAT].split())

    @property
    def sections(self) -> dict[str, str]:
        """The documentation by section, in its order; paragraphs have an empty line between them."""
        found, name = {WHAT: ""}, WHAT
        for line in self.documentation.splitlines():
            if line and line in SECTIONS:
                name = line
            found[name] = f"{found.get(name, '')}\n{line.strip()}"
        return {name: text.removeprefix(f"\n{name}").strip() for name, text in found.items()}

    def hint(self, assessment: Assessment, limits: Limits) -> str | None:  # noqa: ARG002 - for those that need them
        """What to say to a person before a camera, as a key of the catalogues under `coach`."""
        return self.hints.get(assessment.reason, self.hints.get(""))

    def spot(self, evidence: Evidence) -> tuple[float, float] | None:
        """Where in the analysed photo its findings show, px; None where they concern all of it."""
        if not self.landmarks or evidence.mesh is None:
            return None
        x, y = evidence.mesh.points[list(self.landmarks), :2].mean(axis=0).tolist()
        return x, y

    @abstractmethod
    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        """Judge; pure: the same evidence and limits give the same assessment."""

    def title(self, lang: str = FALLBACK) -> str:
        """What the check is called, where nothing is amiss."""
        return say(f"{self.id}.title", lang)

    def name(self, lang: str = FALLBACK) -> str:
        """What the check is called inside a sentence."""
        return say(f"{self.id}.name", lang)

    def fault_title(self, reason: str, lang: str = FALLBACK) -> str:
        """What is amiss, in a few words."""
        key = f"{self.id}.{reason}.title"
        return say(key if has(key) else f"{self.id}.fault_title", lang)

    def message(self, reason: str, lang: str = FALLBACK, **facts: object) -> str:
        """Why it came out so. Raises `KeyError` on a reason it does not have, or without a fact that is named."""
        return say(f"{self._key(reason)}.message", lang, **facts)

    def advice(self, reason: str, lang: str = FALLBACK, **facts: object) -> str | None:
        """What to do about it; None where there is nothing to do. Raises as `message` does."""
        key = f"{self._key(reason)}.advice"
        return say(key, lang, **facts) if has(key) else None

    def _key(self, reason: str) -> str:
        if reason in COMMON_REASONS:
            return f"common.{reason}"
        if reason in self.reasons:
            return f"{self.id}.{reason}"
        raise KeyError(reason)


def without_face(evidence: Evidence, value: float) -> Assessment | None:
    """`skipped` where the picture shows nobody: what fixes a photo's pixels does not fix a logo. None with a face."""
    return None if evidence.scene.faces else Assessment(Status.SKIPPED, NO_FACE, value)


def without_mesh(evidence: Evidence) -> Assessment:
    """For a check of the face where there is none, or where it is turned so far that it cannot be measured."""
    return Assessment(Status.SKIPPED, NO_FACE) if evidence.face is None else Assessment(Status.UNKNOWN, FROM_SIDE)


def floor_for_small_face(value: float, evidence: Evidence, limits: Limits) -> float:
    """`value`, raised to `fail_below` on a face under `judged_from_px`: what is too small to tell does not fail."""
    return max(value, limits["fail_below"]) if evidence.face_px < limits["judged_from_px"] else value


def more_is_better(value: float, limits: Limits) -> tuple[Status, float]:
    """Status and score by the limits `fail_below` < `warn_below` < `ideal`."""
    fail, warn = limits["fail_below"], limits["warn_below"]
    status = Status.FAIL if value < fail else Status.WARN if value < warn else Status.PASS
    return status, rising(value, fail, warn, limits["ideal"])


def less_is_better(value: float, limits: Limits) -> tuple[Status, float]:
    """Status and score by the limits `ideal` < `warn_above` < `fail_above`."""
    fail, warn = limits["fail_above"], limits["warn_above"]
    status = Status.FAIL if value > fail else Status.WARN if value > warn else Status.PASS
    return status, falling(value, limits["ideal"], warn, fail)
