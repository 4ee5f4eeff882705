"""`mettici policy`: list the policies, or print one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mettici.cli.help import Command
from mettici.cli.terminal import lang_option, page, policies, print_raw, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mettici.output.page import Page


@click.command("policy", cls=Command)
@click.argument("name", metavar="[NAME|FILE]", shell_complete=policies, default="professional")
@click.option("--list", "listed", is_flag=True)
@lang_option
def command(name: str, listed: bool, lang: str) -> None:
    """The help text is in the catalogues, under `cli.policy`."""
    from mettici.policy import load

    if listed:
        show("\n".join(_lines(page(lang))))
    else:
        print_raw(load(name).to_toml().removesuffix("\n"))


def _lines(shown: Page) -> Iterator[str]:
    from mettici.policy import load, names

    width = max(map(len, names()))
    for name in names():
        yield from shown.wrapped(load(name).described(shown.lang), lead=f"{name:{width}}  ")
