"""The input of `ProfilePhotoField`: a file, or the crop that was offered for a photo which was refused."""

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

    from mettici.integrations.keeping import KeptPhoto

_SHOWN_PX = 320
"""Height of the offered crop in the form. An attribute: a strict Content-Security-Policy drops inline styles."""


class ProfilePhotoInput(forms.ClearableFileInput):
    """Shows the crop that is `offered`, ticked. It travels in the form: the server stores nothing of it meanwhile.

    The page's Content-Security-Policy has to allow `img-src data:`. What comes back is judged like any upload.
    """

    offered: KeptPhoto | None = None

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*,.heic,.heif", **(attrs or {})})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The file input and, where there is one, the offered crop."""
        plain = super().render(name, value, attrs, renderer)
        if self.offered is None:
            return plain
        return format_html(
            '{}<br><label class="mettici-crop"><img src="{}" alt="" height="{}"><br>'
            '<input type="checkbox" name="{}" value="{}" checked> {}</label>',
            plain,
            self.offered.data_url(),
            _SHOWN_PX,
            _crop_of(name),
            self.offered.data_url(),
            say("form.use_crop", negotiated(get_language() or "")),
        )

    def use_required_attribute(self, initial: Any) -> bool:
        """Not beside a crop, which can be sent without another file."""
        return self.offered is None and super().use_required_attribute(initial)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The file that was chosen, else the crop that was ticked."""
        upload = super().value_from_datadict(data, files, name)
        return upload or _decoded(data.get(_crop_of(name), ""), name) or upload

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """As Django has it."""
        return super().value_omitted_from_data(data, files, name) and _crop_of(name) not in data


def _crop_of(name: str) -> str:
    return f"{name}-crop"


def _decoded(data_url: str, name: str) -> SimpleUploadedFile | None:
    """The upload that a data URL holds; empty, which the field refuses, where it holds none."""
    if not data_url:
        return None
    head, _, body = data_url.partition(",")
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error:
        content = b""
    return SimpleUploadedFile(f"{name}.png" if "png" in head else f"{name}.jpg", content)
