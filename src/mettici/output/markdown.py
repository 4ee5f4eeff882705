"""Rendering Markdown in a terminal with rich, in mettici's style: left-aligned headings, no boxes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from rich.markdown import Heading, Markdown, MarkdownElement
from rich.theme import Theme

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderResult

_THEME = Theme({"markdown.code": "cyan", "markdown.h1": "bold underline", "markdown.h2": "bold"})


class _Heading(Heading):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Markdown(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "heading_open": _Heading}


def tables_as_lists(text: str) -> str:
    """Convert tables in Markdown to lists, which fit a narrow terminal."""
    lines: list[str] = []
    head = False  # whether the table's header has been skipped
    for line in text.splitlines():
        if not line.startswith("|"):
            head = False
            lines.append(line)
        elif not head:
            head = True
        elif cells := [cell.strip() for cell in line.strip("|").split("|") if cell.strip(" -")]:
            lines.append(f"- {cells[0]}: {' '.join(cells[1:])}")
    return "\n".join(lines)


def render(text: str, columns: int) -> str:
    """Render with ANSI styles in lines of at most `columns`, without a trailing line break."""
    console = Console(file=io.StringIO(), width=columns, force_terminal=True, color_system="standard", theme=_THEME)
    with console.capture() as captured:
        console.print(_Markdown(text))
    return "\n".join(line.rstrip() for line in captured.get().rstrip().splitlines())
