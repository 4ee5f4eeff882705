"""What the commands share: language, terminal output, errors, shell completion and common options."""

from __future__ import annotations

import locale
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from mettici.messages import MAX_TAG_LENGTH, TAG, languages, negotiated, say
from mettici.output.page import Page

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem
    from rich.console import Console

    from mettici.errors import MetticiError

_LANG = "mettici.lang"
Command = TypeVar("Command", bound=Callable[..., Any])


def default_language() -> str:
    """The locale's language if mettici has it, else English. As in POSIX, the first variable that is set decides."""
    name = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), "")
    return negotiated(locale.normalize(name))


def language(ctx: click.Context) -> str:
    """The language of `--lang`, if it has been parsed yet, else the default."""
    lang: str = ctx.meta.get(_LANG) or default_language()
    return lang


def colour() -> bool | None:
    """Whether the environment asks for colour (no-color.org, force-color.org). None: decide by the terminal."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def page(lang: str, *, err: bool = False) -> Page:
    """The `Page` for the width and encoding of standard output, or of standard error."""
    stream = sys.stderr if err else sys.stdout
    return Page(lang, shutil.get_terminal_size().columns, stream.encoding or "ascii")


def console(*, err: bool = False) -> Console:
    """A rich console on standard output, or standard error, styled as the environment and the stream ask."""
    from rich.console import Console

    stream, coloured = sys.stderr if err else sys.stdout, colour()
    terminal = stream.isatty() or coloured is True
    system: Literal["standard"] | None = "standard" if terminal and coloured is not False else None
    width = shutil.get_terminal_size().columns
    return Console(file=stream, force_terminal=terminal, color_system=system, width=width, highlight=False, emoji=False)


def show(text: str = "", *, err: bool = False) -> None:
    """Print text for people. Its ANSI styles are dropped if the stream shows none."""
    from rich.text import Text

    lines = text.rstrip("\n")
    end = "\n" * (1 + len(text) - len(lines))
    console(err=err).print(Text.from_ansi(lines), soft_wrap=True, end=end)


def print_raw(text: str) -> None:
    """Print text for programs, unchanged."""
    sys.stdout.write(f"{text}\n")


def print_error(error: MetticiError, lang: str, path: str | None = None) -> None:
    """Print the error and its remedy to standard error."""
    from mettici.output.text import error_text

    show(error_text(error, page(lang, err=True), path), err=True)


def detect_language(ctx: click.Context, args: Sequence[str]) -> None:
    """Find `--lang` anywhere among the arguments: help and usage errors are printed before click has parsed it."""
    for arg, following in zip_longest(args, args[1:], fillvalue=""):
        name, equals, value = arg.partition("=")
        if name == "--":
            return
        if name == "--lang" and _is_tag(tag := value if equals else following):
            ctx.meta[_LANG] = negotiated(tag)


def _is_tag(value: str) -> bool:
    return len(value) <= MAX_TAG_LENGTH and re.match(TAG, value) is not None


def _lang_callback(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
    if value is None:
        return language(ctx)
    if not _is_tag(value):
        raise click.BadParameter(say("cli.no_such_tag", language(ctx), value=value, languages=", ".join(languages())))
    chosen = ctx.meta[_LANG] = negotiated(value)
    return chosen


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete files and folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def policies(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of policies, with their descriptions, and files."""
    from click.shell_completion import CompletionItem

    from mettici.policy import load, names

    found = [name for name in names() if name.startswith(incomplete)]
    items = [CompletionItem(name, help=load(name).described(language(ctx))) for name in found]
    return [*items, *files(ctx, param, incomplete)]


def _tags(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [tag for tag in languages() if tag.startswith(incomplete)]


def lang_option(command: Command) -> Command:
    """Add `--lang`, parsed before all other options so that errors about them are in that language."""
    return click.option(
        "--lang",
        metavar="TAG",
        callback=_lang_callback,
        shell_complete=_tags,
        is_eager=True,
    )(command)


def policy_option(command: Command) -> Command:
    """Add `--policy`."""
    return click.option(
        "--policy",
        metavar="NAME|FILE",
        shell_complete=policies,
        default="professional",
        show_default=True,
    )(command)


def filter_options(command: Command) -> Command:
    """Add `--include`, `--exclude` and `--all`, passed to the command as one `file_filter`."""

    @wraps(command)
    def filtered(
        *args: Any, include: tuple[str, ...], exclude: tuple[str, ...], everything: bool, **others: Any
    ) -> Any:
        from mettici.scan.file_filter import FileFilter

        return command(*args, file_filter=FileFilter(include, exclude, everything), **others)

    options = (
        click.option("--include", metavar="PATTERN", multiple=True),
        click.option("--exclude", metavar="PATTERN", multiple=True),
        click.option("--all", "everything", is_flag=True),
    )
    wrapped = cast(Command, filtered)
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def batch_options(command: Command) -> Command:
    """Add `--jobs`, `--timeout` and `--quiet`."""
    command = click.option("--quiet", "-q", is_flag=True)(command)
    command = click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        default=30.0,
        show_default=True,
        metavar="SECONDS",
    )(command)
    return click.option(
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
    )(command)
