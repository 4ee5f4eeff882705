"""Errors as problem details (RFC 9457): the documented code, what went wrong, and what to do about it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mettici import messages
from mettici.errors import (
    BadRequestError,
    InternalError,
    MetticiError,
    ModelError,
    NoSuchPageError,
)
from mettici.web.options import request_language

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request


log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUS: Mapping[str, int] = {
    "bad_request": 422,
    "bad_policy": 422,
    "truncated": 422,
    "unreadable": 422,
    "empty": 422,
    "not_an_image": 415,
    "unsupported_format": 415,
    "too_large": 413,
    "slow_upload": 408,
    "too_many_requests": 429,
    "busy": 503,
    "timeout": 503,
    "no_such_page": 404,
}
"""The HTTP status of each code. Any other code is a server error: 503 for models, else 500."""
STATUS_OF_REASON: Mapping[tuple[str, str], int] = {("no_such_page", "method"): 405, ("bad_request", "encoding"): 415}
"""The HTTP status of a code and reason that differs from the code's."""
RETRY_AFTER = {"busy": "1", "timeout": "5", "too_many_requests": "1"}
"""Seconds before a retry is worthwhile."""


def status_of(error: MetticiError) -> int:
    of_reason = STATUS_OF_REASON.get((error.code, error.reason))
    return of_reason or STATUS.get(error.code, 503 if isinstance(error, ModelError) else 500)


def problem(
    error: MetticiError, lang: str, headers: Mapping[str, str] | None = None, *, translated: bool = False
) -> Response:
    """The response to an error, worded for the person who sent the photo. `translated`: add every language."""
    status, error = status_of(error), error.for_uploader()
    body: dict[str, Any] = {
        "type": f"urn:mettici:problem:{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.message(lang),
        "code": error.code,
        "remedy": error.remedy_in(lang),
    }
    if translated:
        body["translations"] = {
            one: {"detail": error.message(one), "remedy": error.remedy_in(one)} for one in messages.languages()
        }
    extra = {"Retry-After": RETRY_AFTER[error.code]} if error.code in RETRY_AFTER else {}
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(content, status, {**extra, **(headers or {}), "Content-Language": lang}, MEDIA_TYPE)


def _respond(error: MetticiError, request: Request, headers: Mapping[str, str] | None = None) -> Response:
    """The problem in the language, and with the translations, that the request's query asks for."""
    translated = request.query_params.get("translations") == "true"
    return problem(error, request_language(request), headers, translated=translated)


def install(app: FastAPI) -> None:
    """Answer every error of the application with problem details."""
    from fastapi.exceptions import RequestValidationError

    async def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, MetticiError)
        if isinstance(error, ModelError):
            log.error("no photo can be judged: %s", error)
        return _respond(error, request)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        name = str(first["loc"][-1]) if first["loc"] else "?"
        return _respond(BadRequestError("parameter", name=name, detail=first["msg"]), request)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        reported: MetticiError
        if error.status_code in (404, 405):
            reported = NoSuchPageError("path" if error.status_code == 404 else "method")
        elif error.status_code < 500:
            reported = BadRequestError("other", detail=error.detail)
        else:
            reported = InternalError()
        return _respond(reported, request, error.headers)

    async def fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server logs it
        return _respond(InternalError(), request)

    app.add_exception_handler(MetticiError, expected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, fault)
