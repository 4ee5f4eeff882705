"""What requests put into logs: never a control character, which a terminal or a reader of logs would obey."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import datetime, timezone

from mettici.web.observing import request_id

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


class Lines(logging.Formatter):
    """`time`, `level`, `logger`, `message`; of a request its `request_id`, `method`, `route`, `status`, `seconds`.

    Of an exception its kind and where it was raised: its message may quote what was sent.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line; JSON escapes every control character."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (name := request_id.get()) is not None:
            told["request_id"] = name
        told |= getattr(record, "request", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            told["exception"] = {"kind": kind.__name__, "trace": traceback.format_tb(trace)}
        return json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def set_up() -> None:
    """For this process: every logger writes JSON to standard error, requests included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
