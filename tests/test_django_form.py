"""An avatar's journey through a Django form in a browser: rejected with advice, fixed by the crop, accepted."""

from __future__ import annotations

import importlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from browser import needs_chromium
from PIL import Image

from mettici.image.photo import load
from mettici.messages import say

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EXAMPLES = Path(__file__).parent.parent / "examples"
OFF_CENTRE, DARK = "spoiled_off_centre.jpg", "spoiled_dark.jpg"
pytestmark = needs_chromium


@pytest.fixture(scope="module")
def example() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLES))
        return importlib.import_module("django_avatar")


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def address(example: Any) -> Iterator[str]:
    with make_server("127.0.0.1", 0, example.application, handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/avatar"
        server.shutdown()
        thread.join(10)


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """The form in a browser with the marked language, by default English."""
    context = chromium.new_context(locale=getattr(request, "param", "en-US"))
    new = context.new_page()
    new.goto(address)
    yield new
    context.close()


def choose(page: Page, photo: Path | bytes) -> None:
    """Choose the photo and submit the form."""
    chosen: Any = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photo} if isinstance(photo, bytes) else photo
    page.locator("input[type=file]").set_input_files(chosen)
    page.get_by_role("button", name="OK").click()


def kept(example: Any) -> list[Path]:
    return sorted(Path(example.settings.MEDIA_ROOT).iterdir())


def test_rejected_with_advice_fixed_by_the_crop_and_accepted(page: Page, example: Any, samples: Path) -> None:
    before = kept(example)

    choose(page, samples / OFF_CENTRE)
    errors = page.locator(".errorlist").inner_text()
    assert say("framing.off_centre.advice") in errors
    assert kept(example) == before, "rejected photos are not stored"

    crop = page.get_by_label(say("form.use_crop"))
    assert crop.is_checked()
    assert page.locator(".mettici-crop img").evaluate("image => image.naturalWidth") > 300
    page.get_by_role("button", name="OK").click()

    assert page.locator(".success").inner_text().endswith(": accept")
    assert page.locator(".errorlist").count() == 0
    (new,) = set(kept(example)) - set(before)
    with Image.open(new) as image, Image.open(samples / OFF_CENTRE) as upload:
        assert image.width < upload.width
        assert not image.getexif()


def test_a_new_photo_takes_precedence_over_the_crop(page: Page, samples: Path) -> None:
    choose(page, samples / OFF_CENTRE)
    choose(page, samples / DARK)
    assert say("exposure.dark.advice") in page.locator(".errorlist").inner_text()
    assert page.locator(".mettici-crop").count() == 0, "no crop fixes the light"


def test_without_the_checkbox_a_photo_is_required(page: Page, samples: Path) -> None:
    choose(page, samples / OFF_CENTRE)
    page.locator(".mettici-crop input").uncheck()
    page.get_by_role("button", name="OK").click()
    assert page.locator(".errorlist").inner_text() == "This field is required."


@pytest.mark.parametrize("page", ["it-IT"], indirect=True)
def test_the_form_uses_the_browser_s_language(page: Page, samples: Path) -> None:
    choose(page, samples / OFF_CENTRE)
    assert say("framing.off_centre.advice", "it") in page.locator(".errorlist").inner_text()
    assert page.get_by_label(say("form.use_crop", "it")).is_checked()


def test_the_location_is_removed(page: Page, example: Any, samples: Path) -> None:
    sent, before = io.BytesIO(), kept(example)
    with Image.open(samples / "portrait_good.jpg") as image:
        exif = image.getexif()
        exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 27.0, 51.0), 3: "E", 4: (9.0, 11.0, 23.0)})
        image.save(sent, "JPEG", exif=exif, quality=95)
    choose(page, sent.getvalue())
    assert page.locator(".success").inner_text().endswith(": accept")
    assert page.locator(".warning").count() == 0, "the location is removed, so there is no warning"
    (new,) = set(kept(example)) - set(before)
    assert load(sent.getvalue()).location_tags
    assert load(new).location_tags == ()


@pytest.mark.usefixtures("example")
def test_a_tampered_crop_is_judged_like_any_upload() -> None:
    from django.test import Client

    no_photo = say("errors.not_an_image.text.message")
    for forged, says in (("data:image/jpeg;base64,!", "empty"), ("data:image/jpeg;base64,aGVsbG8=", no_photo)):
        answer = Client().post("/avatar", {"photo-crop": forged})
        assert answer.status_code == 422
        assert says in answer.content.decode()


@pytest.mark.usefixtures("example")
def test_an_oversized_upload_is_rejected_unread() -> None:
    from django.core.exceptions import ValidationError
    from django.core.files.uploadedfile import SimpleUploadedFile

    from mettici.integrations.django import ProfilePhotoField

    class Unread(SimpleUploadedFile):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the photo was read")

    with pytest.raises(ValidationError) as caught:
        ProfilePhotoField(max_bytes=10).clean(Unread("a.jpg", b"x" * 11))
    assert [e.code for e in caught.value.error_list] == ["too_large"]
    assert ProfilePhotoField(required=False).clean(None) is None
