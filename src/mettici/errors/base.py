"""The base class of all errors. Each class has a code, an exit code, and a list of reasons.

An error is raised with a *reason*, which selects its message and remedy, and with the *facts* that fill their
placeholders::

    raise TooLargeError("pixels", width=50000, height=50000, limit=120)

The texts are in the catalogues of `mettici.messages`, under `errors`, the code and the reason. Codes and exit codes are
part of the contract (`Exit codes`, `A photo that could not be judged`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, TypeVar

from mettici.messages import FALLBACK, say

Fact = str | int | float
Error = TypeVar("Error", bound="MetticiError")


class MetticiError(Exception):
    """Base class of the errors that mettici raises on purpose. `str(error)` is the English message.

    The constructor raises `KeyError` for an unknown reason, or if a fact that the message uses is missing. Picklable,
    so that it can be raised in a worker process.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 4
    """By default, that of an installation that cannot judge photos."""
    reasons: ClassVar[tuple[str, ...]] = ()
    uploader_reasons: ClassVar[Mapping[str, str]] = {}
    """Maps reasons addressed to developers or operators to the one to show to the person who uploaded the photo; "*"
    matches all others."""

    def __init__(self, reason: str | None = None, /, **facts: Fact) -> None:
        """`reason` is one of `reasons` (default: the first); `facts` fill the placeholders of the texts."""
        self.reason = self.reasons[0] if reason is None else reason
        self.facts = facts
        super().__init__(self.message())

    def message(self, lang: str = FALLBACK) -> str:
        """The message, in the language negotiated for a BCP 47 tag."""
        return self._text("message", lang)

    def remedy_in(self, lang: str = FALLBACK) -> str:
        """What the user can do about it, in the language negotiated for a BCP 47 tag."""
        return self._text("remedy", lang)

    def for_uploader(self: Error) -> Error:
        """The error to show to the person who uploaded the photo: without commands, code and packages."""
        reason = self.uploader_reasons.get(self.reason, self.uploader_reasons.get("*"))
        return self if reason is None or reason == self.reason else type(self)(reason, **self.facts)

    @property
    def remedy(self) -> str:
        """What the user can do about it, in English."""
        return self.remedy_in()

    def _text(self, part: str, lang: str) -> str:
        return say(f"errors.{self.code}.{self.reason}.{part}", lang, **self.facts)

    def __reduce__(self) -> tuple[Callable[[], MetticiError], tuple[()]]:
        return partial(type(self), self.reason, **self.facts), ()
