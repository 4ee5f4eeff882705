"""The API's responses: reports, with the pictures that the request asked for. Runs in a thread and stores nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from mettici.errors import PhotoError
from mettici.image.encode import Original, encode, format_for
from mettici.messages import languages
from mettici.output.json import error_object, to_text
from mettici.output.ranking import behind, why
from mettici.output.text import crop_text
from mettici.schema import SCHEMA
from mettici.scoring import order
from mettici.web.geometry import geometry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mettici.checker import Examination, PhotoChecker
    from mettici.report import Report
    from mettici.schema import Object
    from mettici.web.processes import Work

_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


@dataclass(frozen=True)
class ResponseOptions:
    """The part of `Options` that shapes the response; `lang` is resolved."""

    lang: str
    crop: bool = False
    annotate: bool = False
    preview: bool = False
    translations: bool = False


def check_response(checker: PhotoChecker, name: str, data: bytes, options: ResponseOptions) -> dict[str, Any]:
    """The report on one photo, with its pictures. Raises `PhotoError`."""
    return _photo_response(checker.examine(data, name=name), options)


def json_response(checker: PhotoChecker, work: Work) -> bytes:
    """The result of `work`, as JSON."""
    return to_text(work(checker)).encode()


def rank_response(
    judge: Callable[[Work], Any], photos: Sequence[tuple[str, bytes]], options: ResponseOptions
) -> dict[str, Any]:
    """The reports on several photos, best first. `index` is a photo's place in the request.

    `judge` handles each photo on its own: one that crashes or hangs its decoder is listed under `failed`.
    """
    reports, failed = [], []
    for index, (name, data) in enumerate(photos):
        try:
            report = judge(partial(check_response, name=name, data=data, options=options))
            reports.append({"index": index, **report})
        except PhotoError as error:
            failed.append(_failed(index, name, error.for_uploader(), options))
    ranking = sorted(reports, key=order)
    response = {"schema": SCHEMA, "ranking": ranking, **_reasons(ranking, options.lang), "failed": failed}
    if options.translations:
        response["translations"] = {lang: _reasons(ranking, lang) for lang in languages()}
    return response


def _reasons(ranking: Sequence[Object], lang: str) -> dict[str, Any]:
    """`why`: why the first photo beats the second. `behind`: why each photo ranks behind the first ("" for itself)."""
    if len(ranking) < 2:
        return {"why": None, "behind": [""] * len(ranking)}
    first, *others = ranking
    return {"why": why(first, others[0], lang), "behind": ["", *(behind(first, other, lang) for other in others)]}


def _failed(index: int, name: str, error: PhotoError, options: ResponseOptions) -> dict[str, Any]:
    failed: dict[str, Any] = {"index": index, **error_object(name, error, options.lang)}
    if options.translations:
        failed["translations"] = {lang: error_object(name, error, lang)["error"] for lang in languages()}
    return failed


def _photo_response(done: Examination, options: ResponseOptions) -> dict[str, Any]:
    response = done.report.to_dict(options.lang)
    pictures = {}
    photo, crop = done.evidence.photo, done.report.crop
    if options.preview:
        pictures["preview"] = _picture(encode(photo.pixels, "JPEG"), "JPEG")
        response["drawing"] = geometry(done)
        response["titles"] = {f.id: f.title(options.lang) for f in done.report.findings}
        response["cropping"] = crop_text(done.report, options.lang)
        response["gains"] = {f.id: round(done.report.gain(f)) for f in done.report.to_fix}
    if options.translations:
        response["translations"] = {lang: _texts(done.report, lang) for lang in languages()}
    if options.crop and crop is not None:
        kind = format_for(photo)
        pictures["crop"] = _picture(Original(photo).cropped(crop.box, kind), kind)
    if options.annotate:
        from mettici.output.annotate import annotated

        pictures["annotated"] = _picture(encode(annotated(done.report, done.evidence, options.lang), "JPEG"), "JPEG")
    return {**response, "pictures": pictures} if pictures else response


def _texts(report: Report, lang: str) -> dict[str, Any]:
    """The report's texts in one language: those of the checks by id, and that of the crop."""
    return {
        "titles": {f.id: f.title(lang) for f in report.findings},
        "messages": {f.id: f.message(lang) for f in report.findings},
        "advice": {f.id: f.advice(lang) for f in report.findings},
        "cropping": crop_text(report, lang),
    }


def _picture(data: bytes, kind: str) -> dict[str, str]:
    return {"media_type": _MEDIA_TYPES[kind], "base64": base64.b64encode(data).decode("ascii")}
