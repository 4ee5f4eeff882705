"""`mettici serve` under many clients for a long time: `python -m benchmarks.soak --serve MINUTES --clients N`.

Half of them are slow, broken or hostile; each has an address of its own.

A well-behaved client is owed the report on its photo, or 503 with `Retry-After`, within its time limit. Memory and open
files stay flat, and once everybody has left, the files of the server are as many as before.
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
"""Seconds within which a well-behaved client is answered: those of its body and of its photo."""
MOST_GROWTH, MOST_FILES = 1.15, 4
"""What memory at the end may be over memory after the first quarter, and files left open when all have gone."""
SETTLED = 15.0
"""Seconds after which the connections of those who left are closed: heads have 10, idle connections 5."""
TRICKLED = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
TRICKLES = 120
"""Bytes of a slow body, one by one: more than it has time for."""
ANSWERED = {200, 408, 413, 415, 422, 500, 503}
"""What a hostile photo may be answered; 500: it brought its process down twice."""


@dataclass
class Siege:
    """What the clients do, and what came of it: answers by client and status, seconds of the well-behaved, faults."""

    address: str
    made: list[bytes]
    seconds: float
    answers: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def run(self, clients: int) -> None:
        """All clients, for as long as it takes."""
        self._until = time.monotonic() + self.seconds
        bad = (self.hostile, self.slow_body, self.several, self.half_head, self.leaves, self.breaks_off)
        kinds = [kind for other in bad for kind in (self.well_behaved, other)]
        await asyncio.gather(*(self._client(kinds[i % len(kinds)], i) for i in range(clients)))

    async def _client(self, kind: Callable[[int, random.Random], Awaitable[None]], number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < self._until:
            with suppress(OSError, asyncio.IncompleteReadError):  # a slow or broken one may be cut off
                await kind(number, chance)

    def _session(self, number: int) -> httpx.AsyncClient:
        # A new connection each time: one that waited may be closed at the very moment at which it is used again.
        limits = httpx.Limits(max_keepalive_connections=0)
        transport = httpx.AsyncHTTPTransport(local_address=_own(number), limits=limits)
        return httpx.AsyncClient(base_url=self.address, transport=transport, timeout=PATIENCE)

    async def well_behaved(self, number: int, chance: random.Random) -> None:
        """One photo after another; waits as it is told to."""
        async with self._session(number) as session:
            while time.monotonic() < self._until:
                await self._posted(session, "photo", chance, "/v1/check", content=chance.choice(self.made))

    async def several(self, number: int, chance: random.Random) -> None:
        """Eight photos at a time, to be put in order."""
        files = [("photos", (f"{i}.jpg", chance.choice(self.made))) for i in range(Settings().shots)]
        async with self._session(number) as session:
            await self._posted(session, "several", chance, "/v1/rank", files=files)

    async def _posted(
        self, session: httpx.AsyncClient, who: str, chance: random.Random, path: str, **body: object
    ) -> None:
        started = time.monotonic()
        try:
            answer = await session.post(path, **body)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            self.faults.append(f"{who}: {type(error).__name__} after {time.monotonic() - started:.1f} s")
            return
        self.answers[f"{who} {answer.status_code}"] += 1
        if answer.status_code == 200:
            self.taken.append(time.monotonic() - started)
        elif answer.status_code == 503 and "Retry-After" in answer.headers:
            await asyncio.sleep(float(answer.headers["Retry-After"]) * chance.uniform(0.5, 1.0))
        else:
            self.faults.append(f"{who}: {answer.status_code} {answer.text[:200]}")

    async def hostile(self, number: int, chance: random.Random) -> None:
        """A mutated file: anything but the answer that the contract has for it is a fault."""
        data = mutant(seeds(made()), 1, chance.randrange(10**6)).data
        try:
            async with self._session(number) as session:
                answer = await session.post("/v1/check", content=data)
        except httpx.HTTPError as error:
            self.faults.append(f"hostile: {type(error).__name__}")
            return
        self.answers[f"hostile {answer.status_code}"] += 1
        told = json.loads(answer.content)
        if answer.status_code not in ANSWERED or not ("verdict" in told or told["remedy"]):
            self.faults.append(f"hostile: {answer.status_code} {answer.text[:200]}")
        await asyncio.sleep(chance.uniform(0.0, 0.5))

    async def slow_body(self, number: int, chance: random.Random) -> None:
        """A byte now and then."""
        async with self._connected(number) as writer:
            self.answers["slow body"] += 1
            writer.write(TRICKLED)
            for _ in range(TRICKLES):
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(chance.uniform(0.2, 1.0))

    async def half_head(self, number: int, chance: random.Random) -> None:
        """Connections that ask for nothing, eight at a time."""
        async with self._connected(number) as writer:
            writer.write(b"GET / HTTP/1.1\r\nHo")
            await asyncio.sleep(chance.uniform(0.5, 3.0))
        self.answers["half head"] += 1

    async def leaves(self, number: int, chance: random.Random) -> None:
        """Sends a photo, and does not wait for the answer."""
        async with self._connected(number) as writer:
            writer.write(self._request(chance.choice(self.made)))
            await writer.drain()
            await asyncio.sleep(chance.uniform(0.0, 0.3))
        self.answers["leaves"] += 1

    async def breaks_off(self, number: int, chance: random.Random) -> None:
        """Sends half a photo."""
        async with self._connected(number) as writer:
            whole = self._request(chance.choice(self.made))
            writer.write(whole[: len(whole) // 2])
            await writer.drain()
            await asyncio.sleep(chance.uniform(0.0, 0.3))
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
    """A client's address: places are shared among addresses."""
    return f"127.0.1.{number + 1}"


async def _watched(siege: Siege, served: Served, clients: int) -> list[tuple[float, int]]:
    """Memory of the service in MiB and open files of the server, each second while the clients are there."""
    noted, besieging = [], asyncio.create_task(siege.run(clients))
    while not besieging.done():
        await asyncio.wait([besieging], timeout=1.0)
        noted.append((served.memory(), served.files()))
    await besieging
    return noted


def soak(minutes: float, clients: int) -> bool:
    """Print what came of it, with its goals; whether all are met."""
    seeds(made())  # before the clients come: it takes seconds
    served = Served()
    try:
        siege = Siege(served.address, [p for p in photos() if len(p) < 2**21], 60 * minutes)
        before = served.files()
        noted = asyncio.run(_watched(siege, served, clients))
        time.sleep(SETTLED)
        left = served.files() - before
        ready = httpx.get(f"{served.address}/readyz").status_code == 200
    finally:
        served.end()
    memory, files = ([one[i] for one in noted] for i in (0, 1))
    quarter = max(1, len(noted) // 4)
    growth = statistics.median(memory[-quarter:]) / statistics.median(memory[quarter : 2 * quarter] or memory)
    print(f"{clients} clients for {minutes:g} minutes: {dict(sorted(siege.answers.items()))}")
    taken = siege.taken or [math.inf]
    print(f"photos judged: {len(siege.taken)}, in {statistics.median(taken):.1f} s at the median")
    print(
        f"memory: {memory[0]:.0f} to {memory[-1]:.0f} MiB, highest {max(memory):.0f}; open files: {before} before, "
        f"highest {max(files)}, {before + left} after"
    )
    for fault, count in Counter(siege.faults).most_common(20):
        print(f"{count} x {fault}")
    goals = [
        ("faults", len(siege.faults), 0),
        ("slowest answer to who behaves well, s", max(taken), PATIENCE),
        ("memory in the last quarter / in the second", growth, MOST_GROWTH),
        ("open files left behind", left, MOST_FILES),
        ("not ready at the end", not ready, 0),
    ]
    for what, value, most in goals:
        print(f"{what:46} {value:8.2f}   goal <= {most:g}{'' if value <= most else '   <-- short'}")
    return all(value <= most for _, value, most in goals)
