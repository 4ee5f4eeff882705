"""Which languages there are, and which one somebody gets who asks for another."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
FALLBACK = "en"
"""What is spoken where nothing else fits: the language in which no sentence is missing."""
TAG = r"^[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8})*$"
"""What a BCP 47 tag looks like, whatever language it names; underscores pass, as in the names of locales."""
LONGEST = 35
"""Characters of a tag that are read, as many as RFC 5646 (4.4.1) asks for: who asks may be anybody."""


@cache
def languages() -> tuple[str, ...]:
    """The tags of the catalogues here: English first, the others in alphabetical order."""
    found = {path.stem for ending in ("po", "mo") for path in FOLDER.glob(f"*.{ending}")}
    return (FALLBACK, *sorted(found - {FALLBACK}))


@lru_cache(maxsize=256)
def negotiated(*wanted: str) -> str:
    """The first of the `wanted` BCP 47 tags that is spoken here; English where none is.

    A tag is shortened from its end until a language is found (RFC 4647, lookup): `it-IT` gets `it`, `es-MX` gets `es`,
    and `fr` gets English. A locale's name, such as `it_IT.UTF-8`, does as well.
    """
    spoken = {tag.lower(): tag for tag in languages()}
    for tag in wanted:
        parts = re.split("[-_]", re.split("[.@]", tag[:LONGEST])[0].lower())
        for length in range(len(parts), 0, -1):
            if found := spoken.get("-".join(parts[:length])):
                return found
    return FALLBACK


def accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header (RFC 9110, 12.5.4), the best first."""
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
