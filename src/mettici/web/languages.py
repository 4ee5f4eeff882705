"""Which language a request wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from mettici.messages import LONGEST, TAG, accepted, negotiated

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

Tag = Annotated[str, StringConstraints(max_length=LONGEST, pattern=TAG)]
"""A BCP 47 tag, as requests may name one."""


def wanted(request: HTTPConnection, named: str | None = None) -> str:
    """The language for the tag `named`, else that in the query, else the browser's in their order; else English."""
    asked = named or request.query_params.get("lang", "")
    return negotiated(asked, *accepted(request.headers.get("accept-language", "")))
