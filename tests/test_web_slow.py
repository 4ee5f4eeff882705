"""Deliberately slow clients: missing heads and bodies do not affect others."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest
import uvicorn
from web_server import serving

from mettici.errors import BusyError
from mettici.web import connections
from mettici.web.bodies import Bodies
from mettici.web.service import Service

TRICKLED = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx"


def connected(address: str, stack: ExitStack) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return stack.enter_context(socket.create_connection((host, int(port)), timeout=60))


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service without networks; it rejects files that are not pictures without them."""

    async def at_once(service: Service) -> None:
        service.ready = True

    monkeypatch.setattr(Service, "warm_up", at_once)


@pytest.mark.usefixtures("cold")
def test_trickling_bodies_take_nobody_s_slot() -> None:
    with serving(workers=1, queue=1, uploads=8) as address, ExitStack() as stack:
        slow = [connected(address, stack) for _ in range(40)]  # more than there are slots and uploads
        for one in slow[:8]:
            one.sendall(TRICKLED)
        time.sleep(4)  # longer than any of them is allowed, on a busy machine too
        for one in slow[8:12]:
            one.sendall(TRICKLED)
        answers = [httpx.post(f"{address}/v1/check", content=b"text", timeout=60).status_code for _ in range(2)]
        assert answers == [415, 415], "judged rather than rejected as busy"
        replies = [one.recv(4096) for one in slow[:4]]
        assert {answer.split()[1] for answer in replies if answer} == {b"503"}, (
            "the client is not at fault for the load"
        )
        assert any(b"retry-after: " in answer.lower() and b"others had to go first" in answer for answer in replies)


def test_bodies_in_memory_are_bounded() -> None:
    bodies = Bodies(max_count=10, max_bytes=100)
    first = bodies.admit("a")
    first.add(60)
    second = bodies.admit("b")
    with pytest.raises(BusyError):
        second.add(60)
    bodies.release(second)
    bodies.release(first)
    bodies.admit("b").add(60)


def test_the_busiest_client_s_slowest_upload_is_evicted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mettici.web.bodies.GRACE_SECONDS", -1)

    async def main() -> None:
        bodies = Bodies(max_count=4, max_bytes=100)
        honest, quick, slow, slower = (bodies.admit(client) for client in "abbb")
        for body, size in ((honest, 1), (quick, 30), (slow, 5), (slower, 2)):
            body.add(size)
            body.task = asyncio.create_task(asyncio.sleep(60))
        bodies.admit("c")
        assert [b.eviction is not None for b in (honest, quick, slow, slower)] == [False, False, False, True]
        quick.add(66)
        assert slow.eviction
        assert not quick.eviction
        for body in (honest, quick):
            assert body.task is not None
            body.task.cancel()

    asyncio.run(main())


async def app(scope: object, receive: object, send: Any) -> None:  # noqa: ARG001 - ASGI's signature
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@contextmanager
def patient(most: int) -> Iterator[str]:
    """The address of a server with that many connections."""
    kind = type("Few", (connections.LimitedProtocol,), {"max_connections": most})
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", http=kind))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)
        listener.close()


def test_partial_heads_do_not_take_every_connection() -> None:
    with patient(most=20) as address, ExitStack() as stack:
        slow = [connected(address, stack) for _ in range(60)]
        for one in slow[30:]:
            with suppress(OSError):  # already closed
                one.sendall(b"GET / HTTP/1.1\r\nHost")
        assert [httpx.get(address, timeout=30).status_code for _ in range(3)] == [204] * 3
        assert closed(slow[0]), "the oldest one is closed"


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX limits")
def test_connections_are_bounded_by_the_open_file_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: raised.append(limits))
    for limits, most in (((200, 200), 100), ((256, 4096), 1000), ((100_000, 100_000), 1000), ((600, 600), 472)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, limits=limits: limits)
        assert connections.limited_protocol().max_connections == most
    assert raised == [(200, 200), (1128, 4096), (600, 600)]


def test_a_missing_head_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_TIMEOUT", 0.5)
    with patient(most=20) as address, ExitStack() as stack:
        half, silent, again = (connected(address, stack) for _ in range(3))
        half.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        again.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"204" in again.recv(4096)
        again.sendall(b"GET / HT")  # the second request of a connection has a timeout too
        assert [closed(one) for one in (half, silent, again)] == [True] * 3


def closed(one: socket.socket) -> bool:
    try:
        return one.recv(4096) == b""
    except ConnectionResetError:
        return True
