"""`mettici scan`: judge many photos, in several processes, into files."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import click

from mettici.cli.terminal import lang_option, page, policy_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mettici.batch.judging import Answer
    from mettici.batch.sinks import Sink
    from mettici.errors import Language

REJECTED, UNREADABLE = 1, 3


@click.command("scan", short_help="Judge a folder, a pattern or a list of photos; one JSON line each.")
@click.argument("source")
@click.option(
    "--output",
    "outputs",
    metavar="FILE.jsonl",
    multiple=True,
    help="Write the reports there, a line each; repeatable. Default: standard output.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Photos judged at the same time. Default: one for each processor.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Time for one photo.",
)
@policy_option
@lang_option
@click.pass_context
def command(ctx: click.Context, source: str, outputs: tuple[str, ...], jobs: int | None, timeout: float,
            policy: str, lang: Language) -> None:  # fmt: skip
    """Judge every photo of SOURCE: a folder and those below it, a pattern such as 'team/*.jpg', or @list.txt.

    Every file is answered, in whatever order they finish: with a report, or with what is wrong with it.
    Hidden files are left out. The paths of a list are relative to the current folder. A summary goes to
    standard error.
    """
    from mettici.batch import sinks, sources
    from mettici.batch.judging import Judge
    from mettici.batch.workers import judge_all
    from mettici.cli.progress import progress
    from mettici.policy import load

    openers = [sinks.opener(path) for path in outputs]
    load(policy)  # a policy that cannot be used is told before an earlier result is overwritten
    tasks = sources.find(source, skip=outputs)
    tally = _Tally(lang)

    def count() -> int:
        return sum(1 for _ in sources.find(source, skip=outputs))

    with ExitStack() as stack:
        opened = [stack.enter_context(closing(o())) for o in openers or (_standard_output,)]
        stack.callback(tally.say)  # under the bar, once that is gone; also after Ctrl-C
        advance = stack.enter_context(progress(count, lang, shown=_bar_shown(outputs)))
        answers = judge_all(tasks, Judge(policy, lang), jobs or _processors(), timeout)
        _deliver(stack.enter_context(closing(answers)), opened, tally, advance)
    ctx.exit(tally.exit_code)


def _deliver(
    answers: Iterable[Answer], sinks: Iterable[Sink], tally: _Tally, advance: Callable[[], None]
) -> None:
    for answer in answers:
        for sink in sinks:
            sink.write(answer.line)
        tally.add(answer)
        advance()


class _Tally:
    """Counts what became of the photos."""

    def __init__(self, lang: Language) -> None:
        self._lang, self._started = lang, time.perf_counter()
        self._verdicts, self._failures = Counter[str](), Counter[str]()

    def add(self, answer: Answer) -> None:
        (self._failures if answer.failed else self._verdicts)[answer.outcome] += 1

    @property
    def exit_code(self) -> int:
        return UNREADABLE if self._failures else REJECTED if self._verdicts["reject"] else 0

    def say(self) -> None:
        from mettici.render.text import tally_text

        seconds = time.perf_counter() - self._started
        shown = page(self._lang, err=True)
        click.echo(tally_text(self._verdicts, self._failures, shown, seconds), err=True)


def _bar_shown(outputs: Iterable[str]) -> bool:
    """A bar would be torn apart by reports that go to the same terminal."""
    return sys.stderr.isatty() and (bool(outputs) or not sys.stdout.isatty())


def _standard_output() -> Sink:
    from mettici.batch.sinks import JsonLines

    return JsonLines(sys.stdout.buffer, "-", owned=False)


def _processors() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
