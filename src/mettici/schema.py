"""Schema 1: the single definition of a report's JSON fields.

The JSON, the JSON Schema, the OpenAPI document, the columns of Parquet and the reference page are derived from these
classes. Fields may be added; existing ones keep their name and meaning. A field that is `UNSET` is omitted from the
JSON.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mettici import errors
from mettici.checks.base import Detail, Status
from mettici.frozen import thawed
from mettici.scoring import Verdict

SCHEMA: Literal[1] = 1
"""The version of this schema."""

TO_JSON = "json"
"""In `Meta(extra={"arrow": …})`: tables store the field as JSON text, since its members differ from row to row."""
WIDE = "int64"
"""In `Meta(extra={"arrow": …})`: an integer that does not fit 32 bits."""

Object = dict[str, Any]
Box = Annotated[tuple[int, int, int, int], Meta(description="`[x, y, width, height]` in pixels of the upright photo.")]
Score = Annotated[int, Meta(ge=0, le=100, description="0 to 100, higher is better.")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Milliseconds = Annotated[float, Meta(ge=0)]
Bytes = Annotated[int, Meta(ge=0, description="Size of the file, bytes.", extra={"arrow": WIDE})]
Nanoseconds = Annotated[
    int, Meta(description="When the file was last changed, in nanoseconds since 1970.", extra={"arrow": WIDE})
]


CODES = sorted(
    {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.PhotoError)}
)
"""The codes of all errors that can replace a report."""


@dataclass(frozen=True, kw_only=True)
class Photo:
    """Facts about the file."""

    width: Annotated[int, Meta(ge=1, description="Of the upright photo, px.")]
    height: Annotated[int, Meta(ge=1, description="Of the upright photo, px.")]
    format: Annotated[
        str, Meta(description="JPEG, PNG, WEBP, HEIF, …; ARRAY for an array, PIL for an image made in memory.")
    ]
    sha256: Annotated[Sha256, Meta(description="Of the file's bytes or, for an array, its pixels.")]
    notes: Annotated[tuple[str, ...], Meta(description="What reading the photo involved, such as `exif_rotated`.")]


@dataclass(frozen=True, kw_only=True)
class Face:
    """A detected face."""

    box: Box
    score: Annotated[float, Meta(ge=0, le=1, description="The detector's confidence.")]
    main: Annotated[bool, Meta(description="Whether this is the face being judged.")]


@dataclass(frozen=True, kw_only=True)
class Check:
    """The result of one check."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$", description="The check's name; see `mettici checks`.")]
    status: Annotated[
        Status,
        Meta(
            description="`skipped`: does not apply, for example without a face; `unknown`: should apply and "
            "could not be determined. Neither is a hidden pass."
        ),
    ]
    value: Annotated[float | None, Meta(description="The measured value, in `unit`; null if there is none.")]
    unit: Annotated[str, Meta(description="Of the value: probability, ratio, degrees, px, count, …")]
    score: Annotated[Score | None, Meta(description="0 to 100, higher is better; null if there is no value.")]
    blocking: Annotated[bool, Meta(description="Whether a failure of this check rejects the photo.")]
    weight: Annotated[float, Meta(ge=0, description="The weight of the check's score in the photo's score.")]
    reason: Annotated[str, Meta(description="A machine-readable reason; each check's page lists its reasons.")]
    message: Annotated[str, Meta(description="The reason as a sentence, in the requested language.")]
    advice: Annotated[
        str | None,
        Meta(
            description="What to do about it, in the requested language; null if there is nothing to do, or if "
            "photographic_origin rejects the picture: nothing in a drawing is worth fixing, so only that check and "
            "face_present still advise."
        ),
    ]
    details: Annotated[
        dict[str, Detail], Meta(description="Further measurements of this check, by name.", extra={"arrow": TO_JSON})
    ]


@dataclass(frozen=True, kw_only=True)
class Crop:
    """A crop that was judged, and scores clearly better than the photo."""

    box: Box
    verdict_after: Annotated[Verdict, Meta(description="Of the crop's own report.")]
    score_after: Annotated[Score, Meta(description="Of the crop's own report.")]
    mends: Annotated[tuple[str, ...], Meta(description="The checks that the photo does not pass and the crop does.")]
    costs: Annotated[
        tuple[str, ...],
        Meta(description="The checks that the photo passes and that warn about the crop; usually none."),
    ]
    file: Annotated[str | UnsetType, Meta(description="Where `scan --crop` wrote it; absent otherwise.")] = UNSET


@dataclass(frozen=True, kw_only=True)
class Retake:
    """Why no crop fixes the photo."""

    reason: Annotated[str, Meta(description="Machine-readable.")]
    message: Annotated[str, Meta(description="A sentence that says what to do instead.")]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The policy that was applied."""

    name: Annotated[str, Meta(description="Of a built-in policy, or of your file.")]
    version: Annotated[str, Meta(description="As stated in the policy.")]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long each step took, in milliseconds."""

    decode: Annotated[Milliseconds | UnsetType, Meta(description="Reading and decoding the photo.")] = UNSET
    vision: Annotated[Milliseconds | UnsetType, Meta(description="The networks.")] = UNSET
    checks: Annotated[Milliseconds | UnsetType, Meta(description="The checks.")] = UNSET
    crop: Annotated[Milliseconds | UnsetType, Meta(description="The search for a better crop, if there was one.")] = (
        UNSET
    )


@dataclass(frozen=True, kw_only=True)
class Error:
    """Why the photo could not be judged, and what to do."""

    code: Annotated[str, Meta(description="Machine-readable.", extra_json_schema={"enum": CODES})]
    message: Annotated[str, Meta(description="A sentence.")]
    remedy: Annotated[str, Meta(description="What a person can do about it.")]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Only in the lines of `mettici scan`: what `--resume` compares to detect a changed photo."""

    size: Bytes | UnsetType = UNSET
    mtime_ns: Nanoseconds | UnsetType = UNSET
    sha256: Annotated[Sha256 | UnsetType, Meta(description="Of the file; only with `--hash`.")] = UNSET
    basis: Annotated[str, Meta(description="A hash of policy, version and language.")]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A photo that was judged."""

    schema: Annotated[Literal[1], Meta(description="The version of this schema.")]
    path: Annotated[
        str,
        Meta(description='As given, or relative to the scanned folder; "-" for a stream, bytes or an array.'),
    ]
    verdict: Annotated[
        Verdict,
        Meta(
            description="`reject` if a blocking check fails; `accept` if nothing fails, no blocking check is "
            "unknown and the score reaches the policy's bar; else `improve`."
        ),
    ]
    score: Annotated[Score, Meta(description="0 to 100, higher is better; under 40 if the photo is rejected.")]
    photo: Photo
    faces: Annotated[tuple[Face, ...], Meta(description="Every detected face, the main one first.")]
    checks: Annotated[
        tuple[Check, ...],
        Meta(min_length=1, description="Every check of the policy, always, in alphabetical order."),
    ]
    crop: Annotated[
        Crop | None,
        Meta(description="A better crop of the photo; null if none is needed or none was found."),
    ]
    retake: Annotated[
        Retake | None,
        Meta(description="Why no crop helps with head size, framing or other people; null otherwise."),
    ]
    policy: Policy
    models: Annotated[
        dict[str, Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]],
        Meta(description="The networks by name, with the SHA-256 of their weights."),
    ]
    mettici: Annotated[str, Meta(description="The version of mettici.")]
    timing_ms: Annotated[Timing, Meta(description="Milliseconds by step; the only part that differs from run to run.")]
    source: Source | UnsetType = UNSET


@dataclass(frozen=True, kw_only=True)
class Unjudged:
    """A photo that could not be judged."""

    schema: Annotated[Literal[1], Meta(description="The version of this schema.")]
    path: Annotated[str, Meta(description="As given, or relative to the scanned folder.")]
    error: Error
    source: Source | UnsetType = UNSET


ABOUT = (
    "The result for one photo (schema 1): a report, or why the photo could not be judged. Fields may be added; "
    "existing ones keep their name and meaning."
)


def to_dict(document: Report | Unjudged) -> Object:
    """Convert to plain dictionaries and lists, ready for JSON, which the caller may change."""
    plain: Object = thawed(msgspec.to_builtins(document))
    return plain


def report_schema() -> Object:
    """The JSON Schema (2020-12) of a report, and of the document that replaces it for a photo that could not be
    judged."""
    (report, unjudged), kinds = msgspec.json.schema_components((Report, Unjudged), ref_template="#/$defs/{name}")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:mettici:report:1",
        "title": "Report",
        "description": ABOUT,
        "oneOf": [report, unjudged],
        "$defs": {name.lower(): kind for name, kind in kinds.items()},
    }
    references = re.compile(r'"#/\$defs/(\w+)"')
    lowered: Object = json.loads(references.sub(lambda found: found[0].lower(), json.dumps(schema)))
    return lowered
