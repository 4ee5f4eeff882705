"""`mettici rank`: the best photos first, and why."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click

from mettici.cli.helping import Command
from mettici.cli.pictures import Target
from mettici.cli.terminal import (
    batch_options,
    choice_options,
    console,
    files,
    lang_option,
    page,
    policy_option,
    put,
    show,
)
from mettici.cli.winner import Noted, write_winner
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
@choice_options
@policy_option
@lang_option
@click.pass_context
def command(ctx: click.Context, sources: tuple[str, ...], top: int, as_json: bool, picture: str | None,
            sheet: str | None, jobs: int | None, timeout: float, quiet: bool, file_filter: FileFilter, policy: str,
            lang: str) -> None:  # fmt: skip
    """The command. Its help stands in the catalogues, under `cli.rank`."""
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
        Target(picture, ())  # a name that cannot be written is told before all the judging
    engine = LocalEngine(
        Judge(policy, lang, thumbnails=sheet is not None, perceptual_hashes=True), jobs or cores(), timeout
    )
    tally = Tally(lang, quiet=quiet)
    tasks = Noted(find(*sources, skip=skip, file_filter=file_filter))
    tally.skipped = file_filter.skipped
    bar = progress(counter(sources, skip, file_filter), lang, shown=not quiet and sys.stderr.isatty())
    ranked, errors = ranking.rank(_judged(engine, tasks, tally, bar))
    leading = ranking.leaders(ranked)
    reasons = ranking.why(leading[0].report, leading[1].report, lang) if len(leading) > 1 else []
    if sheet:
        write(sheet, ranked, errors, reasons, lang, sources)
    _print_json(ranked, errors, reasons, lang) if as_json else _print_table(ranked, top, reasons, lang)
    if picture and ranked:
        write_winner(picture, ranked[0].report, tasks, lang)
    if not quiet and not _grouping():
        show("\n".join(page(lang, err=True).wrapped(say("rank.ungrouped", lang))), err=True)
    tally.say(skip)
    ctx.exit(tally.exit_code)


def _judged(
    engine: LocalEngine, tasks: Noted, tally: Tally, bar: AbstractContextManager[Callable[[Answer], None]]
) -> list[Answer]:
    """The answers on all `tasks`, counted as they come."""
    answers = []
    with bar as advance, closing(engine.judge_all(tasks)) as coming:
        for answer in coming:
            answers.append(answer)
            tally.add(answer)
            advance(answer)
    return answers


def _grouping() -> bool:
    from importlib.util import find_spec

    return find_spec("imagehash") is not None


def _print_json(ranked: list[Ranked], errors: list[dict[str, object]], reasons: list[str], lang: str) -> None:
    from mettici.output.json import to_text
    from mettici.scan.ranking import reasons as reasons_for
    from mettici.schema import SCHEMA

    places = reasons_for(ranked, lang)
    rows = [
        {"rank": r.rank, "path": r.path, "verdict": r.report["verdict"], "score": r.report["score"],
         "reason": places[r.path], "best_of_group": r.best, "group": list(r.group) if len(r.group) > 1 else None,
         "report": r.report}
        for r in ranked
    ]  # fmt: skip
    result = {"schema": SCHEMA, "ranked": rows, "why": reasons, "errors": errors}
    put(to_text(result, indent=2, encoding=page(lang).encoding))


def _print_table(ranked: list[Ranked], top: int, reasons: list[str], lang: str) -> None:
    from mettici.scan.ranking import leaders
    from mettici.scan.ranking import reasons as reasons_for

    shown, leading, places = page(lang), leaders(ranked), reasons_for(ranked, lang)
    if not ranked:
        return
    if shown.wide:
        table = _table(leading[:top], places, shown)
        console().print(table)
    else:
        rows = [_cells(place, one, places[one.path], shown) for place, one in enumerate(leading[:top], 1)]
        show("\n".join(shown.blocks(rows, _heads(lang), name=1)) + "\n")
    if len(leading) > top:
        more = say("rank.more", lang, count=len(leading) - top, total=len(leading))
        show("\n".join(shown.wrapped(more, lead="  ")) + "\n")
    for number, reason in enumerate(reasons):
        show("\n".join(shown.wrapped(reason, lead="  • " if number else "")))


def _heads(lang: str) -> list[str]:
    return ["", *(say(f"rank.{column}", lang) for column in _COLUMNS)]


def _table(ranked: list[Ranked], places: dict[str, str], shown: Page) -> Table:
    """A row for each that leads; `places`: the reason of each, by path."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, title in enumerate(_heads(shown.lang)):
        table.add_column(title, justify="right" if number in (0, 3) else "left", no_wrap=number in (0, 3),
                         overflow="fold")  # fmt: skip
    for place, one in enumerate(ranked, 1):
        table.add_row(*_marked(place, one, places[one.path], shown))
    return table


def _marked(place: int, one: Ranked, reason: str, shown: Page) -> list[str]:
    """The cells in rich's markup: the verdict in its colour."""
    from rich.markup import escape

    from mettici.output.text import COLOURS
    from mettici.scoring import Verdict

    told = [escape(shown.fit(cell)) for cell in _cells(place, one, reason, shown)]
    told[2] = f"[{COLOURS[Verdict(one.report['verdict'])]}]{told[2]}[/]"
    return told


def _cells(place: int, one: Ranked, reason: str, shown: Page) -> list[str]:
    verdict, alike = say(f"report.short.{one.report['verdict']}", shown.lang), len(one.group) - 1
    name = f"{one.path} ({say('rank.folded', shown.lang, count=alike)})" if alike else one.path
    return [str(place), name, verdict, str(one.report["score"]), reason]
