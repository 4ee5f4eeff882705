"""The available languages, and language negotiation."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
FALLBACK = "en"
"""The default language, whose catalogue is complete."""
TAG = r"^[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8})*$"
"""Matches any well-formed BCP 47 tag; also allows underscores, as in locale names."""
MAX_TAG_LENGTH = 35
"""Characters of a tag to read, as many as RFC 5646 (4.4.1) requires: tags may come from anyone."""


@cache
def languages() -> tuple[str, ...]:
    """The tags of the available languages: English first, the others in alphabetical order."""
    found = {path.stem for ending in ("po", "mo") for path in FOLDER.glob(f"*.{ending}")}
    return (FALLBACK, *sorted(found - {FALLBACK}))


@lru_cache(maxsize=256)
def negotiated(*wanted: str) -> str:
    """The language for the first of the `wanted` BCP 47 tags that is available; otherwise English.

    A tag is shortened from its end until a language matches (RFC 4647, lookup): `it-IT` gets `it`, `es-MX` gets `es`,
    and `fr` gets English. Locale names, such as `it_IT.UTF-8`, work too.
    """
    spoken = {tag.lower(): tag for tag in languages()}
    for tag in wanted:
        parts = re.split("[-_]", re.split("[.@]", tag[:MAX_TAG_LENGTH])[0].lower())
        for length in range(len(parts), 0, -1):
            if found := spoken.get("-".join(parts[:length])):
                return found
    return FALLBACK


def accepted_languages(header: str) -> list[str]:
    """The tags of an Accept-Language header (RFC 9110, 12.5.4), most preferred first."""
    weighed = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.partition(";")
        if (quality := _quality(parameter)) > 0:
            weighed.append((-quality, place, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
