"""Help and usage errors in the reader's language, wrapped to the width of the terminal.

The texts are in the catalogues: `cli.COMMAND.help` (`.help.2` for the next paragraph), `cli.COMMAND.short`, and for an
option `cli.option.NAME`, or `cli.COMMAND.option.NAME` if a command has its own text for it.
"""

from __future__ import annotations

import re
import shutil
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from mettici.cli.terminal import default_language, language, page, show
from mettici.messages import has, languages, say
from mettici.output.page import HYPHEN, MAX_COLUMNS, MIN_COLUMNS, WIDE_FROM

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_PARAGRAPHS = 9
EXIT_CODES = range(5)  # documented: 0 to 4
FIRST_COLUMN, INDENT = 30, 6
"""Maximum width of the column of option names, and the indent of descriptions in a narrow terminal."""

_PLACEHOLDER = re.compile(r"[A-Z]+(?:_[A-Z]+)*")


def _placeholders(text: str, lang: str) -> str:
    """Translate placeholders for values, such as FILE, if the catalogues have them."""

    def translated(word: re.Match[str]) -> str:
        key = f"cli.metavar.{word[0].lower()}"
        return say(key, lang) if has(key) else word[0]

    return _PLACEHOLDER.sub(translated, text)


class _Formatter(click.HelpFormatter):
    """Never breaks a word at a hyphen, and replaces characters that standard output cannot encode."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("-", HYPHEN), prefix)

    def write_text(self, text: str) -> None:
        super().write_text(text.replace("-", HYPHEN))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = FIRST_COLUMN, col_spacing: int = 2) -> None:
        super().write_dl([(name, text.replace("-", HYPHEN)) for name, text in rows], col_max, col_spacing)

    def getvalue(self) -> str:
        return page("en").substituted(super().getvalue().replace(HYPHEN, "-"))


class _Context(click.Context):
    formatter_class = _Formatter


class WrongUsage(click.UsageError):
    """A usage error, as a key of the catalogues and its placeholders."""

    def __init__(self, key: str, ctx: click.Context | None = None, **facts: object) -> None:
        ctx = ctx or click.get_current_context()
        super().__init__(say(key, language(ctx), **facts), ctx)


def suggestion(word: str, known: Iterable[str], lang: str) -> str:
    """A sentence with the most similar of the `known` words, after a space; "" if none is similar."""
    near = get_close_matches(word, list(known), 1)
    return f" {say('cli.did_you_mean', lang, word=near[0])}" if near else ""


class _LocalizedCommand(click.Command):
    """Help in the reader's language: what the program and its commands share."""

    context_class = _Context

    def __init__(self, name: str, **settings: Any) -> None:
        settings |= {"help": help_text(name, "en"), "short_help": None}
        super().__init__(name, **settings)
        for option in self.params:
            if isinstance(option, click.Option):
                option.help = self._option_text(option, "en")

    def get_short_help_str(self, limit: int = 45) -> str:
        """The short help at full length: the formatter wraps it."""
        del limit
        context = click.get_current_context(silent=True)
        return say(f"cli.{self.name}.short", language(context) if context else default_language())

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = language(ctx)
        pieces = _placeholders(" ".join(self.collect_usage_pieces(ctx)), lang)
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{say('cli.usage', lang)} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(help_text(self.name or "", language(ctx)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Put an option's description beside it or, in a narrow terminal, below it."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        rows = [self._record(option, ctx) for option in options]
        with formatter.section(say("cli.options", language(ctx))):
            formatter.write_dl(rows, FIRST_COLUMN if formatter.width >= WIDE_FROM else INDENT)

    def _record(self, option: click.Option, ctx: click.Context) -> tuple[str, str]:
        spec, description = option.get_help_record(ctx) or ("", "")
        lang = language(ctx)
        extra = description.removeprefix(option.help or "").replace("[default: ", f"[{say('cli.default', lang)} ")
        if isinstance(option.type, click.IntRange | click.FloatRange):
            extra = re.sub(r"[\d.]*[<=]*x[<>=]*[\d.]*\]", f"{_range(option.type)}]", extra)
        return _placeholders(spec, lang), self._option_text(option, lang) + extra

    def _option_text(self, option: click.Option, lang: str) -> str:
        name = max(option.opts, key=len).lstrip("-").replace("-", "_")
        own = f"cli.{self.name}.option.{name}"
        key = own if has(own) else f"cli.option.{name}"
        return say(key, lang, languages=", ".join(languages())) if has(key) else option.help or ""


class Command(_LocalizedCommand):
    """One command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Report extra arguments in the reader's language."""
        strict, ctx.allow_extra_args = not ctx.allow_extra_args, True
        extra = super().parse_args(ctx, args)
        if extra and strict and not ctx.resilient_parsing:
            raise WrongUsage("cli.too_many_words", ctx, words=" ".join(map(str, extra)))
        return extra


class Program(_LocalizedCommand, click.Group):
    """The program: lists its commands and exit codes."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [(name, command.get_short_help_str()) for name, command in commands.items() if command]
        with formatter.section(say("cli.commands", language(ctx))):
            formatter.write_dl(rows)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _LocalizedCommand.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)
        with formatter.section(say("cli.exit.title", language(ctx))):
            formatter.write_dl(exit_codes(language(ctx)))


def width() -> int:
    """The width of the help text: the terminal's, within readable limits."""
    return max(MIN_COLUMNS, min(shutil.get_terminal_size().columns, MAX_COLUMNS))


def help_text(name: str, lang: str) -> str:
    """The help of a command: the paragraphs `cli.NAME.help`, `cli.NAME.help.2` and so on."""
    keys = (f"cli.{name}.help", *(f"cli.{name}.help.{number}" for number in range(2, MAX_PARAGRAPHS + 1)))
    return "\n\n".join(say(key, lang) for key in keys if has(key))


def exit_codes(lang: str) -> list[tuple[str, str]]:
    """The exit codes and their meanings."""
    return [(str(code), say(f"cli.exit.{code}", lang)) for code in EXIT_CODES]


def print_usage_error(error: click.UsageError, lang: str) -> None:
    """Print the command's usage and what is wrong to standard error."""
    shown = page(lang, err=True)
    if error.ctx is not None:
        show(error.ctx.get_usage(), err=True)
        show("\n".join(shown.wrapped(say("cli.try", lang, command=f"{error.ctx.command_path} --help"))), err=True)
        show(err=True)
    show("\n".join(shown.wrapped(_usage_error_text(error, lang), opening=f"{say('cli.error', lang)} ")), err=True)


def _usage_error_text(error: click.UsageError, lang: str) -> str:
    """What is wrong, in a sentence; click's own words for errors that these commands never cause."""
    if isinstance(error, click.NoSuchOption):
        known = [opt for param in error.ctx.command.params for opt in param.opts] if error.ctx else []
        return say("cli.no_such_option", lang, option=error.option_name) + suggestion(error.option_name, known, lang)
    if isinstance(error, click.BadOptionUsage):
        return say("cli.needs_value", lang, option=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        metavar = error.param.make_metavar(error.ctx or click.Context(click.Command("-")))
        return say("cli.missing", lang, name=_placeholders(metavar, lang))
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _bad_value(error, error.param, lang)
    return error.format_message()


def _bad_value(error: click.BadParameter, param: click.Parameter, lang: str) -> str:
    name = max(param.opts, key=len)
    if isinstance(param.type, click.Choice):
        return say("cli.bad_choice", lang, name=name, choices=", ".join(map(str, param.type.choices)))
    if isinstance(param.type, click.IntRange | click.FloatRange):
        return say("cli.bad_number", lang, name=name, range=_range(param.type))
    return error.message


def _range(kind: click.IntRange | click.FloatRange) -> str:
    """The allowed range, such as "≥ 1", "> 0" or "0-65535"."""
    if kind.max is not None:
        return f"{kind.min}-{kind.max}"
    return f"{'>' if kind.min_open else '≥'} {kind.min}"
