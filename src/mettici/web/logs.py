"""Log formats. Requests cannot inject control characters, which a terminal or a log reader would interpret."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import datetime, timezone

from mettici.web.observing import request_id

SERVER_LOGS = ("uvicorn.access", "uvicorn.error")


class EscapeFilter(logging.Filter):
    """Escapes unprintable characters in a record's values; lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(escape(a) if isinstance(a, str) else a for a in record.args)
        return True


def escape(text: str) -> str:
    """Replace every unprintable character with its Python escape: a line break becomes `\\n`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def escape_server_logs() -> None:
    """Escape uvicorn's logs in this process, even if its loggers are configured later."""
    for name in SERVER_LOGS:
        logger = logging.getLogger(name)
        if not any(isinstance(f, EscapeFilter) for f in logger.filters):
            logger.addFilter(EscapeFilter())


class JsonFormatter(logging.Formatter):
    """One JSON object per line: `time`, `level`, `logger`, `message`, and what is known about the request.

    For a request: `request_id`, `method`, `route`, `status`, `seconds`. For an exception: its class and traceback, but
    not its message, which may quote what was sent.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (own_id := request_id.get()) is not None:
            fields["request_id"] = own_id
        fields |= getattr(record, "request", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            fields["exception"] = {"kind": kind.__name__, "trace": traceback.format_tb(trace)}
        return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def log_as_json() -> None:
    """Make every logger of this process write JSON to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
