"""The API with arbitrary input: it never returns a server error, and it keeps running."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from web_server import serving

from mettici.web import create_app
from mettici.web.problems import MEDIA_TYPE

ROBUST = Path(__file__).parents[2] / "shared" / "data" / "robust"
EVERY = int(os.environ.get("METTICI_HOSTILE_EVERY", "8"))
"""Send one hostile file in this many; 1 sends all."""


@schemathesis.serializer("image/jpeg")
def as_bytes(_: schemathesis.SerializationContext, value: object) -> bytes:
    """A body for the coach from generated data; without this, schemathesis 4.30 sends none."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


document = schemathesis.openapi.from_dict(create_app().openapi())


@document.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_causes_a_server_error(case: schemathesis.Case, api: httpx.Client) -> None:
    case.call_and_validate(base_url=str(api.base_url), checks=[not_a_server_error])


@pytest.fixture(scope="module")
def api() -> Iterator[httpx.Client]:
    with serving(timeout=60) as address, httpx.Client(base_url=address, timeout=90) as client:
        yield client


def hostile(samples: Path) -> list[Path]:
    files = sorted((samples / "broken").iterdir())
    if ROBUST.is_dir():
        files += sorted(p for p in ROBUST.rglob("*") if p.is_file())[::EVERY]
    return files


def test_each_hostile_file_gets_an_answer(api: httpx.Client, samples: Path) -> None:
    files = hostile(samples)
    bad = []
    for path in files:
        answer = api.post("/v1/check?preview=true&crop=true&annotate=true", content=path.read_bytes())
        payload = answer.json()
        good = answer.status_code == 200 and payload["schema"] == 1
        problem = answer.status_code in (413, 415, 422) and answer.headers["Content-Type"] == MEDIA_TYPE
        if not good and not (problem and payload["remedy"]):
            bad.append((path.name, answer.status_code, payload))
    assert bad == []
    assert api.post("/v1/check", content=(samples / "portrait_good.jpg").read_bytes()).json()["verdict"] == "accept"
    assert api.get("/readyz").status_code == 200


def test_aborted_uploads_leave_no_trace(api: httpx.Client, samples: Path) -> None:
    data = (samples / "portrait_good.jpg").read_bytes()

    def broken_off() -> Iterator[bytes]:
        yield data[: len(data) // 2]
        raise ConnectionAbortedError

    for _ in range(40):  # more than there are slots
        with pytest.raises(ConnectionAbortedError):
            api.post("/v1/check", content=broken_off())
    until = time.monotonic() + 20  # long before the timeout of an endless body
    while (answer := api.post("/v1/check", content=data)).status_code == 503 and time.monotonic() < until:
        time.sleep(0.1)
    assert answer.status_code == 200
