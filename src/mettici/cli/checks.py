"""`mettici checks`: what is looked at, and one check explained."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from mettici.cli.terminal import lang_option, page
from mettici.render.explained import explained, facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mettici.policy import Rule
    from mettici.render.page import Page


@click.command("checks", short_help="List the checks; or explain one: why, how, limits, how to mend.")
@click.argument("check_id", metavar="[ID]", required=False)
@lang_option
def command(check_id: str | None, lang: str) -> None:
    """List the checks with the unit and weight of each, and which of them can reject a photo.

    With an ID, explain that check: what it asks and why, how it is measured, how to mend a photo that fails it, where
    it fails itself, its thresholds in the professional policy, and all it can say.
    """
    from mettici.policy import load

    policy, shown = load(), page(lang)
    ids = [rule.check.id for rule in policy.rules]
    if check_id is None:
        click.echo("\n".join(_listed(policy.rules, shown)))
    elif check_id in ids:
        click.echo(shown.markdown(explained(policy, check_id, lang)))
    else:
        near = get_close_matches(check_id, ids, 1)
        hint = f" Did you mean: {near[0]}" if near else f" There are: {', '.join(ids)}"
        raise click.BadParameter(f"there is no check '{check_id}'.{hint}", param_hint="ID")


def _listed(rules: tuple[Rule, ...], shown: Page) -> Iterator[str]:
    wide = max(len(rule.check.id) for rule in rules)
    for rule in rules:
        name = click.style(f"{rule.check.id:{wide}}", bold=True)
        about = click.style(shown.fit(facts(rule, shown.lang)), dim=True)
        yield f"{name}  {shown.fit(rule.check.title(shown.lang))}  {about}"
        if shown.lang == "en":  # the documentation is written in English only
            yield from shown.wrapped(rule.check.asks, lead=" " * (wide + 2))
