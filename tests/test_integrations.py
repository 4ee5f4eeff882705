"""The integrations with the real frameworks, tested through the examples that users copy."""

from __future__ import annotations

import asyncio
import importlib
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from web_server import serving

from mettici import PhotoChecker
from mettici.aio import AsyncPhotoChecker, Threads
from mettici.errors import BusyError, PhotoTimeoutError
from mettici.messages import say

GOOD, BAD, BROKEN = "portrait_good.jpg", "spoiled_two_people.jpg", "broken/text.jpg"
EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(autouse=True)
def examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))


def example(name: str) -> Any:
    return importlib.import_module(name)


def test_fastapi(samples: Path) -> None:
    with serving(example("fastapi_avatar").app) as address:

        def post(name: str, lang: str = "en") -> httpx.Response:
            files, headers = {"photo": (name, (samples / name).read_bytes())}, {"Accept-Language": lang}
            return httpx.post(f"{address}/avatar", files=files, headers=headers, timeout=60)

        good = post(GOOD)
        assert (good.status_code, good.json()["type"]) == (200, "image/jpeg")
        bad, italian, broken = post(BAD), post(BAD, "it-IT,it;q=0.9"), post(BROKEN)
        assert {r.status_code for r in (bad, italian, broken)} == {422}
        assert [e["code"] for e in bad.json()["detail"]] == ["single_face"]
        assert bad.json()["detail"][0]["message"] != italian.json()["detail"][0]["message"]
        assert broken.json()["detail"][0]["code"] == "not_an_image"
        assert httpx.post(f"{address}/avatar").status_code == 422


def test_flask(samples: Path) -> None:
    client = example("flask_avatar").app.test_client()

    def post(name: str, lang: str = "en") -> Any:
        data = {"photo": (io.BytesIO((samples / name).read_bytes()), name)}
        return client.post("/avatar", data=data, headers={"Accept-Language": lang})

    good, bad, italian, broken = post(GOOD), post(BAD), post(BAD, "it"), post(BROKEN)
    assert (good.status_code, good.json["type"]) == (200, "image/jpeg")
    assert bad.status_code == italian.status_code == broken.status_code == client.post("/avatar").status_code == 422
    assert bad.content_type == "application/problem+json"
    assert [e["code"] for e in bad.json["errors"]] == ["single_face"]
    assert bad.json["errors"][0]["message"] != italian.json["errors"][0]["message"]
    assert broken.json["errors"][0]["code"] == "not_an_image"


def test_django(samples: Path) -> None:
    module = example("django_avatar")
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db.migrations.writer import MigrationWriter
    from django.test import Client

    client = Client()

    def post(name: str, lang: str = "en") -> Any:
        photo = SimpleUploadedFile(name, (samples / name).read_bytes())
        return client.post("/avatar", {"photo": photo}, headers={"accept-language": lang})

    good, bad, italian, broken = post(GOOD), post(BAD), post(BAD, "it"), post(BROKEN)
    assert good.status_code == 200
    assert "portrait_good.jpg: accept" in good.content.decode()
    assert bad.status_code == italian.status_code == broken.status_code == 422
    assert say("single_face.several.message", faces=2) in bad.content.decode()
    assert say("single_face.several.message", "it", faces=2) in italian.content.decode()
    assert say("errors.not_an_image.text.message") in broken.content.decode()
    from mettici.integrations.django import ProfilePhotoValidator

    ProfilePhotoValidator()(
        SimpleUploadedFile(GOOD, (samples / "spoiled_dark.jpg").read_bytes())
    )  # an improvable photo passes
    strict = ProfilePhotoValidator("professional", ["accept"])
    with pytest.raises(module.forms.ValidationError) as caught:
        strict(SimpleUploadedFile(GOOD, (samples / "spoiled_dark.jpg").read_bytes()))
    assert "exposure" in {e.code for e in caught.value.error_list}
    with pytest.raises(module.forms.ValidationError) as caught:
        strict(SimpleUploadedFile("x.jpg", b"text"))
    assert [e.code for e in caught.value.error_list] == ["not_an_image"]
    assert strict == ProfilePhotoValidator(taken=("accept",))
    assert strict != ProfilePhotoValidator(taken=("accept",), max_bytes=5)
    text, imports = MigrationWriter.serialize(strict)
    assert "ProfilePhotoValidator" in text
    assert imports == {"import mettici.integrations.django"}


def test_from_an_event_loop(samples: Path, checker: PhotoChecker) -> None:
    async def main() -> tuple[list[str], float]:
        late, last = 0.0, time.perf_counter()

        async def pulse() -> None:
            nonlocal late, last
            while True:
                await asyncio.sleep(0.01)
                now = time.perf_counter()
                late, last = max(late, now - last), now

        async with AsyncPhotoChecker() as judge:
            await judge.check(samples / GOOD)  # load the networks
            last = time.perf_counter()
            beat = asyncio.create_task(pulse())
            reports = await asyncio.gather(*(judge.check(samples / n) for n in (GOOD, BAD) * 3))
            beat.cancel()
        return [r.verdict.value for r in reports], late

    verdicts, late = asyncio.run(main())
    assert verdicts == [checker.check(samples / n).verdict.value for n in (GOOD, BAD)] * 3
    assert late < 0.5, "the event loop was blocked"


def test_threads_have_a_bounded_queue_and_a_time_limit() -> None:
    async def main() -> None:
        threads = Threads(workers=1, queue=1, timeout=0.2)
        slow = [asyncio.create_task(threads.run(lambda: time.sleep(0.5))) for _ in range(2)]
        await asyncio.sleep(0.05)
        with pytest.raises(BusyError):
            await threads.run(lambda: None)
        for task in slow:
            with pytest.raises(PhotoTimeoutError):
                await task
        assert threads.stuck
        await asyncio.sleep(0.4)
        assert not threads.stuck
        assert await threads.run(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0)
        threads.close()
        with pytest.raises(BusyError):
            await threads.run(lambda: None)

    asyncio.run(main())


FORKED = """
import os, sys
from mettici import PhotoChecker
checker = PhotoChecker()
photo = sys.argv[1]
{before}
for _ in range(2):
    if os.fork() == 0:
        os._exit(0 if checker.check(photo).verdict.value == "accept" else 1)
codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(2)]
assert codes == [0, 0], codes
{before}
"""


@pytest.mark.parametrize("before", ["pass", "checker.check(photo)"], ids=["unused", "used"])
def test_a_forked_process_answers(samples: Path, before: str) -> None:
    script = FORKED.format(before=before)
    done = subprocess.run([sys.executable, "-c", script, str(samples / GOOD)], timeout=60, check=False)
    assert done.returncode == 0


@pytest.fixture
def gunicorn(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of gunicorn with two workers and `--preload`, serving the application in the marker."""
    log = tmp_path / "log"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--preload",
        "--workers",
        "2",
        "--bind",
        "127.0.0.1:0",
        "--timeout",
        "30",
        "--chdir",
        str(EXAMPLES),
        *request.param,
    ]
    with log.open("wb") as out, subprocess.Popen(command, stderr=out, stdout=out) as process:
        try:
            yield _listening(log), log
        finally:
            process.terminate()
            assert process.wait(30) == 0


def _listening(log: Path) -> str:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for line in log.read_text("utf-8").splitlines():
            if "Listening at: " in line:
                return line.partition("Listening at: ")[2].split()[0]
        time.sleep(0.05)
    raise TimeoutError(log.read_text("utf-8"))


@pytest.mark.parametrize(
    "gunicorn",
    [
        ["flask_avatar:app"],
        ["--threads", "3", "flask_avatar:app"],
        ["django_avatar:application"],
    ],
    indirect=True,
    ids=["flask", "threads", "django"],
)
def test_under_gunicorn_with_preload(gunicorn: tuple[str, Path], samples: Path) -> None:
    address, log = gunicorn
    with httpx.Client(base_url=address, timeout=30) as client:
        client.get("/avatar")
        data = {"csrfmiddlewaretoken": client.cookies.get("csrftoken", "")}
        for name, status in ((GOOD, 200), (BAD, 422)) * 4:
            files = {"photo": (name, (samples / name).read_bytes())}
            assert client.post("/avatar", files=files, data=data).status_code == status
    assert "TIMEOUT" not in log.read_text("utf-8")
