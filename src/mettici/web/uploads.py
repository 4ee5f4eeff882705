"""Photos out of requests: counted and timed while they arrive, kept in memory only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from mettici.errors import BadRequestError, EmptyError, SlowUploadError, TooLargeError

if TYPE_CHECKING:
    from starlette.requests import Request

    from mettici.web.arrivals import Arrival

FORM = "multipart/form-data"
Pieces = AsyncGenerator[bytes, None]
Photos = tuple[tuple[str, bytes], ...]
"""Each by the name that its file had."""


@dataclass(frozen=True)
class Upload:
    """The photos of one request, and the form's other fields."""

    photos: Photos
    fields: Mapping[str, str]


class _InMemory(MultiPartParser):
    """Starlette's parser writes larger files to the disk; a person's photo has no business there."""

    spool_max_size = 2**62


async def received(
    request: Request, arrival: Arrival, *, most: int, max_bytes: int, max_body: int, seconds: float
) -> Upload:
    """One to `most` photos out of a form or, for a single one, the body itself.

    Raises `TooLargeError` (before anything is read, where the length is announced), `SlowUploadError` after `seconds`,
    `BusyError` where others have to go first or the service stops, `EmptyError` and `BadRequestError`.
    """
    if (encoding := request.headers.get("content-encoding", "identity").strip().lower()) not in ("", "identity"):
        raise BadRequestError("encoding", name=encoding[:32])  # a few bytes would unpack to any number
    form = request.headers.get("content-type", "").lower().startswith(FORM)
    limit = min(max_body, most * max_bytes) + (2**16 if form else 0)  # a form's own lines are no part of the photo
    if _announced(request) > limit:
        raise _too_large(limit)
    pieces = _counted(request, arrival, limit)
    task: asyncio.Task[Upload] = asyncio.create_task(_form(request, pieces, most) if form else _raw(pieces))
    arrival.task = task
    try:
        upload = await asyncio.wait_for(task, seconds)
    except asyncio.CancelledError:
        if arrival.gave_way:
            raise arrival.gave_way from None
        raise
    except asyncio.TimeoutError as error:
        raise SlowUploadError(seconds=f"{seconds:g}") from error
    except ClientDisconnect as error:
        raise BadRequestError("form", detail="the connection was closed") from error
    if any(len(data) > max_bytes for _, data in upload.photos):
        raise _too_large(max_bytes)
    return upload


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else 0


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError("bytes", limit=max(1, limit >> 20))


async def _counted(request: Request, arrival: Arrival, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        arrival.grew(len(piece))
        yield piece


async def _raw(pieces: Pieces) -> Upload:
    body = bytearray()
    async for piece in pieces:
        body += piece
    if not body:
        raise EmptyError("file")
    return Upload((("-", bytes(body)),), {})


async def _form(request: Request, pieces: Pieces, most: int) -> Upload:
    # One file more than are allowed may come, so that too many are told apart from a broken form.
    parser = _InMemory(request.headers, pieces, max_files=most + 1, max_fields=16, max_part_size=1024)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise BadRequestError("count", count=f"> {most}", most=most) from error
        raise BadRequestError("form", detail=error.message) from error
    except FormParserError as error:  # which older versions of Starlette let through
        raise BadRequestError("form", detail=str(error)) from error
    try:
        photos, fields = [], {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields[name] = value
            else:
                photos.append((value.filename or "-", await value.read()))
                await value.close()  # before the next is copied: a form is as large as the memory allows
    finally:
        await form.close()
    if not photos:
        raise BadRequestError("no_photo")
    if len(photos) > most:
        raise BadRequestError("count", count=len(photos), most=most)
    return Upload(tuple(photos), fields)
