"""What is said when many photos have been judged: how many of which verdict, where it was written, how to go on."""

from __future__ import annotations

import shlex
import signal
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from mettici.cli.exit_codes import REJECTED
from mettici.cli.terminal import page, show
from mettici.errors import PhotoError
from mettici.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mettici.output.answer import Answer

MOST_KINDS = 4
"""Endings that are named of what was left out: more would hide the result."""


class Tally:
    """Counts what became of the photos."""

    def __init__(self, lang: str, *, quiet: bool = False) -> None:
        self._lang, self.quiet, self._started = lang, quiet, time.perf_counter()
        self.verdicts, self.failures, self.kept = Counter[str](), Counter[str](), 0
        self.skipped = Counter[str]()
        self.crops, self.cropped = "", 0  # their folder, and how many are there

    def add(self, answer: Answer) -> None:
        self.kept += answer.kept
        self.cropped += answer.cropped
        (self.failures if answer.failed else self.verdicts)[answer.outcome] += 1

    @property
    def exit_code(self) -> int:
        return PhotoError.exit_code if self.failures else REJECTED if self.verdicts["reject"] else 0

    def say(self, written: Sequence[str] = (), *, stopped: bool = False, resumable: bool = False) -> None:
        """To standard error, unless this is to be quiet."""
        from mettici.output.text import tally_text

        if self.quiet:
            return
        seconds = time.perf_counter() - self._started
        shown, lang = page(self._lang, err=True), self._lang
        show(tally_text(self.verdicts, self.failures, shown, seconds, kept=self.kept), err=True)
        if self.skipped:
            self._echo(say("scan.left_out", lang, total=self.skipped.total(), kinds=_kinds(self.skipped, lang)))
        if self.crops:
            self._echo(say("summary.crops", lang, folder=self.crops, count=self.cropped))
        if written:
            self._echo(say("scan.written", lang, paths=", ".join(written)))
        if stopped:
            # Not wrapped: whoever pastes the command needs it on one line.
            show(say("scan.stopped" if resumable else "scan.lost", lang, command=_command()), err=True)

    def say_finishing(self, number: int) -> None:
        """That a signal was noticed: Ctrl-C, or another."""
        if not self.quiet:
            self._echo(say("scan.finishing" if number == signal.SIGINT else "scan.finishing_anyhow", self._lang))

    def _echo(self, text: str) -> None:
        show("\n".join(page(self._lang, err=True).wrapped(text)), err=True)


def _kinds(skipped: Counter[str], lang: str) -> str:
    """The most frequent endings, each with its count, and how many others there are."""
    named = [(kind, count) for kind, count in skipped.most_common() if kind][:MOST_KINDS]
    others = skipped.total() - sum(count for _, count in named)
    return ", ".join(f"{kind} {count}" for kind, count in [*named, (say("scan.others", lang), others)] if count)


def _command() -> str:
    """This run's command, with what makes it go on."""
    words = [word for word in sys.argv[1:] if word != "--resume"]
    return shlex.join(["mettici", *words, "--resume"])
