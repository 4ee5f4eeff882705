"""How the service handles HEAD, redirects and compressed bodies."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import httpx
import pytest
from web_server import serving

from mettici.web.problems import MEDIA_TYPE
from mettici.web.service import Service


@pytest.fixture(scope="module")
def api() -> Iterator[httpx.Client]:
    async def at_once(service: Service) -> None:
        service.ready = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Service, "warm_up", at_once)
        with serving(root_path="/photo") as address, httpx.Client(base_url=address) as client:
            yield client


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/checks", "/openapi.json", "/static/app.js"])
def test_head_is_answered_like_get_without_a_body(api: httpx.Client, path: str) -> None:
    got, head = api.get(path), api.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "cache-control", "content-security-policy"):
        assert head.headers.get(name) == got.headers.get(name), name


def test_head_is_rejected_where_photos_are_posted(api: httpx.Client) -> None:
    assert api.head("/v1/check").status_code == 405


@pytest.mark.parametrize(
    ("path", "place"), [("/v1/checks/?lang=it", "/photo/v1/checks?lang=it"), ("/photo", "/photo/")]
)
def test_redirects_contain_no_host(api: httpx.Client, path: str, place: str) -> None:
    answer = api.get(path, headers={"Host": "elsewhere.example"})
    assert answer.status_code in (307, 308)
    assert answer.headers["location"] == place


@pytest.mark.parametrize("encoding", ["gzip", "br", "GZIP, identity"])
def test_a_compressed_body_is_rejected(api: httpx.Client, encoding: str) -> None:
    answer = api.post("/v1/check", content=gzip.compress(bytes(2**20)), headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.headers["content-type"]) == (415, MEDIA_TYPE)
    assert answer.json()["code"] == "bad_request"
    assert "without Content-Encoding" in answer.json()["remedy"]


def test_identity_encoding_is_accepted(api: httpx.Client) -> None:
    answer = api.post("/v1/check", content=b"text", headers={"Content-Encoding": "identity"})
    assert answer.json()["code"] == "not_an_image"
