"""`mettici policy`: the policies there are, and what one asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mettici.cli.terminal import lang_option, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mettici.render.page import Page


@click.command("policy", short_help="List the policies, or print one as TOML: every check's weight and limits.")
@click.argument("name", metavar="[NAME|FILE]", default="professional")
@click.option("--list", "listed", is_flag=True, help="List the policies that come with mettici: what each is for.")
@lang_option
def command(name: str, listed: bool, lang: str) -> None:
    """Print every setting of a policy as TOML, the checks' own defaults included.

    Save it, change what you like, and name the file with --policy. NAME is professional where it is left out.
    """
    from mettici.policy import load

    click.echo("\n".join(_lines(page(lang))) if listed else load(name).to_toml(), nl=listed)


def _lines(shown: Page) -> Iterator[str]:
    from mettici.policy import load, names

    wide = max(map(len, names()))
    for name in names():
        yield f"{click.style(f'{name:{wide}}', bold=True)}  {shown.fit(load(name).described(shown.lang))}"
