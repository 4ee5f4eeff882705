"""The server of `mettici serve`: where it listens, what it does with what is under way when it stops."""

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

STOPPING = 5.0
"""Seconds that requests have to be answered once the server is to stop."""
LAST_WORDS = 1.0
"""Seconds of these in which those are told to come back whose photos are not judged by then."""
_REASONS = {errno.EADDRINUSE: "busy", errno.EACCES: "denied", errno.EADDRNOTAVAIL: "address"}


def listening(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of `host`, all at one port; 0: any free one. Raises `ServingError`."""
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
                if sockets and error.errno == errno.EADDRNOTAVAIL:  # a name of both protocols, of which one is off
                    continue
                reason = _REASONS.get(error.errno or 0, "other")
                raise ServingError(reason, host=host, port=port, detail=error.strerror or str(error)) from error
            port = one.getsockname()[1]
            sockets.append(one)
        opened.pop_all()
    return sockets


def address(one: socket.socket) -> str:
    """What a browser calls a socket."""
    host, port = one.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Says when it is ready. At SIGINT, SIGTERM and SIGHUP it answers what it has, and tells the rest to come back."""

    def __init__(self, config: uvicorn.Config, service: Service, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._service, self._ready = service, ready

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal comes, which then has its usual effect; then the sockets are closed.

        Raises `ServingError` where it cannot begin.
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
        """As uvicorn has it."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn has it."""
        self._service.wind_down()
        asyncio.get_running_loop().call_later(STOPPING - LAST_WORDS, self._service.close)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn has it, and SIGHUP, by which a terminal says that it is closed; `nohup` has it ignored."""
        with super().capture_signals():
            hang_up = getattr(signal, "SIGHUP", None)
            heard = threading.current_thread() is threading.main_thread()  # no other thread may set a handler
            if hang_up is None or not heard or signal.getsignal(hang_up) is signal.SIG_IGN:
                yield
                return
            before = signal.signal(hang_up, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(hang_up, before)


def configured(app: Any, *, proxy: str | None, **options: Any) -> uvicorn.Config:
    """How uvicorn is set up here: nobody's `X-Forwarded-For` is believed but that of `proxy`."""
    return uvicorn.Config(
        app,
        timeout_graceful_shutdown=int(STOPPING),
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        **options,
    )
