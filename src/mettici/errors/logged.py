"""How a fault of the program stands in a log: what and where it was, never with what."""

from __future__ import annotations

import re
import traceback

_PLACE = re.compile(r'  File "([^"\n]+)", line (\d+), in (\S+)')


def fault(error: BaseException, trace: str = "") -> str:
    """The error's class and the places it came through, oldest first; `trace`, where it came from another process.

    Its message is left out: that of a broken parser or of numpy quotes what they were given, which is a person's
    photo or face. The class and the lines are what a developer needs to find the place.
    """
    written = trace or "".join(traceback.format_tb(error.__traceback__))
    places = [f"\n  {file}, line {line}, in {name}" for file, line, name in _PLACE.findall(written)]
    return type(error).__name__ + "".join(places)
