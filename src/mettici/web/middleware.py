"""What holds for every request: the prefix, HEAD, headers, and answers that come before a body was read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
DRAINED, DRAIN_SECONDS = 160 * 2**20, 10.0
"""Bytes and seconds of a refused body that are waited for: what a browser sends of a few photos, and no more."""


class Prefix:
    """Tells the application under which path a proxy shows it, whether the proxy strips it from requests or not."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if self._prefix and "path" in scope:
            path, own = scope["path"], self._prefix
            inside = path == own or path.startswith(f"{own}/")
            scope = {**scope, "root_path": own, "path": path if inside else own + path}  # as ASGI has it: all of it
        await self._app(scope, receive, send)


class Heads:
    """Answers HEAD as GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, bodiless)


class Headers:
    """Sets `HEADERS` on every answer, keeps all but static files out of caches, and has redirects stay on this host.

    Starlette makes redirects of the Host that the request named, which anyone can make up.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
                if place := headers.get("location"):
                    headers["location"] = _on_this_host(place)
            await send(message)

        await self._app(scope, receive, guarded)


class EarlyAnswers:
    """Lets a client hear an answer that came before its body was read.

    A server that answers and closes while the client still sends is heard as a broken connection. So the answer goes
    out at once, and what is still coming is thrown away, within limits, before it ends.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self._app(scope, receive, send)
            return
        whole = False

        async def watched() -> Message:
            nonlocal whole
            message = await receive()
            whole = not (message["type"] == "http.request" and message.get("more_body", False))
            return message

        async def patient(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body", False) or whole:
                await send(message)
                return
            await send({**message, "more_body": True})
            await _drain(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, watched, patient)


def _on_this_host(place: str) -> str:
    _, _, path, query, fragment = urlsplit(place)
    return urlunsplit(("", "", "/" + path.lstrip("/\\"), query, fragment))  # "//host" would be another host


async def _drain(receive: Receive) -> None:
    async def away() -> None:
        size, more = 0, True
        while more and size <= DRAINED:
            message = await receive()
            size += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)

    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(away(), DRAIN_SECONDS)
