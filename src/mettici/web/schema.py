"""The answers' shape, for the OpenAPI document: a report as `mettici.schema` has it, and what the API adds to it."""

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
    """A picture in the answer itself."""

    media_type: Literal["image/jpeg", "image/png"]
    base64: str


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Those that were asked for."""

    crop: Picture | UnsetType = UNSET
    annotated: Picture | UnsetType = UNSET
    preview: Picture | UnsetType = UNSET


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Where things are, in pixels of the upright photo, and what to show over it.

    `overlays`: SVG, by the longer side, px, at which the photo is shown; `numbered`: the checks that its numbers name.
    """

    outline: list[Point]
    eyes: list[Point]
    head: schema.Box | None
    spots: dict[str, Point]
    numbered: list[str]
    overlays: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class ReportTexts:
    """What a report says, in one language; by the id of the check."""

    titles: dict[str, str]
    messages: dict[str, str]
    advice: dict[str, str | None]
    cropping: str


@dataclass(frozen=True, kw_only=True)
class ReportAnswer(schema.Report):
    """The report (schema 1); boxes are [x, y, width, height] in pixels of the upright photo."""

    pictures: Pictures | UnsetType = UNSET
    drawing: Drawing | UnsetType = UNSET
    titles: dict[str, str] | UnsetType = UNSET
    gains: dict[str, int] | UnsetType = UNSET
    cropping: str | UnsetType = UNSET
    translations: dict[str, ReportTexts] | UnsetType = UNSET


Index = Annotated[int, Meta(ge=0, description="The photo's place in the request, from 0.")]


@dataclass(frozen=True, kw_only=True)
class RankedReport(ReportAnswer):
    """A report in its place."""

    index: Index


@dataclass(frozen=True, kw_only=True)
class Failed(schema.Unjudged):
    """A photo that could not be judged."""

    index: Index
    translations: dict[str, schema.Error] | UnsetType = UNSET


Behind = Annotated[list[str], Meta(description="Why each stands behind the first, in the order of `ranking`.")]


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Why the first stands before the second, and before each of the others; "" and null where there is none."""

    why: str | None
    behind: Behind


@dataclass(frozen=True, kw_only=True)
class RankAnswer(Reasons):
    """Reports, the best first, and why the first stands before the others."""

    schema: Literal[1]
    ranking: list[RankedReport]
    failed: list[Failed]
    translations: dict[str, Reasons] | UnsetType = UNSET


def components() -> dict[str, Any]:
    """The schemas of the answers that hold reports, by name, for the OpenAPI document."""
    _, kinds = msgspec.json.schema_components((ReportAnswer, RankAnswer), ref_template="#/components/schemas/{name}")
    return kinds


def reference(answer: type[ReportAnswer] | type[RankAnswer]) -> dict[str, str]:
    """Where the document has the schema of this answer."""
    return {"$ref": f"#/components/schemas/{answer.__name__}"}


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CoachAnswer(Model):
    """What to say to a person in front of a camera; lengths are pixels of the frame."""

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
    """The picture that a place wants."""

    shape: str = Field(description="Width to height.", examples=["4:5"])
    size: tuple[int, int] | None = Field(description="Width and height in pixels, where the place names them.")


class PolicyInfo(Model):
    name: str
    version: str
    about: str = Field(description="What it is for, in a line.")
    crop: WantedCrop | None = Field(description="None: any shape will do.")
    sources: list[str] = Field(description="The addresses of the rules that it follows.")


class PoliciesAnswer(Model):
    policies: list[PolicyInfo]


class ProblemTexts(Model):
    detail: str
    remedy: str


class Problem(Model):
    """Problem details (RFC 9457) with the code and the remedy."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    translations: dict[str, ProblemTexts] | None = None


class Health(Model):
    status: Literal["ok"]
