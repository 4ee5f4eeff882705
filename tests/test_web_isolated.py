"""Photos that crash or hang their worker process, through the API as `mettici serve` runs it."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from web_server import serving

from mettici import PhotoChecker
from mettici.web import api, responses
from mettici.web.problems import MEDIA_TYPE
from mettici.web.responses import ResponseOptions

CHECK_RESPONSE = responses.check_response
CRASH, HANG, FAULT, ONCE = b"crash", b"hang", b"fault", b"once: "
TIMEOUT = 60.0
"""Seconds: longer than replacing a process takes on a busy machine."""


def sabotage(data: bytes) -> bytes:
    """What a photo can do to its decoder; runs in the worker process."""
    if data == CRASH:
        ctypes.string_at(0)  # a segmentation fault
    if data == HANG:
        time.sleep(600)
    if data == FAULT:
        raise RuntimeError("a fault of the program")
    if data.startswith(ONCE):  # followed by a file name: the process dies the first time, as if out of memory
        mark = Path(data.removeprefix(ONCE).decode())
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return mark.with_suffix(".jpg").read_bytes()
    return data


def check_response(checker: PhotoChecker, name: str, data: bytes, options: ResponseOptions) -> dict[str, Any]:
    return CHECK_RESPONSE(checker, name, sabotage(data), options)


def judging() -> set[int]:
    """The worker processes that this process spawned."""
    children = psutil.Process().children(recursive=True)
    return {p.pid for p in children if "spawn_main" in " ".join(p.cmdline())}


@contextmanager
def served(timeout: float) -> Iterator[httpx.Client]:
    before = judging()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "check_response", check_response)
        patch.setattr(responses, "check_response", check_response)
        with (
            serving(isolated=True, workers=2, timeout=timeout) as address,
            httpx.Client(base_url=address, timeout=90) as client,
        ):
            yield client
    assert judging() <= before, "processes outlive the service"


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with served(TIMEOUT) as client:
        yield client


def check(client: httpx.Client, data: bytes) -> tuple[int, dict[str, Any]]:
    answer = client.post("/v1/check?lang=en", content=data)
    if answer.status_code != 200:
        assert answer.headers["Content-Type"] == MEDIA_TYPE
    return answer.status_code, answer.json()


def test_photos_are_judged_in_other_processes(client: httpx.Client, samples: Path, checker: PhotoChecker) -> None:
    data = (samples / "portrait_good_with_gps.jpg").read_bytes()
    status, body = check(client, data)
    expected = checker.check(data).to_dict("en")
    assert status == 200
    for report in (body, expected):
        report.pop("timing_ms")
    assert body == expected
    relaxed = client.post("/v1/check?policy=relaxed", content=data).json()
    assert relaxed["policy"]["name"] == "relaxed"
    assert client.post("/v1/coach", content=data).json()["size"]
    ranked = client.post("/v1/rank", files=[("photo", ("a.jpg", data)), ("photo", ("b.jpg", b"no photo"))]).json()
    assert (len(ranked["ranking"]), ranked["failed"][0]["error"]["code"]) == (1, "not_an_image")


def test_errors_come_back_unchanged(client: httpx.Client) -> None:
    assert check(client, b"no photo")[1]["code"] == "not_an_image"
    status, body = check(client, FAULT)
    assert (status, body["code"]) == (500, "internal")


def test_a_crash_affects_only_its_photo(client: httpx.Client, samples: Path) -> None:
    good = (samples / "portrait_good.jpg").read_bytes()
    sent = [good, CRASH, good, CRASH, good, good]
    with ThreadPoolExecutor(len(sent)) as pool:
        outcomes = list(pool.map(lambda data: check(client, data), sent))
    for data, (status, body) in zip(sent, outcomes, strict=True):
        if data == CRASH:
            assert (status, body["code"]) == (500, "worker_crashed")
            assert "JPEG" in body["remedy"]
        else:
            assert (status, body.get("verdict")) == (200, "accept"), body
    assert check(client, good)[0] == 200
    assert client.get("/readyz").status_code == 200


def test_a_photo_whose_process_dies_is_retried_once(client: httpx.Client, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes((samples / "portrait_good.jpg").read_bytes())
    status, body = check(client, ONCE + str(tmp_path / "photo.mark").encode())
    assert (status, body.get("verdict")) == (200, "accept")


def test_a_crash_among_several_does_not_affect_the_others(client: httpx.Client, samples: Path) -> None:
    good, dark = ((samples / name).read_bytes() for name in ("portrait_good.jpg", "spoiled_dark.jpg"))
    answer = client.post("/v1/rank", files=[("photos", (f"{i}.jpg", d)) for i, d in enumerate((dark, CRASH, good))])
    assert answer.status_code == 200, answer.text
    assert [body["index"] for body in answer.json()["ranking"]] == [2, 0]
    assert [(body["index"], body["error"]["code"]) for body in answer.json()["failed"]] == [(1, "worker_crashed")]


def test_a_hanging_photo_is_killed_and_frees_its_slot(samples: Path) -> None:
    good = (samples / "portrait_good.jpg").read_bytes()
    with served(6.0) as client:
        with ThreadPoolExecutor(2) as pool:
            for status, body in pool.map(lambda data: check(client, data), [HANG, HANG]):
                assert (status, body["code"]) == (503, "timeout")
        until = time.monotonic() + 60
        while (answer := check(client, good))[0] == 503 and time.monotonic() < until:
            time.sleep(0.2)
        assert answer[0] == 200, "every process hung, and both were replaced"
        assert client.get("/readyz").status_code == 200
