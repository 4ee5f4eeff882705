"""Photos that crash or hang the process that judges them, at the API as `mettici serve` sets it up."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from web_server import serving

from mettici import PhotoChecker
from mettici.web import answers, api
from mettici.web.answers import Wanted
from mettici.web.problems import MEDIA_TYPE

CRASH, HANG, FAULT = b"crash", b"hang", b"fault"
TIMEOUT = 6.0


def sabotaged(checker: PhotoChecker, name: str, data: bytes, wanted: Wanted) -> dict[str, Any]:
    """What a photo can do to its decoder; runs in the process that judges."""
    if data == CRASH:
        ctypes.string_at(0)  # a segmentation fault
    if data == HANG:
        time.sleep(600)
    if data == FAULT:
        raise RuntimeError("a fault of the program")
    return answers.checked(checker, name, data, wanted)


def judging() -> set[int]:
    """The processes that this one spawned to judge."""
    children = psutil.Process().children(recursive=True)
    return {p.pid for p in children if "spawn_main" in " ".join(p.cmdline())}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    before = judging()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "checked", sabotaged)
        with (
            serving(isolated=True, workers=2, timeout=TIMEOUT) as address,
            httpx.Client(base_url=address, timeout=60) as client,
        ):
            yield client
    assert judging() <= before, "processes outlive the service"


def check(client: httpx.Client, data: bytes) -> tuple[int, dict[str, Any]]:
    answer = client.post("/v1/check?lang=en", content=data)
    if answer.status_code != 200:
        assert answer.headers["Content-Type"] == MEDIA_TYPE
    return answer.status_code, answer.json()


def test_photos_are_judged_elsewhere(client: httpx.Client, samples: Path, checker: PhotoChecker) -> None:
    data = (samples / "portrait_good_with_gps.jpg").read_bytes()
    status, told = check(client, data)
    expected = checker.check(data).to_dict("en")
    assert status == 200
    for report in (told, expected):
        report.pop("timing_ms")
    assert told == expected
    relaxed = client.post("/v1/check?policy=relaxed", content=data).json()
    assert relaxed["policy"]["name"] == "relaxed"
    assert client.post("/v1/coach", content=data).json()["size"]
    ranked = client.post("/v1/rank", files=[("photo", ("a.jpg", data)), ("photo", ("b.jpg", b"no photo"))]).json()
    assert (len(ranked["ranking"]), ranked["failed"][0]["error"]["code"]) == (1, "not_an_image")


def test_errors_come_back_as_they_were(client: httpx.Client) -> None:
    assert check(client, b"no photo")[1]["code"] == "not_an_image"
    status, told = check(client, FAULT)
    assert (status, told["code"]) == (500, "internal")


def test_a_crash_costs_only_its_photo(client: httpx.Client, samples: Path) -> None:
    good = (samples / "portrait_good.jpg").read_bytes()
    sent = [good, CRASH, good, CRASH, good, good]
    with ThreadPoolExecutor(len(sent)) as pool:
        outcomes = list(pool.map(lambda data: check(client, data), sent))
    for data, (status, told) in zip(sent, outcomes, strict=True):
        if data == CRASH:
            assert (status, told["code"]) == (500, "worker_crashed")
            assert "JPEG" in told["remedy"]
        else:
            assert (status, told["verdict"]) == (200, "accept")
    assert check(client, good)[0] == 200
    assert client.get("/readyz").status_code == 200


def test_a_photo_that_hangs_is_ended_and_frees_its_place(client: httpx.Client, samples: Path) -> None:
    good = (samples / "portrait_good.jpg").read_bytes()
    with ThreadPoolExecutor(2) as pool:
        for status, told in pool.map(lambda data: check(client, data), [HANG, HANG]):
            assert (status, told["code"]) == (503, "timeout")
    until = time.monotonic() + 20
    while (answer := check(client, good))[0] == 503 and time.monotonic() < until:
        time.sleep(0.2)
    assert answer[0] == 200, "every process hung, and both were replaced"
    assert client.get("/readyz").status_code == 200
