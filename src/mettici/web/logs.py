"""What requests put into logs: never a control character, which a terminal or a reader of logs would obey."""

from __future__ import annotations

import logging

SERVER_LOGS = ("uvicorn.access", "uvicorn.error")


class Escaped(logging.Filter):
    """Writes what cannot be printed in a record's values as Python does: a line break as `\\n`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through."""
        if isinstance(record.args, tuple):
            record.args = tuple(escaped(a) if isinstance(a, str) else a for a in record.args)
        return True


def escaped(text: str) -> str:
    """`text` with every character that cannot be printed written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def escape_server_logs() -> None:
    """For this process, whoever configures these loggers later."""
    for name in SERVER_LOGS:
        logger = logging.getLogger(name)
        if not any(isinstance(f, Escaped) for f in logger.filters):
            logger.addFilter(Escaped())
