"""A check explained: the page that `mettici checks ID` and `docs/checks/` show, in Markdown."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mettici.checks.base import WHAT, Text
from mettici.messages import has, template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mettici.checks.base import Check
    from mettici.policy import Policy, Rule

HEADINGS: Mapping[str, Text] = MappingProxyType({
    WHAT: Text("What it asks", "Che cosa chiede"),
    "Why": Text("Why", "Perché"),
    "How": Text("How it is measured", "Come si misura"),
    "Mend": Text("How to mend", "Come rimediare"),
    "Limits": Text("Limits", "Limiti"),
})  # fmt: skip
_FACTS = Text("Value in {unit}; weight {weight:g}; {rejects}.", "Valore in {unit}; peso {weight:g}; {rejects}.")
_REJECTS = Text("can reject a photo", "può far scartare una foto")
_ADVISES = Text("advises, never rejects", "consiglia, non fa mai scartare")
_ENGLISH = Text("", "La spiegazione che segue è in inglese; giudizi e consigli no.")
_THRESHOLDS = Text("Thresholds in the policy `{policy}`", "Soglie nella politica `{policy}`")
_THRESHOLD, _VALUE = Text("threshold", "soglia"), Text("value", "valore")
_SAYS = Text("What it says", "Che cosa dice")
_REASON, _MESSAGE, _ADVICE = Text("reason", "motivo"), Text("message", "messaggio"), Text("advice", "consiglio")


def explained(policy: Policy, check_id: str, lang: str) -> str:
    """The whole page on one check. Raises `KeyError` where there is none of that id."""
    rule = policy[check_id]
    return "\n\n".join(_parts(policy, rule, lang)) + "\n"


def facts(rule: Rule, lang: str) -> str:
    """Unit, weight, and whether it can reject a photo."""
    rejects = (_REJECTS if rule.blocking else _ADVISES)(lang)
    return _FACTS.filled(lang, unit=rule.check.unit, weight=rule.weight, rejects=rejects)


def said(check: Check, lang: str) -> str:
    """Everything the check can say, under a heading."""
    rows = [
        (f"`{reason}`", *(_said(f"{check.id}.{reason}.{part}", lang) for part in ("message", "advice")))
        for reason in check.reasons
    ]
    return f"## {_SAYS(lang)}\n\n" + _table((_REASON(lang), _MESSAGE(lang), _ADVICE(lang)), *rows)


def _parts(policy: Policy, rule: Rule, lang: str) -> Iterator[str]:
    yield f"# {rule.check.title(lang)} (`{rule.check.id}`)"
    yield facts(rule, lang)
    if note := _ENGLISH(lang):
        yield f"*{note}*"
    for name, text in rule.check.sections.items():
        yield f"## {HEADINGS[name](lang)}"
        yield text
    if rule.limits:
        yield f"## {_THRESHOLDS(lang).format(policy=policy.name)}"
        rows = [(f"`{key}`", f"{value:g}") for key, value in rule.limits.items()]
        yield _table((_THRESHOLD(lang), _VALUE(lang)), *rows)
    yield said(rule.check, lang)


def _said(key: str, lang: str) -> str:
    return template(key, lang) if has(key) else ""


def _table(*rows: tuple[str, ...]) -> str:
    head, *others = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([head, f"| {' | '.join('---' for _ in rows[0])} |", *others])
