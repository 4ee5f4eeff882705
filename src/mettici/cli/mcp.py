"""`mettici mcp`: assistants judge photos, over standard input and output."""

from __future__ import annotations

import click

from mettici.cli.helping import Command
from mettici.cli.terminal import lang_option
from mettici.errors import LibraryError


@click.command("mcp", cls=Command)
@lang_option
def command(lang: str) -> None:
    """The command. Its help stands in the catalogues, under `cli.mcp`."""
    del lang  # read by what says errors
    from mettici.process import configure

    configure()
    try:
        from mettici.integrations.mcp import main
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="mcp") from error
    main()
