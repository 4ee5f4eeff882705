"""`mettici mcp`: assistants judge photos, over standard input and output."""

from __future__ import annotations

import click

from mettici.cli.terminal import lang_option
from mettici.errors import LibraryError


@click.command("mcp", short_help="Let an assistant judge photos of this machine (MCP, over standard input).")
@lang_option
def command(lang: str) -> None:
    """Serve the Model Context Protocol over standard input and output, for assistants that run on this machine.

    Its tools are check_photo, rank_photos and photo_requirements. They read local files, or bytes that they are given;
    no address is opened, and nothing leaves the machine but their answers, which hold no picture. Needs the extra mcp.
    """
    del lang  # read by what says errors
    from mettici.process import settle

    settle()
    try:
        from mettici.integrations.mcp import main
    except ModuleNotFoundError as error:
        raise LibraryError("extra", name=error.name or "?", extra="mcp") from error
    main()
