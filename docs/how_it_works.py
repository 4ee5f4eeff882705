"""Draws how mettici judges a photo, as an SVG in each language of the READMEs."""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from textwrap import wrap

from mettici.checks import all_checks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WORDS = Path(__file__).with_suffix(".toml")

WIDTH, HEIGHT = 1280, 340
CARD, GAP, TOP, TALL, INSET = 224, 28, 72, 236, 16
"""Width of a card, the gap between two, the top of the cards, their height, and the margin inside, px."""
LETTERS, ROW = 25, 22
"""Letters per line of a card, so that the widest of the fonts fits, and the line height, px."""
INK, SOFT, LINE, TEAL, CARD_FILL = "#20302e", "#56645f", "#b9cbc6", "#0f766e", "#f3f8f6"
GREEN, AMBER, RED = "#15803d", "#b45309", "#b91c1c"
DASHED = f'fill="none" stroke="{TEAL}" stroke-width="1.5" stroke-dasharray="6 5"'
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def drawn(lang: str) -> str:
    """The SVG in that language, with its own background so that it is legible on light and dark pages."""
    words = tomllib.loads(WORDS.read_text("utf-8"))[lang]
    left = (WIDTH - (CARD * len(words["cards"]) + GAP * (len(words["cards"]) - 1))) / 2
    title = escape(words["title"])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="{FONT}">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="14" fill="#ffffff"/>',
        f'<rect x="10" y="10" width="{WIDTH - 20}" height="{HEIGHT - 20}" rx="12" {DASHED}/>',
        _text(WIDTH / 2, 46, words["frame"], 16, TEAL, "middle", bold=True),
    ]
    for number, (title, about) in enumerate(words["cards"]):
        x = left + number * (CARD + GAP)
        parts += _card(x, title.format(checks=len(all_checks())), about)
        if number + 1 < len(words["cards"]):
            parts.append(_arrow(x + CARD))
    parts += _verdicts(left + (len(words["cards"]) - 1) * (CARD + GAP), words["verdicts"])
    return "\n".join([*parts, "</svg>", ""])


def _card(x: float, title: str, about: str) -> list[str]:
    box = f'<rect x="{x:g}" y="{TOP}" width="{CARD}" height="{TALL}" rx="10" fill="{CARD_FILL}" stroke="{LINE}"/>'
    lines = enumerate(wrap(about, LETTERS))
    texts = [_text(x + INSET, TOP + 66 + ROW * row, line, 14, SOFT) for row, line in lines]
    return [box, _text(x + INSET, TOP + 36, title, 18, INK, bold=True), *texts]


def _arrow(x: float) -> str:
    return (
        f'<path d="M{x + 5:g} {TOP + TALL / 2:g}h{GAP - 11}m-6-5 6 5-6 5" fill="none" stroke="{TEAL}" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _verdicts(x: float, names: list[str]) -> list[str]:
    """The three verdicts, each with its colour and sign."""
    parts = []
    for row, (name, colour, sign) in enumerate(zip(names, (GREEN, AMBER, RED), "✔!✘", strict=True)):
        y = TOP + TALL - 68 + 26 * row
        parts.append(_text(x + INSET, y, sign, 15, colour, bold=True))
        parts.append(_text(x + INSET + 20, y, name, 14, colour, bold=True))
    return parts


def _text(x: float, y: float, text: str, size: int, fill: str, anchor: str = "start", *, bold: bool = False) -> str:
    how = f'font-size="{size}" fill="{fill}" text-anchor="{anchor}"' + (' font-weight="600"' if bold else "")
    return f'<text x="{x:g}" y="{y:g}" {how}>{escape(text)}</text>'
