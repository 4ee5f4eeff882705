"""A short run of `benchmarks/soak_server.py`, and proof that it would notice a fault."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from web_server import serving

from benchmarks import soak_server
from benchmarks.soak_server import LoadTest

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # from the encoders of the fuzzer's seeds
    pytest.mark.skipif(sys.platform != "linux", reason="needs many loopback addresses"),
]


async def answers(_: Any, receive: Any, send: Any) -> None:
    """A service that accepts every photo."""
    while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b'{"verdict": "accept"}'})


class FakeService:
    """That service in place of `mettici serve`."""

    def __init__(self) -> None:
        self._serving = serving(answers)
        self.address = self._serving.__enter__()

    def memory(self) -> float:
        return 100.0

    def files(self) -> int:
        return 7

    def end(self) -> None:
        self._serving.__exit__(None, None, None)


def test_every_kind_of_client_connects(
    samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(soak_server, "Served", FakeService)
    monkeypatch.setattr(soak_server, "made", lambda: samples)
    monkeypatch.setattr(soak_server, "photos", lambda: [b"a photo"])
    monkeypatch.setattr(soak_server, "SETTLED", 0.1)
    monkeypatch.setattr(soak_server, "TRICKLES", 2)
    assert soak_server.soak(0.1, 12), capsys.readouterr().out
    output = capsys.readouterr().out
    for kind in ("photo 200", "several 200", "hostile 200", "slow body", "half head", "leaves", "breaks off"):
        assert f"'{kind}': " in output
    assert "goal <= 0" in output


@pytest.mark.parametrize(
    ("status", "headers", "faults"),
    [
        (200, {}, 0),
        (503, {"Retry-After": "0"}, 0),
        (503, {}, 1),
        (500, {}, 1),
        (408, {}, 1),
    ],
)
def test_it_distinguishes_proper_answers_from_faults(status: int, headers: dict[str, str], faults: int) -> None:
    load_test = LoadTest("http://127.0.0.1:1", [b""], 1.0)
    transport = httpx.MockTransport(lambda _: httpx.Response(status, headers=headers))

    async def post(**options: Any) -> None:
        async with httpx.AsyncClient(base_url=load_test.address, transport=transport) as session:
            await load_test._posted(session, "photo", random.Random(0), "/v1/check", **options)

    asyncio.run(post(content=b""))
    assert (len(load_test.faults), load_test.answers[f"photo {status}"]) == (faults, 1)


def test_a_hostile_photo_must_get_an_answer_too(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak_server, "made", lambda: samples)
    load_test = LoadTest("http://127.0.0.1:1", [b""], 1.0)  # nothing listens there
    asyncio.run(load_test.hostile(0, random.Random(0)))
    assert load_test.faults == ["hostile: ConnectError"]
