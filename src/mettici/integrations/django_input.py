"""The widget of `ProfilePhotoField`: a file input and, after a refusal, a crop to accept instead."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import format_html
from django.utils.translation import get_language

from mettici.messages import negotiated, say

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from mettici.integrations.upload import KeptPhoto

_CROP_HEIGHT = 320
"""Height of the offered crop, px. Set by attribute, because a strict Content-Security-Policy drops inline styles."""


class ProfilePhotoInput(forms.ClearableFileInput):
    """Shows the `offered` crop with a ticked checkbox. The form carries the crop, so the server need not store it.

    The page's Content-Security-Policy must allow `img-src data:`. The submitted crop is judged like any upload.
    """

    offered: KeptPhoto | None = None

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*,.heic,.heif", **(attrs or {})})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        plain = super().render(name, value, attrs, renderer)
        if self.offered is None:
            return plain
        return format_html(
            '{}<br><label class="mettici-crop"><img src="{}" alt="" height="{}"><br>'
            '<input type="checkbox" name="{}" value="{}" checked> {}</label>',
            plain,
            self.offered.data_url(),
            _CROP_HEIGHT,
            _crop_field(name),
            self.offered.data_url(),
            say("form.use_crop", negotiated(get_language() or "")),
        )

    def use_required_attribute(self, initial: Any) -> bool:
        """False beside a crop, which can be submitted without another file."""
        return self.offered is None and super().use_required_attribute(initial)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The chosen file, else the ticked crop."""
        upload = super().value_from_datadict(data, files, name)
        return upload or _decode(data.get(_crop_field(name), ""), name) or upload

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return super().value_omitted_from_data(data, files, name) and _crop_field(name) not in data


def _crop_field(name: str) -> str:
    return f"{name}-crop"


def _decode(data_url: str, name: str) -> SimpleUploadedFile | None:
    """The picture in a data URL, as an upload. If it is malformed the upload is empty, which the field refuses."""
    if not data_url:
        return None
    head, _, body = data_url.partition(",")
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error:
        content = b""
    return SimpleUploadedFile(f"{name}.png" if "png" in head else f"{name}.jpg", content)
