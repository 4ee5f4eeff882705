"""Reports and errors as JSON (schema 1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mettici import schema

if TYPE_CHECKING:
    from mettici.errors import PhotoError


def unjudged(path: str, error: PhotoError, lang: str = "en") -> schema.Unjudged:
    """The document that replaces the report of a photo that could not be judged."""
    details = schema.Error(code=error.code, message=error.message(lang), remedy=error.remedy_in(lang))
    return schema.Unjudged(schema=schema.SCHEMA, path=path, error=details)


def error_object(path: str, error: PhotoError, lang: str = "en") -> schema.Object:
    """Like `unjudged`, as plain JSON objects."""
    return schema.to_dict(unjudged(path, error, lang))


def to_text(value: object, *, indent: int | None = None, encoding: str = "utf-8") -> str:
    """Serialize to JSON text that `encoding` can represent, escaping other characters as `\\u`.

    Surrogates, from file names that are not valid text, are escaped too. Raises `ValueError` for NaN and infinity.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return json.dumps(value, allow_nan=False, indent=indent)
    return text
