"""The command line: parses, calls, prints. Each command is one module of this package, loaded when called."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from mettici._version import __version__
from mettici.cli import ending, streams
from mettici.cli.helping import Program, suggestion, width
from mettici.cli.terminal import default_language, lang_option, language, listen
from mettici.messages import say
from mettici.process import silence_native

COMMANDS = ("check", "scan", "rank", "compare", "serve", "mcp", "checks", "policy", "schema", "doctor")


class Commands(Program):
    """The commands; what they raise on purpose becomes a sentence, a remedy and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name, imported only now."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"mettici.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, in the language that the words ask for."""
        listen(ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a hint for who mistypes a command, or names a photo straight away."""
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
        """As click does; `--help` and `--version` print, and end, in here."""
        with ending.told(default_language):
            return super().make_context(info_name, args, parent, terminal_width=width(), **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; no error leaves a traceback."""
        with ending.told(lambda: language(ctx)):
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()


@click.group("program", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mettici", message="%(prog)s %(version)s")
@lang_option
def program(lang: str) -> None:
    """The program. Its help stands in the catalogues, under `cli.program`."""


def main() -> None:
    """The command `mettici`: runs the program and ends this process."""
    streams.fill()
    silence_native()  # `check` loads its networks beside the rest: their greetings must not swallow our own messages
    streams.guard()
    try:
        program(prog_name="mettici")
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        sys.stderr.flush()
        # What had to be closed is closed. Python would take a tenth of the run to free the rest piece by
        # piece; the system frees it at once.
        os._exit(end.code)
