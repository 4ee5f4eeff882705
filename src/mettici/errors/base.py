"""The tree of errors. Each knows its code, its exit code, and its reasons.

An error is raised with a *reason*, which picks its sentence and remedy, and with the *facts* that fill them::

    raise TooLargeError("pixels", width=50000, height=50000, limit=120)

What is said stands in the catalogues of `mettici.messages`, under `errors`, the code and the reason. Codes and exit
codes are those of the contract (`Exit codes`, `A photo that could not be judged`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, TypeVar

from mettici.messages import FALLBACK, say

Fact = str | int | float
Told = TypeVar("Told", bound="MetticiError")


class MetticiError(Exception):
    """The root of every error that mettici raises on purpose. `str(error)` is the English sentence.

    Raises `KeyError` when made with a reason it does not have, or without a fact that its sentence names.
    Picklable, so that it can leave a worker process.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 4
    """That of an installation which cannot judge, where no kind of error says otherwise."""
    reasons: ClassVar[tuple[str, ...]] = ()
    for_people: ClassVar[Mapping[str, str]] = {}
    """Reasons that speak to who runs or writes the program, and the one to give instead to who only sent a photo; "*"
    stands for all others."""

    def __init__(self, reason: str | None = None, /, **facts: Fact) -> None:
        """`reason` is one of `reasons` (left out: the first); `facts` fill the sentence's placeholders."""
        self.reason = self.reasons[0] if reason is None else reason
        self.facts = facts
        super().__init__(self.message())

    def message(self, lang: str = FALLBACK) -> str:
        """The sentence, in the language that the BCP 47 tag gets."""
        return self._said("message", lang)

    def remedy_in(self, lang: str = FALLBACK) -> str:
        """What a person can do about it, in the language that the BCP 47 tag gets."""
        return self._said("remedy", lang)

    def for_uploader(self: Told) -> Told:
        """The same error as a person is told who uploaded the photo: without commands, code and packages."""
        reason = self.for_people.get(self.reason, self.for_people.get("*"))
        return self if reason is None or reason == self.reason else type(self)(reason, **self.facts)

    @property
    def remedy(self) -> str:
        """What a person can do about it, in English."""
        return self.remedy_in()

    def _said(self, part: str, lang: str) -> str:
        return say(f"errors.{self.code}.{self.reason}.{part}", lang, **self.facts)

    def __reduce__(self) -> tuple[Callable[[], MetticiError], tuple[()]]:
        return partial(type(self), self.reason, **self.facts), ()
