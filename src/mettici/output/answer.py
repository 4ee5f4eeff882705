"""What became of a photo of a scan, as the outputs get it."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """What became of a photo.

    `line` is its report in JSON, `outcome` a verdict or an error's code. `thumbnail` (WebP), `overlay` (SVG, to be laid
    over it) and `likeness` (a perceptual hash in hexadecimal) are empty where they were not asked for, or cannot be
    made. `kept`: the line stands in the output already, written by an earlier run. `cropped`: its crop was written, now
    or then.
    """

    line: str
    outcome: str
    failed: bool = False
    thumbnail: bytes = b""
    overlay: str = ""
    likeness: str = ""
    kept: bool = False
    cropped: bool = False
