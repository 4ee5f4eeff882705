"""`mettici rank`: the best photos first, and why."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import click

from mettici.cli.helping import Command
from mettici.cli.terminal import batch_options, choice_options, files, lang_option, page, policy_option
from mettici.messages import say

if TYPE_CHECKING:
    from rich.table import Table

    from mettici.batch.choosing import Choice
    from mettici.batch.ranking import Ranked
    from mettici.render.page import Page

_COLUMNS = ("photo", "verdict", "score", "helps", "similar")


@click.command("rank", cls=Command)
@click.argument("sources", shell_complete=files, nargs=-1, required=True, metavar="SOURCE...")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, metavar="N")
@click.option("--json", "as_json", is_flag=True)
@click.option("--html", "sheet", shell_complete=files, metavar="FILE")
@batch_options
@choice_options
@policy_option
@lang_option
@click.pass_context
def command(ctx: click.Context, sources: tuple[str, ...], top: int, as_json: bool, sheet: str | None, jobs: int | None,
            timeout: float, quiet: bool, choice: Choice, policy: str, lang: str) -> None:  # fmt: skip
    """The command. Its help stands in the catalogues, under `cli.rank`."""
    from mettici.batch import ranking
    from mettici.batch.contact_sheet import write
    from mettici.batch.judging import Judge
    from mettici.batch.sources import counter, find
    from mettici.batch.workers import Crew
    from mettici.cli.progress import progress
    from mettici.cli.summary import Tally
    from mettici.cores import cores
    from mettici.policy import load

    load(policy)
    skip = [sheet] if sheet else []
    crew = Crew(Judge(policy, lang, thumbnails=sheet is not None, likenesses=True), jobs or cores(), timeout)
    tally = Tally(lang, quiet=quiet)
    tasks, answers = find(*sources, skip=skip, choice=choice), []
    tally.left_out = choice.left_out
    with ExitStack() as stack:
        shown = not quiet and sys.stderr.isatty()
        count = counter(sources, skip, choice)
        advance = stack.enter_context(progress(count, lang, shown=shown))
        for answer in stack.enter_context(closing(crew.judge_all(tasks))):
            answers.append(answer)
            tally.add(answer)
            advance(answer)
    ranked, errors = ranking.rank(answers)
    reasons = ranking.why(ranked[0].report, ranked[1].report, lang) if len(ranked) > 1 else []
    if sheet:
        write(sheet, ranked, errors, reasons, lang)
    _print_json(ranked, errors, reasons, lang) if as_json else _print_table(ranked[:top], len(ranked), reasons, lang)
    if not quiet and not _grouping():
        click.echo("\n".join(page(lang, err=True).wrapped(say("rank.ungrouped", lang))), err=True)
    tally.say(skip)
    ctx.exit(tally.exit_code)


def _grouping() -> bool:
    from importlib.util import find_spec

    return find_spec("imagehash") is not None


def _print_json(ranked: list[Ranked], errors: list[dict[str, object]], reasons: list[str], lang: str) -> None:
    from mettici.render.json import to_text
    from mettici.schema import SCHEMA

    rows = [
        {"rank": r.rank, "path": r.path, "verdict": r.report["verdict"], "score": r.report["score"],
         "best_of_group": r.best, "group": list(r.group) if len(r.group) > 1 else None, "report": r.report}
        for r in ranked
    ]  # fmt: skip
    result = {"schema": SCHEMA, "ranked": rows, "why": reasons, "errors": errors}
    click.echo(to_text(result, indent=2, encoding=page(lang).encoding))


def _print_table(ranked: list[Ranked], total: int, reasons: list[str], lang: str) -> None:
    from rich.console import Console

    shown = page(lang)
    if not ranked:
        return
    if shown.roomy:
        Console(file=sys.stdout, width=shown.width, highlight=False).print(_table(ranked, shown))
    else:
        rows, heads = [_cells(one, shown) for one in ranked], _heads(lang)
        click.echo("\n".join(shown.blocks(rows, heads, name=1)) + "\n")
    if total > len(ranked):
        more = say("rank.more", lang, count=total - len(ranked), total=total)
        click.echo("\n".join(shown.wrapped(more, lead="  ")) + "\n")
    for number, reason in enumerate(reasons):
        click.echo("\n".join(shown.wrapped(reason, lead="  • " if number else "")))


def _heads(lang: str) -> list[str]:
    return ["", *(say(f"rank.{column}", lang) for column in _COLUMNS)]


def _table(ranked: list[Ranked], shown: Page) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    grouped = any(len(r.group) > 1 for r in ranked)
    titles = _heads(shown.lang)
    for number, title in enumerate(titles if grouped else titles[:-1]):
        table.add_column(title, justify="right" if number in (0, 3) else "left", no_wrap=number in (0, 3),
                         overflow="fold")  # fmt: skip
    for one in ranked:
        table.add_row(*_marked(one, shown)[: len(table.columns)])
    return table


def _marked(one: Ranked, shown: Page) -> list[str]:
    """The cells in rich's markup: the verdict in its colour."""
    from rich.markup import escape

    from mettici.render.text import COLOURS
    from mettici.scoring import Verdict

    told = [escape(shown.fit(cell)) for cell in _cells(one, shown)]
    told[2] = f"[{COLOURS[Verdict(one.report['verdict'])]}]{told[2]}[/]"
    return told


def _cells(one: Ranked, shown: Page) -> list[str]:
    from mettici.checks import all_checks
    from mettici.scoring import Verdict, first_fault

    verdict = Verdict(one.report["verdict"])
    gravest = first_fault(one.report)
    titles = {check.id: check.title(shown.lang) for check in all_checks()}
    group = ""
    if len(one.group) > 1:
        best, lang = one.best, shown.lang
        group = say("rank.best_of", lang, count=len(one.group)) if best else say("rank.like", lang, path=one.group[0])
    return [str(one.rank), one.path, say(f"report.short.{verdict.value}", shown.lang), str(one.report["score"]),
            titles[gravest] if gravest else "", group]  # fmt: skip
