"""What back ends store after an upload: limits before reading, no metadata, the crop as a replacement, and advice."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import httpx
import pillow_heif
import pytest
from PIL import Image
from web_server import serving

from mettici import PhotoChecker
from mettici.errors import NotAnImageError, TooLargeError
from mettici.image.photo import load
from mettici.integrations.limit_body import LimitBody
from mettici.integrations.upload import FORM_BYTES, MAX_OFFERED_SIDE, MAX_SIDE, check_size, judge_upload

GOOD, OFF_CENTRE, DARK, TWO = (
    "portrait_good.jpg",
    "spoiled_off_centre.jpg",
    "spoiled_dark.jpg",
    "spoiled_two_people.jpg",
)
EXAMPLES = Path(__file__).parent.parent / "examples"


def with_place(path: Path, size: tuple[int, int] | None = None) -> bytes:
    """The photo with a location and a camera name in its metadata, enlarged to `size`."""
    made = io.BytesIO()
    with Image.open(path) as image:
        exif = image.getexif()
        exif[0x0110] = "camera"
        exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 27.0, 51.0), 3: "E", 4: (9.0, 11.0, 23.0)})
        (image.resize(size) if size else image).save(made, "JPEG", exif=exif, quality=95)
    assert load(made.getvalue()).location_tags
    return made.getvalue()


def test_stored_photos_reveal_neither_location_nor_camera(checker: PhotoChecker, samples: Path) -> None:
    kept = judge_upload(checker, with_place(samples / GOOD)).kept
    assert kept is not None
    with Image.open(io.BytesIO(kept.data)) as image:
        assert not image.getexif()
        assert image.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert load(kept.data).location_tags == ()
    assert (kept.cropped, kept.content_type, kept.suffix) == (False, "image/jpeg", ".jpg")
    assert kept.report["metadata_privacy"].advice() not in kept.advice(), "already done"
    assert base64.b64decode(kept.data_url().partition(",")[2]) == kept.data


def test_heic_is_stored_in_a_format_that_browsers_show(checker: PhotoChecker, samples: Path) -> None:
    sent = io.BytesIO()
    with Image.open(samples / GOOD) as image:
        pillow_heif.from_pillow(image).save(sent, quality=90)
    kept = judge_upload(checker, sent.getvalue()).kept
    assert kept is not None
    assert kept.content_type == "image/jpeg"


def test_a_large_photo_is_stored_downscaled(checker: PhotoChecker, samples: Path) -> None:
    kept = judge_upload(checker, with_place(samples / GOOD, (3000, 3000))).kept
    assert kept is not None
    assert load(kept.data).width == MAX_SIDE


def test_the_crop_is_offered_or_replaces_the_upload(checker: PhotoChecker, samples: Path) -> None:
    photo, only_good = (samples / OFF_CENTRE).read_bytes(), ("accept",)
    plain, offer, take = (judge_upload(checker, photo, taken=only_good, crop=crop) for crop in ("no", "offer", "take"))
    assert plain.kept is plain.offered is offer.kept is None
    assert {one.code for one in plain.refusals} >= {"framing"}
    assert offer.refusals == plain.refusals
    assert offer.offered is not None
    assert max(load(offer.offered.data).width, load(offer.offered.data).height) <= MAX_OFFERED_SIDE
    assert take.kept is not None
    assert take.refusals == ()
    for kept in (offer.offered, take.kept):
        assert kept.cropped
        assert kept.report.verdict.value == "accept"
        assert checker.check(kept.data, crop=False).score == kept.report.score, "the report covers the stored photo"


def test_no_crop_is_offered_if_none_helps(checker: PhotoChecker, samples: Path) -> None:
    for name in (TWO, DARK):
        found = judge_upload(checker, (samples / name).read_bytes(), taken=("accept",), crop="offer")
        assert (found.kept, found.offered) == (None, None)
        assert found.refusals


def test_an_improvable_photo_is_stored_with_advice(checker: PhotoChecker, samples: Path) -> None:
    kept = judge_upload(checker, (samples / DARK).read_bytes()).kept
    assert kept is not None
    assert kept.report.verdict.value == "improve"
    assert kept.advice("en")[0] != kept.advice("it")[0]


def test_limits_apply_before_reading() -> None:
    check_size(None, 10)
    check_size(10, 10)
    with pytest.raises(TooLargeError) as caught:
        check_size(30 * 2**20, 25 * 2**20)
    assert str(caught.value) == "The file is larger than 25 MB."


def test_a_file_that_is_not_a_photo_is_an_error(checker: PhotoChecker) -> None:
    with pytest.raises(NotAnImageError):
        judge_upload(checker, b"text")


def flask_client(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import flask_avatar

    return flask_avatar.app.test_client()


def test_flask_stores_the_crop_and_warns(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = flask_client(monkeypatch)

    def post(name: str, lang: str = "en") -> Any:
        data = {"photo": (io.BytesIO((samples / name).read_bytes()), name)}
        return client.post("/avatar", data=data, headers={"Accept-Language": lang}).json

    assert post(OFF_CENTRE)["cropped"]
    dark, buio = post(DARK), post(DARK, "it")
    assert dark["warnings"]
    assert dark["warnings"] != buio["warnings"]


def test_flask_rejects_a_large_request_unread() -> None:
    import flask

    from mettici.integrations.flask import kept_photo

    app = flask.Flask("large")
    app.add_url_rule("/", view_func=lambda: str(kept_photo(max_bytes=10)), methods=["POST"])

    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    environment = {
        "wsgi.input": Unread(),
        "CONTENT_LENGTH": str(11 + FORM_BYTES),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    answer = app.test_client().post("/", environ_overrides=environment)
    assert answer.status_code == 422
    assert [e["code"] for e in answer.json["errors"]] == ["too_large"]
    small = app.test_client().post("/", data={"photo": (io.BytesIO(b"x" * 11), "a.jpg")})
    assert [e["code"] for e in small.json["errors"]] == ["too_large"]


def test_fastapi_stores_the_crop_and_warns(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import fastapi_avatar

    with serving(fastapi_avatar.app) as address:

        def post(data: bytes, lang: str = "en") -> httpx.Response:
            headers = {"Accept-Language": lang}
            return httpx.post(f"{address}/avatar", files={"photo": ("a.jpg", data)}, headers=headers, timeout=60)

        assert post((samples / OFF_CENTRE).read_bytes()).json()["cropped"]
        dark = (samples / DARK).read_bytes()
        assert post(dark).json()["warnings"] != post(dark, "it").json()["warnings"]
        large = post(bytes(11 * 2**20), "it")
        assert large.status_code == 413
        assert large.json()["detail"][0]["message"] == "Il file supera i 10 MB."


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import fastapi_avatar

    def pieces() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        for _ in range(64):
            yield bytes(2**20)

    with serving(fastapi_avatar.app) as address, httpx.Client(timeout=60) as client:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = client.post(f"{address}/avatar", content=pieces(), headers=headers)
        assert answer.status_code == 413
        assert answer.json()["detail"][0]["code"] == "too_large"


def test_other_events_bypass_the_limit() -> None:
    import asyncio

    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(LimitBody(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
