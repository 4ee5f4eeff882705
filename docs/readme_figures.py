"""Copies the networks' figures from their model cards into the tables of the READMEs.

python docs/readme_figures.py     # after training; `python docs/plots.py` draws the same cards
"""

from __future__ import annotations

import re
from pathlib import Path

import plots

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.it.md", "README.es.md")
FIGURES = (
    ("face", "smile, GENKI-4K, area under the curve"),
    ("face", "closed eyes caught, CEW"),
    ("face", "clean profiles called closed"),
    ("face", "masks caught, facemask_cd"),
    ("face", "clean profiles called hidden eyes"),
    ("picture", "drawn, painted, rendered: no photograph"),
    ("picture", "real people called no photograph"),
)
"""The card and row of each figure, in the order of the README rows that link to a card."""
ROW = re.compile(r"^(\| [^|]+ \| )[\d.,]+( %)?( [^\d|]+ )\d+([^|]*\| \[[^\]]+\]\(models/)", re.MULTILINE)


def main() -> None:
    """Update all three READMEs."""
    printed = [value(card, row) for card, row in FIGURES]
    for name in READMES:
        page = ROOT / name
        page.write_text(renewed(page.read_text("utf-8"), printed, comma=name != READMES[0]), "utf-8")


def value(card: str, row: str) -> tuple[str, str]:
    """The figure and the number of pictures as printed in the card. Raises `KeyError` if it has no such row."""
    if card == "picture":
        share = {what: (share, pictures) for what, pictures, share, _ in plots.rows(plots.CARDS[card], "what |")}
        return share[row]
    cell = {what: texts_table for what, texts_table, *_ in plots.rows(plots.CARDS[card], "figure |")}[row]
    found = re.fullmatch(r"([\d.]+)(?: % \(\d+ of | \(n )(\d+)\)", cell)
    if found is None:
        raise ValueError(f"{row}: {cell} is neither a rate nor an area")
    return found[1], found[2]


def renewed(page: str, printed: list[tuple[str, str]], *, comma: bool) -> str:
    """The page with new figures. Raises `ValueError` if its table has fewer or more rows."""
    there = len(ROW.findall(page))
    if there != len(printed):
        raise ValueError(f"{there} rows link to a card, not {len(printed)}")
    figures = iter(printed)

    def row(found: re.Match[str]) -> str:
        figure, pictures = next(figures)
        figure = figure.replace(".", ",") if comma else figure
        return f"{found[1]}{figure}{found[2] or ''}{found[3]}{pictures}{found[4]}"

    return ROW.sub(row, page)


if __name__ == "__main__":
    main()
