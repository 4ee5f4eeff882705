"""The base class of all checks, and the status and score functions they share."""

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
"""Scores at the fail limit, at the warn limit, and at the ideal value and beyond.

Scores are linear in between, so score and status agree: below 30 is a fail, below 60 a warning.
"""


def interpolate(value: float, points: tuple[tuple[float, float], ...]) -> float:
    """Interpolate linearly between `points` (ascending x); constant outside their range."""
    xs = [x for x, _ in points]
    i = bisect_right(xs, value)
    if i == 0:
        return points[0][1]
    if i == len(points):
        return points[-1][1]
    (x0, y0), (x1, y1) = points[i - 1], points[i]
    return y0 + (y1 - y0) * (value - x0) / (x1 - x0)


def rising(value: float, fail: float, warn: float, ideal: float) -> float:
    """Score 0..100 of a measure where more is better; `fail` < `warn` < `ideal`.

    Below `fail`, the score keeps the slope it has between `fail` and `warn`, down to 0.
    """
    zero = fail - (warn - fail) * FAIL_SCORE / (WARN_SCORE - FAIL_SCORE)
    return interpolate(value, ((zero, 0.0), (fail, FAIL_SCORE), (warn, WARN_SCORE), (ideal, IDEAL_SCORE)))


def falling(value: float, ideal: float, warn: float, fail: float) -> float:
    """Score 0..100 of a measure where less is better; `ideal` < `warn` < `fail`."""
    return rising(-value, -fail, -warn, -ideal)


WHAT = "What"
SECTIONS = (WHAT, "Why", "How", "Fix", "Limits")
"""Sections of a check's docstring: what it asks, why (with its source), how it measures, how to fix it, its limits."""
Detail = float | int | str | bool


class Status(str, Enum):
    """`skipped`: the check does not apply. `unknown`: it applies but could not be judged. Neither counts as a pass."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Assessment:
    """The result of one check on one photo. `score` is 0..100, or None without a value."""

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
"""Minimum yaw in degrees at which a turned head explains hidden parts of the face (source: see `face_visible`)."""
JUDGED_FROM_PX = 18.0
"""Longer side of a face, px, below which it is too small to judge covers (source: see `face_visible`)."""
MAX_LIGHT_RATIO = 16.0
"""Largest light ratio reported as a number. Beyond it, the face or one side of it is simply dark."""
CRASHED = "crashed"
NOT_A_PHOTO = "not_a_photo"
COMMON_REASONS = (NO_FACE, FROM_SIDE, CRASHED, NOT_A_PHOTO)
"""Reasons that any check may give. Their texts are under `common` in the catalogues."""


class Cropping(Enum):
    """Whether a crop can fix what a check finds: never (`NO`), possibly (`MAY`), or it must, to be worth suggesting."""

    NO = "no"
    MAY = "may"
    MUST = "must"


class Check(ABC):
    """One question asked of a photo. Each file in this package defines one subclass; the file name is the check's id.

    The subclass's docstring is its documentation: first what it asks, then the sections `Why`, `How`, `Fix` and
    `Limits`, each a heading followed by indented paragraphs. The last paragraph of `Why` begins with `Source:`.

    The texts shown to people are in the catalogues of `mettici.messages`, under the check's id: `title`, its name when
    it passes; `name`, its name inside a sentence; `fault_title`, its name when it warns or fails. Each of its `reasons`
    has a `message`, an `advice` if there is something to do, and a `title` if the fault has a better name than
    `fault_title`.
    """

    unit: ClassVar[str]
    weight: ClassVar[float]
    cap: ClassVar[float] = 100.0
    """The highest score a photo can get when this check scores `FAIL_SCORE`; half of it when this check scores 0."""
    blocking: ClassVar[bool] = False
    fix_first: ClassVar[bool] = False
    """If this check rejects the photo, it is the first thing to fix."""
    bonus: ClassVar[bool] = False
    """The check asks for a bonus and not for a necessity, so its advice comes last."""
    needs_another_photo: ClassVar[bool] = False
    """If this check rejects the photo, a different picture is needed, and only `fix_first` checks still give advice."""
    needs_face: ClassVar[bool] = False
    """The check examines the face up close: it is skipped without a face and unknown for a face seen from the side."""
    landmarks: ClassVar[tuple[int, ...]] = ()
    """Mesh points whose mean marks the finding on the picture, unless `spot` is overridden."""
    crop: ClassVar[Cropping] = Cropping.NO
    """Whether a crop can fix what the check finds."""
    hints: ClassVar[Mapping[str, str]] = {}
    """What the coach says to a person in front of the camera: catalogue keys under `coach`, by reason ("" for any other
    reason). Empty if that person cannot fix it."""
    urgency: ClassVar[int] = 0
    """Hints with a higher urgency come first: the face must be in the picture before a smile matters."""
    limits: ClassVar[Mapping[str, float]]
    ascending: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of limits that must ascend in the given order; every policy is validated against them."""
    reasons: ClassVar[tuple[str, ...]]
    """The reasons the check may give, besides `COMMON_REASONS`; they are keys of the catalogues."""

    def __init_subclass__(cls) -> None:
        for name in ("limits", "hints"):
            if name in vars(cls):
                setattr(cls, name, Frozen(vars(cls)[name]))

    def __eq__(self, other: object) -> bool:
        """Checks have no state, so one unpickled from another process is equal."""
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
        """The documentation by section, in order, with an empty line between paragraphs."""
        found, name = {WHAT: ""}, WHAT
        for line in self.documentation.splitlines():
            if line and line in SECTIONS:
                name = line
            found[name] = f"{found.get(name, '')}\n{line.strip()}"
        return {name: text.removeprefix(f"\n{name}").strip() for name, text in found.items()}

    def hint(self, assessment: Assessment, limits: Limits) -> str | None:  # noqa: ARG002 - overrides need them
        """What the coach says to a person in front of the camera: a catalogue key under `coach`, or None."""
        return self.hints.get(assessment.reason, self.hints.get(""))

    def spot(self, evidence: Evidence) -> tuple[float, float] | None:
        """Where the finding is in the analysed photo, (x, y) in px; None if it concerns the whole photo."""
        if not self.landmarks or evidence.mesh is None:
            return None
        x, y = evidence.mesh.points[list(self.landmarks), :2].mean(axis=0).tolist()
        return x, y

    @abstractmethod
    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        """Judge the evidence. Pure: the same evidence and limits always give the same assessment."""

    def title(self, lang: str = FALLBACK) -> str:
        """The name of the check when it passes."""
        return say(f"{self.id}.title", lang)

    def name(self, lang: str = FALLBACK) -> str:
        """The name of the check inside a sentence."""
        return say(f"{self.id}.name", lang)

    def fault_title(self, reason: str, lang: str = FALLBACK) -> str:
        """The fault in a few words."""
        key = f"{self.id}.{reason}.title"
        return say(key if has(key) else f"{self.id}.fault_title", lang)

    def message(self, reason: str, lang: str = FALLBACK, **facts: object) -> str:
        """Explain the result. Raises `KeyError` for an unknown reason, or if the text needs a fact that is missing."""
        return say(f"{self._key(reason)}.message", lang, **facts)

    def advice(self, reason: str, lang: str = FALLBACK, **facts: object) -> str | None:
        """What to do about it, or None if nothing can be done. Raises as `message` does."""
        key = f"{self._key(reason)}.advice"
        return say(key, lang, **facts) if has(key) else None

    def _key(self, reason: str) -> str:
        if reason in COMMON_REASONS:
            return f"common.{reason}"
        if reason in self.reasons:
            return f"{self.id}.{reason}"
        raise KeyError(reason)


def without_face(evidence: Evidence, value: float) -> Assessment | None:
    """`skipped` if the picture shows nobody, since better pixels do not help a logo; None if it has a face."""
    return None if evidence.scene.faces else Assessment(Status.SKIPPED, NO_FACE, value)


def without_photograph(evidence: Evidence, value: float) -> Assessment | None:
    """`skipped`, with the value, if the picture is no photograph; None for a photograph.

    The networks are trained on people, and judge drawn faces at random.
    """
    return Assessment(Status.SKIPPED, NOT_A_PHOTO, value) if evidence.scene.drawn else None


def without_mesh(evidence: Evidence) -> Assessment:
    """What a face check returns without a mesh: `skipped` without a face, `unknown` for a face seen from the side."""
    return Assessment(Status.SKIPPED, NO_FACE) if evidence.face is None else Assessment(Status.UNKNOWN, FROM_SIDE)


def floor_for_small_face(value: float, evidence: Evidence, limits: Limits) -> float:
    """`value`, raised to `fail_below` if the face is under `judged_from_px`, so that a small face never fails."""
    return max(value, limits["fail_below"]) if evidence.face_px < limits["judged_from_px"] else value


def more_is_better(value: float, limits: Limits) -> tuple[Status, float]:
    """Status and score 0..100 by the limits `fail_below` < `warn_below` < `ideal`."""
    fail, warn = limits["fail_below"], limits["warn_below"]
    status = Status.FAIL if value < fail else Status.WARN if value < warn else Status.PASS
    return status, rising(value, fail, warn, limits["ideal"])


def less_is_better(value: float, limits: Limits) -> tuple[Status, float]:
    """Status and score 0..100 by the limits `ideal` < `warn_above` < `fail_above`."""
    fail, warn = limits["fail_above"], limits["warn_above"]
    status = Status.FAIL if value > fail else Status.WARN if value > warn else Status.PASS
    return status, falling(value, limits["ideal"], warn, fail)
