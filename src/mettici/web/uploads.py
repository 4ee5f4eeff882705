"""Reads photos from requests: limits size and time while they arrive, and keeps them in memory only."""

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

    from mettici.web.bodies import Body

FORM = "multipart/form-data"
Chunks = AsyncGenerator[bytes, None]
Photos = tuple[tuple[str, bytes], ...]
"""Pairs of file name and content."""


@dataclass(frozen=True)
class Upload:
    """The photos of one request, and the form's other fields."""

    photos: Photos
    fields: Mapping[str, str]


class _InMemoryParser(MultiPartParser):
    """Starlette's parser writes larger files to disk, where a person's photo has no business."""

    spool_max_size = 2**62


async def receive(
    request: Request, body: Body, *, max_photos: int, max_bytes: int, max_body: int, seconds: float
) -> Upload:
    """Read one to `max_photos` photos from a form or, for a single photo, from the body itself.

    Raises `TooLargeError` (before reading anything, if Content-Length says so), `SlowUploadError` after `seconds`,
    `BusyError` if the body is evicted or the service shuts down, `EmptyError` and `BadRequestError`.
    """
    if (encoding := request.headers.get("content-encoding", "identity").strip().lower()) not in ("", "identity"):
        raise BadRequestError("encoding", name=encoding[:32])  # a few bytes could decompress to any size
    form = request.headers.get("content-type", "").lower().startswith(FORM)
    limit = min(max_body, max_photos * max_bytes) + (2**16 if form else 0)  # boundaries, headers and short fields
    if _content_length(request) > limit:
        raise _too_large(limit)
    chunks = _chunks(request, body, limit)
    task: asyncio.Task[Upload] = asyncio.create_task(_form(request, chunks, max_photos) if form else _raw(chunks))
    body.task = task
    try:
        upload = await asyncio.wait_for(task, seconds)
    except asyncio.CancelledError:
        if body.eviction:
            raise body.eviction from None
        raise
    except asyncio.TimeoutError as error:
        raise SlowUploadError(seconds=f"{seconds:g}") from error
    except ClientDisconnect as error:
        raise BadRequestError("form", detail="the connection was closed") from error
    if any(len(data) > max_bytes for _, data in upload.photos):
        raise _too_large(max_bytes)
    return upload


def _content_length(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else 0


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError("bytes", limit=max(1, limit >> 20))


async def _chunks(request: Request, body: Body, limit: int) -> Chunks:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        body.add(len(chunk))
        yield chunk


async def _raw(chunks: Chunks) -> Upload:
    data = bytearray()
    async for chunk in chunks:
        data += chunk
    if not data:
        raise EmptyError("file")
    return Upload((("-", bytes(data)),), {})


async def _form(request: Request, chunks: Chunks, max_photos: int) -> Upload:
    # The parser accepts one file too many, to tell "too many photos" from a broken form.
    parser = _InMemoryParser(request.headers, chunks, max_files=max_photos + 1, max_fields=16, max_part_size=1024)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise BadRequestError("count", count=f"> {max_photos}", most=max_photos) from error
        raise BadRequestError("form", detail=error.message) from error
    except FormParserError as error:  # older versions of Starlette do not catch it
        raise BadRequestError("form", detail=str(error)) from error
    try:
        photos, fields = [], {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields[name] = value
            else:
                photos.append((value.filename or "-", await value.read()))
                await value.close()  # free it before copying the next: a form may be as large as memory allows
    finally:
        await form.close()
    if not photos:
        raise BadRequestError("no_photo")
    if len(photos) > max_photos:
        raise BadRequestError("count", count=len(photos), most=max_photos)
    return Upload(tuple(photos), fields)
