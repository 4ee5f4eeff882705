"""Writes `docs/checks/`, a page for every check, and `docs/policies.md`, from the checks and policies themselves.

python docs/reference.py            # write them
python docs/reference.py --verify   # exit with 1 where what is written is not what the code says
"""

from __future__ import annotations

import sys
from pathlib import Path

from mettici.checks import all_checks
from mettici.checks.base import Check
from mettici.policy import load, names
from mettici.render.explained import explained, said

FOLDER = Path(__file__).parent
HEADER = "<!-- Written by docs/reference.py: change the check, then run it. -->"


def check_page(check: Check) -> str:
    """The page of `mettici checks`, and what the check says in Italian."""
    return f"{HEADER}\n\n{explained(load(), check.id, 'en')}\n{said(check, 'it')}\n"


def policies_page() -> str:
    """The policies side by side, where they differ from the checks' own defaults; and the whole of the default."""
    parts = [HEADER, "# Policies", "`mettici policy NAME` prints one; a TOML file of yours may change any setting."]
    for name in names():
        parts += [f"## {name}", f"```toml\n{load(name).to_toml()}```"]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Every page by its file."""
    rows = [f"| [{check.title.en}](checks/{check.id}.md) | {check.asks} |" for check in all_checks()]
    table = "\n".join(["| check | what it asks |", "| --- | --- |", *rows])
    index = f"{HEADER}\n\n# The checks\n\n{table}\n"
    made = {FOLDER / "checks" / f"{check.id}.md": check_page(check) for check in all_checks()}
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
