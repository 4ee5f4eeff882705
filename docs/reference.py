"""Writes `docs/checks/`, a page for every check, and `docs/policies.md`, from the checks and policies themselves.

python docs/reference.py            # write them
python docs/reference.py --verify   # exit with 1 where what is written is not what the code says
"""

from __future__ import annotations

import sys
from pathlib import Path

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
    """The policies side by side, where they differ from the checks' own defaults; and the whole of the default."""
    parts = [HEADER, "# Policies", "`mettici policy NAME` prints one; a TOML file of yours may change any setting."]
    for name in names():
        parts += [f"## {name}", f"```toml\n{load(name).to_toml()}```"]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Every page by its file."""
    rules = load().rules
    asks = {r.check: r.check.documentation.splitlines()[0] for r in rules}
    rows = [f"| [{check.title.en}](checks/{check.id}.md) | {first} |" for check, first in asks.items()]
    table = "\n".join(["| check | what it asks |", "| --- | --- |", *rows])
    index = f"{HEADER}\n\n# The checks\n\n{table}\n"
    made = {FOLDER / "checks" / f"{r.check.id}.md": check_page(r) for r in rules}
    return made | {FOLDER / "checks.md": index, FOLDER / "policies.md": policies_page()}


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
