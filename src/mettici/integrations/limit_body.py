"""ASGI (FastAPI, Starlette): a size limit on request bodies, enforced before and while they are read.

app.add_middleware(LimitBody, max_bytes=10 * 2**20)

FastAPI reads a form before any dependency runs, and spools large ones to disk: only a middleware can stop it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mettici.asgi import drain
from mettici.errors import TooLargeError
from mettici.image.limits import UPLOAD_BYTES
from mettici.integrations import refusal
from mettici.integrations.upload import FORM_BYTES
from mettici.messages import accepted_languages, negotiated

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


MAX_DRAIN_RATIO = 8
"""How much of a refused body to read and discard, as a multiple of the limit."""


class LimitBody:
    """Responds with 413, in FastAPI's format, to a body that carries more than `max_bytes` of photo.

    If Content-Length exceeds the limit, the application reads nothing. Otherwise it reads no more than the limit.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = UPLOAD_BYTES) -> None:
        self._app, self._max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        content_length = headers.get(b"content-length", b"0")
        limit, size, responding, refused = self._max_bytes + FORM_BYTES, 0, False, False

        async def receive_counted() -> Message:
            nonlocal size, refused
            message = await receive()
            size += len(message.get("body", b""))
            if size <= limit:
                return message
            if not responding:
                refused = True
                await self._refuse(headers, receive, send)
            return {"type": "http.disconnect"}  # the application sees a client that has gone

        async def send_unless_refused(message: Message) -> None:
            nonlocal responding
            if not refused:
                responding = True
                await send(message)

        if content_length.isdigit() and int(content_length) > limit:
            await self._refuse(headers, receive, send)
        else:
            await self._app(scope, receive_counted, send_unless_refused)

    async def _refuse(self, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        """Respond at once, and drain the body before the response ends, so that the client sees it."""
        lang = negotiated(*accepted_languages(headers.get(b"accept-language", b"").decode("latin-1")))
        error = TooLargeError("bytes", limit=max(1, self._max_bytes >> 20))
        detail = [refusal.refused(error, lang).to_dict()]
        body = json.dumps({"detail": detail}, ensure_ascii=False).encode()
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 413, "headers": [*head, (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await drain(receive, MAX_DRAIN_RATIO * self._max_bytes)
        await send({"type": "http.response.body", "body": b""})
