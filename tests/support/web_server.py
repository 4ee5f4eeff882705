"""Runs the service on a real socket, for tests and benchmarks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from mettici.web import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def form_photo(samples: Path, name: str) -> dict[str, Any]:
    """The form field for the sample `name`."""
    return {"photo": (name, (samples / name).read_bytes())}


@contextmanager
def serving(app: ASGIApp | None = None, **settings: Any) -> Iterator[str]:
    """The address of `app`, or of the service with these settings, once it is ready; it stops when the block ends."""
    own = app if app is not None else create_app(**settings)
    config = uvicorn.Config(own, log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        if app is None:
            _wait(address)
        yield address
    finally:
        server.should_exit = True
        thread.join(15)
        listener.close()
        assert not thread.is_alive(), "the server did not end"


def _wait(address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError("the service did not become ready")
