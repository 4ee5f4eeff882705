"""Runs the command in this process, with the same environment every time."""

from __future__ import annotations

from click.testing import CliRunner, Result

from mettici.cli import program

ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "COLUMNS": "80",
    "LC_MESSAGES": None,
    "LANG": None,
    "NO_COLOR": None,
    "FORCE_COLOR": None,
    "TERM": None,
}
"""The environment variables to set; None unsets one."""


def run(*words: str, stdin: bytes | None = None, **environment: str) -> Result:
    return CliRunner(env=ENVIRONMENT | environment).invoke(program, list(words), input=stdin)
