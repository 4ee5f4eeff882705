"""The HTTP API under pressure: bodies, queues, timeouts and bugs; and it stores nothing."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from web_server import serving

from mettici import PhotoChecker
from mettici.errors import PhotoTimeoutError
from mettici.web import create_app
from mettici.web.service import Service

GOOD = "portrait_good.jpg"


def test_an_oversized_body_is_rejected_unread(samples: Path) -> None:
    with serving(max_bytes=2**20, max_pixels=200_000) as address:
        announced = httpx.post(f"{address}/v1/check", content=bytes(3 * 2**20))
        assert (announced.status_code, announced.json()["code"]) == (413, "too_large")
        streamed = httpx.post(f"{address}/v1/check", content=iter([bytes(2**19)] * 6))
        assert streamed.status_code == 413
        in_form = httpx.post(f"{address}/v1/check", files={"photo": bytes(2**20 + 5)})
        assert in_form.status_code == 413
        pixels = httpx.post(f"{address}/v1/check", content=(samples / "drawn_pencil.jpg").read_bytes())
        assert (pixels.status_code, pixels.json()["code"]) == (413, "too_large")
        assert httpx.post(f"{address}/v1/check", content=(samples / GOOD).read_bytes()).status_code == 200


def test_a_missing_body_times_out() -> None:
    def slow() -> Iterator[bytes]:
        yield b"x"
        time.sleep(1.5)
        yield b"y"

    with serving(upload_timeout=0.5) as address:
        answer = httpx.post(f"{address}/v1/check", content=slow())
        assert (answer.status_code, answer.json()["code"]) == (408, "slow_upload")


def test_a_full_queue_says_so_at_once(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    real = PhotoChecker.examine

    def held(self: PhotoChecker, *args: Any, **kwargs: Any) -> Any:
        go.wait(20)
        return real(self, *args, **kwargs)

    data = (samples / GOOD).read_bytes()
    with serving(workers=1, queue=2) as address, ThreadPoolExecutor(8) as pool:
        monkeypatch.setattr(PhotoChecker, "examine", held)
        asked = [pool.submit(httpx.post, f"{address}/v1/check", content=data, timeout=60) for _ in range(8)]
        until = time.monotonic() + 20
        while sum(f.done() for f in asked) < 5 and time.monotonic() < until:
            time.sleep(0.02)
        refused = [f.result() for f in asked if f.done()]
        assert {r.status_code for r in refused} == {503}
        assert len(refused) == 5
        assert {(r.json()["code"], r.headers["Retry-After"]) for r in refused} == {("busy", "1")}
        assert httpx.get(f"{address}/healthz").status_code == 200, "the event loop is not blocked"
        go.set()
        assert sorted(f.result().status_code for f in asked) == [200] * 3 + [503] * 5


def test_work_for_a_client_that_hung_up_is_dropped(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun = threading.Event(), []
    real = PhotoChecker.examine
    data = (samples / GOOD).read_bytes()

    def held(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("crop", True):  # not the check of its crop
            begun.append(1)
        go.wait(30)
        return real(*args, **kwargs)

    def impatient(address: str) -> None:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{address}/v1/check", content=data, timeout=httpx.Timeout(30, read=1))

    with serving(workers=1, queue=2) as address, ThreadPoolExecutor(3) as pool:
        monkeypatch.setattr(PhotoChecker, "examine", held)
        for left in [pool.submit(impatient, address) for _ in range(3)]:
            left.result()
        patient = pool.submit(httpx.post, f"{address}/v1/check", content=data, timeout=60)
        time.sleep(0.5)
        go.set()
        assert patient.result().status_code == 200
    assert len(begun) == 2, "the running one and the one that waited for its answer"


def test_one_client_cannot_take_every_slot(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, inside = threading.Event(), threading.Event()
    real = PhotoChecker.examine
    data = (samples / GOOD).read_bytes()
    with serving(per_client=1) as address, ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(PhotoChecker, "examine", lambda *a, **k: (inside.set(), go.wait(20), real(*a, **k))[2])
        first = pool.submit(httpx.post, f"{address}/v1/check", content=data, timeout=60)
        until = time.monotonic() + 20
        while not inside.is_set() and time.monotonic() < until:
            time.sleep(0.02)
        second = httpx.post(f"{address}/v1/check", content=data)
        assert (second.status_code, second.json()["code"]) == (429, "too_many_requests")
        assert second.headers["Retry-After"] == "1"
        go.set()
        assert first.result().status_code == 200
        assert httpx.post(f"{address}/v1/check", content=data).status_code == 200


def test_a_slow_photo_times_out(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    real = PhotoChecker.examine
    data = (samples / GOOD).read_bytes()
    with serving(workers=1, timeout=1.5) as address:
        monkeypatch.setattr(PhotoChecker, "examine", lambda *a, **k: (go.wait(20), real(*a, **k))[1])
        answer = httpx.post(f"{address}/v1/check", content=data)
        assert (answer.status_code, answer.json()["code"]) == (503, "timeout")
        assert httpx.get(f"{address}/readyz").status_code == 503, "its only thread is stuck"
        go.set()
        until = time.monotonic() + 20
        while (ready := httpx.get(f"{address}/readyz").status_code) != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert ready == 200
        assert httpx.post(f"{address}/v1/check", content=data).status_code == 200


def test_a_bug_gives_a_problem_without_details(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    with serving() as address:
        monkeypatch.setattr(PhotoChecker, "examine", broken)
        answer = httpx.post(f"{address}/v1/check", content=(samples / GOOD).read_bytes())
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text


def test_nothing_of_a_photo_is_logged_or_written(
    samples: Path, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    large = io.BytesIO()
    with Image.open(samples / GOOD) as image:
        noise = Image.effect_noise((1600, 1600), 60).convert("RGB")
        Image.blend(image.resize(noise.size), noise, 0.1).save(large, "PNG")
    assert large.tell() > 4 * 2**20
    written: list[object] = []
    monkeypatch.setattr("tempfile._TemporaryFileWrapper", lambda *a, **_: written.append(a))
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *a, **_: written.append(a))
    with caplog.at_level(logging.DEBUG), serving() as address:
        answer = httpx.post(f"{address}/v1/check", files={"photo": ("anna_secret.png", large.getvalue())})
    assert answer.status_code == 200
    assert written == []
    assert list(tmp_path.iterdir()) == []
    assert "anna_secret" not in caplog.text
    assert answer.json()["photo"]["sha256"] not in caplog.text


@pytest.mark.parametrize("stripped", [True, False])
def test_behind_a_prefix(samples: Path, stripped: bool) -> None:
    with serving(root_path="/photo") as address:
        inside = address if stripped else f"{address}/photo"
        page = httpx.get(f"{inside}/").text
        assert 'src="/photo/static/app.js"' in page
        assert httpx.get(f"{inside}/static/app.js").status_code == 200
        assert httpx.post(f"{inside}/v1/check", content=(samples / GOOD).read_bytes()).status_code == 200
        document = httpx.get(f"{inside}/openapi.json").json()
        assert document["servers"] == [{"url": "/photo"}]


def test_an_application_can_be_restarted(samples: Path) -> None:
    app = create_app()
    for _ in range(2):
        with serving(app) as address:
            assert httpx.post(f"{address}/v1/check", content=(samples / GOOD).read_bytes()).status_code == 200


def test_networks_that_failed_to_load_in_time_are_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = Service._load_all, []

    async def slow(service: Service) -> None:
        tries.append(service.ready)
        if len(tries) == 1:
            raise PhotoTimeoutError("service", seconds="1")
        await real(service)

    monkeypatch.setattr(Service, "_load_all", slow)
    monkeypatch.setattr("mettici.web.service.RETRY_SECONDS", 0.05)
    with serving(workers=1) as address:  # waits until it is ready
        assert httpx.get(f"{address}/readyz").status_code == 200
    assert tries == [False, False]
