"""Generates the reference from the code: `docs/checks/` with a page per check, and the pages next to it.

python docs/reference.py            # write the pages
python docs/reference.py --verify   # exit with 1 if the pages are out of date
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import program_reference as program

from mettici.checks import all_checks
from mettici.checks.base import Check
from mettici.messages import FALLBACK, languages
from mettici.output.explained import explained, texts_table
from mettici.policy import DEFAULT, Policy, Rule, load, names

FOLDER = Path(__file__).parent
HEADER = "<!-- Written by docs/reference.py: change the check, then run it. -->"


def check_page(check: Check) -> str:
    """The page of `mettici checks`, followed by the check's texts in the other languages."""
    others = (f"{texts_table(check, lang)}\n" for lang in languages() if lang != FALLBACK)
    return "\n".join([explained(load(), check.id, FALLBACK), *others])


def checks_page() -> str:
    """Every check with the question it asks."""
    rows = [(f"[{check.title()}](checks/{check.id}.md)", check.asks) for check in all_checks()]
    return f"# The checks\n\n{program.table(('check', 'what it asks'), rows)}"


def failings_page() -> str:
    """How each check measures and where it fails, on one page."""
    about = "Collected from the checks' pages. [How a photo is judged](judging.md) explains the score and the verdict."
    parts = ["# How each check judges, and where it fails", about]
    for check in all_checks():
        parts.append(f"## [{check.title()}](checks/{check.id}.md)")
        parts += [check.sections["How"], f"**Limits.** {check.sections['Limits']}"]
    return "\n\n".join(parts)


def policies_page() -> str:
    """The policies side by side where they differ, and the default in full."""
    policies = [load(name) for name in names()]
    settings = [{"accept_from": p.accept_from} | {k: v for r in p.rules for k, v in _settings(r)} for p in policies]
    rows = [
        (f"`{key}`", *(f"{s[key]:g}" for s in settings)) for key in settings[0] if len({s[key] for s in settings}) > 1
    ]
    about = (
        "`mettici policy --list` says what each policy is for, `mettici policy NAME` prints one in full, and\n"
        "[your own file](howto/own-policy.md) can change any setting. A suggested crop has the policy's shape, and at\n"
        "least its size if the photo has enough pixels. Each policy links the rules that it follows."
    )
    side_by_side = program.table(("setting", *(f"`{p.name}`" for p in policies)), rows)
    whole = f"```toml\n{load(DEFAULT).to_toml()}```"
    places = program.table(("policy", "purpose", "crop", "rules"), [_place(p) for p in policies])
    parts = ["# Policies", about, places, "## Where they differ", side_by_side, f"## `{DEFAULT}` in full", whole]
    return "\n\n".join(parts)


def _place(policy: Policy) -> tuple[str, ...]:
    """A policy's row: name, purpose, crop and rules."""
    crop = policy.crop
    size = "" if crop is None or crop.size is None else " × ".join(map(str, crop.size)) + " px"
    links = ", ".join(f"[{urlsplit(source).hostname}]({source})" for source in policy.sources)
    return f"`{policy.name}`", policy.described(), "any" if crop is None else f"{crop.shape}, {size}", links


def _settings(rule: Rule) -> list[tuple[str, float]]:
    own = {"weight": rule.weight, "blocking": rule.blocking, **rule.limits}
    return [(f"[{rule.check.id}] {key}", float(value)) for key, value in own.items()]


def pages() -> dict[Path, str]:
    """The text of every page, by file."""
    made = {f"checks/{check.id}": check_page(check) for check in all_checks()} | {
        "checks": checks_page(),
        "failings": failings_page(),
        "policies": policies_page(),
        "cli": program.cli_page(),
        "report": program.report_page(),
        "errors": program.errors_page(),
        "library": program.library_page(),
    }
    return {FOLDER / f"{name}.md": f"{HEADER}\n\n{page.rstrip()}\n" for name, page in made.items()}


def main() -> None:
    """Write or verify the pages."""
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
