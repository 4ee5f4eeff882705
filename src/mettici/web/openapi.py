"""The hand-written parts of the OpenAPI document: request bodies, problems and examples."""

from __future__ import annotations

from typing import Any

from mettici import errors
from mettici import schema as report
from mettici._version import __version__
from mettici.checks.base import Status
from mettici.errors import MetticiError
from mettici.messages import MAX_TAG_LENGTH, TAG
from mettici.output.json import error_object
from mettici.scoring import Verdict
from mettici.web import schema
from mettici.web.problems import MEDIA_TYPE, status_of

DESCRIPTION = """Judges profile photos: verdict, score, what is good, what to fix and how.

Photos are judged in memory and never stored. Errors are problem details (RFC 9457): `code` says what is wrong, `remedy`
what to do about it, in the language of `lang` or `Accept-Language`.
"""
_PROBLEM_EXAMPLES: tuple[tuple[MetticiError, str], ...] = (
    (errors.SlowUploadError(seconds="30"), "The body did not arrive in time."),
    (errors.TooLargeError("bytes", limit=25), "The photo or the request exceeds the limit of bytes or pixels."),
    (errors.NotAnImageError("text"), "The content is not a picture in a supported format, whatever its name."),
    (errors.TruncatedError(format="JPEG"), "The photo is damaged, or the request is invalid."),
    (errors.TooManyRequestsError(limit=4), "This client has too many requests in progress."),
    (errors.BusyError(), "The queue is full, or the photo took too long: try again after `Retry-After` seconds."),
)


def _problem(error: MetticiError, text: str) -> dict[str, Any]:
    example = {
        "type": f"urn:mettici:problem:{error.code}",
        "title": "…",
        "status": status_of(error),
        "detail": error.message(),
        "code": error.code,
        "remedy": error.remedy,
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {status_of(e): _problem(e, text) for e, text in _PROBLEM_EXAMPLES}

_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_PICTURE = {"type": "string", "format": "binary"}
_OPTION_FIELDS = {
    "policy": {"type": "string", "example": "professional"},
    "lang": {"type": "string", "pattern": TAG, "maxLength": MAX_TAG_LENGTH, "example": "it"},
    "crop": {"type": "boolean"},
    "annotate": {"type": "boolean"},
    "preview": {"type": "boolean"},
    "translations": {"type": "boolean"},
}


def _form(photos: dict[str, Any], required: str) -> dict[str, Any]:
    return {"schema": {"type": "object", "required": [required], "properties": {**photos, **_OPTION_FIELDS}}}


ONE_PHOTO: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A form with the file field `photo`, or the photo itself. The form may also carry the options.",
        "content": {
            "multipart/form-data": _form({"photo": _PICTURE}, "photo"),
            "image/jpeg": {"schema": _PICTURE},
            "application/octet-stream": {"schema": _PICTURE},
        },
    }
}
ONE_FRAME: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"image/jpeg": {"schema": _PICTURE}}},
}
SEVERAL_PHOTOS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": _form({"photos": {"type": "array", "items": _PICTURE, "minItems": 1}}, "photos")
        },
    }
}
_REPORT = report.Report(
    schema=report.SCHEMA,
    path="anna.jpg",
    verdict=Verdict.IMPROVE,
    score=79,
    photo=report.Photo(width=1024, height=1024, format="JPEG", sha256=_DIGEST, notes=()),
    faces=(report.Face(box=(400, 240, 260, 330), score=0.97, main=True),),
    checks=(
        report.Check(
            id="face_size",
            status=Status.WARN,
            value=0.34,
            unit="ratio",
            score=52,
            blocking=False,
            weight=1.0,
            reason="small",
            message="Your head takes up 34 % of the height.",
            advice="Come closer or crop the photo until it is about 50 %.",
            details={"percent": 34, "aim": 50},
        ),
    ),
    crop=report.Crop(
        box=(250, 120, 560, 560), verdict_after=Verdict.ACCEPT, score_after=91, mends=("face_size",), costs=()
    ),
    retake=None,
    policy=report.Policy(name="professional", version="1"),
    models={"face_mesh": f"sha256:{_DIGEST}"},
    mettici=__version__,
    timing_ms=report.Timing(decode=6.1, vision=12.0, checks=3.2, crop=30.4),
)
"""A report shortened to one check."""
_CHECK_EXAMPLE = report.to_dict(_REPORT)
EXAMPLES: dict[str, dict[str, Any]] = {
    "/v1/check": _CHECK_EXAMPLE,
    "/v1/rank": {
        "schema": report.SCHEMA,
        "ranking": [{"index": 1, **_CHECK_EXAMPLE}],
        "why": "The first photo has 12 points more, mainly because of smile, lighting.",
        "behind": [""],
        "failed": [{"index": 0, **error_object("notes.txt", errors.NotAnImageError("text"))}],
    },
}
"""An example response for each route that returns reports."""


def photo_responses(
    answer: type[schema.ReportAnswer | schema.RankAnswer] | None = None,
) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that judges photos. `answer`: the model of its reports, if it returns any."""
    if answer is None:
        return PROBLEMS
    return {200: {"content": {"application/json": {"schema": schema.reference(answer)}}}, **PROBLEMS}
