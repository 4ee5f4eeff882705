"""The result for one photo of a scan, as outputs receive it."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """The result for one photo: a report, or why there is none.

    `line`: its report as JSON. `outcome`: a verdict or an error code. `thumbnail` (WebP), `overlay` (an SVG to lay over
    it) and `perceptual_hash` (hexadecimal) are empty if they were not requested or cannot be made. `kept`: an earlier
    run has written this line to the output. `cropped`: this run or an earlier one wrote the crop.
    """

    line: str
    outcome: str
    failed: bool = False
    thumbnail: bytes = b""
    overlay: str = ""
    perceptual_hash: str = ""
    kept: bool = False
    cropped: bool = False
