"""Turns errors into a sentence, a remedy and an exit code, never a traceback."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from click.exceptions import Abort, Exit

from mettici.cli.exit_codes import BROKEN_PIPE, by_signal
from mettici.cli.help import print_usage_error
from mettici.cli.terminal import language, print_error, show
from mettici.errors import InternalError, LibraryError, MetticiError
from mettici.errors.log_format import stack_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def error_boundary(known_language: Callable[[], str]) -> Iterator[None]:
    """Print any error raised within, in the language known by then, and raise click's `Exit` with its exit code.

    A bug is reported by its class and location, with the exit code of a broken installation: Python's would be 1,
    which means that a photo was rejected.
    """
    try:
        yield
    except click.UsageError as error:
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            raise  # click shows the help, which is translated anyway
        print_usage_error(error, language(error.ctx) if error.ctx else known_language())
        raise Exit(error.exit_code) from error
    except (click.ClickException, Abort, Exit):
        raise
    except MetticiError as error:
        raise _print(error, known_language()) from error
    except KeyboardInterrupt as error:
        raise Exit(by_signal(getattr(error, "number", signal.SIGINT))) from error
    except BrokenPipeError as error:  # the reader of the result has seen enough
        raise Exit(BROKEN_PIPE) from error
    except Exception as error:
        if isinstance(error, ImportError) and not (error.name or "").startswith("mettici"):
            raise _print(LibraryError(detail=str(error)), known_language()) from error
        show(stack_summary(error), err=True)
        raise _print(InternalError(), known_language()) from error


def _print(error: MetticiError, lang: str) -> Exit:
    print_error(error, lang)
    return Exit(error.exit_code)
