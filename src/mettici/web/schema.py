"""The models of the responses, for the OpenAPI document: reports from `mettici.schema`, plus what the API adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType
from pydantic import BaseModel, ConfigDict, Field

from mettici import schema

Point = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture embedded in the response."""

    media_type: Literal["image/jpeg", "image/png"]
    base64: str


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The pictures that the request asked for."""

    crop: Picture | UnsetType = UNSET
    annotated: Picture | UnsetType = UNSET
    preview: Picture | UnsetType = UNSET


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Positions in pixels of the upright photo, and the overlay to show on it.

    `overlays`: SVG by display size, the longer side in px. `numbered`: check ids in the order of the overlay's numbers.
    """

    outline: list[Point]
    eyes: list[Point]
    head: schema.Box | None
    spots: dict[str, Point]
    numbered: list[str]
    overlays: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class ReportTexts:
    """A report's texts in one language, by check id."""

    titles: dict[str, str]
    messages: dict[str, str]
    advice: dict[str, str | None]
    cropping: str


@dataclass(frozen=True, kw_only=True)
class ReportAnswer(schema.Report):
    """The report (schema 1). Boxes are [x, y, width, height] in pixels of the upright photo."""

    pictures: Pictures | UnsetType = UNSET
    drawing: Drawing | UnsetType = UNSET
    titles: dict[str, str] | UnsetType = UNSET
    gains: dict[str, int] | UnsetType = UNSET
    cropping: str | UnsetType = UNSET
    translations: dict[str, ReportTexts] | UnsetType = UNSET


Index = Annotated[int, Meta(ge=0, description="The photo's place in the request, from 0.")]


@dataclass(frozen=True, kw_only=True)
class RankedReport(ReportAnswer):
    """The report on one of several photos."""

    index: Index


@dataclass(frozen=True, kw_only=True)
class Failed(schema.Unjudged):
    """A photo that could not be judged."""

    index: Index
    translations: dict[str, schema.Error] | UnsetType = UNSET


Behind = Annotated[list[str], Meta(description="Why each photo ranks behind the first, in the order of `ranking`.")]


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why the first photo beats the second (null if there is none), and each of the others ("" for itself)."""

    why: str | None
    behind: Behind


@dataclass(frozen=True, kw_only=True)
class RankAnswer(Reasons):
    """Reports, best first, and why the first photo beats the others."""

    schema: Literal[1]
    ranking: list[RankedReport]
    failed: list[Failed]
    translations: dict[str, Reasons] | UnsetType = UNSET


def components() -> dict[str, Any]:
    """The JSON Schemas of the responses with reports, by name."""
    _, schemas = msgspec.json.schema_components((ReportAnswer, RankAnswer), ref_template="#/components/schemas/{name}")
    return schemas


def reference(answer: type[ReportAnswer] | type[RankAnswer]) -> dict[str, str]:
    """A `$ref` to the schema of this response."""
    return {"$ref": f"#/components/schemas/{answer.__name__}"}


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CoachAnswer(Model):
    """Hints for a person in front of a camera. Lengths are in pixels of the frame."""

    green: bool
    hints: list[dict[Literal["id", "text"], str]] = Field(max_length=2)
    size: list[int]
    outline: list[list[int]]
    eyes: list[list[int]]
    head: list[int] | None


class CheckInfo(Model):
    id: str
    title: str
    asks: str = Field(description="What the check asks, in English.")
    unit: str
    weight: float
    blocking: bool
    limits: dict[str, float]


class ChecksAnswer(Model):
    policy: schema.Policy
    accept_from: float
    checks: list[CheckInfo]


class WantedCrop(Model):
    """The picture that a site asks for."""

    shape: str = Field(description="Width to height.", examples=["4:5"])
    size: tuple[int, int] | None = Field(description="Width and height in pixels, if the site specifies them.")


class PolicyInfo(Model):
    name: str
    version: str
    about: str = Field(description="What the policy is for, in one line.")
    crop: WantedCrop | None = Field(description="Null: any shape will do.")
    sources: list[str] = Field(description="URLs of the rules that it follows.")


class PoliciesAnswer(Model):
    policies: list[PolicyInfo]


class ProblemTexts(Model):
    detail: str
    remedy: str


class Problem(Model):
    """Problem details (RFC 9457), extended by a code and a remedy."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    translations: dict[str, ProblemTexts] | None = None


class Health(Model):
    status: Literal["ok"]
