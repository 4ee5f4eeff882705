"""The command line. Each command is a module of this package, imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from mettici._version import __version__
from mettici.cli import streams
from mettici.cli.error_boundary import error_boundary
from mettici.cli.help import Program, suggestion, width
from mettici.cli.terminal import default_language, detect_language, lang_option, language
from mettici.messages import say
from mettici.process import silence_native

COMMANDS = ("check", "scan", "rank", "compare", "serve", "mcp", "checks", "policy", "schema", "doctor")


class Commands(Program):
    """The group of all commands. Turns errors into a sentence, a remedy and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import and return the command."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"mettici.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Set the language before click parses the rest, so that errors are in it too."""
        detect_language(ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Add a hint to the error for a mistyped command, or for a photo given without a command."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            lang = language(ctx)
            if os.path.exists(name):
                verb = "scan" if os.path.isdir(name) else "check"
                hint = " " + say("cli.did_you_mean", lang, word=f"mettici {verb} {name}")
            else:
                hint = suggestion(name, COMMANDS, lang)
            raise click.UsageError(say("cli.no_such_command", lang, name=name) + hint, ctx)
        return super().resolve_command(ctx, args)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Handle the errors of `--help` and `--version` too, which print and exit in here."""
        with error_boundary(default_language):
            return super().make_context(info_name, args, parent, terminal_width=width(), **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. No error ends in a traceback."""
        with error_boundary(lambda: language(ctx)):
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()


@click.group("program", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mettici", message="%(prog)s %(version)s")
@lang_option
def program(lang: str) -> None:
    """The help text is in the catalogues, under `cli.program`."""


def main() -> None:
    """The entry point of `mettici`: run the program and exit."""
    streams.open_missing()
    silence_native()  # `check` loads networks in the background: what they print must not swallow our own messages
    streams.wrap()
    try:
        program(prog_name="mettici")
    except SystemExit as exit_:
        if not isinstance(exit_.code, int):
            raise
        sys.stderr.flush()
        # Everything that matters is closed by now. Python would spend a tenth of the run on freeing the rest piece by
        # piece; the system frees it at once.
        os._exit(exit_.code)
