"""`mettici schema`: print the JSON Schema of a report."""

from __future__ import annotations

import click

from mettici.cli.help import Command
from mettici.cli.terminal import lang_option, print_raw


@click.command("schema", cls=Command)
@lang_option
def command(lang: str) -> None:  # noqa: ARG001 - used only for help and errors, through the context
    """The help text is in the catalogues, under `cli.schema`."""
    from mettici.output.json import to_text
    from mettici.schema import report_schema

    print_raw(to_text(report_schema(), indent=2, encoding="ascii"))
