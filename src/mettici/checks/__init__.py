"""The checks, one per file. They are discovered by listing this package, so a new check is one new file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from mettici.checks.base import Check


@lru_cache(maxsize=1)
def all_checks() -> tuple[Check, ...]:
    """Every check, sorted by id."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name != "base")
    return tuple(
        _only_check(importlib.import_module(f"{__name__}.{name}").__dict__, f"{__name__}.{name}") for name in names
    )


def _only_check(names: dict[str, object], module: str) -> Check:
    # Compare modules first: on Python 3.10 an alias such as list[int] counts as a class, and issubclass rejects it.
    own = [c for c in names.values() if isinstance(c, type) and c.__module__ == module and issubclass(c, Check)]
    if len(own) != 1:
        raise TypeError(f"{module} must define exactly one Check, but defines {len(own)}")
    return own[0]()
