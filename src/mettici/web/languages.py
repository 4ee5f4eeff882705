"""Which language a request wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mettici.checks.base import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from mettici.errors import Language


def wanted(request: HTTPConnection) -> Language:
    """The language named in the query, else the browser's first that is spoken here, else English."""
    named = request.query_params.get("lang", "")
    return _spoken(named) or accepted(request.headers.get("accept-language", ""))


def accepted(header: str) -> Language:
    """The best of an Accept-Language header (RFC 9110, 12.5.4) that is spoken here."""
    weighed = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.partition(";")
        if (lang := _spoken(tag.strip().partition("-")[0])) and (quality := _quality(parameter)) > 0:
            weighed.append((-quality, place, lang))
    return min(weighed)[2] if weighed else "en"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _spoken(tag: str) -> Language | None:
    lower = tag.lower()
    if lower not in LANGUAGES:
        return None
    return "it" if lower == "it" else "en"
