"""Errors as problem details (RFC 9457): the contract's code, what went wrong, and what to do about it."""

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
from mettici.web import options

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
"""The HTTP status of each code; every other code is a fault of this service: 503 for models, else 500."""
STATUS_OF_REASON: Mapping[tuple[str, str], int] = {("no_such_page", "method"): 405, ("bad_request", "encoding"): 415}
"""The HTTP status of a code's reasons that have one of their own."""
RETRY_AFTER = {"busy": "1", "timeout": "5", "too_many_requests": "1"}
"""Seconds after which a new try is worth while."""


def status_of(error: MetticiError) -> int:
    """The HTTP status of an error."""
    own = STATUS_OF_REASON.get((error.code, error.reason))
    return own or STATUS.get(error.code, 503 if isinstance(error, ModelError) else 500)


def problem(
    error: MetticiError, lang: str, headers: Mapping[str, str] | None = None, *, translated: bool = False
) -> Response:
    """The answer that tells the error, in words for who sent the photo; `translated`: in every language as well."""
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
        told = {one: {"detail": error.message(one), "remedy": error.remedy_in(one)} for one in messages.languages()}
        body["translations"] = told
    extra = {"Retry-After": RETRY_AFTER[error.code]} if error.code in RETRY_AFTER else {}
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Response(content, status, {**extra, **(headers or {}), "Content-Language": lang}, MEDIA_TYPE)


def _answer(error: MetticiError, request: Request, headers: Mapping[str, str] | None = None) -> Response:
    """As the request's query asks: `lang`, and `translations` where `true`."""
    translated = request.query_params.get("translations") == "true"
    return problem(error, options.wanted(request), headers, translated=translated)


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem."""
    from fastapi.exceptions import RequestValidationError

    async def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, MetticiError)
        if isinstance(error, ModelError):
            log.error("no photo can be judged: %s", error)
        return _answer(error, request)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        name = str(first["loc"][-1]) if first["loc"] else "?"
        return _answer(BadRequestError("parameter", name=name, detail=first["msg"]), request)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        told: MetticiError
        if error.status_code in (404, 405):
            told = NoSuchPageError("path" if error.status_code == 404 else "method")
        elif error.status_code < 500:
            told = BadRequestError("other", detail=error.detail)
        else:
            told = InternalError()
        return _answer(told, request, error.headers)

    async def fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server logs it
        return _answer(InternalError(), request)

    app.add_exception_handler(MetticiError, expected)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, fault)
