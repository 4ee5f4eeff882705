"""What the commands share about the terminal: language, colour, width, and how an error is said."""

from __future__ import annotations

import locale
import os
import re
import shutil
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from mettici.messages import LONGEST, TAG, languages, negotiated
from mettici.render.page import Page

if TYPE_CHECKING:
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


def say_error(error: MetticiError, lang: str, path: str | None = None) -> None:
    """The sentence and the remedy, on standard error."""
    from mettici.render.text import error_text

    click.echo(error_text(error, page(lang, err=True), path), err=True)


def _remember(ctx: click.Context, _: click.Parameter, value: str | None) -> str:
    if value is not None and (len(value) > LONGEST or not re.match(TAG, value)):
        raise click.BadParameter(f"'{value}' is no language tag, such as {', '.join(languages())}.")
    chosen = default_language() if value is None else negotiated(value)
    ctx.meta[_LANG] = chosen
    return chosen


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
        help=f"Language of the texts: {', '.join(languages())}, or any tag such as es-MX. Others fall back to English. "
        "Default: the locale's.",
    )(command)


def policy_option(command: Command) -> Command:
    """`--policy`."""
    return click.option(
        "--policy",
        metavar="NAME|FILE",
        default="professional",
        show_default=True,
        help="What is asked of a photo: a policy by name, or a TOML file.",
    )(command)


def choice_options(command: Command) -> Command:
    """`--include`, `--exclude`, `--all`, given to the command as one `choice`."""

    @wraps(command)
    def chosen(*args: Any, include: tuple[str, ...], exclude: tuple[str, ...], everything: bool, **others: Any) -> Any:
        from mettici.batch.choosing import Choice

        return command(*args, choice=Choice(include, exclude, everything), **others)

    options = (
        click.option("--include", metavar="PATTERN", multiple=True,
                     help="Judge only files that match, such as '*.jpg', whatever they are; repeatable."),
        click.option("--exclude", metavar="PATTERN", multiple=True,
                     help="Leave out the files and folders that match, such as 'old/*'; repeatable."),
        click.option("--all", "everything", is_flag=True, help="Judge also files that are no pictures."),
    )  # fmt: skip
    wrapped = cast(Command, chosen)
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def batch_options(command: Command) -> Command:
    """`--jobs`, `--timeout`, `--quiet`."""
    command = click.option("--quiet", "-q", is_flag=True, help="Only errors on standard error: no bar, no summary.")(
        command
    )
    command = click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        default=30.0,
        show_default=True,
        metavar="SECONDS",
        help="Time for one photo.",
    )(command)
    return click.option(
        "--jobs",
        type=click.IntRange(1),
        metavar="N",
        help="Photos judged at the same time. Default: one for each processor.",
    )(command)
