"""How `mettici serve` fails to start, and how it stops with requests in progress."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from command_line import run

from mettici.errors import BusyError, ModelMissingError, ServingError
from mettici.web import create_app
from mettici.web.server import Server, listen, make_config, url
from mettici.web.service import Service

HALF = b"POST /v1/check?lang=en HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx"


@contextmanager
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield int(other.getsockname()[1])


@pytest.mark.parametrize(
    ("lang", "sentence", "remedy"),
    [
        ("en", "Another program is already listening on port", "--port 8001"),
        ("it", "Un altro programma è già in ascolto sulla porta", "--port 8001"),
    ],
)
def test_a_busy_port_gives_a_clear_message(lang: str, sentence: str, remedy: str) -> None:
    with taken() as port:
        done = run("serve", "--port", str(port), "--lang", lang)
    output = " ".join(done.stderr.split())
    assert done.exit_code == 2
    assert f"{sentence} {port}" in output
    assert remedy in output
    assert "Traceback" not in output


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "x" * 300])
def test_an_unavailable_address_gives_a_clear_message(host: str) -> None:
    done = run("serve", "--host", host, "--port", "0", "--lang", "en")
    assert done.exit_code == 2
    assert "This machine has no address" in " ".join(done.stderr.split())


def test_a_forbidden_port_gives_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", refused)
    done = run("serve", "--port", "80")
    assert done.exit_code == 2
    assert "--port 8000" in done.stderr


def test_missing_models_are_reported_before_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModelMissingError(file=name)

    monkeypatch.setattr("mettici.vision.weights.verified", missing)
    assert run("serve", "--port", "0").exit_code == 4


def test_any_other_startup_failure_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Service) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Service, "warm_up", broken)
    done = run("serve", "--port", "0", "--lang", "en")
    assert done.exit_code == 2
    assert "The service could not start" in done.stderr


def test_it_listens_on_every_address_of_a_host_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0)) for a in ("127.0.0.1", "127.0.0.2", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    sockets = listen("here", 0)
    try:
        places = [one.getsockname() for one in sockets]
        assert [place[0] for place in places] == ["127.0.0.1", "127.0.0.2"]
        assert places[0][1] == places[1][1]
        assert url(sockets[0]) == f"http://127.0.0.1:{places[0][1]}"
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found[:1])
        with pytest.raises(ServingError):
            listen("here", places[0][1])
    finally:
        for one in sockets:
            one.close()


@contextmanager
def stoppable(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Iterator[tuple[uvicorn.Server, int]]:
    """A service without networks, and its port."""

    async def at_once(service: Service) -> None:
        service.ready = True

    monkeypatch.setattr(Service, "warm_up", at_once)
    app, ready = create_app(**settings), threading.Event()
    server = Server(make_config(app, proxy=None, log_level="warning"), app.state.service, ready.set)
    sockets = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield server, sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


def test_a_stop_during_an_upload_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    with stoppable(monkeypatch) as (server, port), socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(HALF)
        until = time.monotonic() + 30
        while not server.server_state.tasks and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.2)
        server.should_exit = True
        output = b"".join(
            iter(lambda: client.recv(65536), b"")
        )  # until the server closes, since head and body arrive separately
    assert output.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 1" in output.lower()
    assert b"shutting down" in output
    assert b"Try again" in output


def test_unfinished_requests_are_told_to_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    monkeypatch.setattr("mettici.web.api.check_response", lambda *_, **__: held.wait(60))
    monkeypatch.setattr("mettici.web.server.SHUTDOWN_SECONDS", 3.0)
    answers: list[httpx.Response] = []

    def ask(port: int) -> None:
        answers.append(httpx.post(f"http://127.0.0.1:{port}/v1/check", content=b"photo", timeout=60))

    with stoppable(monkeypatch, workers=1) as (server, port):
        asking = [threading.Thread(target=ask, args=(port,)) for _ in range(2)]
        for count, thread in enumerate(asking, 1):
            thread.start()
            until = time.monotonic() + 30
            while len(server.server_state.tasks) < count and time.monotonic() < until:
                time.sleep(0.05)
            time.sleep(0.3)
        server.should_exit = True
        asking[1].join(20)
        held.set()
        asking[0].join(20)
    assert [answer.status_code for answer in answers] == [503, 200]
    assert "shutting down" in answers[0].text


def test_after_a_stop_no_request_is_accepted() -> None:
    async def main() -> None:
        service = create_app().state.service
        service.wind_down()
        assert not service.ready
        with pytest.raises(BusyError, match="shutting down"), service.admit(None):
            pass
        service.close()

    asyncio.run(main())


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.usefixtures("default_sighup")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_a_signal_stops_it_gracefully(tmp_path: Path, name: str) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "mettici", "serve", "--port", "0", "--workers", "1", "--lang", "en"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True) as process:
        try:
            until = time.monotonic() + 120
            while "Ready: open http" not in (output := log.read_text("utf-8")) and time.monotonic() < until:
                time.sleep(0.1)
            port = int(output.partition("Ready: open http://127.0.0.1:")[2].split()[0])
            with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
                client.sendall(HALF)
                time.sleep(0.5)
                os.killpg(process.pid, getattr(signal, name))  # as a closing terminal does
                assert client.recv(65536).startswith(b"HTTP/1.1 503")
            assert process.wait(60) == -getattr(signal, name)
        finally:
            process.kill()
    assert "Traceback" not in log.read_text("utf-8")
