"""`mettici schema`: the form of a report."""

from __future__ import annotations

import click

from mettici.cli.helping import Command
from mettici.cli.terminal import lang_option, put


@click.command("schema", cls=Command)
@lang_option
def command(lang: str) -> None:  # noqa: ARG001 - read by what says help and errors
    """The command. Its help stands in the catalogues, under `cli.schema`."""
    from mettici.output.json import to_text
    from mettici.schema import report_schema

    put(to_text(report_schema(), indent=2, encoding="ascii"))
