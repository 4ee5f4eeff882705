"""Laying out text for a terminal: language, width, and the characters its encoding supports."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_COLUMNS, MAX_COLUMNS = 40, 100
"""Limits on columns: lines of more than a hundred are hard to read, and fewer than forty fit only a word or two."""
HYPHEN = "\N{NON-BREAKING HYPHEN}"
"""Replaces hyphens while wrapping, so that words are not broken there."""
WIDE_FROM = 72
"""Minimum width, in columns, for laying things out side by side."""

_PLAIN = {
    "✔": "+",
    "✘": "x",
    "█": "#",
    "░": "-",
    "•": "*",
    "·": "-",
    "→": "->",
    "…": "...",
    "≥": ">=",
    "≤": "<=",
    "—": "-",
    "─": "-",
    "\u2013": "-",
    "\u2212": "-",
    "\xd7": "x",
    "°": " deg",
    "\u2019": "'",
    "\u2018": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
}
"""Replacements for characters that the encoding lacks; accented letters lose their accents instead."""
_NO_BREAK = "\u00a0\u202f"
"""Spaces that keep a number and its unit together; `str.isprintable` is false for them."""


@dataclass(frozen=True)
class Page:
    """The terminal to write for. Output always contains ANSI styles; the caller strips them if necessary."""

    lang: str = "en"
    width: int = 80
    encoding: str = "utf-8"

    def fit(self, text: str) -> str:
        """Replace unsupported characters, and escape the control characters that a file name may contain."""
        return self.substituted(
            "".join(c if c.isprintable() or c in _NO_BREAK else c.encode("unicode_escape").decode() for c in text)
        )

    def markdown(self, text: str) -> str:
        """Render Markdown, ready to print, without a trailing line break."""
        from mettici.output.markdown import render, tables_as_lists

        return self.substituted(render(text if self.wide else tables_as_lists(text), self.columns))

    @property
    def columns(self) -> int:
        """The width of lines: that of the terminal, within readable limits."""
        return max(MIN_COLUMNS, min(self.width, MAX_COLUMNS))

    @property
    def wide(self) -> bool:
        """Whether there is room for table columns without breaking words."""
        return self.columns >= WIDE_FROM

    def blocks(self, rows: Sequence[Sequence[str]], heads: Sequence[str], name: int) -> list[str]:
        """A table as text, for a narrow terminal: for each row, the cell `name`, then the others with their
        headings."""
        lines = []
        for row in rows:
            others = [f"{heads[i]}: {cell}" for i, cell in enumerate(row) if i > name and cell]
            lead = " ".join(row[:name])
            lines += self.wrapped("; ".join(others), lead=f"{lead} " if lead else "", opening=f"{row[name]}. ")
        return lines

    def substituted(self, text: str) -> str:
        """Replace characters that the encoding does not support."""
        if self._encodes(text):
            return text
        return "".join(c if self._encodes(c) else self._substitute(c) for c in text)

    def _substitute(self, sign: str) -> str:
        if sign in _PLAIN:
            return _PLAIN[sign]
        return "".join(c for c in unicodedata.normalize("NFKD", sign) if self._encodes(c)) or "?"

    def _encodes(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def wrapped(
        self, text: str, *, lead: str = "", opening: str = "", colour: str | None = None, dim: bool = False
    ) -> list[str]:
        """Wrap `opening` (bold) and `text` after a `lead` in `colour`; further lines are indented by the lead's
        width."""
        lead, opening = self.fit(lead), self.fit(opening)
        room = self.columns - len(lead)
        lines = _folded(opening + self.fit(text), room) or [""]
        shown = [styled(line, dim=dim) for line in lines]
        if opening and lines[0].startswith(opening.rstrip()):
            start = opening.rstrip()
            shown[0] = styled(start, bold=True) + styled(lines[0][len(start) :], dim=dim)
        return [(styled(lead, colour) if i == 0 else " " * len(lead)) + line for i, line in enumerate(shown)]

    def folded(self, line: str) -> str:
        """Wrap a line that already has styles."""
        from click.formatting import wrap_text

        folded = wrap_text(line.replace("-", HYPHEN), self.columns, subsequent_indent="  ") if line else line
        return folded.replace(HYPHEN, "-")

    def pieces(self, *pieces: str, gap: str = "  ") -> list[str]:
        """Lay out styled pieces side by side if they fit, and below each other otherwise."""
        from rich.text import Text

        lines = [pieces[0]]
        for piece in pieces[1:]:
            together = lines[-1] + gap + piece
            if Text.from_ansi(together).cell_len <= self.columns:
                lines[-1] = together
            else:
                lines.append(piece)
        return lines

    def heading(self, text: str) -> str:
        """A heading."""
        return styled(self.fit(text), bold=True)


def _folded(text: str, room: int) -> list[str]:
    """Wrap without breaking words: something longer than a line, such as a path, is left to the terminal."""
    return textwrap.wrap(text, max(room, 1), break_on_hyphens=False, break_long_words=False)


def styled(text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
    """Style text with ANSI codes; whitespace alone is left unchanged."""
    if not text.strip() or not (colour or bold or dim):
        return text
    from rich.color import ColorSystem
    from rich.style import Style

    return Style(color=colour, bold=bold or None, dim=dim or None).render(text, color_system=ColorSystem.STANDARD)
