"""Fair shares of the queue and of memory: one client cannot take them all."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc
from typing import Any

import pytest
from starlette.requests import Request

from mettici.aio import Threads
from mettici.errors import BusyError
from mettici.fair_queue import FairQueue
from mettici.web.bodies import Bodies
from mettici.web.uploads import receive as read_body


def test_clients_take_turns() -> None:
    queue: FairQueue[str] = FairQueue()
    for sender, item in (("a", "a1"), ("a", "a2"), ("a", "a3"), ("b", "b1"), ("c", "c1"), ("c", "c2")):
        queue.put(sender, item)
    queue.remove("a2")
    queue.remove("gone")
    assert [queue.next() for _ in range(6)] == ["a1", "b1", "c1", "a3", "c2", None]


def test_the_busiest_client_yields_to_others() -> None:
    queue: FairQueue[str] = FairQueue()
    assert queue.greediest("a") is None
    for number in range(3):
        queue.put("a", f"a{number}")
    queue.put("b", "b0")
    assert queue.greediest("c") == "a2"
    assert queue.greediest("b") == "a2"
    assert queue.greediest("a") is None
    queue.remove("a2")
    assert queue.greediest("c") == "a1"
    assert queue.greediest("b") is None, "then b would have more than a"
    assert sorted(queue.drain()) == ["a0", "a1", "b0"]
    assert queue.next() is None


def test_one_client_cannot_fill_the_queue() -> None:
    async def main() -> None:
        threads, go, done = Threads(workers=1, queue=3), threading.Event(), list[str]()
        first = asyncio.create_task(threads.run(lambda: go.wait(20), sender="greedy"))
        await asyncio.sleep(0.1)

        def job(name: str) -> asyncio.Task[None]:
            return asyncio.create_task(threads.run(lambda: done.append(name), sender=name.rstrip("0123456789")))

        greedy = [job(f"greedy{n}") for n in range(3)]
        await asyncio.sleep(0.05)
        assert not threads.has_room_for("greedy")
        assert threads.has_room_for("modest")
        modest = job("modest")
        await asyncio.sleep(0.05)
        with pytest.raises(BusyError):
            await greedy.pop()
        with pytest.raises(BusyError):
            await job("greedy3")
        go.set()
        await asyncio.gather(first, modest, *greedy)
        assert done == ["greedy0", "modest", "greedy1"], "alternating"
        threads.close()

    asyncio.run(main())


def test_waiting_requests_are_notified_at_shutdown() -> None:
    async def main() -> None:
        threads, go = Threads(workers=1, queue=3), threading.Event()
        first, waiting = (asyncio.create_task(threads.run(lambda: go.wait(20))) for _ in range(2))
        await asyncio.sleep(0.1)
        threads.close()
        with pytest.raises(BusyError, match="shutting down"):
            await waiting
        go.set()
        assert await first

    asyncio.run(main())


def test_one_client_cannot_fill_the_memory_with_waiting_requests() -> None:
    async def main() -> None:
        bodies = Bodies(max_count=10, max_bytes=100)
        others = [bodies.admit("greedy") for _ in range(4)]
        for body in others:
            body.add(24)
            body.queue(asyncio.create_task(asyncio.sleep(60)))
        others[0].task = None  # its turn has come up
        modest = bodies.admit("modest")
        modest.add(20)
        assert [b.eviction is not None for b in others] == [False, False, False, True]
        modest.add(20)
        assert [b.eviction is not None for b in others] == [False, False, True, True]
        with pytest.raises(BusyError):
            modest.add(20)  # it would then hold more than the other
        for body in others[1:]:
            assert body.task is not None
            body.task.cancel()

    asyncio.run(main())


def test_a_form_is_kept_in_memory_once() -> None:
    photo, count = bytes(10 * 2**20), 4
    head = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'
    body = b"".join([*(head + photo + b"\r\n" for _ in range(count)), b"--b--\r\n"])
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-type", b"multipart/form-data; boundary=b")],
    }
    starts = iter(range(0, len(body), 2**16))

    async def receive() -> dict[str, Any]:
        start = next(starts)
        return {"type": "http.request", "body": body[start : start + 2**16], "more_body": start + 2**16 < len(body)}

    async def peak() -> int:
        body = Bodies(1, 2**30).admit("a")
        arrived = await read_body(
            Request(scope, receive), body, max_photos=8, max_bytes=2**25, max_body=2**30, seconds=60
        )
        assert [len(data) for _, data in arrived.photos] == [len(photo)] * count
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        assert asyncio.run(peak()) < 1.5 * len(body)
    finally:
        tracemalloc.stop()
