"""ASGI (FastAPI, Starlette): a limit on bodies that holds before and while they are read.

app.add_middleware(LimitBody, max_bytes=10 * 2**20)

FastAPI reads a form before any dependency runs, onto the disk where it is large: only a middleware can stop it.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING

from mettici.errors import TooLargeError
from mettici.image.limits import UPLOAD_BYTES
from mettici.integrations import refusal
from mettici.integrations.keeping import FORM_BYTES
from mettici.messages import accepted_languages, negotiated

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


DRAINED, DRAIN_SECONDS = 8, 10.0
"""How much of a refused body is waited for, in limits, and for how many seconds."""


class LimitBody:
    """Answers 413 to a body of more than `max_bytes` of photo, in the form that FastAPI gives errors.

    Of a body whose length is announced the application reads nothing; of any other no more than the limit.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = UPLOAD_BYTES) -> None:
        self._app, self._max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"0")
        limit, size, begun, refused = self._max_bytes + FORM_BYTES, 0, False, False

        async def counted() -> Message:
            nonlocal size, refused
            message = await receive()
            size += len(message.get("body", b""))
            if size <= limit:
                return message
            if not begun:
                refused = True
                await self._refuse(headers, receive, send)
            return {"type": "http.disconnect"}  # for the application the client has gone

        async def heard(message: Message) -> None:
            nonlocal begun
            if not refused:
                begun = True
                await send(message)

        if announced.isdigit() and int(announced) > limit:
            await self._refuse(headers, receive, send)
        else:
            await self._app(scope, counted, heard)

    async def _refuse(self, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        """Answer at once; what is still coming is thrown away, or a client that still sends would not hear it."""
        lang = negotiated(*accepted_languages(headers.get(b"accept-language", b"").decode("latin-1")))
        error = TooLargeError("bytes", limit=max(1, self._max_bytes >> 20))
        told = [refusal.refused(error, lang).to_dict()]
        body = json.dumps({"detail": told}, ensure_ascii=False).encode()
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 413, "headers": [*head, (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_thrown_away(receive, DRAINED * self._max_bytes), DRAIN_SECONDS)
        await send({"type": "http.response.body", "body": b""})


async def _thrown_away(receive: Receive, most: int) -> None:
    size, more = 0, True
    while more and size <= most:
        message = await receive()
        size += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
