"""A progress bar on standard error, where that is a terminal and nothing else is written there."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mettici.checks.base import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mettici.errors import Language

_JUDGING = Text("Judging photos", "Esame delle foto")


@contextmanager
def progress(count: Callable[[], int], lang: Language, *, shown: bool) -> Iterator[Callable[[], None]]:
    """Gives the function to call after each photo. `count` counts them all, in a thread beside the work."""
    if not shown:
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_JUDGING(lang), total=None)
        threading.Thread(target=lambda: bar.update(task, total=count()), daemon=True).start()
        yield lambda: bar.advance(task)
