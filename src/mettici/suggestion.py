"""What the report says about cropping: the crop that mends the photo, or why it has to be taken again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mettici.checks.base import Detail
from mettici.frozen import freeze
from mettici.messages import FALLBACK, say


@dataclass(frozen=True)
class SuggestedCrop:
    """A crop that was judged, and is better than the photo.

    `box`: [x, y, width, height] in pixels of the upright photo. `verdict_after`, `score_after` (0..100): of the crop's
    own report. `mends`: the ids of the checks that the photo does not pass and the crop does. `costs`: of those that it
    passes, and that warn of the crop.
    """

    box: tuple[int, int, int, int]
    verdict_after: str
    score_after: float
    mends: tuple[str, ...]
    costs: tuple[str, ...] = ()


RETAKES = ("few_pixels", "head_cut", "too_close", "at_the_edge", "others_close", "group", "no_better")
"""Why no crop helps, as keys of the catalogues; `no_better` where it could not be told beforehand."""


@dataclass(frozen=True)
class Retake:
    """No crop mends what is amiss in size, framing or company: why, one of `RETAKES`, and its placeholders."""

    reason: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "details")

    def message(self, lang: str = FALLBACK) -> str:
        return say(f"retake.{self.reason}", lang, **self.details)
