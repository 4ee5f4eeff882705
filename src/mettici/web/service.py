"""What the routes share: the checker, its threads, admission of requests, and turning a request into a response."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from mettici.aio import Threads
from mettici.checker import PhotoChecker
from mettici.errors import BusyError, InternalError, MetticiError, ModelError, TooManyRequestsError
from mettici.errors.log_format import stack_summary
from mettici.web import uploads
from mettici.web.bodies import Bodies
from mettici.web.options import request_language
from mettici.web.processes import Checkers, Processes, Work, warm
from mettici.web.responses import ResponseOptions

if TYPE_CHECKING:
    from starlette.requests import Request

    from mettici.web.bodies import Body
    from mettici.web.options import Options
    from mettici.web.settings import Settings
    from mettici.web.uploads import Upload

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0
"""Delay before another attempt to load networks that did not load in time."""
CLIENT_CLOSED_REQUEST = 499
"""Status that logs show for a client that hung up before its answer (nginx's number)."""


class Service:
    """One per application. Networks and threads start on first use, so it may be created before a fork."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._retry: asyncio.Task[None] | None = None
        self._requests_of: Counter[str] = Counter()  # by client address
        self.bodies = Bodies(settings.uploads, settings.max_arriving)
        self.photos = 0
        """Photos in requests that were answered."""
        self.open()

    def open(self) -> None:
        """Start, or start again after `close`. Raises `PolicyError`."""
        s = self.settings
        self.ready = self._closed = self._stopping = False
        self.threads = Threads(s.workers, s.queue, s.timeout)
        self.checker = Checkers(s.policy, s.limits)
        self._processes = Processes(s.policy, s.limits, self.threads.workers) if s.isolated else None

    @contextmanager
    def admit(self, request: Request) -> Iterator[Body]:
        """Admit a request before its body is read, so that bodies cannot fill the memory.

        A body that is still arriving takes no place in the queue, so a slow one keeps nobody waiting. Raises
        `BusyError` if all places are taken, `TooManyRequestsError` if this client has reached its limit.
        """
        if self._stopping:
            raise BusyError("shutting_down")
        client, limit = request.client.host if request.client else "", self.settings.per_client
        if limit is not None and self._requests_of[client] >= limit:
            raise TooManyRequestsError(limit=limit)
        if not self.threads.has_room_for(client):
            raise BusyError
        body = self.bodies.admit(client)
        self._requests_of[client] += 1
        try:
            yield body
        finally:
            self.bodies.release(body)
            self._requests_of[client] -= 1
            if not self._requests_of[client]:
                del self._requests_of[client]

    async def receive(self, request: Request, body: Body, max_photos: int = 1) -> Upload:
        """Read one to `max_photos` photos from the request, within the limits."""
        s = self.settings
        return await uploads.receive(
            request, body, max_photos=max_photos, max_bytes=s.max_bytes, max_body=s.max_body, seconds=s.upload_timeout
        )

    async def respond(
        self, request: Request, body: Body, job: Callable[[], bytes], lang: str, photos: int = 1
    ) -> Response:
        """Run `job` in a thread and return its result as a JSON response. `photos`: how many it judges.

        A queued job is dropped if the client hangs up, or if its body is evicted to make room for another.
        """
        working = asyncio.create_task(self.threads.run(partial(_start, body, job), photos, body.client))
        disconnecting = asyncio.create_task(_disconnected(request))
        body.queue(working)
        try:
            await asyncio.wait((working, disconnecting), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                return Response(status_code=CLIENT_CLOSED_REQUEST)  # for the log: nobody receives it
            content = _result(working, body)
            self.photos += photos
            return Response(content, headers={"Content-Language": lang}, media_type="application/json")
        finally:
            working.cancel()
            disconnecting.cancel()

    def judge(self, checker: PhotoChecker, work: Work) -> Any:
        """Called in a thread: do the work for a photo there, or wait for the process that does it."""
        if self._processes is None:
            return work(checker)
        return self._processes.run(checker.policy.name, work, self.settings.timeout)

    def response_options(self, request: Request, options: Options) -> ResponseOptions:
        lang = request_language(request, options.lang)
        return ResponseOptions(lang, options.crop, options.annotate, options.preview, options.translations)

    async def warm_up(self) -> None:
        """Load the networks in every thread or process, so that no request has to wait; then the service is ready.

        If the machine is too busy to load them in time, try again while requests are served. Missing weights are final.
        """
        if self._closed:
            self.open()
        try:
            await self._load_all()
        except ModelError as error:
            log.error("the service is not ready: %s", error)
        except (MetticiError, threading.BrokenBarrierError) as error:
            log.error("the service is not ready yet: %s", error)
            self._retry = asyncio.create_task(self._warm_up_later())
        else:
            self.ready = True

    async def _warm_up_later(self) -> None:
        await asyncio.sleep(RETRY_SECONDS)
        await self.warm_up()

    async def _load_all(self) -> None:
        together = threading.Barrier(self.threads.workers, timeout=self.settings.timeout)

        def load() -> None:
            together.wait()  # otherwise one fast thread would take every job
            self.judge(self.checker.own, warm)

        await asyncio.gather(*(self.threads.run(load) for _ in range(self.threads.workers)))

    def wind_down(self) -> None:
        """Admit no more requests. Complete bodies are still judged; incomplete ones get a 503 that asks to retry."""
        self.ready, self._stopping = False, True
        self.bodies.stop_reading()

    def close(self) -> None:
        """Free threads, processes and networks. Requests still unanswered get a 503 that asks to retry."""
        self.ready, self._closed = False, True
        if self._retry is not None:
            self._retry.cancel()
        self.threads.close()
        if self._processes is not None:
            self._processes.close()
        self.checker.close()


def _start(body: Body, job: Callable[[], bytes]) -> bytes:
    body.task = None  # a job that has started frees no memory by being cancelled
    return job()


def _result(working: asyncio.Task[bytes], body: Body) -> bytes:
    """The job's result. A fault is logged here: the server would also log its message, which may quote the photo."""
    try:
        return working.result()
    except asyncio.CancelledError:
        raise body.eviction or BusyError() from None
    except MetticiError:
        raise
    except Exception as error:
        log.error("judging failed: %s", stack_summary(error))
        raise InternalError from None


async def _disconnected(request: Request) -> None:
    """Return once the client has disconnected. The body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
