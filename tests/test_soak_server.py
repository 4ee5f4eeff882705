"""The soak of `benchmarks/soak_server.py` in short: it runs, and would notice."""

from __future__ import annotations

import asyncio
import random
import sys
from typing import Any

import httpx
import pytest

from benchmarks import soak_server
from benchmarks.soak_server import Siege

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there each client has an address of its own")


def test_everybody_comes_and_who_behaves_well_is_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(soak_server, "SETTLED", 12.0)
    monkeypatch.setattr(soak_server, "MOST_GROWTH", 10.0)  # it tells nothing of a few seconds
    assert soak_server.soak(0.25, 14), capsys.readouterr().out
    told = capsys.readouterr().out
    for kind in ("photo 200", "several 200", "hostile", "slow body", "half head", "leaves", "breaks off"):
        assert f"'{kind}" in told
    assert "goal <= 0" in told


@pytest.mark.parametrize(("status", "headers", "faults"), [
    (200, {}, 0), (503, {"Retry-After": "0"}, 0), (503, {}, 1), (500, {}, 1), (408, {}, 1),
])  # fmt: skip
def test_it_tells_answers_that_are_owed_from_others(status: int, headers: dict[str, str], faults: int) -> None:
    siege = Siege("http://127.0.0.1:1", [b""], 1.0)
    transport = httpx.MockTransport(lambda _: httpx.Response(status, headers=headers))

    async def post(**options: Any) -> None:
        async with httpx.AsyncClient(base_url=siege.address, transport=transport) as session:
            await siege._posted(session, "photo", random.Random(0), "/v1/check", **options)

    asyncio.run(post(content=b""))
    assert (len(siege.faults), siege.answers[f"photo {status}"]) == (faults, 1)
