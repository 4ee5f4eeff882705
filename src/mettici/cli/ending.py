"""How an error ends a command: in a sentence, a remedy and an exit code, and never in a traceback."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from click.exceptions import Abort, Exit

from mettici.cli.exit_codes import BROKEN_PIPE, by_signal
from mettici.cli.helping import say_wrong
from mettici.cli.terminal import language as of
from mettici.cli.terminal import say_error, show
from mettici.errors import InternalError, LibraryError, MetticiError
from mettici.errors.log_format import stack_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def told(language: Callable[[], str]) -> Iterator[None]:
    """Turn whatever is raised within into what is said, in the language that is known by then, and an exit code.

    Raises click's `Exit`. A fault of the program is told by its class and its places, with the exit code of an
    installation that does not work: Python's would be 1, which says that a photo is rejected.
    """
    try:
        yield
    except click.UsageError as error:
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            raise  # click shows help, which is in the reader's language anyway
        say_wrong(error, of(error.ctx) if error.ctx else language())
        raise Exit(error.exit_code) from error
    except (click.ClickException, Abort, Exit):
        raise
    except MetticiError as error:
        raise _said(error, language()) from error
    except KeyboardInterrupt as error:
        raise Exit(by_signal(getattr(error, "number", signal.SIGINT))) from error
    except BrokenPipeError as error:  # whoever read the result has enough
        raise Exit(BROKEN_PIPE) from error
    except Exception as error:
        if isinstance(error, ImportError) and not (error.name or "").startswith("mettici"):
            raise _said(LibraryError(detail=str(error)), language()) from error
        show(stack_summary(error), err=True)
        raise _said(InternalError(), language()) from error


def _said(error: MetticiError, lang: str) -> Exit:
    say_error(error, lang)
    return Exit(error.exit_code)
