"""The summary after a batch: the number of each verdict, where the results are, and how to resume."""

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

MAX_KINDS = 4
"""Extensions of skipped files to list: more would bury the result."""


class Tally:
    """Counts the outcomes of a batch, and prints the summary."""

    def __init__(self, lang: str, *, quiet: bool = False) -> None:
        self._lang, self.quiet, self._started = lang, quiet, time.perf_counter()
        self.verdicts, self.failures, self.kept = Counter[str](), Counter[str](), 0
        self.skipped = Counter[str]()
        self.crops, self.cropped = "", 0  # the folder of the crops, and how many were written

    def add(self, answer: Answer) -> None:
        self.kept += answer.kept
        self.cropped += answer.cropped
        (self.failures if answer.failed else self.verdicts)[answer.outcome] += 1

    @property
    def exit_code(self) -> int:
        return PhotoError.exit_code if self.failures else REJECTED if self.verdicts["reject"] else 0

    def print_summary(self, written: Sequence[str] = (), *, stopped: bool = False, resumable: bool = False) -> None:
        """Print the summary to standard error, unless `quiet`. `written`: the files of the results."""
        from mettici.output.text import tally_text

        if self.quiet:
            return
        seconds = time.perf_counter() - self._started
        shown, lang = page(self._lang, err=True), self._lang
        show(tally_text(self.verdicts, self.failures, shown, seconds, kept=self.kept), err=True)
        if self.skipped:
            self._print(say("scan.left_out", lang, total=self.skipped.total(), kinds=_kinds(self.skipped, lang)))
        if self.crops:
            self._print(say("summary.crops", lang, folder=self.crops, count=self.cropped))
        if written:
            self._print(say("scan.written", lang, paths=", ".join(written)))
        if stopped:
            # Not wrapped, so that the command can be copied as one line.
            show(say("scan.stopped" if resumable else "scan.lost", lang, command=_command()), err=True)

    def print_stopping(self, number: int) -> None:
        """Acknowledge a signal: Ctrl-C, or another."""
        if not self.quiet:
            self._print(say("scan.finishing" if number == signal.SIGINT else "scan.finishing_anyhow", self._lang))

    def _print(self, text: str) -> None:
        show("\n".join(page(self._lang, err=True).wrapped(text)), err=True)


def _kinds(skipped: Counter[str], lang: str) -> str:
    """The most frequent extensions with their counts, and the count of all others."""
    listed = [(kind, count) for kind, count in skipped.most_common() if kind][:MAX_KINDS]
    others = skipped.total() - sum(count for _, count in listed)
    return ", ".join(f"{kind} {count}" for kind, count in [*listed, (say("scan.others", lang), others)] if count)


def _command() -> str:
    """This run's command with `--resume`."""
    words = [word for word in sys.argv[1:] if word != "--resume"]
    return shlex.join(["mettici", *words, "--resume"])
