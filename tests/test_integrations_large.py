"""Uploads far above the limit: the helpers read no further than the limit."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest

MOST = 100 * 2**20
"""The limit for a photo's bytes (`photo.Limits`)."""
SLACK = 2 * 2**20


class Huge(io.RawIOBase):
    """A virtual file of 700 MB that counts the bytes read."""

    size, given = 700_000_000, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:  # noqa: ARG002 - a file's signature
        return 0

    def read(self, size: int | None = -1, /) -> bytes:
        size = self.size if size is None or size < 0 else size
        size = min(size, self.size - self.given)
        self.given += size
        assert self.given <= MOST + SLACK, "read past the limit"
        return bytes(size)


def test_fastapi() -> None:
    from fastapi import HTTPException, UploadFile

    from mettici.integrations.fastapi import ProfilePhoto

    file = Huge()
    with pytest.raises(HTTPException) as caught:
        asyncio.run(ProfilePhoto()(UploadFile(file, filename="huge.jpg")))  # type: ignore[arg-type]
    assert caught.value.status_code == 422
    assert code(caught.value.detail) == "too_large"
    assert file.given > MOST


def test_django(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.exceptions import ValidationError
    from django.core.files.base import File

    from mettici.integrations.django import ProfilePhotoValidator

    # The example's settings apply to the whole process.
    monkeypatch.setattr("mettici.integrations.django.get_language", lambda: "en")
    file = Huge()
    with pytest.raises(ValidationError) as caught:
        ProfilePhotoValidator()(File(file, name="huge.jpg"))
    assert caught.value.error_list[0].code == "too_large"


def test_flask(monkeypatch: pytest.MonkeyPatch) -> None:
    import flask
    from werkzeug.datastructures import FileStorage
    from werkzeug.exceptions import HTTPException

    from mettici.integrations.flask import profile_photo

    app, file = flask.Flask("huge"), Huge()
    with app.test_request_context("/", method="POST"):
        monkeypatch.setattr(flask.Request, "files", {"photo": FileStorage(file, "huge.jpg")})  # type: ignore[arg-type]
        with pytest.raises(HTTPException) as caught:
            profile_photo()
    assert caught.value.response is not None
    assert caught.value.response.status_code == 422
    assert "too_large" in caught.value.response.get_data(as_text=True)


def code(detail: Any) -> str:
    return str(detail[0]["code"])
