"""What the commands share about the terminal: language, colour, width, and how an error is said."""

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
    """The locale's, where it is spoken here, else English. As in POSIX, the first variable that is set decides."""
    named = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), "")
    return negotiated(locale.normalize(named))


def language(ctx: click.Context) -> str:
    """The language asked for, as far as the options were read."""
    lang: str = ctx.meta.get(_LANG) or default_language()
    return lang


def colour() -> bool | None:
    """What the environment wants (no-color.org, force-color.org); None: as the terminal is."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def page(lang: str, *, err: bool = False) -> Page:
    """The page that standard output, or standard error, is."""
    stream = sys.stderr if err else sys.stdout
    return Page(lang, shutil.get_terminal_size().columns, stream.encoding or "ascii")


def console(*, err: bool = False) -> Console:
    """Standard output, or standard error, as rich writes to it: styled as the environment and the stream want."""
    from rich.console import Console

    stream, wanted = sys.stderr if err else sys.stdout, colour()
    terminal = stream.isatty() or wanted is True
    system: Literal["standard"] | None = "standard" if terminal and wanted is not False else None
    width = shutil.get_terminal_size().columns
    return Console(file=stream, force_terminal=terminal, color_system=system, width=width, highlight=False, emoji=False)


def show(text: str = "", *, err: bool = False) -> None:
    """Print what is for people: a line or several, styled by ANSI codes, which are left out where none are shown."""
    from rich.text import Text

    lines = text.rstrip("\n")
    end = "\n" * (1 + len(text) - len(lines))
    console(err=err).print(Text.from_ansi(lines), soft_wrap=True, end=end)


def put(text: str) -> None:
    """Print what is for programs, as it is."""
    sys.stdout.write(f"{text}\n")


def say_error(error: MetticiError, lang: str, path: str | None = None) -> None:
    """The sentence and the remedy, on standard error."""
    from mettici.output.text import error_text

    show(error_text(error, page(lang, err=True), path), err=True)


def listen(ctx: click.Context, words: Sequence[str]) -> None:
    """Take the language from a `--lang` among the command line's words, wherever it stands: help, and what is said of
    a wrong option, come before all options are read."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        name, equals, value = word.partition("=")
        if name == "--":
            return
        if name == "--lang" and _is_tag(tag := value if equals else following):
            ctx.meta[_LANG] = negotiated(tag)


def _is_tag(value: str) -> bool:
    return len(value) <= MAX_TAG_LENGTH and re.match(TAG, value) is not None


def _remember(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
    if value is None:
        return language(ctx)
    if not _is_tag(value):
        raise click.BadParameter(say("cli.no_such_tag", language(ctx), value=value, languages=", ".join(languages())))
    chosen = ctx.meta[_LANG] = negotiated(value)
    return chosen


def files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, as the shell completes them."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def policies(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Policies by name, each with what it is for; and files."""
    from click.shell_completion import CompletionItem

    from mettici.policy import load, names

    found = [name for name in names() if name.startswith(incomplete)]
    known = [CompletionItem(name, help=load(name).described(language(ctx))) for name in found]
    return [*known, *files(ctx, param, incomplete)]


def _tags(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [tag for tag in languages() if tag.startswith(incomplete)]


def lang_option(command: Command) -> Command:
    """`--lang`; read before all else, so that a wrong option can be told in that language."""
    return click.option(
        "--lang",
        metavar="TAG",
        callback=_remember,
        shell_complete=_tags,
        is_eager=True,
    )(command)


def policy_option(command: Command) -> Command:
    """`--policy`."""
    return click.option(
        "--policy",
        metavar="NAME|FILE",
        shell_complete=policies,
        default="professional",
        show_default=True,
    )(command)


def choice_options(command: Command) -> Command:
    """`--include`, `--exclude`, `--all`, given to the command as one `file_filter`."""

    @wraps(command)
    def chosen(*args: Any, include: tuple[str, ...], exclude: tuple[str, ...], everything: bool, **others: Any) -> Any:
        from mettici.scan.file_filter import FileFilter

        return command(*args, file_filter=FileFilter(include, exclude, everything), **others)

    options = (
        click.option("--include", metavar="PATTERN", multiple=True),
        click.option("--exclude", metavar="PATTERN", multiple=True),
        click.option("--all", "everything", is_flag=True),
    )
    wrapped = cast(Command, chosen)
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def batch_options(command: Command) -> Command:
    """`--jobs`, `--timeout`, `--quiet`."""
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
