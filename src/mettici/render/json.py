"""Reports and errors as JSON, in the form of the contract (schema 1)."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from mettici.verdict import SCHEMA

if TYPE_CHECKING:
    from mettici.errors import Language, PhotoError

Object = dict[str, Any]


def report_schema() -> Object:
    """The JSON Schema (2020-12) of a report, and of what stands in its place for a photo that could not be judged."""
    text = (resources.files("mettici") / "report.schema.json").read_text("utf-8")
    schema: Object = json.loads(text)
    return schema


def error_object(path: str, error: PhotoError, lang: Language = "en") -> Object:
    """What stands in a report's place for a photo that could not be judged."""
    told = {"code": error.code, "message": error.message(lang), "remedy": error.remedy_in(lang)}
    return {"schema": SCHEMA, "path": path, "error": told}


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
