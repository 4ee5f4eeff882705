"""A progress bar on standard error, shown if that is a terminal and nothing else is printed there."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mettici.cli.terminal import console
from mettici.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import ProgressColumn, Task

    from mettici.output.answer import Answer


@contextmanager
def progress(count: Callable[[], int] | None, lang: str, *, shown: bool) -> Iterator[Callable[[Answer], None]]:
    """Yield the function to call after each photo. `count`, called in a thread, returns the total; None: unknown."""
    if not shown:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    tally = Counter[str]()
    line = Column(no_wrap=True)
    columns = (
        TextColumn("{task.description}", table_column=line),
        BarColumn(16),
        MofNCompleteColumn(),
        _rate_column(lang),
        TextColumn("{task.fields[tally]}", table_column=line),
    )
    with Progress(*columns, console=console(err=True), transient=True) as bar:
        task = bar.add_task(say("scan.judging", lang), total=None, tally="")
        if count is not None:
            threading.Thread(target=lambda: bar.update(task, total=count()), daemon=True).start()

        def advance(answer: Answer) -> None:
            tally["error" if answer.failed else answer.outcome] += 1
            bar.update(task, advance=1, tally=_tally_markup(tally, lang))

        yield advance


def _rate_column(lang: str) -> ProgressColumn:
    """A column with the rate and the time left."""
    from datetime import timedelta

    from rich.progress import ProgressColumn
    from rich.table import Column
    from rich.text import Text as Styled

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Styled:
            speed = task.finished_speed or task.speed
            parts = [] if speed is None else [say("scan.rate", lang, rate=speed)]
            if task.time_remaining is not None:
                parts.append(say("scan.left", lang, time=timedelta(seconds=int(task.time_remaining))))
            return Styled(", ".join(parts), style="progress.remaining")

    return RateColumn(Column(no_wrap=True))


def _tally_markup(tally: Counter[str], lang: str) -> str:
    """The number of each verdict and of errors, each in its colour."""
    from mettici.output.text import verdict_counts

    return " ".join(f"[{colour}]{text}[/{colour}]" for text, colour in verdict_counts(tally, tally["error"], lang))
