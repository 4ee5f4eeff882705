"""Flask: the report on an uploaded photo, or the photo as it is to be kept; or an answer of 422 that says why not.

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
from mettici.integrations.keeping import FORM_BYTES, KeptPhoto, outcome, sized
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
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
    """The report on the file `field` of the request under way, which is rewound afterwards for the caller to keep.

    Where the verdict is not among `taken`, or there is no photo, the request is answered with 422: problem details
    (RFC 9457) whose `errors` list `{code, message, advice}`, in the language of Accept-Language. A request of more
    than `max_bytes` is refused before its body is read.
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
    """The file `field` of the request under way as it is to be kept: upright, without metadata, so without the place.

    `crop`: take the suggested crop in place of the upload, wherever there is one that passes. Show its `advice` as a
    warning. Otherwise as `profile_photo`.
    """
    lang = request_language()
    try:
        upload = _upload(field, max_bytes)
        found = outcome(
            shared_checker(policy),
            _stream(upload),
            taken=taken,
            crop="take" if crop else "no",
            lang=lang,
            name=upload.filename or "-",
        )
    except PhotoError as error:
        _refuse([refused(error, lang)])
    if found.kept is None:
        _refuse(found.against)
    return found.kept


def request_language() -> str:
    """What the request under way is answered in."""
    return negotiated(*request.accept_languages.values())


def _upload(field: str, max_bytes: int) -> FileStorage:
    sized(request.content_length, max_bytes + FORM_BYTES)  # `request.files` reads the body
    upload = request.files.get(field)
    if upload is None:
        raise EmptyError("file")
    sized(upload.stream.seek(0, 2), max_bytes)
    upload.stream.seek(0)
    return upload


def _stream(upload: FileStorage) -> BinaryIO:
    return cast(BinaryIO, upload.stream)


def _refuse(against: Collection[Refusal]) -> NoReturn:
    body = {
        "type": "urn:mettici:problem:photo_refused",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": " ".join(str(one) for one in against),
        "errors": [one.to_dict() for one in against],
    }
    abort(Response(json.dumps(body, ensure_ascii=False), 422, content_type="application/problem+json"))
