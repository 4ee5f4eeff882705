"""Reports as the API gives them: with the pictures that were asked for. Runs in a thread; nothing is kept."""

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
from mettici.web.drawing import geometry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mettici.checker import Examination, PhotoChecker
    from mettici.report import Report
    from mettici.schema import Object
    from mettici.web.processes import Work

_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png"}


@dataclass(frozen=True)
class Wanted:
    """What of the `Options` concerns the answer itself."""

    lang: str
    crop: bool = False
    annotate: bool = False
    preview: bool = False
    translations: bool = False


def checked(checker: PhotoChecker, name: str, data: bytes, wanted: Wanted) -> dict[str, Any]:
    """The report on one photo, with its pictures. Raises `PhotoError`."""
    return _told(checker.examine(data, name=name), wanted)


def written(checker: PhotoChecker, work: Work) -> bytes:
    """What `work` gives, as JSON."""
    return to_text(work(checker)).encode()


def ranked(judge: Callable[[Work], Any], photos: Sequence[tuple[str, bytes]], wanted: Wanted) -> dict[str, Any]:
    """The reports on several photos, best first, each with `index`: its place in the request.

    `judge` does each photo's work by itself: one that crashes or hangs its decoder is told among those that failed.
    """
    done, failed = [], []
    for index, (name, data) in enumerate(photos):
        try:
            done.append({"index": index, **judge(partial(checked, name=name, data=data, wanted=wanted))})
        except PhotoError as error:
            failed.append(_failed(index, name, error.for_uploader(), wanted))
    ranking = sorted(done, key=order)
    answer = {"schema": SCHEMA, "ranking": ranking, **_reasons(ranking, wanted.lang), "failed": failed}
    if wanted.translations:
        answer["translations"] = {lang: _reasons(ranking, lang) for lang in languages()}
    return answer


def _reasons(ranking: Sequence[Object], lang: str) -> dict[str, Any]:
    """`why` the first stands before the second, and `behind`: why each stands behind the first, "" for the first."""
    if len(ranking) < 2:
        return {"why": None, "behind": [""] * len(ranking)}
    first, *others = ranking
    return {"why": why(first, others[0], lang), "behind": ["", *(behind(first, other, lang) for other in others)]}


def _failed(index: int, name: str, error: PhotoError, wanted: Wanted) -> dict[str, Any]:
    told: dict[str, Any] = {"index": index, **error_object(name, error, wanted.lang)}
    if wanted.translations:
        told["translations"] = {lang: error_object(name, error, lang)["error"] for lang in languages()}
    return told


def _told(done: Examination, wanted: Wanted) -> dict[str, Any]:
    report = done.report.to_dict(wanted.lang)
    pictures = {}
    photo, crop = done.evidence.photo, done.report.crop
    if wanted.preview:
        pictures["preview"] = _picture(encode(photo.pixels, "JPEG"), "JPEG")
        report["drawing"] = geometry(done)
        report["titles"] = {f.id: f.title(wanted.lang) for f in done.report.findings}
        report["cropping"] = crop_text(done.report, wanted.lang)
        report["gains"] = {f.id: round(done.report.gain(f)) for f in done.report.to_fix}
    if wanted.translations:
        report["translations"] = {lang: _texts(done.report, lang) for lang in languages()}
    if wanted.crop and crop is not None:
        kind = format_for(photo)
        pictures["crop"] = _picture(Original(photo).cropped(crop.box, kind), kind)
    if wanted.annotate:
        from mettici.output.annotate import annotated

        pictures["annotated"] = _picture(encode(annotated(done.report, done.evidence, wanted.lang), "JPEG"), "JPEG")
    return {**report, "pictures": pictures} if pictures else report


def _texts(report: Report, lang: str) -> dict[str, Any]:
    """What the report says, in one language: of each check by its id, and of the crop."""
    return {
        "titles": {f.id: f.title(lang) for f in report.findings},
        "messages": {f.id: f.message(lang) for f in report.findings},
        "advice": {f.id: f.advice(lang) for f in report.findings},
        "cropping": crop_text(report, lang),
    }


def _picture(data: bytes, kind: str) -> dict[str, str]:
    return {"media_type": _MEDIA[kind], "base64": base64.b64encode(data).decode("ascii")}
