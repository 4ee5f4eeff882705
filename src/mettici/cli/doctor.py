"""`mettici doctor`: check the installation, and say how to fix what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mettici.cli.help import Command
from mettici.cli.terminal import lang_option, page, show
from mettici.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mettici.cli.diagnostics import Line
    from mettici.output.page import Page

MODELS_UNUSABLE = 4


@click.command("doctor", cls=Command)
@lang_option
@click.pass_context
def command(ctx: click.Context, lang: str) -> None:
    """The help text is in the catalogues, under `cli.doctor`."""
    from mettici.cli.diagnostics import SECTIONS

    shown, code = page(lang), 0
    for number, (title, diagnose) in enumerate(SECTIONS):
        show(("\n" if number else "") + shown.heading(say(title, lang)))
        for line in diagnose(lang):
            code = max(code, MODELS_UNUSABLE if line.fatal else 0)
            show("\n".join(_formatted(line, shown)))
    ctx.exit(code)


def _formatted(line: Line, shown: Page) -> Iterator[str]:
    sign, colour = ("✔", "green") if line.remedy is None else ("✘", "red") if line.fatal else ("!", "yellow")
    yield from shown.wrapped(line.found, lead=f"  {sign} ", opening=f"{line.name}: ", colour=colour)
    if line.remedy is not None:
        yield from shown.wrapped(line.remedy, lead="    → ")
