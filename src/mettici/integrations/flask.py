"""Flask: the report on an uploaded photo, or the photo to keep; otherwise a 422 response that says why not.

@app.post("/avatar")
def avatar():
    photo = kept_photo()
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

from flask import Response, abort, request

from mettici.errors import EmptyError, PhotoError
from mettici.image.limits import UPLOAD_BYTES
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
from mettici.integrations.upload import FORM_BYTES, KeptPhoto, check_size, judge_upload
from mettici.messages import negotiated
from mettici.policy import DEFAULT, Policy

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from mettici.report import Report


def profile_photo(
    field: str = "photo",
    *,
    policy: str | Path | Policy = DEFAULT,
    taken: Collection[str] = TAKEN,
    max_bytes: int = UPLOAD_BYTES,
) -> Report:
    """Judge the file `field` of the current request, and rewind it so that the caller can store it.

    If its verdict is not among `taken`, or there is no photo, abort with a 422: problem details (RFC 9457) whose
    `errors` list `{code, message, advice}`, in the language of Accept-Language. A request of more than `max_bytes` is
    refused before its body is read.
    """
    lang = request_language()
    try:
        upload = _upload(field, max_bytes)
        report = shared_checker(policy).check(_stream(upload), name=upload.filename or "-", crop=False)
        upload.stream.seek(0)
    except PhotoError as error:
        _refuse([refused(error, lang)])
    if report.verdict.value not in taken:
        _refuse(refusals(report, taken, lang))
    return report


def kept_photo(
    field: str = "photo",
    *,
    policy: str | Path | Policy = DEFAULT,
    taken: Collection[str] = TAKEN,
    crop: bool = True,
    max_bytes: int = UPLOAD_BYTES,
) -> KeptPhoto:
    """Like `profile_photo`, but return the photo to keep: upright, without metadata and so without location.

    `crop`: if there is a suggested crop that passes, use it instead of the upload. Show the photo's `advice` as a
    warning.
    """
    lang = request_language()
    try:
        upload = _upload(field, max_bytes)
        outcome = judge_upload(
            shared_checker(policy),
            _stream(upload),
            taken=taken,
            crop="take" if crop else "no",
            lang=lang,
            name=upload.filename or "-",
        )
    except PhotoError as error:
        _refuse([refused(error, lang)])
    if outcome.kept is None:
        _refuse(outcome.refusals)
    return outcome.kept


def request_language() -> str:
    """The language of the response, from the Accept-Language header."""
    return negotiated(*request.accept_languages.values())


def _upload(field: str, max_bytes: int) -> FileStorage:
    check_size(request.content_length, max_bytes + FORM_BYTES)  # `request.files` reads the body
    upload = request.files.get(field)
    if upload is None:
        raise EmptyError("file")
    check_size(upload.stream.seek(0, 2), max_bytes)
    upload.stream.seek(0)
    return upload


def _stream(upload: FileStorage) -> BinaryIO:
    return cast(BinaryIO, upload.stream)


def _refuse(reasons: Collection[Refusal]) -> NoReturn:
    body = {
        "type": "urn:mettici:problem:photo_refused",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": " ".join(str(reason) for reason in reasons),
        "errors": [reason.to_dict() for reason in reasons],
    }
    abort(Response(json.dumps(body, ensure_ascii=False), 422, content_type="application/problem+json"))
