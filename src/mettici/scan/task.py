"""The unit of work of a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mettici.errors import PhotoError
    from mettici.output.answer import Answer


class Task(NamedTuple):
    """A photo to judge: its `name` in the report, its `path` on disk; `error`: why it cannot be read.

    `known` is the answer of an earlier run; `data` the file's contents, if they have been read already.
    """

    name: str
    path: str
    error: PhotoError | None = None
    known: Answer | None = None
    data: bytes | None = None

    @property
    def contents(self) -> str | bytes:
        """The source to decode: the data, or the path."""
        return self.path if self.data is None else self.data
