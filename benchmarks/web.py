"""`python -m benchmarks.web`: the HTTP API under load, compared with the library on the same photos and threads.

The service and the library each run in a process of their own; the load comes from this one. Prints the figures with
their goals: no error but the announced 503, flat memory, the median response time under load compared with the unloaded
one and the queue length per core, and the throughput compared with the library's.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import multiprocessing
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import numpy as np
import psutil
from PIL import Image

from mettici.aio import QUEUE
from mettici.process import cores

SAMPLES = Path(__file__).resolve().parents[1] / "sample_images" / "made"
NAMES = ("portrait_good.jpg", "spoiled_two_people.jpg", "portrait_hat_no_smile.jpg", "spoiled_dark.jpg")
MEGAPIXELS = (0.1, 0.5, 2, 6, 12)
CONNECTIONS = 32
START = 300.0
"""Seconds that the service may take to start, because other work may keep the machine busy."""
GOAL_MEDIAN, GOAL_RATE, GOAL_MEMORY = 3.0, 0.85, 1.1


def photos() -> list[bytes]:
    """JPEGs of 0.1 to 12 megapixels."""
    made = []
    for name in NAMES:
        with Image.open(SAMPLES / name) as image:
            plain = image.convert("RGB")
        for size in MEGAPIXELS:
            k = (size * 1e6 / (plain.width * plain.height)) ** 0.5
            buffer = io.BytesIO()
            plain.resize((round(plain.width * k), round(plain.height * k))).save(buffer, "JPEG", quality=88)
            made.append(buffer.getvalue())
    return made


def library_rate(made: list[bytes], seconds: float) -> float:
    """Photos per second that the library judges with one thread per core."""
    from mettici import PhotoChecker

    with PhotoChecker() as checker, ThreadPoolExecutor(cores()) as pool:
        list(pool.map(checker.check, made[:4]))
        start, done = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            done += len(list(pool.map(checker.check, made)))
        return done / (time.perf_counter() - start)


class Served:
    """`mettici serve` running in its own process."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "mettici", "serve", "--port", str(port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.end()
                raise RuntimeError("the service did not start")
            time.sleep(0.1)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def memory(self) -> float:
        """Resident MiB of the service and its worker processes."""
        own = psutil.Process(self._process.pid)
        held = 0
        for process in (own, *own.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                held += process.memory_info().rss
        return held / 2**20

    def files(self) -> int:
        """Open files and sockets of the server."""
        return psutil.Process(self._process.pid).num_fds()

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(30)


async def unloaded(address: str, made: list[bytes]) -> float:
    """Median seconds of one request at a time."""
    taken = []
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        for photo in made:
            start = time.perf_counter()
            (await client.post("/v1/check", content=photo)).raise_for_status()
            taken.append(time.perf_counter() - start)
    return statistics.median(taken)


class Load:
    """`CONNECTIONS` clients that post photos one after another, and wait as long as `Retry-After` asks."""

    def __init__(self, served: Served, made: list[bytes]) -> None:
        self._served, self._made = served, made
        self.answers: Counter[str] = Counter()
        self.taken: list[float] = []
        self.memory: list[float] = []

    async def run(self, seconds: float) -> None:
        began = time.perf_counter()
        self._until = began + seconds
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(base_url=self._served.address, timeout=60, limits=limits) as client:
            await asyncio.gather(self._watch(), *(self._client(client, i) for i in range(CONNECTIONS)))
        self.seconds = time.perf_counter() - began

    async def _client(self, client: httpx.AsyncClient, number: int) -> None:
        random = np.random.default_rng(number)
        while time.perf_counter() < self._until:
            photo = self._made[random.integers(len(self._made))]
            start = time.perf_counter()
            try:
                answer = await client.post("/v1/check", content=photo)
            except httpx.HTTPError as error:
                self.answers[type(error).__name__] += 1
                continue
            if answer.status_code == 200:
                self.answers["200"] += 1
                self.taken.append(time.perf_counter() - start)
                continue
            announced = answer.status_code == 503 and json.loads(answer.content)["code"] == "busy"
            self.answers["503 busy" if announced else str(answer.status_code)] += 1
            await asyncio.sleep(float(answer.headers.get("Retry-After", 1)) * random.uniform(0.5, 1))

    async def _watch(self) -> None:
        while time.perf_counter() < self._until:
            await asyncio.sleep(0.5)
            self.memory.append(self._served.memory())


def main() -> None:
    """Print every figure with its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds = parser.parse_args().seconds
    made = photos()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        before = pool.apply(library_rate, (made, seconds / 2))
    served = Served()
    try:
        alone = asyncio.run(unloaded(served.address, made))
        load = Load(served, made)
        asyncio.run(load.run(seconds))
    finally:
        served.end()
    with multiprocessing.get_context("spawn").Pool(1) as pool:  # measured before and after, because machines drift
        library = (before + pool.apply(library_rate, (made, seconds / 2))) / 2
    _print(load, alone, library, seconds)


def _print(load: Load, alone: float, library: float, seconds: float) -> None:
    queue = (QUEUE + cores()) / cores()
    median = statistics.median(load.taken)
    steady = load.memory[len(load.memory) // 4 :]
    growth = statistics.mean(steady[-3:]) / statistics.mean(steady[:3])
    rate = load.answers["200"] / load.seconds
    errors = sum(n for kind, n in load.answers.items() if kind not in ("200", "503 busy"))
    print(f"{CONNECTIONS} connections for {seconds:g} s: {dict(load.answers)}")
    print(f"median answer: {1000 * alone:.0f} ms unloaded, {1000 * median:.0f} ms under load; {queue:g} places a core")
    print(f"throughput: API {rate:.1f}, library {library:.1f} photos a second on {cores()} cores")
    print(f"memory of the service: {steady[0]:.0f} to {steady[-1]:.0f} MiB, highest {max(steady):.0f}")
    _goal("errors that were not announced", errors, "<=", 0)
    _goal("median / (unloaded median x places a core)", median / (alone * queue), "<=", GOAL_MEDIAN)
    _goal("throughput / the library's", rate / library, ">=", GOAL_RATE)
    _goal("memory at the end / after the first quarter", growth, "<=", GOAL_MEMORY)


def _goal(what: str, value: float, sign: str, goal: float) -> None:
    met = value <= goal if sign == "<=" else value >= goal
    print(f"{what:46} {value:6.2f}    goal {sign} {goal:g}{'' if met else '   <-- short'}")


if __name__ == "__main__":
    main()
