"""The tree of errors. Each knows its code, its exit code, and its sentence and remedy in English and Italian.

An error is raised with a *reason*, which picks the sentence, and with the *facts* that fill it::

    raise TooLargeError("pixels", width=50000, height=50000, limit=120)

Codes and exit codes are those of the contract (`Exit codes`, `A photo that could not be judged`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, NamedTuple

Fact = str | int | float
Language = str


class Text(NamedTuple):
    """What to say for one reason: the sentence and the remedy, in English and in Italian."""

    en: str
    en_remedy: str
    it: str
    it_remedy: str


Texts = Mapping[str, Text]  # reason → text


class MetticiError(Exception):
    """The root of every error that mettici raises on purpose. `str(error)` is the English sentence.

    Raises `KeyError` when made with a reason it does not have, or without a fact that its sentence names.
    Picklable, so that it can leave a worker process.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 70
    """A fault of the program (EX_SOFTWARE of sysexits.h), where no kind of error says otherwise."""
    texts: ClassVar[Texts] = {}

    def __init__(self, reason: str | None = None, /, **facts: Fact) -> None:
        """`reason` is a key of `texts` (left out: the first); `facts` fill the sentence's placeholders."""
        self.reason = next(iter(self.texts)) if reason is None else reason
        self.facts = facts
        super().__init__(self.message("en"))

    def message(self, lang: Language = "en") -> str:
        """The sentence in the language asked for."""
        text = self.texts[self.reason]
        return (text.it if lang == "it" else text.en).format_map(self.facts)

    def remedy_in(self, lang: Language = "en") -> str:
        """What a person can do about it, in the language asked for."""
        text = self.texts[self.reason]
        return (text.it_remedy if lang == "it" else text.en_remedy).format_map(self.facts)

    @property
    def remedy(self) -> str:
        """What a person can do about it, in English."""
        return self.remedy_in("en")

    def __reduce__(self) -> tuple[Callable[[], MetticiError], tuple[()]]:
        return partial(type(self), self.reason, **self.facts), ()
