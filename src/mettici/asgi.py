"""What ASGI middleware shares."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Receive

DRAIN_TIMEOUT = 10.0
"""Seconds to wait for the rest of a refused body."""


async def drain(receive: Receive, max_bytes: int) -> None:
    """Read and discard what the client is still sending, within limits.

    If the server closed the connection while the client was sending, the client would not see the answer.
    """
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(_discard(receive, max_bytes), DRAIN_TIMEOUT)


async def _discard(receive: Receive, max_bytes: int) -> None:
    size, more = 0, True
    while more and size <= max_bytes:
        message = await receive()
        size += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
