"""`mettici checks`: list the checks, or explain one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mettici.cli.help import Command, suggestion
from mettici.cli.terminal import lang_option, language, page, show
from mettici.messages import say
from mettici.output.explained import explained, facts
from mettici.output.page import styled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.shell_completion import CompletionItem

    from mettici.output.page import Page
    from mettici.policy import Rule


def _ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from mettici.checks import all_checks

    found = (check for check in all_checks() if check.id.startswith(incomplete))
    return [CompletionItem(check.id, help=check.title(language(ctx))) for check in found]


@click.command("checks", cls=Command)
@click.argument("check_id", metavar="[ID]", required=False, shell_complete=_ids)
@lang_option
def command(check_id: str | None, lang: str) -> None:
    """The help text is in the catalogues, under `cli.checks`."""
    from mettici.policy import load

    policy, shown = load(), page(lang)
    ids = [rule.check.id for rule in policy.rules]
    if check_id is None:
        show("\n".join(_lines(policy.rules, shown)))
    elif check_id in ids:
        show(shown.markdown(explained(policy, check_id, lang)))
    else:
        hint = suggestion(check_id, ids, lang) or " " + say("cli.checks_are", lang, names=", ".join(ids))
        raise click.UsageError(say("cli.no_such_check", lang, name=check_id) + hint, click.get_current_context())


def _lines(rules: tuple[Rule, ...], shown: Page) -> Iterator[str]:
    width = max(len(rule.check.id) for rule in rules) + 2
    for rule in rules:
        title, about = rule.check.title(shown.lang), facts(rule, shown.lang)
        if shown.wide:
            yield styled(f"{rule.check.id:{width}}", bold=True) + shown.fit(title)
        else:
            yield from shown.wrapped(title, opening=f"{rule.check.id}: ")
        lead = " " * (width if shown.wide else 2)
        yield from shown.wrapped(about, lead=lead, dim=True)
        if shown.lang == "en":  # `asks` comes from the docstrings, which are in English only
            yield from shown.wrapped(rule.check.asks, lead=lead)
