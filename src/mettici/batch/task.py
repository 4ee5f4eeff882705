"""What passes through a batch: a photo to judge, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mettici.errors import PhotoError


class Answer(NamedTuple):
    """What became of a photo.

    `line` is its report in JSON, `outcome` a verdict or an error's code. `thumbnail` (WebP) and `likeness` (a
    perceptual hash in hexadecimal) are empty where they were not asked for, or cannot be made. `kept`: the line
    stands in the output already, written by an earlier run. `cropped`: its crop was written, now or then.
    """

    line: str
    outcome: str
    failed: bool = False
    thumbnail: bytes = b""
    likeness: str = ""
    kept: bool = False
    cropped: bool = False


class Task(NamedTuple):
    """A photo to judge: its `name` in the report, its `path` on disk; `error`: why it cannot be read.

    `known` is the answer that an earlier run gave; `data` the file's bytes, where they were read already.
    """

    name: str
    path: str
    error: PhotoError | None = None
    known: Answer | None = None
    data: bytes | None = None

    @property
    def contents(self) -> str | bytes:
        """What to decode."""
        return self.path if self.data is None else self.data
