"""Whose client address counts, and what a request can write to the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from command_line import run

from mettici.web.logs import SERVER_LOGS, EscapeFilter, escape, escape_server_logs


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The arguments that `mettici serve` passes to its server."""
    given: dict[str, Any] = {}
    monkeypatch.setattr("mettici.web.server.Server.run", lambda server, _: given.update(vars(server.config)))
    monkeypatch.setattr("mettici.web.server.listen", lambda *_: [])
    return given


def test_proxies_are_not_trusted_by_default(started: dict[str, Any]) -> None:
    assert run("serve").exit_code == 0
    assert started["proxy_headers"] is False


def test_a_named_proxy_is_trusted(started: dict[str, Any]) -> None:
    assert run("serve", "--proxy", "10.0.0.7").exit_code == 0
    assert (started["proxy_headers"], started["forwarded_allow_ips"]) == (True, "10.0.0.7")


def test_values_in_the_log_are_escaped(caplog: pytest.LogCaptureFixture) -> None:
    escape_server_logs()
    escape_server_logs()
    assert sum(isinstance(f, EscapeFilter) for f in logging.getLogger(SERVER_LOGS[0]).filters) == 1
    with caplog.at_level(logging.INFO, "uvicorn.access"):
        logging.getLogger("uvicorn.access").info('%s - "%s %s" %d', "\x1b[2J\n10.0.0.1", "GET", "/è", 200)
    [record] = caplog.records
    assert record.getMessage() == r'\x1b[2J\n10.0.0.1 - "GET /è" 200'


def test_printable_characters_are_kept() -> None:
    assert escape("/città?x=1 2") == "/città?x=1 2"
    assert escape("\u202e\x00\x9b") == r"\u202e\x00\x9b"
