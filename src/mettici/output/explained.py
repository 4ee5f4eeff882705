"""The reference page of a check, in Markdown: shown by `mettici checks ID` and published in `docs/checks/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mettici.messages import FALLBACK, has, negotiated, say, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mettici.checks.base import Check
    from mettici.policy import Policy, Rule


def explained(policy: Policy, check_id: str, lang: str) -> str:
    """The page of one check. Raises `KeyError` if there is no check with that id."""
    rule = policy[check_id]
    return "\n\n".join(_parts(policy, rule, lang)) + "\n"


def facts(rule: Rule, lang: str) -> str:
    """The check's unit, weight, and whether it can reject a photo."""
    rejects = say("explained.rejects" if rule.blocking else "explained.advises", lang)
    key = f"unit.{rule.check.unit}"
    unit = say(key, lang) if has(key) else rule.check.unit  # third-party checks may have other units
    return say("explained.facts", lang, unit=unit, weight=rule.weight, rejects=rejects)


def texts_table(check: Check, lang: str) -> str:
    """A table of every message and advice of the check, under a heading."""
    rows = [
        (f"`{reason}`", *(_said(f"{check.id}.{reason}.{part}", lang) for part in ("message", "advice")))
        for reason in check.reasons
    ]
    head = tuple(say(f"explained.{part}", lang) for part in ("reason", "message", "advice"))
    return f"## {say('explained.says', lang)}\n\n" + _table(head, *rows)


def _parts(policy: Policy, rule: Rule, lang: str) -> Iterator[str]:
    yield f"# {rule.check.title(lang)} (`{rule.check.id}`)"
    yield facts(rule, lang)
    if negotiated(lang) != FALLBACK:
        yield f"*{say('explained.in_english', lang)}*"
    for name, text in rule.check.sections.items():
        yield f"## {say(f'explained.{name.lower()}', lang)}"
        yield text
    if rule.limits:
        yield f"## {say('explained.thresholds', lang, policy=policy.name)}"
        rows = [(f"`{key}`", f"{value:g}") for key, value in rule.limits.items()]
        yield _table((say("explained.threshold", lang), say("explained.value", lang)), *rows)
    yield texts_table(rule.check, lang)


def _said(key: str, lang: str) -> str:
    return template(key, lang) if has(key) else ""


def _table(*rows: tuple[str, ...]) -> str:
    head, *others = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([head, f"| {' | '.join('---' for _ in rows[0])} |", *others])
