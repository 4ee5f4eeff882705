"""`mettici checks`: what is looked at, and one check explained."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from mettici.checks.base import Text
from mettici.cli.terminal import lang_option, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mettici.checks.base import Check
    from mettici.errors import Language
    from mettici.policy import Rule
    from mettici.render.page import Page

_BLOCKING = Text("can reject", "può far scartare")
_WEIGHT = Text("weight", "peso")
_LIMITS = Text("In the professional policy", "Nella politica professional")


@click.command("checks", short_help="List the checks; or explain one: why, how, limits, how to mend.")
@click.argument("check_id", metavar="[ID]", required=False)
@lang_option
def command(check_id: str | None, lang: Language) -> None:
    """List the checks with the unit and weight of each, and which of them can reject a photo.

    With an ID, explain that check: why it matters, how it is measured, how to mend a photo that fails it, and
    its limits in the professional policy.
    """
    from mettici.policy import load

    rules = {rule.check.id: rule for rule in load().rules}
    shown = page(lang)
    if check_id is None:
        lines = _listed(list(rules.values()), shown)
    elif check_id in rules:
        lines = _explained(rules[check_id], shown)
    else:
        near = get_close_matches(check_id, rules, 1)
        hint = f" Did you mean: {near[0]}" if near else f" There are: {', '.join(rules)}"
        raise click.BadParameter(f"there is no check '{check_id}'.{hint}", param_hint="ID")
    click.echo("\n".join(lines))


def _words(rule: Rule, shown: Page) -> str:
    """Unit, weight, and whether it blocks."""
    words = [rule.check.unit, f"{_WEIGHT(shown.lang)} {rule.weight:g}"]
    return ", ".join(words + [_BLOCKING(shown.lang)] * rule.blocking)


def _listed(rules: list[Rule], shown: Page) -> Iterator[str]:
    wide = max(len(rule.check.id) for rule in rules)
    for rule in rules:
        title = shown.fit(rule.check.title(shown.lang))
        facts = shown.fit(_words(rule, shown))
        name = click.style(f"{rule.check.id:{wide}}", bold=True)
        yield f"{name}  {title}  {click.style(facts, dim=True)}"
        if shown.lang == "en":  # the documentation is written in English only
            yield from shown.wrapped(rule.check.documentation.partition("\n")[0], lead=" " * (wide + 2))


def _explained(rule: Rule, shown: Page) -> Iterator[str]:
    yield shown.heading(f"{rule.check.title(shown.lang)} ({rule.check.id})")
    yield click.style(shown.fit(_words(rule, shown)), dim=True)
    if shown.lang == "it":
        yield from shown.wrapped("La spiegazione che segue è in inglese; giudizi e consigli no.", dim=True)
    yield ""
    yield from _documented(rule.check, shown)
    yield ""
    yield shown.heading(_LIMITS(shown.lang))
    yield from (f"    {key} = {value:g}" for key, value in rule.limits.items())


def _documented(check: Check, shown: Page) -> Iterator[str]:
    """The docstring, wrapped: a line that indented ones follow is a heading; a dash starts a list's item."""
    for number, block in enumerate(check.documentation.split("\n\n")):
        if number:
            yield ""
        head, _, body = block.strip("\n").partition("\n")
        if body.startswith("    ") and not head.startswith(" "):
            yield shown.heading(head)
            yield from _paragraphs(body, shown)
        else:
            yield from _paragraphs(block, shown)


def _paragraphs(block: str, shown: Page) -> Iterator[str]:
    lead = "    " if block.startswith(" ") else ""
    text = ""
    for line in [*(part.strip() for part in block.splitlines()), "- "]:
        if line.startswith("- ") and text:
            item = text.startswith("- ")
            yield from shown.wrapped(text[2:] if item else text, lead=lead + "- " * item)
            text = ""
        text = f"{text} {line}".strip() if text else line
