"""The answers' shape, for the OpenAPI document; tests hold real answers against it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["accept", "improve", "reject"]
Status = Literal["pass", "warn", "fail", "unknown", "skipped"]
Box = list[int]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CheckResult(Model):
    id: str
    status: Status
    value: float | None
    unit: str
    score: int | None = Field(ge=0, le=100)
    blocking: bool
    weight: float
    reason: str
    message: str
    advice: str | None
    details: dict[str, Any]


class PhotoFacts(Model):
    width: int
    height: int
    format: str
    sha256: str
    notes: list[str]


class FoundFace(Model):
    box: Box = Field(min_length=4, max_length=4)
    score: float
    main: bool


class Crop(Model):
    box: Box = Field(min_length=4, max_length=4)
    verdict_after: Verdict
    score_after: int
    mends: list[str]
    costs: list[str]


class Retake(Model):
    reason: str
    message: str


class UsedPolicy(Model):
    name: str
    version: str


class Picture(Model):
    media_type: Literal["image/jpeg", "image/png"]
    base64: str


class Pictures(Model):
    crop: Picture | None = None
    annotated: Picture | None = None
    preview: Picture | None = None


class Drawing(Model):
    """Where things are, in pixels of the upright photo."""

    outline: list[Box]
    eyes: list[Box]
    head: Box | None
    spots: dict[str, Box]


class ReportAnswer(Model):
    """The report (schema 1); boxes are [x, y, width, height] in pixels of the upright photo."""

    schema_: Literal[1] = Field(alias="schema")
    path: str
    verdict: Verdict
    score: int = Field(ge=0, le=100)
    photo: PhotoFacts
    faces: list[FoundFace]
    checks: list[CheckResult]
    crop: Crop | None
    retake: Retake | None = None
    policy: UsedPolicy
    models: dict[str, str]
    mettici: str
    timing_ms: dict[str, float]
    pictures: Pictures | None = None
    drawing: Drawing | None = None
    titles: dict[str, str] | None = None
    gains: dict[str, int] | None = None
    cropping: str | None = None


class RankedReport(ReportAnswer):
    index: int = Field(description="The photo's place in the request, from 0.")


class Told(Model):
    code: str
    message: str
    remedy: str


class Failed(Model):
    """A photo that could not be judged."""

    index: int
    schema_: Literal[1] = Field(alias="schema")
    path: str
    error: Told


class RankAnswer(Model):
    schema_: Literal[1] = Field(alias="schema")
    ranking: list[RankedReport]
    why: str | None
    failed: list[Failed]


class CoachAnswer(Model):
    """What to say to a person in front of a camera; lengths are pixels of the frame."""

    green: bool
    hints: list[dict[Literal["id", "text"], str]] = Field(max_length=2)
    size: list[int]
    outline: list[Box]
    eyes: list[Box]
    head: Box | None


class CheckInfo(Model):
    id: str
    title: str
    asks: str = Field(description="What the check asks, in English.")
    unit: str
    weight: float
    blocking: bool
    limits: dict[str, float]


class ChecksAnswer(Model):
    policy: UsedPolicy
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


class Problem(Model):
    """Problem details (RFC 9457) with the code and the remedy."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str


class Health(Model):
    status: Literal["ok"]
