"""Runs `mettici serve` under many clients for a long time: `python -m benchmarks.soak --serve MINUTES --clients N`.

Half of the clients are slow, broken or hostile; each has its own address.

A well-behaved client must get the report on its photo, or 503 with `Retry-After`, within its time limit. Memory and
open files must stay flat, and once all clients have left, the server must have no more files open than before.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from benchmarks.fuzz.mutations import mutant
from benchmarks.fuzz.seeds import seeds
from benchmarks.photos import made
from benchmarks.web import Served, photos
from mettici.web.settings import Settings

CLIENTS = 64
PATIENCE = Settings().timeout + Settings().upload_timeout
"""Seconds within which a well-behaved client must get an answer: the limits for its body and its photo combined."""
MOST_GROWTH, MOST_FILES = 1.15, 4
"""How far memory in the last quarter may exceed the second quarter's, and how many files may stay open at the end."""
SETTLED = 15.0
"""Seconds until the server has closed abandoned connections: it allows 10 for a request head and 5 idle."""
TRICKLED = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
TRICKLES = 120
"""Bytes of a slow body, sent one at a time: more than the time limit allows."""
ANSWERED = {200, 408, 413, 415, 422, 500, 503}
"""The allowed status codes for a hostile photo. 500 means that it crashed its process twice."""


@dataclass
class LoadTest:
    """The clients and their results: answers by client and status, response times of valid requests, and faults."""

    address: str
    made: list[bytes]
    seconds: float
    answers: Counter[str] = field(default_factory=Counter)
    durations: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def run(self, clients: int) -> None:
        """Run all clients until the time is up."""
        self._until = time.monotonic() + self.seconds
        bad = (self.hostile, self.slow_body, self.several, self.half_head, self.leaves, self.breaks_off)
        kinds = [kind for other in bad for kind in (self.well_behaved, other)]
        await asyncio.gather(*(self._client(kinds[i % len(kinds)], i) for i in range(clients)))

    async def _client(self, kind: Callable[[int, random.Random], Awaitable[None]], number: int) -> None:
        rng = random.Random(number)
        while time.monotonic() < self._until:
            with suppress(OSError, asyncio.IncompleteReadError):  # the server may cut off slow or broken clients
                await kind(number, rng)

    def _session(self, number: int) -> httpx.AsyncClient:
        # Always a new connection: the server may close an idle one just as it is reused.
        limits = httpx.Limits(max_keepalive_connections=0)
        transport = httpx.AsyncHTTPTransport(local_address=_own(number), limits=limits)
        return httpx.AsyncClient(base_url=self.address, transport=transport, timeout=PATIENCE)

    async def well_behaved(self, number: int, rng: random.Random) -> None:
        """Send one photo after another, and wait as long as `Retry-After` asks."""
        async with self._session(number) as session:
            while time.monotonic() < self._until:
                await self._posted(session, "photo", rng, "/v1/check", content=rng.choice(self.made))

    async def several(self, number: int, rng: random.Random) -> None:
        """Send eight photos to rank."""
        files = [("photos", (f"{i}.jpg", rng.choice(self.made))) for i in range(Settings().shots)]
        async with self._session(number) as session:
            await self._posted(session, "several", rng, "/v1/rank", files=files)

    async def _posted(
        self, session: httpx.AsyncClient, who: str, rng: random.Random, path: str, **body: object
    ) -> None:
        started = time.monotonic()
        try:
            answer = await session.post(path, **body)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            self.faults.append(f"{who}: {type(error).__name__} after {time.monotonic() - started:.1f} s")
            return
        self.answers[f"{who} {answer.status_code}"] += 1
        if answer.status_code == 200:
            self.durations.append(time.monotonic() - started)
        elif answer.status_code == 503 and "Retry-After" in answer.headers:
            await asyncio.sleep(float(answer.headers["Retry-After"]) * rng.uniform(0.5, 1.0))
        else:
            self.faults.append(f"{who}: {answer.status_code} {answer.text[:200]}")

    async def hostile(self, number: int, rng: random.Random) -> None:
        """Send a mutated file: any answer outside the contract is a fault."""
        data = mutant(seeds(made()), 1, rng.randrange(10**6)).data
        try:
            async with self._session(number) as session:
                answer = await session.post("/v1/check", content=data)
        except httpx.HTTPError as error:
            self.faults.append(f"hostile: {type(error).__name__}")
            return
        self.answers[f"hostile {answer.status_code}"] += 1
        body = json.loads(answer.content)
        if answer.status_code not in ANSWERED or not ("verdict" in body or body["remedy"]):
            self.faults.append(f"hostile: {answer.status_code} {answer.text[:200]}")
        await asyncio.sleep(rng.uniform(0.0, 0.5))

    async def slow_body(self, number: int, rng: random.Random) -> None:
        """Send a body byte by byte."""
        async with self._connected(number) as writer:
            self.answers["slow body"] += 1
            writer.write(TRICKLED)
            for _ in range(TRICKLES):
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(rng.uniform(0.2, 1.0))

    async def half_head(self, number: int, rng: random.Random) -> None:
        """Open a connection, send half a request head, and wait."""
        async with self._connected(number) as writer:
            writer.write(b"GET / HTTP/1.1\r\nHo")
            await asyncio.sleep(rng.uniform(0.5, 3.0))
        self.answers["half head"] += 1

    async def leaves(self, number: int, rng: random.Random) -> None:
        """Send a photo and hang up before the answer."""
        async with self._connected(number) as writer:
            writer.write(self._request(rng.choice(self.made)))
            await writer.drain()
            await asyncio.sleep(rng.uniform(0.0, 0.3))
        self.answers["leaves"] += 1

    async def breaks_off(self, number: int, rng: random.Random) -> None:
        """Send half a photo."""
        async with self._connected(number) as writer:
            whole = self._request(rng.choice(self.made))
            writer.write(whole[: len(whole) // 2])
            await writer.drain()
            await asyncio.sleep(rng.uniform(0.0, 0.3))
        self.answers["breaks off"] += 1

    def _request(self, photo: bytes) -> bytes:
        return f"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: {len(photo)}\r\n\r\n".encode() + photo

    @asynccontextmanager
    async def _connected(self, number: int) -> AsyncIterator[asyncio.StreamWriter]:
        port = int(self.address.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(_own(number), 0))
        try:
            yield writer
        finally:
            writer.transport.abort()


def _own(number: int) -> str:
    """A client's own address, because the server shares its capacity fairly among addresses."""
    return f"127.0.1.{number + 1}"


async def _watched(load_test: LoadTest, served: Served, clients: int) -> list[tuple[float, int]]:
    """The service's memory in MiB and the server's open files, sampled every second while the clients run."""
    samples, running = [], asyncio.create_task(load_test.run(clients))
    while not running.done():
        await asyncio.wait([running], timeout=1.0)
        samples.append((served.memory(), served.files()))
    await running
    return samples


def soak(minutes: float, clients: int) -> bool:
    """Print the results with their goals; return whether all were met."""
    seeds(made())  # takes seconds, so before the clients start
    served = Served()
    try:
        load_test = LoadTest(served.address, [p for p in photos() if len(p) < 2**21], 60 * minutes)
        before = served.files()
        samples = asyncio.run(_watched(load_test, served, clients))
        time.sleep(SETTLED)
        left = served.files() - before
        ready = httpx.get(f"{served.address}/readyz").status_code == 200
    finally:
        served.end()
    memory, files = ([one[i] for one in samples] for i in (0, 1))
    quarter = max(1, len(samples) // 4)
    growth = statistics.median(memory[-quarter:]) / statistics.median(memory[quarter : 2 * quarter] or memory)
    print(f"{clients} clients for {minutes:g} minutes: {dict(sorted(load_test.answers.items()))}")
    durations = load_test.durations or [math.inf]
    print(f"photos judged: {len(load_test.durations)}, in {statistics.median(durations):.1f} s at the median")
    print(
        f"memory: {memory[0]:.0f} to {memory[-1]:.0f} MiB, highest {max(memory):.0f}; open files: {before} before, "
        f"highest {max(files)}, {before + left} after"
    )
    for fault, count in Counter(load_test.faults).most_common(20):
        print(f"{count} x {fault}")
    goals = [
        ("faults", len(load_test.faults), 0),
        ("slowest answer to a well-behaved client, s", max(durations), PATIENCE),
        ("memory in the last quarter / in the second", growth, MOST_GROWTH),
        ("open files left behind", left, MOST_FILES),
        ("not ready at the end", not ready, 0),
    ]
    for what, value, most in goals:
        print(f"{what:46} {value:8.2f}   goal <= {most:g}{'' if value <= most else '   <-- short'}")
    return all(value <= most for _, value, most in goals)
