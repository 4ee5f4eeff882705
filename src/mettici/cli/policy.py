"""`mettici policy`: the effective policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mettici.cli.terminal import lang_option

if TYPE_CHECKING:
    from mettici.errors import Language


@click.command("policy", short_help="Print a policy as TOML: every check's weight and limits.")
@click.argument("name", metavar="[NAME|FILE]", default="professional")
@lang_option
def command(name: str, lang: Language) -> None:  # noqa: ARG001 - read by what says errors
    """Print every setting of a policy as TOML, the checks' own defaults included.

    Save it, change what you like, and name the file with --policy. NAME is professional where it is left out.
    """
    from mettici.policy import load

    click.echo(load(name).to_toml(), nl=False)
