"""Writes the reference from the code itself: `docs/checks/`, a page for every check, and the pages beside it.

python docs/reference.py            # write them
python docs/reference.py --verify   # exit with 1 where what is written is not what the code says
"""

from __future__ import annotations

import sys
from pathlib import Path

import program_reference as program

from mettici.checks.base import LANGUAGES, Check
from mettici.policy import DEFAULT, Rule, load, names

FOLDER = Path(__file__).parent
HEADER = "<!-- Written by docs/reference.py: change the check, then run it. -->"


def check_page(rule: Rule) -> str:
    """One check: its documentation, limits, and what it says."""
    check = rule.check
    can_reject = "can reject a photo" if rule.blocking else "advises, never rejects"
    facts = f"Value in {check.unit}; weight {rule.weight:g}; {can_reject}."
    parts = [HEADER, f"# {check.title.en} (`{check.id}`)", facts, *_documentation(check), *_limits(rule)]
    for lang in LANGUAGES:
        parts += [{"en": "## What it says", "it": "## Che cosa dice"}[lang], _said(check, lang)]
    return "\n\n".join(parts) + "\n"


def _documentation(check: Check) -> list[str]:
    """The docstring's first line, and its sections under headings."""
    blocks = []
    for block in check.documentation.split("\n\n"):
        head, _, body = block.partition("\n")
        section = body.startswith("    ")
        if section:
            blocks.append(f"## {head}")
        blocks.append("\n".join(line.strip() for line in (body if section else block).splitlines()))
    return blocks


def _limits(rule: Rule) -> list[str]:
    if not rule.limits:
        return []
    rows = [f"| `{key}` | {value:g} |" for key, value in rule.limits.items()]
    return [f"## Limits in the policy `{DEFAULT}`", "\n".join(["| limit | value |", "| --- | --- |", *rows])]


def _said(check: Check, lang: str) -> str:
    rows = [
        f"| `{key}` | {reason.message(lang)} | {reason.advice(lang) if reason.advice else ''} |"
        for key, reason in check.reasons.items()
    ]
    head = {"en": "| reason | message | advice |", "it": "| motivo | messaggio | consiglio |"}[lang]
    return "\n".join([head, "| --- | --- | --- |", *rows])


def policies_page() -> str:
    """The policies side by side where they differ, and the whole of the default."""
    policies = [load(name) for name in names()]
    settings = [{"accept_from": p.accept_from} | {k: v for r in p.rules for k, v in _settings(r)} for p in policies]
    rows = [
        (f"`{key}`", *(f"{s[key]:g}" for s in settings)) for key in settings[0] if len({s[key] for s in settings}) > 1
    ]
    about = (
        "`mettici policy NAME` prints the whole of one; [a file of yours](howto/own-policy.md) may change any setting."
    )
    side_by_side = program.table(("setting", *(f"`{p.name}`" for p in policies)), rows)
    whole = f"```toml\n{load(DEFAULT).to_toml()}```"
    parts = ["# Policies", about, "## Where they differ", side_by_side, f"## The whole of `{DEFAULT}`", whole]
    return "\n\n".join(parts)


def _settings(rule: Rule) -> list[tuple[str, float]]:
    own = {"weight": rule.weight, "blocking": rule.blocking, **rule.limits}
    return [(f"[{rule.check.id}] {key}", float(value)) for key, value in own.items()]


def failings_page() -> str:
    """How each check measures and where it fails, in one place."""
    about = "From the checks' own pages. What score and verdict make of it: [how a photo is judged](judging.md)."
    parts = ["# How each check judges, and where it fails", about]
    for rule in load().rules:
        blocks = _documentation(rule.check)
        parts.append(f"## [{rule.check.title.en}](checks/{rule.check.id}.md)")
        parts += [blocks[blocks.index("## How") + 1], f"**Limits.** {blocks[blocks.index('## Limits') + 1]}"]
    return "\n\n".join(parts)


def pages() -> dict[Path, str]:
    """Every page by its file."""
    rules = load().rules
    asks = {r.check: r.check.documentation.splitlines()[0] for r in rules}
    rows = [f"| [{check.title.en}](checks/{check.id}.md) | {first} |" for check, first in asks.items()]
    table = "\n".join(["| check | what it asks |", "| --- | --- |", *rows])
    made = {FOLDER / "checks" / f"{r.check.id}.md": check_page(r) for r in rules}
    single = {
        "checks": f"# The checks\n\n{table}", "failings": failings_page(), "policies": policies_page(),
        "cli": program.cli_page(), "report": program.report_page(), "errors": program.errors_page(),
        "library": program.library_page(),
    }  # fmt: skip
    return made | {FOLDER / f"{name}.md": f"{HEADER}\n\n{page.rstrip()}\n" for name, page in single.items()}


def main() -> None:
    """Write the pages, or verify them."""
    made = pages()
    there = {*(FOLDER / "checks").glob("*.md")}
    stale = [f for f, text in made.items() if not f.exists() or f.read_text("utf-8") != text]
    stale += there - made.keys()
    if "--verify" in sys.argv[1:]:
        sys.exit(f"run python docs/reference.py: not as the code says: {sorted(map(str, stale))}" if stale else 0)
    (FOLDER / "checks").mkdir(exist_ok=True)
    for file in stale:
        if file in made:
            file.write_text(made[file], "utf-8")
        else:
            file.unlink()


if __name__ == "__main__":
    main()
