"""The server behind `mettici serve`: listening sockets, and graceful shutdown."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from mettici.errors import ServingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mettici.web.service import Service

SHUTDOWN_SECONDS = 5.0
"""How long requests in progress may take once the server is asked to stop."""
REFUSAL_SECONDS = 1.0
"""The last part of that time, reserved for telling clients whose photos are still not judged to retry."""
_REASONS = {errno.EADDRINUSE: "busy", errno.EACCES: "denied", errno.EADDRNOTAVAIL: "address"}


def listen(host: str, port: int) -> list[socket.socket]:
    """Open a socket for each address of `host`, all on the same port (0: any free one). Raises `ServingError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ServingError("address", host=host, port=port, detail=str(error)) from error
    with ExitStack() as opened:
        sockets = list[socket.socket]()
        for family, _, _, _, address in dict.fromkeys(found):
            try:
                one = opened.enter_context(socket.create_server((address[0], port), family=family))
            except OSError as error:
                if sockets and error.errno == errno.EADDRNOTAVAIL:  # IPv4 or IPv6 is switched off
                    continue
                reason = _REASONS.get(error.errno or 0, "other")
                raise ServingError(reason, host=host, port=port, detail=error.strerror or str(error)) from error
            port = one.getsockname()[1]
            sockets.append(one)
        opened.pop_all()
    return sockets


def url(listener: socket.socket) -> str:
    """The URL for a browser to open."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Reports when it is ready. On SIGINT, SIGTERM or SIGHUP it answers what it can in time, and refuses the rest."""

    def __init__(self, config: uvicorn.Config, service: Service, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._service, self._ready = service, ready

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal arrives, close the sockets, then let the signal take its usual effect.

        Raises `ServingError` if it cannot start.
        """
        try:
            super().run(sockets)
        except SystemExit as end:
            if self.started:
                raise
            raise ServingError("start") from end
        finally:
            for one in sockets or ():
                one.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.wind_down()
        asyncio.get_running_loop().call_later(SHUTDOWN_SECONDS - REFUSAL_SECONDS, self._service.close)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Also handle SIGHUP, which means that the terminal was closed, unless it is ignored, as under `nohup`."""
        with super().capture_signals():
            hang_up = getattr(signal, "SIGHUP", None)
            main = threading.current_thread() is threading.main_thread()  # no other thread may set a handler
            if hang_up is None or not main or signal.getsignal(hang_up) is signal.SIG_IGN:
                yield
                return
            before = signal.signal(hang_up, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(hang_up, before)


def make_config(app: Any, *, proxy: str | None, **options: Any) -> uvicorn.Config:
    """uvicorn's configuration. `X-Forwarded-For` is trusted only from `proxy`."""
    return uvicorn.Config(
        app,
        timeout_graceful_shutdown=int(SHUTDOWN_SECONDS),
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        **options,
    )
