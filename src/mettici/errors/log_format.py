"""Formatting unexpected exceptions for the log, without the data they were raised on."""

from __future__ import annotations

import re
import traceback

_PLACE = re.compile(r'  File "([^"\n]+)", line (\d+), in (\S+)')


def stack_summary(error: BaseException, trace: str = "") -> str:
    """The exception's class and its call stack, outermost first; `trace` is its traceback if it comes from another
    process.

    The message is left out, because exceptions of parsers or NumPy may quote the data: somebody's photo or face. The
    class and the lines are enough for a developer to find the bug.
    """
    written = trace or "".join(traceback.format_tb(error.__traceback__))
    places = [f"\n  {file}, line {line}, in {name}" for file, line, name in _PLACE.findall(written)]
    return type(error).__name__ + "".join(places)
