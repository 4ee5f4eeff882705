"""`Report`: the result for one photo, independent of language, and its conversion to JSON (`schema`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mettici import schema
from mettici.checks.base import Detail, Status
from mettici.frozen import freeze, thawed
from mettici.messages import FALLBACK, say
from mettici.policy import Policy
from mettici.scoring import FAULTS, Finding, Verdict, fixing_order, total


@dataclass(frozen=True)
class SuggestedCrop:
    """A crop that was judged, and is better than the photo.

    `box`: [x, y, width, height] in pixels of the upright photo. `verdict_after`, `score_after` (0..100): from the
    crop's own report. `mends`: ids of the checks that the crop passes and the photo does not. `costs`: ids of the
    checks that the photo passes and that warn about the crop.
    """

    box: tuple[int, int, int, int]
    verdict_after: str
    score_after: float
    mends: tuple[str, ...]
    costs: tuple[str, ...] = ()


RETAKES = ("few_pixels", "head_cut", "too_close", "at_the_edge", "others_close", "group", "no_better")
"""Reasons why no crop helps, as keys of the catalogues; `no_better` if that is only known after judging crops."""


@dataclass(frozen=True)
class Retake:
    """No crop fixes size, framing or other people: the reason, one of `RETAKES`, and the facts for its message."""

    reason: str
    details: Mapping[str, Detail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "details")

    def message(self, lang: str = FALLBACK) -> str:
        return say(f"retake.{self.reason}", lang, **self.details)


@dataclass(frozen=True)
class FaceBox:
    """A face as reported: `[x, y, width, height]` in pixels of the upright photo."""

    box: tuple[int, int, int, int]
    score: float
    main: bool


@dataclass(frozen=True)
class Report:
    """The result for one photo. `to_dict` gives the JSON form, schema 1.

    Deeply immutable; it can be pickled, copied, hashed and passed to `dataclasses.asdict`. Pydantic, and so a FastAPI
    route that returns one (`-> Report`), serializes it like `to_dict`.

    `crop`: a better crop; `retake`: why none helps, if one is needed. Both are None if cropping does not matter.
    """

    path: str
    verdict: Verdict
    score: float
    photo: Mapping[str, Any]
    faces: tuple[FaceBox, ...]
    findings: tuple[Finding, ...]
    policy: Policy
    models: Mapping[str, str]
    version: str
    timing_ms: Mapping[str, float] = field(default_factory=dict, compare=False)
    crop: SuggestedCrop | None = None
    retake: Retake | None = None

    def __post_init__(self) -> None:
        freeze(self, "photo", "models", "timing_ms")

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> Any:
        from pydantic_core import core_schema  # only Pydantic calls this

        written = core_schema.plain_serializer_function_ser_schema(cls.to_dict, return_schema=core_schema.dict_schema())
        return core_schema.is_instance_schema(cls, serialization=written)

    def __getitem__(self, check_id: str) -> Finding:
        for finding in self.findings:
            if finding.id == check_id:
                return finding
        raise KeyError(check_id)

    @property
    def to_fix(self) -> tuple[Finding, ...]:
        """Findings that warn, fail or are unknown, and have advice, in the order of `fixing_order`."""
        open_ = [f for f in self.findings if f.status in (*FAULTS, Status.UNKNOWN) and f.advice()]
        return tuple(sorted(open_, key=lambda f: fixing_order(f.rule.check, f.blocks, f.cost)))

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Findings that warn or fail, the most valuable to fix first; those without advice come last."""
        found = [f for f in self.findings if f.status in FAULTS]
        return tuple(sorted(found, key=lambda f: (f.advice() is None, *fixing_order(f.rule.check, f.blocks, f.cost))))

    def gain(self, finding: Finding) -> float:
        """How many points the score gains if only this finding is fixed."""
        return total([f for f in self.findings if f is not finding]) - total(self.findings)

    def advice(self, lang: str = "en") -> list[str]:
        """The advice, most valuable first."""
        return [text for f in self.to_fix if (text := f.advice(lang)) is not None]

    def document(self, lang: str = "en") -> schema.Report:
        """The report in a language, as a document of `schema`."""
        return schema.Report(
            schema=schema.SCHEMA,
            path=self.path,
            verdict=self.verdict,
            score=round(self.score),
            photo=schema.Photo(**self.photo),
            faces=tuple(schema.Face(box=f.box, score=round(f.score, 3), main=f.main) for f in self.faces),
            checks=tuple(_check(finding, lang) for finding in self.findings),
            crop=None if self.crop is None else _crop(self.crop),
            retake=None if self.retake is None else _retake(self.retake, lang),
            policy=schema.Policy(name=self.policy.name, version=self.policy.version),
            models=dict(self.models),
            mettici=self.version,
            timing_ms=schema.Timing(**self.timing_ms),
        )

    def to_dict(self, lang: str = "en") -> schema.Object:
        """The report in a language, as plain JSON objects."""
        return schema.to_dict(self.document(lang))


def _check(finding: Finding, lang: str) -> schema.Check:
    return schema.Check(
        id=finding.id,
        status=finding.status,
        value=_rounded(finding.value),
        unit=finding.rule.check.unit,
        score=None if finding.score is None else round(finding.score),
        blocking=finding.rule.blocking,
        weight=finding.rule.weight,
        reason=finding.reason,
        message=finding.message(lang),
        advice=finding.advice(lang),
        details={key: _rounded(value) for key, value in thawed(finding.assessment.details).items()},
    )


def _crop(crop: SuggestedCrop) -> schema.Crop:
    return schema.Crop(
        box=crop.box,
        verdict_after=Verdict(crop.verdict_after),
        score_after=round(crop.score_after),
        mends=crop.mends,
        costs=crop.costs,
    )


def _retake(retake: Retake, lang: str) -> schema.Retake:
    return schema.Retake(reason=retake.reason, message=retake.message(lang))


def _rounded(value: Any) -> Any:
    """Round floats to the four decimals of a report."""
    return round(value, 4) if isinstance(value, float) else value
