"""Reports and errors as JSON, in the form of the contract (schema 1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mettici import schema

if TYPE_CHECKING:
    from mettici.errors import PhotoError


def unjudged(path: str, error: PhotoError, lang: str = "en") -> schema.Unjudged:
    """What stands in a report's place for a photo that could not be judged."""
    told = schema.Error(code=error.code, message=error.message(lang), remedy=error.remedy_in(lang))
    return schema.Unjudged(schema=schema.SCHEMA, path=path, error=told)


def error_object(path: str, error: PhotoError, lang: str = "en") -> schema.Object:
    """The same as JSON has it."""
    return schema.to_dict(unjudged(path, error, lang))


def to_text(value: object, *, indent: int | None = None, encoding: str = "utf-8") -> str:
    """JSON that `encoding` can carry: readable letters where it can, `\\u` escapes where it cannot.

    File names that are no valid text (surrogates) are escaped too. Raises `ValueError` on NaN and infinity.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return json.dumps(value, allow_nan=False, indent=indent)
    return text
