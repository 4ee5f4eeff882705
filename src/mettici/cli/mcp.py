"""`mettici mcp`: serve assistants over standard input and output."""

from __future__ import annotations

import click

from mettici.cli.help import Command
from mettici.cli.terminal import lang_option
from mettici.errors import LibraryError


@click.command("mcp", cls=Command)
@lang_option
def command(lang: str) -> None:
    """The help text is in the catalogues, under `cli.mcp`."""
    del lang  # used only for error messages, through the context
    from mettici.process import configure

    configure()
    try:
        from mettici.integrations.mcp import main
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="mcp") from error
    main()
