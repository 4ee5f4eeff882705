"""What the routes share: the checker, its threads, who is let in, and how a request becomes an answer."""

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
from mettici.web.answers import Wanted
from mettici.web.arrivals import Arrivals
from mettici.web.options import wanted
from mettici.web.processes import Checkers, Processes, Work, warm

if TYPE_CHECKING:
    from starlette.requests import Request

    from mettici.web.arrivals import Arrival
    from mettici.web.options import Options
    from mettici.web.settings import Settings
    from mettici.web.uploads import Upload

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds before networks that did not load in time are tried again."""
HUNG_UP = 499
"""What logs show for a client that did not wait for its answer (nginx's number)."""


class Service:
    """One for each application. Networks and threads start when first needed, so it may be made before a fork."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._retry: asyncio.Task[None] | None = None
        self._inside: Counter[str] = Counter()
        self.arrivals = Arrivals(settings.uploads, settings.max_arriving)
        self.photos = 0
        """Those of requests that were answered."""
        self.open()

    def open(self) -> None:
        """Begin, or begin again after `close`. Raises `PolicyError`."""
        s = self.settings
        self.ready = self._closed = self._stopping = False
        self.threads = Threads(s.workers, s.queue, s.timeout)
        self.checker = Checkers(s.policy, s.limits)
        self._processes = Processes(s.policy, s.limits, self.threads.workers) if s.isolated else None

    @contextmanager
    def admitted(self, request: Request) -> Iterator[Arrival]:
        """Let a request in before its body is read, so that bodies cannot fill the memory.

        A body on its way takes no place among the photos that wait: one that does not come keeps nobody waiting.
        Raises `BusyError` where all places are taken, `TooManyRequestsError` where this client has enough.
        """
        if self._stopping:
            raise BusyError("shutting_down")
        client, limit = request.client.host if request.client else "", self.settings.per_client
        if limit is not None and self._inside[client] >= limit:
            raise TooManyRequestsError(limit=limit)
        if not self.threads.has_room_for(client):
            raise BusyError
        arrival = self.arrivals.enter(client)
        self._inside[client] += 1
        try:
            yield arrival
        finally:
            self.arrivals.leave(arrival)
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]

    async def uploaded(self, request: Request, arrival: Arrival, most: int = 1) -> Upload:
        """One to `most` photos out of the request, within the limits."""
        s = self.settings
        return await uploads.received(
            request, arrival, most=most, max_bytes=s.max_bytes, max_body=s.max_body, seconds=s.upload_timeout
        )

    async def answer(
        self, request: Request, arrival: Arrival, job: Callable[[], bytes], lang: str, photos: int = 1
    ) -> Response:
        """What `job` gives in a thread, as JSON; it judges so many photos.

        A job that waits is dropped when the client hangs up, or when its body has to make room for another.
        """
        working = asyncio.create_task(self.threads.run(partial(_begun, arrival, job), photos, arrival.client))
        leaving = asyncio.create_task(_hung_up(request))
        arrival.wait_in(working)
        try:
            await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                return Response(status_code=HUNG_UP)  # nobody hears it
            told = _result(working, arrival)
            self.photos += photos
            return Response(told, headers={"Content-Language": lang}, media_type="application/json")
        finally:
            working.cancel()
            leaving.cancel()

    def judged(self, checker: PhotoChecker, work: Work) -> Any:
        """In a thread: a photo's work done there, or the wait for the process that does it."""
        if self._processes is None:
            return work(checker)
        return self._processes.run(checker.policy.name, work, self.settings.timeout)

    def wanted(self, request: Request, options: Options) -> Wanted:
        """What the answer is to hold."""
        lang = wanted(request, options.lang)
        return Wanted(lang, options.crop, options.annotate, options.preview, options.translations)

    async def warm_up(self) -> None:
        """Load the networks of every thread or process, so that nobody waits; then the service is ready.

        Tried again, beside what is asked meanwhile, where the machine was too busy to load them in time; weights that
        are missing do not fix themselves.
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
        await asyncio.sleep(PAUSE)
        await self.warm_up()

    async def _load_all(self) -> None:
        together = threading.Barrier(self.threads.workers, timeout=self.settings.timeout)

        def load() -> None:
            together.wait()  # or one quick thread would do the work of all
            self.judged(self.checker.own, warm)

        await asyncio.gather(*(self.threads.run(load) for _ in range(self.threads.workers)))

    def wind_down(self) -> None:
        """Take nothing more: what is whole is still judged, what is on its way is told to come back."""
        self.ready, self._stopping = False, True
        self.arrivals.end()

    def close(self) -> None:
        """Free threads, processes and networks; what is not judged by now is told to come back."""
        self.ready, self._closed = False, True
        if self._retry is not None:
            self._retry.cancel()
        self.threads.close()
        if self._processes is not None:
            self._processes.close()
        self.checker.close()


def _begun(arrival: Arrival, job: Callable[[], bytes]) -> bytes:
    arrival.task = None  # from here on there is nothing to be gained by leaving
    return job()


def _result(working: asyncio.Task[bytes], arrival: Arrival) -> bytes:
    """What came of it. A fault is logged here: the server would log its message too, which may quote the photo."""
    try:
        return working.result()
    except asyncio.CancelledError:
        raise arrival.gave_way or BusyError() from None
    except MetticiError:
        raise
    except Exception as error:
        log.error("judging failed: %s", stack_summary(error))
        raise InternalError from None


async def _hung_up(request: Request) -> None:
    """Ends when the client does; the body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
