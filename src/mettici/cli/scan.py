"""`mettici scan`: judge many photos in parallel, and write the results to files."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from mettici.cli.crops import crop_options
from mettici.cli.exit_codes import by_signal
from mettici.cli.help import Command, WrongUsage
from mettici.cli.terminal import batch_options, files, filter_options, lang_option, policy_option
from mettici.output.sinks import STDOUT, Context
from mettici.scan.lists import LIST, PHOTO

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from mettici.cli.summary import Tally
    from mettici.output.answer import Answer
    from mettici.output.people import People
    from mettici.policy import Crop
    from mettici.scan.crops import Crops
    from mettici.scan.file_filter import FileFilter
    from mettici.scan.judging import Judge
    from mettici.scan.local_engine import LocalEngine
    from mettici.scan.running import Outputs


@click.command("scan", cls=Command)
@click.argument("sources", shell_complete=files, nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--output",
    "paths",
    shell_complete=files,
    metavar="FILE",
    multiple=True,
)
@click.option(
    "--people",
    "listed",
    shell_complete=files,
    metavar="FILE",
)
@click.option("--no-pictures", "bare", is_flag=True)
@click.option("--resume", is_flag=True)
@click.option("--hash", "hashing", is_flag=True)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
)
@crop_options
@batch_options
@filter_options
@policy_option
@lang_option
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    paths: tuple[str, ...],
    listed: str | None,
    bare: bool,
    resume: bool,
    hashing: bool,
    engine: str,
    crops: Crops | None,
    shape: Crop | None,
    jobs: int | None,
    timeout: float,
    quiet: bool,
    file_filter: FileFilter,
    policy: str,
    lang: str,
) -> None:
    """The help text is in the catalogues, under `cli.scan`."""
    from mettici.cli.summary import Tally
    from mettici.policy import load
    from mettici.process import cores
    from mettici.scan.judging import Judge
    from mettici.scan.local_engine import LocalEngine
    from mettici.scan.running import Outputs

    load(policy)  # fail on an invalid policy before overwriting an earlier result
    thumbnails = not bare and any(path.lower().endswith(".html") for path in paths)
    judge = Judge(policy, lang, thumbnails=thumbnails, hashing=hashing, crops=crops, shape=shape)
    paths = paths or (() if resume else (STDOUT,))
    outputs = Outputs.at(paths, judge, resume=resume, context=Context(_people(listed, paths), sources))
    local, tally = LocalEngine(judge, jobs or cores(), timeout), Tally(lang, quiet=quiet)
    tally.crops = crops.folder if crops else ""
    if engine == "ray":
        _scan_on_ray(sources, paths, local, judge, tally, file_filter, resume=resume)
        ctx.exit(tally.exit_code)
    stopped = _scan_here(sources, paths, outputs, local, judge, tally, file_filter)
    ctx.exit(by_signal(stopped) if stopped else tally.exit_code)


def _people(path: str | None, outputs: Iterable[str]) -> People | None:
    """The list of people to add to the tables among the outputs."""
    from mettici.output.people import People
    from mettici.output.sinks import WITH_PEOPLE

    if path is None:
        return None
    if not any(output.lower().endswith(WITH_PEOPLE) for output in outputs):
        raise WrongUsage("cli.people_where", endings=", ".join(WITH_PEOPLE))
    return People(path)


def _scan_here(
    sources: tuple[str, ...],
    paths: tuple[str, ...],
    outputs: Outputs,
    local: LocalEngine,
    judge: Judge,
    tally: Tally,
    file_filter: FileFilter,
) -> int:
    """Scan on this machine. Returns the number of the signal that stopped it early, else 0."""
    from mettici.cli.interrupt import stop_on_signal
    from mettici.cli.progress import progress
    from mettici.scan import running
    from mettici.scan.crops import check_folder
    from mettici.scan.sources import counter, find

    if tally.crops:
        check_folder(tally.crops, sources)
    tasks, written = find(*sources, skip=paths, crop_folder=tally.crops, file_filter=file_filter), list[str]()
    tally.skipped = file_filter.skipped
    with ExitStack() as stack:
        stopped = stack.enter_context(stop_on_signal(tally.print_stopping))
        files = [path for path in paths if path != STDOUT]
        resumable = any(path.lower().endswith(".jsonl") for path in files)
        # Runs after the progress bar is gone.
        stack.callback(lambda: tally.print_summary(written, stopped=stopped(), resumable=resumable))
        shown = not tally.quiet and _bar_shown(paths)
        count = counter(sources, paths, file_filter, crop_folder=tally.crops)
        advance = stack.enter_context(progress(count, judge.lang, shown=shown))
        running.run(tasks, local, judge, outputs, _call_each(tally.add, advance), stopped)
        written.extend(files)
    return stopped.number


def _scan_on_ray(
    sources: tuple[str, ...],
    paths: tuple[str, ...],
    local: LocalEngine,
    judge: Judge,
    tally: Tally,
    file_filter: FileFilter,
    *,
    resume: bool,
) -> None:
    from mettici.errors import OutputError, SourceError
    from mettici.scan import ray_engine

    if len(paths) != 1 or paths[0] == STDOUT or resume or tally.crops:
        raise OutputError("ray", path=", ".join(paths))
    if len(sources) != 1 or sources[0] in (PHOTO, LIST):
        raise SourceError("ray_one", source=", ".join(sources))
    tally.verdicts, tally.failures = ray_engine.scan(
        sources[0], paths[0], judge, local.jobs, local.timeout, file_filter
    )
    tally.print_summary(paths)


def _call_each(*callbacks: Callable[[Answer], None]) -> Callable[[Answer], None]:
    def call(answer: Answer) -> None:
        for callback in callbacks:
            callback(answer)

    return call


def _bar_shown(paths: Container[str]) -> bool:
    """Reports printed to the same terminal would break up the bar."""
    return sys.stderr.isatty() and (STDOUT not in paths or not sys.stdout.isatty())
