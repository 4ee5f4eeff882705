"""The page that text is set on: language, width, and the characters that the terminal can show."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass

import click

NARROWEST, WIDEST = 48, 100
"""Columns: lines longer than a hundred are hard to read, and under forty-eight a verdict does not fit."""

_PLAIN = {
    "✔": "+", "✘": "x", "█": "#", "░": "-", "•": "*", "·": "-", "→": "->", "…": "...", "≥": ">=", "≤": "<=",
    "—": "-", "─": "-", "\u2013": "-", "\u2212": "-", "\xd7": "x", "°": " deg",
    "\u2019": "'", "\u2018": "'", "“": '"', "”": '"',
    "«": '"', "»": '"',
}  # fmt: skip
"""What stands for a sign where the encoding lacks it; accented letters lose their accent instead."""
_NO_BREAK = "\u00a0\u202f"
"""Spaces that keep a number and its unit together; to Python they are not printable."""


@dataclass(frozen=True)
class Page:
    """Where text is shown. Styles are set as ANSI codes always: who prints strips them where need be."""

    lang: str = "en"
    width: int = 80
    encoding: str = "utf-8"

    def fit(self, text: str) -> str:
        """The text in signs that the encoding has, without the control characters a file name may hold."""
        return self._carried(
            "".join(c if c.isprintable() or c in _NO_BREAK else c.encode("unicode_escape").decode() for c in text)
        )

    def markdown(self, text: str) -> str:
        """Markdown as the terminal shows it, ready to print; ends without a line break."""
        from mettici.render.markdown import styled

        return self._carried(styled(text, self.columns))

    @property
    def columns(self) -> int:
        """Columns of a line: those that the terminal has, within what can be read."""
        return max(NARROWEST, min(self.width, WIDEST))

    def _carried(self, text: str) -> str:
        if self._carries(text):
            return text
        return "".join(c if self._carries(c) else self._substitute(c) for c in text)

    def _substitute(self, sign: str) -> str:
        if sign in _PLAIN:
            return _PLAIN[sign]
        return "".join(c for c in unicodedata.normalize("NFKD", sign) if self._carries(c)) or "?"

    def _carries(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def wrapped(self, text: str, *, lead: str = "", opening: str = "", colour: str | None = None,
                dim: bool = False) -> list[str]:  # fmt: skip
        """Lines of `opening` (bold) and `text` after a `lead` in `colour`; the others are indented as far."""
        lead, opening = self.fit(lead), self.fit(opening)
        room = self.columns - len(lead)
        lines = textwrap.wrap(opening + self.fit(text), room, break_on_hyphens=False) or [""]
        shown = [_styled(line, dim=dim) for line in lines]
        if opening and lines[0].startswith(opening.rstrip()):
            start = opening.rstrip()
            shown[0] = click.style(start, bold=True) + _styled(lines[0][len(start) :], dim=dim)
        return [(_styled(lead, colour) if i == 0 else " " * len(lead)) + line for i, line in enumerate(shown)]

    def heading(self, text: str) -> str:
        """A line that names what follows."""
        return click.style(self.fit(text), bold=True)


def _styled(text: str, colour: str | None = None, dim: bool = False) -> str:
    return click.style(text, fg=colour, dim=dim or None) if text.strip() and (colour or dim) else text
