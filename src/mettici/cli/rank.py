"""`mettici rank`: rank photos, best first, and say why."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from mettici.cli.help import Command
from mettici.cli.pictures import Target
from mettici.cli.rank_crop import RecordedTasks, write_crop
from mettici.cli.terminal import (
    batch_options,
    console,
    files,
    filter_options,
    lang_option,
    page,
    policy_option,
    print_raw,
    show,
)
from mettici.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rich.table import Table

    from mettici.cli.summary import Tally
    from mettici.output.answer import Answer
    from mettici.output.page import Page
    from mettici.scan.file_filter import FileFilter
    from mettici.scan.local_engine import LocalEngine
    from mettici.scan.ranking import Ranked

_COLUMNS = ("photo", "verdict", "score", "reason")


@click.command("rank", cls=Command)
@click.argument("sources", shell_complete=files, nargs=-1, required=True, metavar="SOURCE...")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, metavar="N")
@click.option("--json", "as_json", is_flag=True)
@click.option("--crop", "picture", shell_complete=files, metavar="FILE_OR_DIR")
@click.option("--html", "sheet", shell_complete=files, metavar="FILE")
@batch_options
@filter_options
@policy_option
@lang_option
@click.pass_context
def command(ctx: click.Context, sources: tuple[str, ...], top: int, as_json: bool, picture: str | None,
            sheet: str | None, jobs: int | None, timeout: float, quiet: bool, file_filter: FileFilter, policy: str,
            lang: str) -> None:  # fmt: skip
    """The help text is in the catalogues, under `cli.rank`."""
    from mettici.cli.progress import progress
    from mettici.cli.summary import Tally
    from mettici.policy import load
    from mettici.process import cores
    from mettici.scan import ranking
    from mettici.scan.judging import Judge
    from mettici.scan.local_engine import LocalEngine
    from mettici.scan.ranking_page import write
    from mettici.scan.sources import counter, find

    load(policy)
    skip = [sheet] if sheet else []
    if picture:
        Target(picture, ())  # fail before judging if it cannot be written
    engine = LocalEngine(
        Judge(policy, lang, thumbnails=sheet is not None, perceptual_hashes=True), jobs or cores(), timeout
    )
    tally = Tally(lang, quiet=quiet)
    tasks = RecordedTasks(find(*sources, skip=skip, file_filter=file_filter))
    tally.skipped = file_filter.skipped
    bar = progress(counter(sources, skip, file_filter), lang, shown=not quiet and sys.stderr.isatty())
    ranked, errors = ranking.rank(_judge_all(engine, tasks, tally, bar))
    leaders = ranking.leaders(ranked)
    why = ranking.why(leaders[0].report, leaders[1].report, lang) if len(leaders) > 1 else []
    if sheet:
        write(sheet, ranked, errors, why, lang, sources)
    _print_json(ranked, errors, why, lang) if as_json else _print_table(ranked, top, why, lang)
    if picture and ranked:
        write_crop(picture, ranked[0].report, tasks, lang)
    if not quiet and not _grouping():
        show("\n".join(page(lang, err=True).wrapped(say("rank.ungrouped", lang))), err=True)
    tally.print_summary(skip)
    ctx.exit(tally.exit_code)


def _judge_all(
    engine: LocalEngine, tasks: RecordedTasks, tally: Tally, bar: AbstractContextManager[Callable[[Answer], None]]
) -> list[Answer]:
    """The answers to all tasks, counted by `tally` and shown on the bar as they arrive."""
    answers = []
    with bar as advance, closing(engine.judge_all(tasks)) as arriving:
        for answer in arriving:
            answers.append(answer)
            tally.add(answer)
            advance(answer)
    return answers


def _grouping() -> bool:
    from importlib.util import find_spec

    return find_spec("imagehash") is not None


def _print_json(ranked: list[Ranked], errors: list[dict[str, object]], why: list[str], lang: str) -> None:
    from mettici.output.json import to_text
    from mettici.scan.ranking import reasons
    from mettici.schema import SCHEMA

    reason_by_path = reasons(ranked, lang)
    rows = [
        {"rank": r.rank, "path": r.path, "verdict": r.report["verdict"], "score": r.report["score"],
         "reason": reason_by_path[r.path], "best_of_group": r.best,
         "group": list(r.group) if len(r.group) > 1 else None, "report": r.report}
        for r in ranked
    ]  # fmt: skip
    result = {"schema": SCHEMA, "ranked": rows, "why": why, "errors": errors}
    print_raw(to_text(result, indent=2, encoding=page(lang).encoding))


def _print_table(ranked: list[Ranked], top: int, why: list[str], lang: str) -> None:
    from mettici.scan.ranking import leaders, reasons

    shown, leading, reason_by_path = page(lang), leaders(ranked), reasons(ranked, lang)
    if not ranked:
        return
    if shown.wide:
        table = _table(leading[:top], reason_by_path, shown)
        console().print(table)
    else:
        rows = [_cells(place, one, reason_by_path[one.path], shown) for place, one in enumerate(leading[:top], 1)]
        show("\n".join(shown.blocks(rows, _headers(lang), name=1)) + "\n")
    if len(leading) > top:
        more = say("rank.more", lang, count=len(leading) - top, total=len(leading))
        show("\n".join(shown.wrapped(more, lead="  ")) + "\n")
    for number, reason in enumerate(why):
        show("\n".join(shown.wrapped(reason, lead="  • " if number else "")))


def _headers(lang: str) -> list[str]:
    return ["", *(say(f"rank.{column}", lang) for column in _COLUMNS)]


def _table(leading: list[Ranked], reason_by_path: dict[str, str], shown: Page) -> Table:
    """A table with one row per group of similar photos: its best."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, title in enumerate(_headers(shown.lang)):
        table.add_column(title, justify="right" if number in (0, 3) else "left", no_wrap=number in (0, 3),
                         overflow="fold")  # fmt: skip
    for place, one in enumerate(leading, 1):
        table.add_row(*_markup(place, one, reason_by_path[one.path], shown))
    return table


def _markup(place: int, one: Ranked, reason: str, shown: Page) -> list[str]:
    """The cells in rich's markup, with the verdict in its colour."""
    from rich.markup import escape

    from mettici.output.text import COLOURS
    from mettici.scoring import Verdict

    cells = [escape(shown.fit(cell)) for cell in _cells(place, one, reason, shown)]
    cells[2] = f"[{COLOURS[Verdict(one.report['verdict'])]}]{cells[2]}[/]"
    return cells


def _cells(place: int, one: Ranked, reason: str, shown: Page) -> list[str]:
    verdict, alike = say(f"report.short.{one.report['verdict']}", shown.lang), len(one.group) - 1
    name = f"{one.path} ({say('rank.folded', shown.lang, count=alike)})" if alike else one.path
    return [str(place), name, verdict, str(one.report["score"]), reason]
