"""Middleware for every request: the path prefix, HEAD, security headers, and answers sent before the body was read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import MutableHeaders

from mettici.asgi import drain

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
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
MAX_DRAIN_BYTES = 160 * 2**20
"""How much of a refused body to read: what a browser sends for a few photos, and no more."""


class PathPrefix:
    """Sets the path under which a proxy publishes the application, whether or not the proxy strips it from requests."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._prefix and "path" in scope:
            path, prefix = scope["path"], self._prefix
            prefixed = path == prefix or path.startswith(f"{prefix}/")
            # ASGI wants the full path, prefix included.
            scope = {**scope, "root_path": prefix, "path": path if prefixed else prefix + path}
        await self._app(scope, receive, send)


class HeadRequests:
    """Answers HEAD like GET, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, send_without_body)


class SecurityHeaders:
    """Adds `SECURITY_HEADERS` to every response, allows caching of static files only, and makes redirects relative.

    Starlette builds redirects from the request's Host header, which anyone can forge.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                headers.setdefault("Cache-Control", "no-store")
                if location := headers.get("location"):
                    headers["location"] = _on_this_host(location)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class EarlyAnswers:
    """Lets clients see an answer that was sent before their body was read.

    The answer goes out at once, then the rest of the body is drained, and only then does the response end.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self._app(scope, receive, send)
            return
        body_read = False

        async def watch_body() -> Message:
            nonlocal body_read
            message = await receive()
            body_read = not (message["type"] == "http.request" and message.get("more_body", False))
            return message

        async def send_then_drain(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body", False) or body_read:
                await send(message)
                return
            await send({**message, "more_body": True})
            await drain(receive, MAX_DRAIN_BYTES)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, watch_body, send_then_drain)


def _on_this_host(location: str) -> str:
    _, _, path, query, fragment = urlsplit(location)
    return urlunsplit(("", "", "/" + path.lstrip("/\\"), query, fragment))  # "//host" would be another host
