"""Flask: the report on an uploaded photo, or an answer of 422 with what stands against it.

@app.post("/avatar")
def avatar():
    report = profile_photo()
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

from flask import Response, abort, request

from mettici.errors import EmptyError, PhotoError
from mettici.integrations.refusal import TAKEN, Refusal, refusals, refused, shared_checker
from mettici.messages import negotiated
from mettici.policy import DEFAULT, Policy

if TYPE_CHECKING:
    from mettici.report import Report


def profile_photo(
    field: str = "photo", *, policy: str | Path | Policy = DEFAULT, taken: Collection[str] = TAKEN
) -> Report:
    """The report on the file `field` of the request under way, which is rewound afterwards for the caller to keep.

    Where the verdict is not among `taken`, or there is no photo, the request is answered with 422: problem details
    (RFC 9457) whose `errors` list `{code, message, advice}`, in the language of Accept-Language.
    """
    lang = negotiated(*request.accept_languages.values())
    upload = request.files.get(field)
    if upload is None:
        _refuse([refused(EmptyError("file"), lang)])
    try:
        report = shared_checker(policy).check(cast(BinaryIO, upload.stream), name=upload.filename or "-", crop=False)
    except PhotoError as error:
        _refuse([refused(error, lang)])
    finally:
        upload.stream.seek(0)
    if report.verdict.value not in taken:
        _refuse(refusals(report, taken, lang))
    return report


def _refuse(against: list[Refusal]) -> NoReturn:
    body = {
        "type": "urn:mettici:problem:photo_refused",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": " ".join(str(one) for one in against),
        "errors": [one.to_dict() for one in against],
    }
    abort(Response(json.dumps(body, ensure_ascii=False), 422, content_type="application/problem+json"))
