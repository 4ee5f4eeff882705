"""What a check is: texts, unit, limits, weight, and one method that assesses the evidence."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from mettici.frozen import Frozen, freeze
from mettici.mapping import falling, rising

if TYPE_CHECKING:
    from mettici.evidence import Evidence

LANGUAGES = ("en", "it")
WHAT = "What"
SECTIONS = (WHAT, "Why", "How", "Mend", "Limits")
"""Of a check's documentation: what it asks, why (with the source), how it is measured, how to mend, where it fails."""
Detail = float | int | str | bool


class Status(str, Enum):
    """`skipped`: does not apply; `unknown`: should apply and could not be told. Neither is a hidden pass."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Text:
    """The same words in every language."""

    en: str
    it: str

    def __call__(self, lang: str) -> str:
        return self.it if lang == "it" else self.en

    def filled(self, lang: str, **values: object) -> str:
        """The words with their placeholders filled, decimals written as the language does, shares as "14 %"."""
        number = _WithComma if lang == "it" else _Number
        return self(lang).format_map({k: number(v) if isinstance(v, float) else v for k, v in values.items()})


class _Number(float):
    """As the texts write it."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace("%", " %")


class _WithComma(_Number):
    """As Italian writes it."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace(".", ",")


@dataclass(frozen=True)
class Reason:
    """Why a check came out as it did, and what to do; both may name `{details}` of the assessment or limits."""

    message: Text
    advice: Text | None = None


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
TOLD_FROM_PX = 18.0
"""Longer side in px of a face under which it cannot be told that something hides it (see `face_visible`)."""
CRASHED = "crashed"
COMMON_REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        NO_FACE: Reason(Text("There is no face to look at.", "Non c'è un volto da guardare.")),
        FROM_SIDE: Reason(
            Text("The face is seen from the side.", "Il volto si vede di lato."),
            Text("Turn your face towards the camera.", "Gira il volto verso l'obiettivo."),
        ),
        CRASHED: Reason(
            Text(
                "This could not be judged: the check itself failed.",
                "Non è stato possibile giudicarlo: il controllo stesso non ha funzionato.",
            ),
            Text(
                "Please report it, with the photo's format and size.",
                "Segnalalo, per favore, con formato e dimensioni della foto.",
            ),
        ),
    }
)


class Check(ABC):
    """One question asked of a photo. A subclass per file of this folder; the file's name is the check's id.

    The subclass's docstring is its documentation: first what it asks, then the sections `Why`, `How`, `Mend` and
    `Limits`, each a heading with indented paragraphs below; the last paragraph of `Why` begins with `Source:`.
    """

    title: ClassVar[Text]
    unit: ClassVar[str]
    weight: ClassVar[float]
    cap: ClassVar[float] = 100.0
    """The most a photo can score where this check is at the limit of failing; half of it where it scores nothing."""
    blocking: ClassVar[bool] = False
    foremost: ClassVar[bool] = False
    """Where it blocks, nothing else is worth mending before it."""
    plus: ClassVar[bool] = False
    """It speaks of what would win something, not of a fault: its advice comes last."""
    replaces: ClassVar[bool] = False
    """Where it blocks, another picture is needed: no advice is given on this one, but for what is foremost."""
    limits: ClassVar[Mapping[str, float]]
    ascending: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of limits that only make sense in this order: each policy is held to it."""
    reasons: ClassVar[Mapping[str, Reason]]

    def __init_subclass__(cls) -> None:
        for name in ("limits", "reasons"):
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

    @abstractmethod
    def assess(self, evidence: Evidence, limits: Limits) -> Assessment:
        """Judge; pure: the same evidence and limits give the same assessment."""

    def reason(self, key: str) -> Reason:
        return self.reasons[key] if key in self.reasons else COMMON_REASONS[key]


def without_face(evidence: Evidence, value: float) -> Assessment | None:
    """`skipped` where the picture shows nobody: what mends a photo's pixels does not mend a logo. None with a face."""
    return None if evidence.sight.faces else Assessment(Status.SKIPPED, NO_FACE, value)


def without_mesh(evidence: Evidence) -> Assessment:
    """For a check of the face where there is none, or where it is turned so far that it cannot be measured."""
    return Assessment(Status.SKIPPED, NO_FACE) if evidence.face is None else Assessment(Status.UNKNOWN, FROM_SIDE)


def told(value: float, evidence: Evidence, limits: Limits) -> float:
    """`value`, raised to `fail_below` on a face under `told_from_px`: what is too small to tell does not fail."""
    return max(value, limits["fail_below"]) if evidence.face_px < limits["told_from_px"] else value


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
